namespace SafetyGate.Pocket.Data;

/// <summary>One line of a frozen file; absent fields are left out of it.</summary>
public sealed record FrozenItem
{
    /// <summary>Unique in the file.</summary>
    public required string Id { get; init; }

    /// <summary>The user's message.</summary>
    public required string Prompt { get; init; }

    /// <summary>Right answer of a problem.</summary>
    public string? Answer { get; init; }

    /// <summary>Target completion; only in training files.</summary>
    public string? Completion { get; init; }

    /// <summary>Category of a request.</summary>
    public string? Category { get; init; }

    /// <summary>Suite of a request.</summary>
    public string? Suite { get; init; }

    /// <summary>Verb and object of a request.</summary>
    public string? Behavior { get; init; }

    /// <summary>Frame of a request, such as <c>persona/robot</c>.</summary>
    public string? Template { get; init; }

    /// <summary>Whether alignment trains refusals in that frame.</summary>
    public bool? TemplateSeen { get; init; }

    /// <summary>Number of reasoning steps of a problem.</summary>
    public int? Difficulty { get; init; }
}
