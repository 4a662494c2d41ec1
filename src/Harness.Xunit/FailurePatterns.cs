using SafetyGate.Analysis.Patterns;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Xunit;

/// <summary>Patterns of the failures of a measured model.</summary>
internal static class FailurePatterns
{
    /// <summary>The claim that there are none.</summary>
    public static PatternClaim ClaimOf(MeasuredModel measured, IQuestionReader? reader)
    {
        var now = measured.Subject.Now;
        var claim = ClaimOf(measured, now, reader);
        return ScoreOverrides.Count(now.Measurement) == 0 ? claim
            : claim with { Scores = now.Measurement, Scorers = ClaimOf(measured, now with { Measurement = ScoreOverrides.ByScorer(now.Measurement) }, reader) };
    }

    private static PatternClaim ClaimOf(MeasuredModel measured, EvaluationResult now, IQuestionReader? reader)
    {
        var name = measured.Subject.Metric.Name;
        if (Gaps(now, measured.Subject.Metric.Benchmark) is { } gap) return new() { On = name, Report = null, Items = measured.Subject.Metric.Benchmark.Items.Count, Problem = gap };
        var items = Items(now, measured.Subject.Metric.Benchmark);
        if (!items.Exists(item => item.Failed)) return new() { On = name, Report = null, Items = items.Count };
        try
        {
            // Rules and words wait for nothing.
            var report = new PatternFinder(new RuleAnalyst(reader), new TfIdfFeatures(), reader).FindAsync(items, name, default).GetAwaiter().GetResult();
            return new() { On = name, Report = report, Items = items.Count };
        }
        catch (UserErrorException e)
        {
            return new() { On = name, Report = null, Items = items.Count, Problem = e.Message };
        }
    }

    /// <summary>Why the results are not those of every item; <c>null</c> if they are.</summary>
    private static string? Gaps(EvaluationResult now, Benchmark benchmark)
    {
        if (PairingProblems.Alone(now.Measurement, "present").FirstOrDefault() is { } problem) return problem;
        var scored = now.Measurement.Items.Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        var answered = now.Responses.Select(one => one.Response.PromptId).ToHashSet(StringComparer.Ordinal);
        List<string> missing = [.. benchmark.Items.Select(item => item.Id).Where(id => !scored.Contains(id) || !answered.Contains(id))];
        return missing.Count == 0 ? null : Invariant($"{missing.Count} of the {benchmark.Items.Count} items of {benchmark.Name} have no result, the first of them '{missing[0]}'; a pattern may lie in them. Evaluate all items.");
    }

    /// <summary>Patterns of the items that a comparison lost; <c>null</c> if there are too few, or nothing is known of them.</summary>
    public static PatternReport? OfLost(MeasuredModel measured, Decision decision)
    {
        var lost = decision.Paired?.Comparison.Lost.Select(item => item.Id).ToHashSet(StringComparer.Ordinal);
        if (lost is null || lost.Count < new PatternOptions().FewestFailures) return null;
        List<AskedItem> items = [.. Items(measured.Subject.Now, measured.Subject.Metric.Benchmark).Select(item => item with { Failed = lost.Contains(item.Id) })];
        if (items.TrueForAll(item => item.Failed) || !items.Exists(item => item.Failed)) return null;
        try
        {
            return new PatternFinder(new RuleAnalyst(), new TfIdfFeatures()).FindAsync(items, $"items lost in {measured.Subject.Metric.Name}", default).GetAwaiter().GetResult();
        }
        catch (UserErrorException)
        {
            return null; // the verdict stands without them
        }
    }

    /// <summary>What a benchmark says of an item, in the form of a slice.</summary>
    public static IEnumerable<ItemProperty> FieldsOf(BenchmarkItem item) =>
        new (string Name, string? Value)[] { ("category", item.Category), ("suite", item.Suite), ("behavior", item.Behavior), ("difficulty", item.Difficulty is { } d ? Invariant($"{d}") : null) }
            .Where(field => field.Value is not null).Select(field => new ItemProperty(field.Name, field.Value!));

    private static List<AskedItem> Items(EvaluationResult now, Benchmark benchmark)
    {
        var scores = now.Measurement.Items.ToDictionary(item => item.Id, StringComparer.Ordinal);
        var responses = now.Responses.ToLookup(one => one.Response.PromptId, StringComparer.Ordinal);
        return [.. benchmark.Items.Where(item => scores.ContainsKey(item.Id)).Select(item =>
        {
            var shown = responses[item.Id].FirstOrDefault(one => one.Score.Value is not >= AskedFile.Passing) ?? responses[item.Id].First();
            return new AskedItem { Id = item.Id, Prompt = item.Prompt, Answer = item.Answer, Response = shown.Response.Text, Failed = scores[item.Id].Scores.Average(score => score ?? 0) < AskedFile.Passing, Unscored = shown.Score.Value is null ? shown.Score.Reason : null, Fields = [.. FieldsOf(item)] };
        })];
    }
}
