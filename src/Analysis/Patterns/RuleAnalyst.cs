namespace SafetyGate.Analysis.Patterns;

/// <summary>
/// Explains failures by rules: the first wrong step of a worked answer, and else the properties that failed items have more often than
/// others. Needs no model.
/// </summary>
/// <remarks>
/// A wrong result says something only where the steps that go wrong are not like all steps (Fisher's exact test, Holm over the kinds of
/// steps), and so do properties; each of the two at half of the level, so that failures at random items and steps get lines that say
/// nothing in 95 % of cases or more.
/// </remarks>
/// <param name="reader">Knows the grammar of the questions; <c>null</c> for none.</param>
/// <param name="alpha">Level. Default .05.</param>
public sealed class RuleAnalyst(IQuestionReader? reader = null, double alpha = 0.05) : IFailureAnalyst
{
    private const int MostProperties = 3;
    private const string Carry = "a step that carries over ten";

    /// <inheritdoc/>
    public string Name => "rules";

    /// <inheritdoc/>
    public string Version => "1";

    /// <inheritdoc/>
    public Task<IReadOnlyList<FailureLine>> ExplainAsync(IReadOnlyList<AskedItem> items, CancellationToken cancellationToken)
    {
        IReadOnlyList<WorkedStep>[] right = [.. items.Select(RightSteps)];
        int[] failed = [.. Enumerable.Range(0, items.Count).Where(i => items[i].Failed)];
        var faults = failed.ToDictionary(i => i, i => Fault.Of(items[i], right[i]));
        var steps = right.SelectMany(one => one).ToList();
        if (steps.Count == 0) steps = [.. items.SelectMany(item => WorkedSteps.In(item.Response))];
        var telling = TellingSteps([.. faults.Values.Select(fault => fault.WrongStep).OfType<WorkedStep>()], steps);
        var lines = failed.ToDictionary(i => i, i => faults[i].Line(telling));
        int[] unexplained = [.. failed.Where(i => lines[i] is null)];
        var properties = ItemProperties.Read(items, reader);
        var supported = Supported(unexplained, properties, items.Count);
        foreach (var i in unexplained)
            if (string.Join(", ", supported.Where(property => properties.Has(i, property))) is { Length: > 0 } words) lines[i] = $"wrong answer where {words}";
        return Task.FromResult<IReadOnlyList<FailureLine>>([.. failed.Select(i => lines[i] is { } line ? new FailureLine(line) : new FailureLine(faults[i].Generic, IsGeneric: true))]);
    }

    private IReadOnlyList<WorkedStep> RightSteps(AskedItem item) => reader?.Read(item.Prompt) is { } question ? question.Steps : WorkedSteps.In(item.Answer ?? "");

    // Kinds of steps that are commoner among the wrong ones than among all.
    private List<string> TellingSteps(List<WorkedStep> wrong, List<WorkedStep> all)
    {
        if (wrong.Count == 0) return [];
        string[] kinds = [Carry, .. all.Concat(wrong).Select(Named).Distinct(StringComparer.Ordinal)];
        double[] p = [.. kinds.Select(kind => Tail(wrong.Count(step => Is(step, kind)), wrong.Count, all.Count(step => Is(step, kind)), all.Count))];
        var adjusted = Enrichment.Holm(p);
        return [.. kinds.Where((_, k) => adjusted[k] <= alpha / 2)];
    }

    // The wrong steps are some of all steps; where a response has steps of its own, all of them are added.
    private static double Tail(int inGroup, int group, int having, int all) =>
        inGroup <= having && group <= all && having - inGroup <= all - group ? Enrichment.UpperTail(inGroup, group, having, all) : Enrichment.UpperTail(inGroup, group, having + inGroup, all + group);

    private List<ItemProperty> Supported(int[] group, ItemProperties properties, int items)
    {
        if (group.Length == 0) return [];
        ItemProperty[] known = [.. group.SelectMany(i => properties.Of[i]).Distinct()];
        double[] p = [.. known.Select(property => Enrichment.UpperTail(group.Count(i => properties.Has(i, property)), group.Length, Enumerable.Range(0, items).Count(i => properties.Has(i, property)), items))];
        var adjusted = Enrichment.Holm(p);
        return [.. Enumerable.Range(0, known.Length).Where(k => adjusted[k] <= alpha / 2).OrderBy(k => p[k]).Take(MostProperties).Select(k => known[k])];
    }

    private static bool Is(WorkedStep step, string kind) => kind == Carry ? step.Carries : kind == Named(step);

    private static string Named(WorkedStep step) => (step.Operation == '+' ? "an " : "a ") + step.Noun;

    /// <summary>What went wrong first.</summary>
    private sealed record Fault(string? Words, WorkedStep? WrongStep, string Generic)
    {
        public static Fault Of(AskedItem item, IReadOnlyList<WorkedStep> right)
        {
            if (item.Unscored is { Length: > 0 } reason) return Said("could not be scored: " + reason);
            if (string.IsNullOrWhiteSpace(item.Response)) return Said("empty response");
            var steps = WorkedSteps.In(item.Response);
            for (var i = 0; i < steps.Count; i++)
            {
                if (!steps[i].IsRight)
                    return steps[i].IsExchanged ? Said($"operands of {Named(steps[i])} exchanged") : new(null, i < right.Count ? right[i] : steps[i], "wrong result of a step");
                if (i < right.Count && !steps[i].AsksTheSameAs(right[i]))
                    return Said(steps[i].Operation != right[i].Operation ? $"{steps[i].Noun} in place of {right[i].Noun}" : $"another operand than the question has, in {Named(steps[i])}");
            }

            if (right.Count == 0) return new(null, null, "wrong answer");
            if (steps.Count == 0) return Said("answers without a step");
            if (steps.Count < right.Count) return Said("stops before the last step");
            if (steps.Count > right.Count) return Said("goes on after the last step");
            return WorkedSteps.Final(item.Response) is { } final && final != steps[^1].Result ? Said("the answer is not the result of the last step") : new(null, null, "wrong answer");
        }

        public string? Line(IReadOnlyList<string> telling)
        {
            if (WrongStep is not { } step) return Words;
            var kinds = telling.Where(kind => Is(step, kind)).ToList();
            return kinds.Count > 0 ? $"wrong result of {string.Join(" that is also ", kinds)}" : null;
        }

        private static Fault Said(string words) => new(words, null, words);
    }
}
