using System.Text.Json;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

/// <summary>Every case of statistics/*.jsonl but the bounds of the theory, by kind. A kind that nobody computes fails by name.</summary>
public sealed class StatisticsConformance
{
    /// <summary>What computes the fields of a kind from its input.</summary>
    private static readonly Dictionary<string, Func<JsonElement, object?>> Kinds = new(StringComparer.Ordinal)
    {
        ["interval"] = ProportionKinds.Interval,
        ["table"] = input => input.GetProperty("tau").ValueKind == JsonValueKind.Array ? PairedKinds.Table(input) : VerdictKinds.Table(input),
        ["items"] = VerdictKinds.Items,
        ["adjust"] = MultiplicityKinds.Adjust,
        ["power"] = PowerKinds.Power,
        ["minimal-n"] = PowerKinds.MinimalN,
        ["samples"] = PowerKinds.Samples,
        ["t-quantile"] = MeanKinds.TQuantile,
        ["paired-t"] = MeanKinds.PairedT,
        ["cluster"] = MeanKinds.Cluster,
        ["stratified"] = MeanKinds.Stratified,
        ["beta-mixture"] = SequentialKinds.Mixture,
        ["rogan-gladen"] = CorrectionKinds.RoganGladen,
        ["kappa"] = CorrectionKinds.Kappa,
        ["krippendorff"] = CorrectionKinds.Krippendorff,
        ["confusion"] = CorrectionKinds.Confusion,
        ["auc"] = CorrectionKinds.Auc,
    };

    /// <summary>Kinds that are judged rather than compared.</summary>
    private static readonly Dictionary<string, Action<JsonElement, Agreement>> Judged = new(StringComparer.Ordinal)
    {
        ["size"] = SizeKind.Judge,
        ["operating"] = OperatingKinds.Judge,
        ["detectable-drop"] = PowerKinds.JudgeDetectableDrop,
        ["exact-items"] = BootstrapKinds.JudgeItems,
        ["exact-clusters"] = BootstrapKinds.JudgeClusters,
        ["lattice"] = BootstrapKinds.JudgeLattice,
        ["monte-carlo-items"] = BootstrapKinds.JudgeDraws,
        ["monte-carlo-clusters"] = BootstrapKinds.JudgeDraws,
        ["limits"] = SequentialKinds.JudgeLimits,
        ["paired-test"] = SequentialKinds.JudgePairedTest,
        ["without-replacement"] = SequentialKinds.JudgeWithoutReplacement,
        [Coverage] = SequentialKinds.JudgeCoverage,
    };

    /// <summary>What takes the input of such a kind where it must be refused: a case then has no expected fields that would name what to compute.</summary>
    private static readonly Dictionary<string, Action<JsonElement>> Refusing = new(StringComparer.Ordinal)
    {
        ["detectable-drop"] = input => PairedPower.DropSeenAsRegressed(input.Whole("n"), input.Number("gained"), input.Number("alpha"), 0.8),
        ["exact-items"] = input => ResamplingDistribution.All([.. input.Numbers("x").Select(x => new[] { x })]),
        ["exact-clusters"] = input => ResamplingDistribution.All(input.Rows("clusters")),
        ["limits"] = input => _ = new ConfidenceSequence(input.Numbers("x"), SequenceMethod.GridKelly, input.Number("alpha"), IntervalSide.Two, input.Number("c"), input.Whole("grid_kelly_points")),
        ["paired-test"] = input => _ = new SequentialPairedTest(input.Numbers("d"), input.Number("tau"), input.Number("alpha"), SequenceMethod.GridKelly, input.Number("c"), input.Whole("grid_kelly_points")),
        ["without-replacement"] = input => _ = new FinitePopulationSequence(input.Numbers("x"), input.Whole("population"), input.Number("alpha"), input.Number("c")),
    };

    /// <summary>The kind that simulates how often limits cover.</summary>
    internal const string Coverage = "coverage";

    /// <summary>Kinds that simulate or enumerate whole designs: seconds rather than milliseconds, and apart so that mutation testing can do without them.</summary>
    internal static readonly string[] Simulated = ["size", "operating", Coverage, "monte-carlo-items", "monte-carlo-clusters"];

    public static IEnumerable<TheoryDataRow<string, string>> Cases() => ConformanceFiles.Cases(file => !OfTheory(file), kind => !Simulated.Contains(kind));

    [Theory, MemberData(nameof(Cases))]
    public void A_published_case_agrees(string file, string id) => Run(ConformanceFiles.Case(file, id), Kinds, Judged);

    [Theory]
    [InlineData("detectable-drop", """{"n": 0, "gained": 0.01, "alpha": 0.05}""")]
    [InlineData("detectable-drop", """{"n": 40, "gained": "NaN", "alpha": 0.05}""")]
    [InlineData("exact-items", """{"x": []}""")]
    [InlineData("exact-clusters", """{"clusters": [[]]}""")]
    [InlineData("limits", """{"x": [0.5, 1.5], "alpha": 0.05, "side": "two", "c": 0.5, "grid_kelly_points": 20}""")]
    [InlineData("limits", """{"x": [0.5], "alpha": 0, "side": "two", "c": 0.5, "grid_kelly_points": 20}""")]
    [InlineData("paired-test", """{"d": [0, "NaN"], "tau": 0.02, "alpha": 0.05, "c": 0.5, "grid_kelly_points": 20}""")]
    [InlineData("paired-test", """{"d": [0], "tau": 0, "alpha": 0.05, "c": 0.5, "grid_kelly_points": 20}""")]
    [InlineData("without-replacement", """{"x": [1, 1, 1], "population": 2, "alpha": 0.05, "c": 0.5}""")]
    public void A_case_of_a_judged_kind_that_must_be_refused_is_refused(string kind, string input) =>
        Run(JsonDocument.Parse($$"""{"id": "own", "kind": "{{kind}}", "input": {{input}}, "expected_error": true}""").RootElement);

    // By hand: the mean of two drawn of 0 and 1 is 0, .5 or 1 with .25, .5 and .25; of five pairs only five lost have a p (1/32) below .05, so half a chance needs a drop with drop⁵ = ½.
    [Theory]
    [InlineData("exact-items", """{"x": [0, 1]}""", """{"percentile": {"0.3": [0.5, 0.5], "0.62": [0, 1]}}""")]
    [InlineData("exact-clusters", """{"clusters": [[0], [1]]}""", """{"percentile": {"0.37": [0.5, 0.5]}}""")]
    [InlineData("detectable-drop", """{"n": 5, "gained": 0, "alpha": 0.05}""", """{"0.5": {"regressed": 0.870550563296124}}""")]
    public void Levels_and_powers_are_those_that_a_case_asks_for(string kind, string input, string expected) =>
        Run(JsonDocument.Parse($$"""{"id": "own", "kind": "{{kind}}", "input": {{input}}, "expected": {{expected}}, "tol": {"rel": 1e-6, "abs": 1e-9} }""").RootElement);

    internal static bool OfTheory(string file) => file.StartsWith("theory", StringComparison.Ordinal);

    internal static void Run(JsonElement @case) => Run(@case, Kinds, Judged);

    internal static void Run(JsonElement @case, Dictionary<string, Func<JsonElement, object?>> kinds, Dictionary<string, Action<JsonElement, Agreement>> judged)
    {
        var kind = @case.GetProperty("kind").GetString()!;
        var refused = @case.TryGetProperty("expected_error", out var error) && error.GetBoolean();
        var agreement = new Agreement(@case);
        if (kinds.TryGetValue(kind, out var compute))
        {
            if (refused)
            {
                Assert.ThrowsAny<ArgumentException>(() => compute(@case.GetProperty("input")));
                return;
            }

            agreement.Check(@case.GetProperty("expected"), compute(@case.GetProperty("input")));
        }
        else if (judged.TryGetValue(kind, out var judge))
        {
            if (refused)
            {
                Assert.ThrowsAny<ArgumentException>(() => { if (Refusing.TryGetValue(kind, out var take)) take(@case.GetProperty("input")); else judge(@case, agreement); });
                return;
            }

            judge(@case, agreement);
        }
        else
        {
            Assert.Fail($"The kind '{kind}' is not computed by the product.");
        }

        Assert.True(agreement.Problems.Count == 0, string.Join("\n", agreement.Problems));
    }
}
