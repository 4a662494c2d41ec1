namespace SafetyGate.Trainers.Sft;

/// <summary>What a supervised run did. Numbers only; whether they are good is for a gate to say.</summary>
public sealed record SftReport
{
    /// <summary>Updates made.</summary>
    public required long Steps { get; init; }

    /// <summary>Why the run ended: <c>steps</c> or <c>target</c>.</summary>
    public required string StoppedBy { get; init; }

    /// <summary>Whether the target accuracy was reached; <c>null</c> when there was none.</summary>
    public required bool? ReachedTarget { get; init; }

    /// <summary>The last accuracy measured on the selection split; <c>null</c> when none was.</summary>
    public required double? SelectionAccuracy { get; init; }

    /// <summary>Examples given.</summary>
    public required int Examples { get; init; }

    /// <summary>Examples dropped because they are longer than the context.</summary>
    public required int DroppedTooLong { get; init; }

    /// <summary>Examples dropped because no token of them is predicted, such as an empty completion.</summary>
    public required int DroppedWithoutTargets { get; init; }

    /// <summary>Rows read in an epoch, after packing.</summary>
    public required int Rows { get; init; }

    /// <summary>Passes over the rows, with the fraction of the last.</summary>
    public required double Epochs { get; init; }

    /// <summary>Tokens read, padding left out.</summary>
    public required long Tokens { get; init; }

    /// <summary>Mean loss of the first steps, nats a target: 20 of them, or half of a shorter run.</summary>
    public required double FirstLoss { get; init; }

    /// <summary>Mean loss of as many last steps.</summary>
    public required double LastLoss { get; init; }
}
