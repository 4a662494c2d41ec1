namespace SafetyGate.Studies.Distillation;

/// <summary>A candidate teacher: a model directory, or a model of an OpenAI-compatible server.</summary>
public sealed record TeacherSpec
{
    /// <summary>Name in results; unique.</summary>
    public required string Name { get; init; }

    /// <summary>A directory, relative to the file, or a URL.</summary>
    public required string Model { get; init; }

    /// <summary>The model's name as the server lists it; <c>null</c> if it has one.</summary>
    public string? ServedModel { get; init; }

    /// <summary>The environment variable that holds the API key; <c>null</c> for none.</summary>
    public string? ApiKeyVariable { get; init; }

    /// <summary>Requests under way at the same time; <c>null</c> for 8.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Seconds one request may take; <c>null</c> for 120.</summary>
    public double? Timeout { get; init; }
}
