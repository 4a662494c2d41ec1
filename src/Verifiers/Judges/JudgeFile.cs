using SafetyGate.Core.Files;

namespace SafetyGate.Verifiers.Judges;

/// <summary>Which models judge by which rubric: a JSON file (docs/judges.md).</summary>
public sealed record JudgeFile
{
    /// <summary>The rubric, relative to this file.</summary>
    [RelativePath]
    public required string Rubric { get; init; }

    /// <summary>One judge, or two.</summary>
    public required IReadOnlyList<JudgeModel> Judges { get; init; }

    /// <summary>What a response is worth that two judges see differently.</summary>
    public Disagreement WhenTheyDisagree { get; init; }

    /// <summary>Reads a judge file.</summary>
    /// <exception cref="UserErrorException">It cannot be read, or it is none; the message names the line. Exit code 65.</exception>
    public static JudgeFile Load(string path)
    {
        var node = StrictJson.Read(BoundedFile.Read(path, BoundedFile.Small), path);
        var file = StrictJsonBinder.Bind<JudgeFile>(node);
        if (file.Judges.Count is not (1 or 2)) throw node.Error(Invariant($"it has {file.Judges.Count} judges; there must be one or two."));
        if (file.Judges.SelectMany(j => j.Problems()).FirstOrDefault() is { } problem) throw node.Error(problem);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return file with { Judges = [.. file.Judges.Select(j => j.Address is null ? j with { Model = Path.GetFullPath(j.Model, folder) } : j)] };
    }
}
