namespace SafetyGate.Harness.Evaluation;

/// <summary>People's scores in the place of a scorer's, in one measurement. One is about a response: every sample of the item that is the same text has it.</summary>
public static class ScoreOverrides
{
    private const string Withdrawn = "unscored by the scorer; a person's score was withdrawn";

    /// <summary>
    /// The outcome with the score of one response overridden. The scorer's own score is kept, also when a person thinks again; a person's score
    /// that is the scorer's own is no override.
    /// </summary>
    /// <param name="item">The outcome.</param>
    /// <param name="sample">A sample with that response, from 0.</param>
    /// <param name="score">The score, in [0, 1].</param>
    /// <param name="who">Who overrides.</param>
    /// <param name="why">Why.</param>
    public static ItemOutcome With(ItemOutcome item, int sample, double score, string who, string why) =>
        Same(item, sample).Aggregate(item, (outcome, same) => Set(outcome, same, score, who, why));

    /// <summary>The outcome with the scorer's own score of one response in its place again.</summary>
    /// <param name="item">The outcome.</param>
    /// <param name="sample">A sample with that response, from 0.</param>
    public static ItemOutcome Without(ItemOutcome item, int sample) =>
        Same(item, sample).Aggregate(item, (outcome, same) => Find(outcome, same) is { } found ? Set(outcome, same, found.Scored, found.Who, found.Why) : outcome);

    /// <summary>The override of a sample; <c>null</c> if its score is the scorer's.</summary>
    /// <param name="item">The outcome.</param>
    /// <param name="sample">Which sample, from 0.</param>
    public static ScoreOverride? Find(ItemOutcome item, int sample) => item.Overrides.FirstOrDefault(one => one.Sample == sample);

    /// <summary>How many scores of a measurement are a person's.</summary>
    /// <param name="measurement">The measurement.</param>
    public static int Count(Measurement measurement) => measurement.Items.Sum(item => item.Overrides.Count);

    /// <summary>The measurement by the scorer alone; the same if no score of it is a person's.</summary>
    /// <param name="measurement">The measurement.</param>
    public static Measurement ByScorer(Measurement measurement) => Count(measurement) == 0 ? measurement : measurement with
    {
        Items = [.. measurement.Items.Select(item => item.Overrides.Aggregate(item, (outcome, one) => Without(outcome, one.Sample)))],
    };

    /// <summary>What is wrong with the overrides of an outcome, one sentence each without a subject; empty if nothing is.</summary>
    /// <param name="item">The outcome.</param>
    internal static IEnumerable<string> Problems(ItemOutcome item)
    {
        foreach (var one in item.Overrides)
        {
            if (one.Sample < 0 || one.Sample >= item.Scores.Count)
            {
                yield return Invariant($"has an override of sample {one.Sample}, and {item.Scores.Count} samples, counted from 0.");
                continue;
            }

            var score = item.Scores[one.Sample];
            if (string.IsNullOrWhiteSpace(one.Who) || string.IsNullOrWhiteSpace(one.Why)) yield return "has an override without who or why.";
            if (one.Scored is { } scored && !(scored >= 0 && scored <= 1)) yield return Invariant($"has an override of the score {scored}; a score lies in [0, 1].");
            if (score is null) yield return Invariant($"has an override of sample {one.Sample}, which is unscored; a person's score is a number.");
            else if (score == one.Scored) yield return Invariant($"has an override of sample {one.Sample} that is the scorer's own score, {score}.");
            if (Same(item, one.Sample).Any(same => item.Scores[same] != score)) yield return Invariant($"has the response of sample {one.Sample} twice, and the override of one contradicts the score of the other.");
        }

        if (item.Overrides.DistinctBy(one => one.Sample).Count() < item.Overrides.Count) yield return "has a sample that is overridden twice.";
    }

    private static List<int> Same(ItemOutcome item, int sample) =>
        [.. Enumerable.Range(0, item.Scores.Count).Where(i => i == sample || (i < item.ResponseDigests.Count && sample < item.ResponseDigests.Count && item.ResponseDigests[i] == item.ResponseDigests[sample]))];

    private static ItemOutcome Set(ItemOutcome item, int sample, double? score, string who, string why)
    {
        var scored = Find(item, sample) is { } earlier ? earlier.Scored : item.Scores[sample];
        var place = item.Scores.Take(sample).Count(one => one is null); // reasons are in the order of the unscored samples
        var reasons = item.UnscoredReasons.ToList();
        if (item.Scores[sample] is null && score is not null && place < reasons.Count) reasons.RemoveAt(place);
        if (item.Scores[sample] is not null && score is null) reasons.Insert(Math.Min(place, reasons.Count), Withdrawn);
        var others = item.Overrides.Where(one => one.Sample != sample);
        return item with
        {
            Scores = [.. item.Scores.Select((one, i) => i == sample ? score : one)],
            UnscoredReasons = reasons,
            Overrides = score == scored ? [.. others] : [.. others.Append(new(sample, scored, who, why)).OrderBy(one => one.Sample)],
        };
    }
}
