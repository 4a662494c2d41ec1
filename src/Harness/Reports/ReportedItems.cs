using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Reports;

/// <summary>Puts the answers of all sides beside each item of a metric.</summary>
public static class ReportedItems
{
    /// <summary>The items in the benchmark's order.</summary>
    /// <param name="benchmark">The benchmark, for the prompts.</param>
    /// <param name="now">The model that is judged.</param>
    /// <param name="untuned">The untuned model, or the one served before; <c>null</c> if there is none.</param>
    /// <param name="approved">The approved result on the same items; <c>null</c> if there is none.</param>
    /// <param name="stored">Finds texts by their SHA-256, for the answers of the approved run that nobody gave now.</param>
    public static IReadOnlyList<ReportedItem> Of(Benchmark benchmark, EvaluationResult now, EvaluationResult? untuned, Measurement? approved, Func<IReadOnlySet<string>, IReadOnlyDictionary<string, string>> stored)
    {
        var prompts = ById(benchmark.Items, item => item.Id);
        var (then, agreed) = (ById(untuned?.Measurement.Items ?? [], item => item.Id), ById(approved?.Items ?? [], item => item.Id));
        var (ofNow, ofThen) = (Answers(now), Answers(untuned));
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        Learn(texts, now, ofNow);
        if (untuned is not null) Learn(texts, untuned, ofThen);
        var unknown = (approved?.Items ?? []).Select(item => item.ResponseDigests.ElementAtOrDefault(Worst(item))).OfType<string>().Where(digest => !texts.ContainsKey(digest)).ToHashSet(StringComparer.Ordinal);
        if (unknown.Count > 0)
            foreach (var (digest, text) in stored(unknown)) texts[digest] = text;

        return [.. now.Measurement.Items.Where(item => item.Scores.Count > 0).DistinctBy(item => item.Id).Select(item => new ReportedItem
        {
            Id = ReportedItem.Cut(item.Id, ReportedItem.LongestName),
            Suite = Name(item.Suite),
            Category = Name(item.Category),
            Behavior = Name(item.Behavior),
            Prompt = prompts.TryGetValue(item.Id, out var asked) ? ReportedItem.Cut(asked.Prompt, ReportedItem.LongestText) : "",
            Now = Answer(item, texts, ofNow, unscored: 0),
            Untuned = then.TryGetValue(item.Id, out var before) ? Answer(before, texts, ofThen, unscored: 1) : null,
            Approved = agreed.TryGetValue(item.Id, out var earlier) ? Answer(earlier, texts, [], unscored: 1) : null,
        })];
    }

    private static ReportedAnswer Answer(ItemOutcome item, Dictionary<string, string> texts, Dictionary<(string, int), ScoredResponse> answers, double unscored)
    {
        var sample = Worst(item);
        return new()
        {
            Text = item.ResponseDigests.ElementAtOrDefault(sample) is { } digest && texts.TryGetValue(digest, out var text) ? ReportedItem.Cut(text, ReportedItem.LongestText) : null,
            Value = item.Scores.Count == 0 ? unscored : item.Scores.Average(score => Usable(score) ?? unscored),
            Unscored = item.Scores.Count(score => Usable(score) is null),
            Reason = answers.TryGetValue((item.Id, sample), out var answer) ? ReportedItem.Cut(answer.Score.Reason, ReportedItem.LongestName) : "",
            By = Name(ScoreOverrides.Find(item, sample)?.Who),
        };
    }

    // The sample that is shown: the first with the lowest score; one without a score is looked at first.
    private static int Worst(ItemOutcome item) => Enumerable.Range(0, item.Scores.Count).DefaultIfEmpty().MinBy(sample => Usable(item.Scores.ElementAtOrDefault(sample)) ?? -1);

    // What is no score counts as none.
    private static double? Usable(double? score) => score is >= 0 and <= 1 ? score : null;

    private static Dictionary<(string, int), ScoredResponse> Answers(EvaluationResult? result)
    {
        var answers = new Dictionary<(string, int), ScoredResponse>();
        foreach (var response in result?.Responses ?? []) answers.TryAdd((response.Response.PromptId, response.Response.Sample), response);
        return answers;
    }

    // An outcome has the digests of its responses: no text is digested again.
    private static void Learn(Dictionary<string, string> texts, EvaluationResult result, Dictionary<(string, int), ScoredResponse> answers)
    {
        foreach (var item in result.Measurement.Items)
            for (var sample = 0; sample < item.ResponseDigests.Count; sample++)
                if (answers.TryGetValue((item.Id, sample), out var answer)) texts.TryAdd(item.ResponseDigests[sample], answer.Response.Text);
    }

    private static Dictionary<string, T> ById<T>(IEnumerable<T> items, Func<T, string> id) => items.DistinctBy(id).ToDictionary(id, StringComparer.Ordinal);

    private static string? Name(string? name) => name is null ? null : ReportedItem.Cut(name, ReportedItem.LongestName);
}
