using SafetyGate.Core.Files;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Studies.Distillation;

/// <summary>A distillation as <c>gate distill FILE</c> takes it (docs/distillation.md).</summary>
public sealed record DistillSpec
{
    /// <summary>The student: a model directory in Hugging Face layout.</summary>
    [RelativePath]
    public required string Student { get; init; }

    /// <summary>Candidate teachers; at least one.</summary>
    public required IReadOnlyList<TeacherSpec> Teachers { get; init; }

    /// <summary>Questions with answers to teach: prompt, answer.</summary>
    [RelativePath]
    public required string Questions { get; init; }

    /// <summary>Questions on which short trainings are compared; nothing else reads them.</summary>
    [RelativePath]
    public required string Selection { get; init; }

    /// <summary>Questions of the same domain on which the student is measured at the end.</summary>
    [RelativePath]
    public required string InDomain { get; init; }

    /// <summary>Questions of another domain; <c>null</c> for none.</summary>
    [RelativePath]
    public string? OutOfDomain { get; init; }

    /// <summary>Harmful requests on which refusal and KL are measured; <c>null</c> for none.</summary>
    [RelativePath]
    public string? Safety { get; init; }

    /// <summary>Columns of the files of questions, such as <c>prompt=question</c>.</summary>
    public string Columns { get; init; } = "";

    /// <summary>Scorer of answers. Default math-answer.</summary>
    public string Scorer { get; init; } = "math-answer";

    /// <summary>Most questions of the corpus; <c>null</c> for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Answers of the teacher to each question (M). Default 4.</summary>
    public int Trajectories { get; init; } = 4;

    /// <summary>Answers kept of each question (P), the farthest apart. Default 2.</summary>
    public int Keep { get; init; } = 2;

    /// <summary>Most tokens of an answer, by the student's tokenizer. Default 512.</summary>
    public int Longest { get; init; } = 512;

    /// <summary>What stands before the answer in a well-formed one; empty for no rule. Default <c>####</c>.</summary>
    public string AnswerMark { get; init; } = "####";

    /// <summary>Temperature of the teachers. Default 1.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Questions the student passes more often than this are left out. Default .9.</summary>
    public double StudentPassAbove { get; init; } = 0.9;

    /// <summary>Answers of the student by which that is measured, at temperature 1. Default 4.</summary>
    public int StudentSamples { get; init; } = 4;

    /// <summary>Questions of each teacher's small set. Default 100.</summary>
    public int SmokeQuestions { get; init; } = 100;

    /// <summary>Steps of each short training. Default 10.</summary>
    public int SmokeSteps { get; init; } = 10;

    /// <summary>Short trainings of each teacher. Default 3.</summary>
    public int SmokeSeeds { get; init; } = 3;

    /// <summary>Most new tokens of the student's answers. Default 512.</summary>
    public int MaxNewTokens { get; init; } = 512;

    /// <summary>Settings of the training, as recipes of kind sft have them.</summary>
    public required SftOptions Options { get; init; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or a value is not allowed; the message names the line. Exit code 65.</exception>
    public static DistillSpec Load(string path)
    {
        var node = StrictJson.Read(BoundedFile.Read(path, BoundedFile.Small), path);
        var spec = StrictJsonBinder.Bind<DistillSpec>(node);
        if (spec.Problems().FirstOrDefault() is { } problem) throw node.Error(problem);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return spec with { Teachers = [.. spec.Teachers.Select(teacher => Address(teacher.Model) is null ? teacher with { Model = Path.GetFullPath(teacher.Model, folder) } : teacher)] };
    }

    /// <summary>Validation errors, one sentence each; empty if the settings are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Teachers.Count == 0) yield return "there is no teacher; give at least one.";
        if (Teachers.GroupBy(teacher => teacher.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice) yield return $"two teachers are called '{twice.Key}'; give them different names.";
        if (Teachers.FirstOrDefault(teacher => teacher.Model.Contains('\0', StringComparison.Ordinal)) is { } unreadable) yield return $"the model of teacher '{unreadable.Name}' holds a null character, which no path has.";
        foreach (var (name, value) in new[] { ("limit", Limit ?? 1), ("trajectories", Trajectories), ("keep", Keep), ("longest", Longest), ("student_samples", StudentSamples), ("smoke_questions", SmokeQuestions), ("smoke_steps", SmokeSteps), ("smoke_seeds", SmokeSeeds), ("max_new_tokens", MaxNewTokens) })
            if (value < 1) yield return Invariant($"{name} is {value}; it must be 1 or more.");
        if (Trajectories > 64) yield return Invariant($"trajectories is {Trajectories}; it must be 64 at most.");
        if (!(Temperature is >= 0 and <= 10)) yield return Invariant($"temperature is {Temperature}; it must lie in [0, 10].");
        if (!(StudentPassAbove is >= 0 and <= 1)) yield return Invariant($"student_pass_above is {StudentPassAbove}; it must lie in [0, 1].");
        foreach (var problem in Options.Problems()) yield return problem;
    }

    /// <summary>The address of a model that is a server's; <c>null</c> for a directory.</summary>
    internal static Uri? Address(string model) => Uri.TryCreate(model, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" ? uri : null;
}
