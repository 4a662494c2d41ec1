namespace SafetyGate.Tests;

/// <summary>
/// This test program as it was compiled, in a folder of its own, for tests that start it as a process. In the tests' own folder coverage
/// rewrites the product's assemblies: they are slower, and what they count is written when a process ends, one after the other.
/// </summary>
internal static class PlainProgram
{
    private static readonly Lazy<string> Made = new(Make);

    /// <summary>The program; <c>dotnet exec</c> starts it.</summary>
    public static string Assembly => Made.Value;

    private static string Make()
    {
        var own = AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar);
        var folder = new TemporaryFolder();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => folder.Dispose();
        foreach (var part in Directory.GetDirectories(own)) Directory.CreateSymbolicLink(folder[Path.GetFileName(part)], part);
        foreach (var file in Directory.GetFiles(own)) File.Copy(BuiltAs(Path.GetFileName(file), own) ?? file, folder[Path.GetFileName(file)]);
        return folder[typeof(PlainProgram).Assembly.GetName().Name + ".dll"];
    }

    // Where the project of an assembly left it, which is built in the configuration of the tests.
    private static string? BuiltAs(string file, string own)
    {
        const string Ours = "SafetyGate.";
        if (!file.StartsWith(Ours, StringComparison.Ordinal)) return null;
        var (framework, configuration) = (Path.GetFileName(own), Path.GetFileName(Path.GetDirectoryName(own)!));
        var built = Path.Combine(Repository.Root, "src", Path.GetFileNameWithoutExtension(file)[Ours.Length..], "bin", configuration, framework, file);
        return File.Exists(built) ? built : null;
    }
}
