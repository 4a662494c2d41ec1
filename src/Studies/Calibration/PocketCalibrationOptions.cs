namespace SafetyGate.Studies.Calibration;

/// <summary>How much of the gate's calibration is measured. Immutable; vary it with <c>with</c>.</summary>
public sealed record PocketCalibrationOptions
{
    /// <summary>Comparisons of the approved model with itself; two fresh draws each. Default 200.</summary>
    public int Repeats { get; init; } = 200;

    /// <summary>Planted drops for each metric. Default 300, the fewest that can show a detection of 99 % (.05^(1/299) = .990).</summary>
    public int Plants { get; init; } = 300;

    /// <summary>Training seeds of the unchanged recipe, from 1, at each thread count. Default 20.</summary>
    public int Seeds { get; init; } = 20;

    /// <summary>Thread counts of the trainings. Default one and two.</summary>
    public IReadOnlyList<int> Threads { get; init; } = [1, 2];

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Repeats < 1) yield return Invariant($"{nameof(Repeats)} is {Repeats}; it must be 1 or more.");
        if (Plants < 1) yield return Invariant($"{nameof(Plants)} is {Plants}; it must be 1 or more.");
        if (Seeds < 1) yield return Invariant($"{nameof(Seeds)} is {Seeds}; it must be 1 or more.");
        if (Threads.Count == 0 || Threads.Any(t => t < 1) || Threads.Distinct().Count() != Threads.Count)
            yield return $"{nameof(Threads)} is {string.Join(",", Threads)}; it must be different numbers of 1 or more.";
    }
}
