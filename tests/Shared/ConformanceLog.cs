namespace SafetyGate.Tests;

/// <summary>What was compared with a reference and what was not, for the closing lines of <c>gate test</c>: a line each under <c>artifacts/conformance</c>.</summary>
internal static class ConformanceLog
{
    private static readonly Lock Gate = new();
    private static readonly string Folder = Path.Combine(Repository.Root, "artifacts", "conformance");
    private static readonly string Log = Path.Combine(Folder, $"{typeof(ConformanceLog).Assembly.GetName().Name}.tsv");
    private static readonly HashSet<string> Written = [];

    public static void Compared(string file, string id) => Write($"compared\t{file.Replace('\\', '/')}\t{OneLine(id)}");

    public static void NotCompared(string file, string id, string reason) => Write($"not compared\t{file.Replace('\\', '/')}\t{OneLine(id)}\t{reason}");

    private static string OneLine(string text) => text.Replace('\t', ' ').ReplaceLineEndings(" ");

    private static void Write(string line)
    {
        lock (Gate)
        {
            if (!Written.Add(line)) return;
            Directory.CreateDirectory(Folder);
            File.AppendAllText(Log, line + "\n");
        }
    }
}
