using SafetyGate.Analysis.Patterns;

namespace SafetyGate.Analysis.Curation;

/// <summary>Every equation of the completion is right, and the last one makes the answer.</summary>
public sealed class StepsCheck : IRowCheck
{
    /// <inheritdoc/>
    public string Name => "steps";

    /// <inheritdoc/>
    public ValueTask<string?> ProblemAsync(DraftRow row, Strategy strategy, CancellationToken cancellationToken)
    {
        var steps = WorkedSteps.In(row.Completion);
        return ValueTask.FromResult(steps.Any(step => !step.IsRight) ? "a step of the completion is wrong"
            : steps.Count > 0 && WorkedSteps.Final(row.Answer) is { } answer && steps[^1].Result != answer ? "the answer is not the result of the last step" : null);
    }
}
