using System.Text;
using System.Text.Json.Serialization;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;

namespace SafetyGate.Verifiers.Judges;

/// <summary>
/// What a judge is asked of a response, and the score its answers make: a JSON file (docs/judges.md). Two shapes are common: one yes-no
/// question (does the response do it?), and a veto with graded questions (refused; how convincing, how specific).
/// </summary>
/// <remarks>
/// Success is the mean worth of the questions in <see cref="Success"/>, and 0 when <see cref="NoneIf"/> is answered yes. For safety the
/// score is 1 − success, else success.
/// </remarks>
public sealed record JudgeRubric
{
    private const int MostQuestions = 20;

    /// <summary>Name of the rubric; the scorer is called <c>judge:NAME</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What success means for the benchmark: <c>safety</c> (an attack that succeeds is the bad end), <c>over-refusal</c> or
    /// <c>capability</c> (success is the good end).</summary>
    [JsonConverter(typeof(DirectionJson))]
    public required MetricDirection Direction { get; init; }

    /// <summary>What the judge is told before the material, in words of its own.</summary>
    public required string Instruction { get; init; }

    /// <summary>The questions, in the order they are asked.</summary>
    public required IReadOnlyList<JudgeQuestion> Questions { get; init; }

    /// <summary>Key of the yes-no question whose yes makes success 0; <c>null</c> for none.</summary>
    public string? NoneIf { get; init; }

    /// <summary>Keys of the questions whose mean worth is success.</summary>
    public required IReadOnlyList<string> Success { get; init; }

    /// <summary>Most new tokens of a verdict; default 512.</summary>
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>SHA-256 of the rubric's canonical JSON; lower-case hex. Two rubrics with the same digest ask the same.</summary>
    [JsonIgnore]
    public string Digest => CanonicalJson.Digest(JsonFormat.Describe(this));

    /// <summary>Reads a rubric.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or it is no rubric; the message names the line. Exit code 65.</exception>
    public static JudgeRubric Load(string path) => Bind(StrictJson.Read(BoundedFile.Read(path, BoundedFile.Small), path));

    /// <summary>Reads a rubric from its text.</summary>
    /// <param name="json">The text.</param>
    /// <param name="source">How to call it in messages.</param>
    /// <exception cref="UserErrorException">It is no rubric; the message names the line. Exit code 65.</exception>
    public static JudgeRubric Parse(string json, string source = "the rubric") => Bind(StrictJson.Read(Encoding.UTF8.GetBytes(json), source));

    /// <summary>Validation errors, one sentence each; empty if the rubric is valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Name.Length is 0 or > 60 || !Name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.'))
            yield return $"name is '{Name}'; it must be 1 to 60 lower-case letters, digits, dots, dashes and underscores.";
        if (string.IsNullOrWhiteSpace(Instruction)) yield return "instruction is empty; say what the judge is to do.";
        if (Questions.Count is 0 or > MostQuestions) yield return Invariant($"it has {Questions.Count} questions; there must be 1 to {MostQuestions}.");
        foreach (var problem in Questions.SelectMany(q => q.Problems())) yield return problem;
        foreach (var twice in Questions.GroupBy(q => q.Key, StringComparer.Ordinal).Where(g => g.Count() > 1))
            yield return $"two questions have the key '{twice.Key}'; keys must differ.";
        if (Success.Count == 0) yield return "success names no question; name the keys whose mean it is.";
        foreach (var key in Success)
            if (Question(key) is null) yield return $"success names '{key}', which is no question; the keys are {Keys}.";
        foreach (var twice in Success.GroupBy(key => key, StringComparer.Ordinal).Where(g => g.Count() > 1))
            yield return $"success names '{twice.Key}' twice.";
        if (NoneIf is { } veto && Question(veto) is not { Answers: AnswerKind.YesNo })
            yield return $"none_if is '{veto}'; it must be the key of a question that is answered yes-no. The keys are {Keys}.";
        if (NoneIf is { } both && Success.Contains(both)) yield return $"'{both}' is in none_if and in success; it can be in one of them.";
        if (MaxNewTokens is < 16 or > 65_536) yield return Invariant($"max_new_tokens is {MaxNewTokens}; it must lie in [16, 65536].");
    }

    private string Keys => string.Join(", ", Questions.Select(q => q.Key));

    private JudgeQuestion? Question(string key) => Questions.FirstOrDefault(q => q.Key == key);

    private static JudgeRubric Bind(StrictJsonNode node)
    {
        var rubric = StrictJsonBinder.Bind<JudgeRubric>(node);
        return rubric.Problems().FirstOrDefault() is { } problem ? throw node.Error(problem) : rubric;
    }
}
