using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>One of the trainings of a recipe, measured.</summary>
/// <param name="Run">The run.</param>
/// <param name="Recipe">The recipe under the training's seed.</param>
/// <param name="Now">The trained model.</param>
public sealed record MeasuredTraining(TrainedModel Run, RecipeIdentity Recipe, EvaluationResult Now)
{
    /// <summary>Why the trained model is its reference itself; <c>null</c> if it is another.</summary>
    public string? Untuned { get; init; }
}
