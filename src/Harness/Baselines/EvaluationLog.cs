using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SafetyGate.Core.Files;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Baselines;

/// <summary>
/// What a test run leaves for <c>gate check</c>: <c>verdicts.NAME.jsonl</c>, one line a decided question, one file a test assembly,
/// written while specs finish so that a killed run has it too.
/// </summary>
public sealed class EvaluationLog
{
    private const string Pattern = "verdicts.*.jsonl";
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _path;
    private readonly Lock _lock = new();

    private EvaluationLog(string path) => _path = path;

    /// <summary>Spec classes of one name in two test programs, a sentence each: when one of them vanishes, the other would stand in for it.</summary>
    /// <exception cref="UserErrorException">A line is damaged; the message names it (exit code 65).</exception>
    public static IReadOnlyList<string> Namesakes(string directory) => !Directory.Exists(directory) ? [] :
        [.. from path in Directory.GetFiles(directory, Pattern)
            from spec in Read(path).Select(verdict => verdict.Spec).Distinct(StringComparer.Ordinal)
            group Path.GetFileName(path) by spec into found
            where found.Count() > 1
            orderby found.Key
            select $"{found.Key} is the name of spec classes in several test programs ({string.Join(", ", found.Order(StringComparer.Ordinal))}). Give them different names: baselines and the list of specs know a class by its name, and when one vanishes another would stand in for it."];

    /// <summary>Starts the log of a test assembly anew.</summary>
    /// <param name="directory">Folder of the logs.</param>
    /// <param name="assembly">Name of the test assembly.</param>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public static EvaluationLog Start(string directory, string assembly)
    {
        var path = Path.Combine(directory, $"verdicts.{assembly}.jsonl");
        WholeFile.Write(path, []);
        return new(path);
    }

    /// <summary>Adds a line and flushes it to the disk's cache.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public void Add(LoggedVerdict verdict)
    {
        var line = "{" + string.Join(", ",
            Pair("spec", verdict.Spec), Pair("test", verdict.Test), Pair("metric", verdict.Metric), Pair("kind", verdict.Kind.ToString()),
            Pair("verdict", verdict.Verdict.ToString()), Pair("reason", verdict.Reason.ToString()),
            "\"fails\": " + (verdict.Fails ? "true" : "false"), Pair("headline", verdict.Headline)) + "}\n";
        lock (_lock)
        {
            try
            {
                using var file = new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.Read);
                file.Write(Encoding.UTF8.GetBytes(line));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new UserErrorException($"{_path} cannot be written: {e.Message}", e, GateExitCode.CannotWrite);
            }
        }
    }

    /// <summary>All lines of all logs in a folder, in order of file name.</summary>
    /// <exception cref="UserErrorException">A line is damaged; the message names it (exit code 65).</exception>
    public static IReadOnlyList<LoggedVerdict> ReadAll(string directory) =>
        Directory.Exists(directory) ? [.. Directory.GetFiles(directory, Pattern).Order(StringComparer.Ordinal).SelectMany(Read)] : [];

    /// <summary>The logs of a folder whose last line is cut off, because the run was killed while it wrote.</summary>
    public static IReadOnlyList<string> CutOff(string directory) =>
        Directory.Exists(directory) ? [.. Directory.GetFiles(directory, Pattern).Order(StringComparer.Ordinal).Where(path => File.ReadAllText(path) is { Length: > 0 } text && text[^1] != '\n')] : [];

    private static IEnumerable<LoggedVerdict> Read(string path)
    {
        var number = 0;
        foreach (var line in File.ReadAllLines(path))
        {
            number++;
            if (line.Length > 0) yield return Parse(StrictJson.Read(Encoding.UTF8.GetBytes(line), Invariant($"{path} (line {number})")));
        }
    }

    private static LoggedVerdict Parse(StrictJsonNode node)
    {
        var o = node.AsObject("spec", "test", "metric", "kind", "verdict", "reason", "fails", "headline");
        return new()
        {
            Spec = o["spec"].AsString(), Test = o["test"].AsString(), Metric = o["metric"].AsString(),
            Kind = Enumerated<ComparisonKind>(o["kind"]), Verdict = Enumerated<Verdict>(o["verdict"]), Reason = Enumerated<VerdictReason>(o["reason"]),
            Fails = o["fails"].Kind switch { JsonTokenType.True => true, JsonTokenType.False => false, _ => throw o["fails"].Error("must be true or false.") },
            Headline = o["headline"].AsString(),
        };
    }

    private static T Enumerated<T>(StrictJsonNode node) where T : struct, Enum =>
        node.AsOneOf(Enum.GetValues<T>().ToDictionary(v => v.ToString(), v => v, StringComparer.Ordinal));

    private static string Pair(string name, string value) => $"\"{name}\": " + JsonSerializer.Serialize(value, Readable);
}
