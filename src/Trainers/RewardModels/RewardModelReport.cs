using SafetyGate.Trainers.Loop;

namespace SafetyGate.Trainers.RewardModels;

/// <summary>Results of a run of reward modeling.</summary>
/// <param name="Outcome">Outcome of the loop.</param>
public sealed record RewardModelReport(TrainingOutcome Outcome) : TrainingReport(Outcome)
{
    /// <summary>Pairs given.</summary>
    public required int Pairs { get; init; }

    /// <summary>Pairs dropped because a completion is longer than the context.</summary>
    public required int DroppedTooLong { get; init; }

    /// <summary>Accuracy and calibration on the pairs that were held out; <c>null</c> when none was.</summary>
    public required RewardAccuracy? HeldOut { get; init; }

    /// <summary>Mean loss of the first steps: 20 of them, or half of a shorter run.</summary>
    public required double FirstLoss { get; init; }

    /// <summary>Mean loss of as many last steps.</summary>
    public required double LastLoss { get; init; }
}
