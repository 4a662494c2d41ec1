using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// Log of a test run for reports and for <c>gate check</c>: <c>verdicts.NAME.jsonl</c>, one line a verdict, one file a test
/// assembly, written while specs finish so that a killed run has it too.
/// </summary>
public sealed class VerdictLog
{
    private const string Pattern = "verdicts.*.jsonl";
    private const int MostVerdicts = 100_000;
    private readonly string _path;
    private readonly Lock _lock = new();

    private VerdictLog(string path) => _path = path;

    /// <summary>Starts a new log of a test assembly.</summary>
    /// <param name="directory">Folder of the logs.</param>
    /// <param name="assembly">Name of the test assembly.</param>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static VerdictLog Start(string directory, string assembly)
    {
        var path = Path.Combine(directory, NameOf(assembly));
        try
        {
            WholeFile.Write(path, []);
        }
        catch (UserErrorException)
        {
            WholeFile.TryDelete(path); // another run's verdicts do not stand for this one
            throw;
        }

        return new(path);
    }

    /// <summary>
    /// Opens the log of a test assembly: that of the same run, to which verdicts are added, or a new one in place of another run's.
    /// </summary>
    /// <param name="directory">Folder of the logs.</param>
    /// <param name="assembly">Name of the test assembly.</param>
    /// <param name="run">Identity of the run.</param>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static VerdictLog Open(string directory, string assembly, string run)
    {
        var path = Path.Combine(directory, $"verdicts.{assembly}.jsonl");
        try
        {
            // Programs of one run may begin at once: a log is made without taking away what another has written.
            Directory.CreateDirectory(directory);
            if (Untrusted(directory) is { } problem) throw new UserErrorException(problem);
            if (new FileInfo(path) is { Exists: false, LinkTarget: null }) HeldFile.Open(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None).Dispose();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"{path} cannot be written: {e.Message}", e, GateExitCode.CannotWrite);
        }

        return IsOf(path, run) ? new(path) : Start(directory, assembly);
    }

    // A log that cannot be read to its end, or holds another run's verdict, is not gone on with.
    private static bool IsOf(string path, string run)
    {
        try
        {
            var cut = new List<string>();
            return new FileInfo(path).LinkTarget is null && Read(path, cut) is var verdicts && cut.Count == 0 && verdicts.All(verdict => verdict.TestRun?.Id == run);
        }
        catch (UserErrorException)
        {
            return false;
        }
    }

    /// <summary>Adds a verdict and flushes it to the disk's cache.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public void Add(VerdictRecord verdict)
    {
        var line = Encoding.UTF8.GetBytes(VerdictRecordJson.Line(verdict) + "\n");
        lock (_lock)
        {
            try
            {
                // Not through a link that another user left, and one writer at a time: parts of a run may share a folder.
                if (new FileInfo(_path).LinkTarget is not null) throw new IOException("it is a link; remove it.");
                using var file = HeldFile.Open(_path, FileMode.Append, FileAccess.Write, FileShare.None);
                file.Write(line);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UserErrorException($"{_path} cannot be written: {e.Message}", e, GateExitCode.CannotWrite);
            }
        }
    }

    /// <summary>Why the logs of a folder prove nothing: everyone could have written them; <c>null</c> if that is not so.</summary>
    public static string? Untrusted(string directory) => FileOwner.Of(Path.GetFullPath(directory)) is { OthersMayWrite: true }
        ? $"{directory} can be written by everyone (chmod o-w), so anyone could have left a verdict there. Restrict the folder and run the specs again."
        : null;

    /// <summary>Name of the log of a test assembly.</summary>
    public static string NameOf(string assembly) => $"verdicts.{assembly}.jsonl";

    /// <summary>True for the name of a log.</summary>
    public static bool IsLog(string name) =>
        name.StartsWith("verdicts.", StringComparison.Ordinal) && name.EndsWith(".jsonl", StringComparison.Ordinal);

    /// <summary>The logs of a folder, in order of file name.</summary>
    /// <param name="directory">The folder; need not exist.</param>
    public static IReadOnlyList<string> In(string directory) =>
        Directory.Exists(directory) ? [.. Directory.GetFiles(directory, Pattern).Order(StringComparer.Ordinal)] : [];

    /// <summary>
    /// All verdicts of all logs in a folder, in order of file name. A last line that was cut off by a kill is left out, and its file named.
    /// </summary>
    /// <param name="directory">Folder of the logs; need not exist.</param>
    /// <param name="cutOff">Files whose last line is cut off.</param>
    /// <exception cref="UserErrorException">A whole line is damaged; the message names it (exit code 65).</exception>
    public static IReadOnlyList<VerdictRecord> ReadAll(string directory, out IReadOnlyList<string> cutOff)
    {
        var cut = new List<string>();
        cutOff = cut;
        return [.. In(directory).SelectMany(path => Read(path, cut))];
    }

    /// <summary>
    /// Spec classes of one name in two test programs, a sentence each: if one of them vanishes, the other would take its place. Logs that
    /// several machines left of one program are one program's.
    /// </summary>
    /// <exception cref="UserErrorException">A whole line is damaged; the message names it (exit code 65).</exception>
    public static IReadOnlyList<string> Namesakes(string directory) =>
        [.. from path in In(directory)
            from found in Read(path, []).Select(verdict => (verdict.Spec, Program: verdict.TestRun?.Assembly ?? Path.GetFileName(path))).Distinct()
            group found.Program by found.Spec into spec
            let programs = spec.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList()
            where programs.Count > 1
            orderby spec.Key
            select $"{spec.Key} is the name of spec classes in several test programs ({string.Join(", ", programs)}). Give them different names: baselines and the list of specs know a class by its name, and when one vanishes another would count in its place."];

    /// <summary>The verdicts of one log.</summary>
    /// <param name="path">The log.</param>
    /// <param name="cutOff">Where a log whose last line is cut off is added.</param>
    internal static IReadOnlyList<VerdictRecord> Read(string path, List<string> cutOff)
    {
        var verdicts = new List<VerdictRecord>();
        if (new FileInfo(path).LinkTarget is not null) throw new UserErrorException($"{path} cannot be read: it is a link.");
        using var file = BoundedFile.Open(path, FileShare.ReadWrite); // another assembly may still write
        foreach (var line in BoundedLines.Read(file))
        {
            if (line.IsTooLong || verdicts.Count == MostVerdicts)
                throw new UserErrorException(Invariant($"{path}, line {line.Number}: a log has at most {MostVerdicts:N0} verdicts, each in a line of at most {BoundedLines.Longest:N0} bytes. Run the specs again; they write the file."));
            if (!line.IsEnded) cutOff.Add(path); // lines are written with their end: this one was still being written
            else if (!line.Utf8.IsEmpty) verdicts.Add(VerdictRecordJson.Parse(line.Utf8.Span, Invariant($"{path}, line {line.Number}")));
        }

        return verdicts;
    }
}
