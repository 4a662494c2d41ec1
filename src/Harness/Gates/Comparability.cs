using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>Whether two results answer the same question: same benchmark, scorer, template, way of sampling, and the same rule.</summary>
public static class Comparability
{
    /// <summary>When an approved result is from.</summary>
    internal const string WhenApproved = "when approved";

    /// <summary>Names of the settings, as differences and reports show them.</summary>
    internal const string MarginField = "margin (τ)", AlphaField = "alpha (α)", PolicyField = "policy for Inconclusive",
    UntunedField = "untuned weights", CategoryField = "category drop limit",
        CoverageField = "minimum coverage", AnchorField = "anchor margin", AnchorKindField = "anchor", FloorField = "floor";

    /// <summary>
    /// Fields in which they differ, one sentence each, naming the field and both values; empty when they may be compared.
    /// </summary>
    /// <remarks>
    /// The sampling seed is not among them: it is derived from the recipe, the weights and the benchmark, so it differs by design
    /// between two models.
    /// </remarks>
    /// <param name="approved">What is compared with.</param>
    /// <param name="now">The present result.</param>
    /// <param name="then">When the former is from, in the sentences.</param>
    public static IEnumerable<string> Differences(Measurement approved, Measurement now, string then = WhenApproved)
    {
        foreach (var (field, before, present) in Identity(approved).Zip(Identity(now), (a, b) => (a.Field, a.Value, b.Value)))
            if (!string.Equals(before, present, StringComparison.Ordinal)) yield return Sentence(field, before, present, then);
        if (approved.Validation is { } counted && now.Validation is { } counts && counted != counts)
            yield return Sentence("scorer validation", Counts(counted), Counts(counts), then);
        foreach (var label in Labels(approved.Items, now.Items, then)) yield return label;
        if (InferenceUnits.Differ(approved.Items, now.Items, out var common))
            yield return Sentence("unit of inference", InferenceUnits.Describe(common.First), InferenceUnits.Describe(common.Second), then);
    }

    /// <summary>
    /// Labels of the common items that differ, a sentence for each kind of label, naming the first such item. Approved items none of which
    /// names its behavior are from before behaviors were recorded: their units are compared instead.
    /// </summary>
    internal static IEnumerable<string> Labels(IReadOnlyList<ItemOutcome> approved, IReadOnlyList<ItemOutcome> now, string then = WhenApproved)
    {
        var before = approved.DistinctBy(item => item.Id, StringComparer.Ordinal).ToDictionary(item => item.Id, StringComparer.Ordinal);
        foreach (var (label, of) in LabelKinds)
        {
            if (label == BehaviorLabel && approved.All(item => item.Behavior is null)) continue;
            var differing = now.Where(item => before.TryGetValue(item.Id, out var other) && !string.Equals(of(other), of(item), StringComparison.Ordinal)).ToList();
            if (differing.Count == 0) continue;
            var more = differing.Count > 1 ? Invariant($"; of {differing.Count - 1} more items too") : "";
            yield return Sentence($"{label} of item '{differing[0].Id}'", of(before[differing[0].Id]) ?? "none", of(differing[0]) ?? "none", then) + more;
        }
    }

    /// <summary>Settings that differ from those the baseline was approved under; the words of the author are no setting.</summary>
    public static IEnumerable<string> Differences(GateSettings approved, GateSettings now, MetricDirection direction)
    {
        foreach (var (field, then, present) in Rule(approved, direction).Zip(Rule(now, direction), (a, b) => (a.Field, a.Value, b.Value)))
            if (!string.Equals(then, present, StringComparison.Ordinal)) yield return Sentence(field, then, present);
    }

    /// <summary>True when the same model, engine and options made both: then there is nothing to test.</summary>
    public static bool SameModelAndOptions(Measurement approved, Measurement now) =>
        now.Model.WeightsDigest.Length > 0 && now.Model.EngineDigest.Length > 0
        && approved.Model with { Name = now.Model.Name } == now.Model && approved.Sampling == now.Sampling;

    /// <summary>True when every score and every response digest is the same.</summary>
    public static bool SameOutcomes(Measurement approved, Measurement now) =>
        approved.Items.Count == now.Items.Count && approved.Items.Zip(now.Items).All(pair =>
            string.Equals(pair.First.Id, pair.Second.Id, StringComparison.Ordinal)
            && pair.First.Scores.SequenceEqual(pair.Second.Scores)
            && pair.First.ResponseDigests.SequenceEqual(pair.Second.ResponseDigests, StringComparer.Ordinal));

    /// <summary>Identity of what a result measures.</summary>
    internal static IEnumerable<(string Field, string Value)> Identity(Measurement m) =>
    [
        ("metric", m.Metric),
        ("benchmark", m.Benchmark),
        ("benchmark digest", m.BenchmarkDigest),
        ("direction", m.Direction.ToString()),
        ("scorer", m.Scorer),
        ("scorer version", m.ScorerVersion),
        ("prompt style", m.Style.ToString()),
        ("chat template digest", m.Model.TemplateDigest),
        .. Options(m.Sampling),
    ];

    private const string BehaviorLabel = "behavior";

    private static readonly (string Label, Func<ItemOutcome, string?> Of)[] LabelKinds =
        [("suite", item => item.Suite), ("category", item => item.Category), (BehaviorLabel, item => item.Behavior)];

    private static string Counts(ScorerValidation v) =>
        Invariant($"{v.TruePositives} of {v.Positives} positives, {v.TrueNegatives} of {v.Negatives} negatives");

    /// <summary>The options of sampling; the seed is not among them.</summary>
    internal static IEnumerable<(string Field, string Value)> Options(SamplingOptions s) =>
    [
        ("sampling MaxNewTokens", Invariant($"{s.MaxNewTokens}")),
        ("sampling Temperature", Invariant($"{s.Temperature:R}")),
        ("sampling TopK", s.TopK is { } k ? Invariant($"{k}") : "off"),
        ("sampling TopP", s.TopP is { } p ? Invariant($"{p:R}") : "off"),
        ("sampling MinP", s.MinP is { } q ? Invariant($"{q:R}") : "off"),
        ("sampling RepetitionPenalty", Invariant($"{s.RepetitionPenalty:R}")),
        ("sampling SamplesPerPrompt", Invariant($"{s.SamplesPerPrompt}")),
    ];

    /// <summary>The settings that make a rule.</summary>
    internal static IEnumerable<(string Field, string Value)> Rule(GateSettings s, MetricDirection direction) =>
    [
        (MarginField, Invariant($"{s.Margin:R}")),
        (AlphaField, Invariant($"{s.Alpha:R}")),
        (PolicyField, s.PolicyFor(direction).ToString()),
        (CategoryField, Invariant($"{s.CategoryDropLimit:R}")),
        (CoverageField, Invariant($"{s.MinimumCoverage:R}")),
        (AnchorField, Invariant($"{s.AnchorMargin:R}")),
        (AnchorKindField, s.Anchor == AnchorKind.FirstApproved ? "the first approved result" : "the untuned reference"),
        ("looks", s.Looks.ToString()),
        (FloorField, s.Floor is { } f ? Invariant($"{f:R}") : "none"),
        (UntunedField, s.AllowUntuned ? "allowed" : "refused"),
    ];

    private static string Sentence(string field, string before, string now, string then = WhenApproved) => $"{field}: '{before}' {then}, '{now}' now";
}
