namespace SafetyGate.Trainers.Loop;

/// <summary>Outcome of a finished run of <see cref="TrainingLoop"/>.</summary>
public sealed record TrainingOutcome
{
    /// <summary>Steps made.</summary>
    public required long Steps { get; init; }

    /// <summary>Why the run ended: <c>steps</c> or <c>target</c>.</summary>
    public required string StoppedBy { get; init; }

    /// <summary>Whether the target accuracy was reached; <c>null</c> when there was none.</summary>
    public required bool? ReachedTarget { get; init; }

    /// <summary>The last accuracy measured on the selection split; <c>null</c> when none was.</summary>
    public required double? SelectionAccuracy { get; init; }

    /// <summary>Passes over the data, with the fraction of the last.</summary>
    public required double Epochs { get; init; }

    /// <summary>Tokens read in updates, padding left out.</summary>
    public required long Tokens { get; init; }

    /// <summary>The leading metric of each step.</summary>
    public required IReadOnlyList<double> Leading { get; init; }

    /// <summary>Mean of the leading metric over the first steps.</summary>
    /// <param name="steps">How many; half of the run if it is shorter than twice as many.</param>
    public double FirstMean(int steps) => Leading.Take(Within(steps)).Average();

    /// <summary>Mean of the leading metric over the last steps.</summary>
    /// <param name="steps">As for <see cref="FirstMean"/>.</param>
    public double LastMean(int steps) => Leading.TakeLast(Within(steps)).Average();

    private int Within(int steps) => Math.Max(1, Math.Min(steps, Leading.Count / 2));
}
