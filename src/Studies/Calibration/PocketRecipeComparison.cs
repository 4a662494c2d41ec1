using SafetyGate.Harness.Calibration;

namespace SafetyGate.Studies.Calibration;

/// <summary>An unchanged recipe, trained with many seeds and thread counts: how often it goes red.</summary>
public sealed record PocketRecipeComparison
{
    /// <summary>Seeds at each thread count, from 1.</summary>
    public required int Seeds { get; init; }

    /// <summary>Every seed against the approved baselines, by thread count.</summary>
    public required IReadOnlyList<PocketThreadVerdicts> AgainstBaselines { get; init; }

    /// <summary>
    /// Every seed against every other, all ordered pairs, by thread count. A seed is in many pairs, so they are not independent trials.
    /// </summary>
    public required IReadOnlyList<PocketThreadVerdicts> AgainstSeeds { get; init; }

    /// <summary>Every seed against itself at another thread count, both ways; <c>null</c> with one thread count.</summary>
    public required RepeatedVerdicts? AgainstThreads { get; init; }

    /// <summary>Seeds whose weights are the same at all thread counts.</summary>
    public required int SameWeightsAtAllThreads { get; init; }

    /// <summary>Fewest and most updates of a run.</summary>
    public required IReadOnlyList<long> Steps { get; init; }
}
