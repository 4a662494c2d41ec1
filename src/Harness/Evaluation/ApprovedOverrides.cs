namespace SafetyGate.Harness.Evaluation;

/// <summary>
/// People's scores of approved results. One holds for one response to one item of one benchmark under one version of the scorer: another
/// response, another version or an edited benchmark is scored as ever.
/// </summary>
public sealed class ApprovedOverrides
{
    /// <summary>No person's score.</summary>
    public static readonly ApprovedOverrides None = new([]);

    private readonly Dictionary<Place, (double Score, ScoreOverride Override, string Where)> _scores = [];

    private ApprovedOverrides(IEnumerable<(string Where, Measurement Measured)> approved)
    {
        foreach (var (where, measured) in approved)
            foreach (var item in measured.Items)
                foreach (var one in item.Overrides)
                    Add(new(measured.BenchmarkDigest, measured.Scorer, measured.ScorerVersion, item.Id, item.ResponseDigests[one.Sample]), item.Scores[one.Sample]!.Value, one, where);
    }

    /// <summary>The overrides of several results.</summary>
    /// <param name="approved">The results' measurements with the name of the file of each.</param>
    /// <exception cref="UserErrorException">Two contradict each other (exit code 3).</exception>
    public static ApprovedOverrides Of(IEnumerable<(string Where, Measurement Measured)> approved) => new(approved);

    /// <summary>The measurement with the scores that hold for its responses; the same if none does.</summary>
    /// <param name="measurement">A measurement.</param>
    public Measurement On(Measurement measurement) =>
        _scores.Count == 0 ? measurement : measurement with { Items = [.. measurement.Items.Select(item => On(measurement, item))] };

    /// <summary>The result with the scores that hold for its responses. The responses keep what the scorer said of them.</summary>
    /// <param name="result">A result.</param>
    public EvaluationResult On(EvaluationResult result) => _scores.Count == 0 ? result : result with { Measurement = On(result.Measurement) };

    /// <summary>The file that has a person's score for a response; <c>null</c> if none has.</summary>
    /// <param name="measurement">The measurement: benchmark and scorer.</param>
    /// <param name="item">Id of the item.</param>
    /// <param name="digest">SHA-256 of the response's text.</param>
    public string? Holder(Measurement measurement, string item, string digest) =>
        _scores.TryGetValue(new(measurement.BenchmarkDigest, measurement.Scorer, measurement.ScorerVersion, item, digest), out var found) ? found.Where : null;

    private ItemOutcome On(Measurement measurement, ItemOutcome item)
    {
        for (var sample = 0; sample < item.Scores.Count && sample < item.ResponseDigests.Count; sample++)
            if (_scores.TryGetValue(new(measurement.BenchmarkDigest, measurement.Scorer, measurement.ScorerVersion, item.Id, item.ResponseDigests[sample]), out var found) && item.Scores[sample] != found.Score)
                item = ScoreOverrides.With(item, sample, found.Score, found.Override.Who, found.Override.Why);
        return item;
    }

    private void Add(Place response, double score, ScoreOverride one, string where)
    {
        if (_scores.TryAdd(response, (score, one, where))) return;
        var other = _scores[response];
        if (other.Score == score) return;
        throw new UserErrorException(Invariant($"{other.Where} and {where} give one response to item '{response.Item}' two scores in the place of the scorer's: {other.Score} by {other.Override.Who}, {score} by {one.Who}. Agree on one, give it in both ('{GateCommandName.Text} override'; --withdraw takes one back), and approve them together."), GateExitCode.NotComparable);
    }

    private readonly record struct Place(string Benchmark, string Scorer, string Version, string Item, string Digest);
}
