using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.Sft;

/// <summary>Results of a supervised run.</summary>
/// <param name="Outcome">Outcome of the loop.</param>
public sealed record SftReport(TrainingOutcome Outcome) : TrainingReport(Outcome)
{
    /// <summary>Examples given.</summary>
    public required int Examples { get; init; }

    /// <summary>Examples dropped because they are longer than the context.</summary>
    public required int DroppedTooLong { get; init; }

    /// <summary>Examples dropped because no token of them is predicted, such as an empty completion.</summary>
    public required int DroppedWithoutTargets { get; init; }

    /// <summary>Rows read in an epoch, after packing.</summary>
    public required int Rows { get; init; }

    /// <summary>Mean loss of the first steps, nats a target: 20 of them, or half of a shorter run.</summary>
    public required double FirstLoss { get; init; }

    /// <summary>Mean loss of as many last steps.</summary>
    public required double LastLoss { get; init; }
}
