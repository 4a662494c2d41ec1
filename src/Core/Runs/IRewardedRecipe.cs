using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;

namespace SafetyGate.Core.Runs;

/// <summary>A recipe that maximizes a reward under a KL penalty, with the data needed to test whether its objective fell.</summary>
public interface IRewardedRecipe : IKlRecipe
{
    /// <summary>β, in reward per nat; 0 when the run has no KL.</summary>
    double Beta { get; }

    /// <summary>The training prompts.</summary>
    Benchmark TrainingPrompts { get; }

    /// <summary>As a conversation or as plain text.</summary>
    PromptStyle Style { get; }

    /// <summary>Sampling of responses in training; the caller sets the seed and the number of samples.</summary>
    SamplingOptions Rollouts { get; }

    /// <summary>Weighted rewards of responses, in order; NaN where none applies.</summary>
    /// <param name="batch">Items and responses.</param>
    IReadOnlyList<double> Reward(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch);

    /// <summary>Why the fixed point of the run is not the tilt q ∝ p·exp(g/β), one sentence each; empty for a conforming run.</summary>
    IReadOnlyList<string> NonConformities { get; }
}
