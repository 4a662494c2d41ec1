using SafetyGate.Analysis.Patterns;

namespace SafetyGate.Analysis.Curation;

/// <summary>The verifier where the grammar is known: the question is worked out again from its text alone, step by step.</summary>
/// <param name="reader">Knows the grammar.</param>
public sealed class ReaderCheck(IQuestionReader reader) : IRowCheck
{
    /// <inheritdoc/>
    public string Name => "verifier";

    /// <inheritdoc/>
    public ValueTask<string?> ProblemAsync(DraftRow row, Strategy strategy, CancellationToken cancellationToken)
    {
        if (reader.Read(row.Prompt) is not { } question) return ValueTask.FromResult<string?>("the question is not of the grammar");
        if (question.Answer != row.Answer.Trim()) return ValueTask.FromResult<string?>("the answer is wrong");
        var steps = WorkedSteps.In(row.Completion);
        if (steps.Count != question.Steps.Count || steps.Zip(question.Steps).Any(pair => !pair.First.AsksTheSameAs(pair.Second) || pair.First.Result != pair.Second.Result))
            return ValueTask.FromResult<string?>("the steps are not those of the question");
        return ValueTask.FromResult(strategy.Wanted.Where(wanted => question.Properties.Any(property => property.Name == wanted.Name)).FirstOrDefault(wanted => !question.Properties.Contains(wanted)) is { Name: { } name }
            ? $"the property '{name}' is not as wanted" : null);
    }
}
