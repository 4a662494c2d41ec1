using System.Text.Json;

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
        ["detectable-drop"] = PowerKinds.DetectableDrop,
        ["samples"] = PowerKinds.Samples,
        ["t-quantile"] = MeanKinds.TQuantile,
        ["paired-t"] = MeanKinds.PairedT,
        ["cluster"] = MeanKinds.Cluster,
        ["stratified"] = MeanKinds.Stratified,
        ["exact-items"] = BootstrapKinds.Items,
        ["exact-clusters"] = BootstrapKinds.Clusters,
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
        ["lattice"] = BootstrapKinds.JudgeLattice,
        ["monte-carlo-items"] = BootstrapKinds.JudgeDraws,
        ["monte-carlo-clusters"] = BootstrapKinds.JudgeDraws,
        ["limits"] = SequentialKinds.JudgeLimits,
        ["paired-test"] = SequentialKinds.JudgePairedTest,
        ["without-replacement"] = SequentialKinds.JudgeWithoutReplacement,
        [Coverage] = SequentialKinds.JudgeCoverage,
    };

    /// <summary>The kind that simulates how often limits cover.</summary>
    internal const string Coverage = "coverage";

    /// <summary>Kinds that simulate or enumerate whole designs: seconds rather than milliseconds, and apart so that mutation testing can do without them.</summary>
    internal static readonly string[] Simulated = ["size", "operating", Coverage, "monte-carlo-items", "monte-carlo-clusters"];

    public static IEnumerable<TheoryDataRow<string, string>> Cases() => ConformanceFiles.Cases(file => !OfTheory(file), kind => !Simulated.Contains(kind));

    [Theory, MemberData(nameof(Cases))]
    public void A_published_case_agrees(string file, string id) => Run(ConformanceFiles.Case(file, id), Kinds, Judged);

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
            if (refused) { Assert.ThrowsAny<ArgumentException>(() => judge(@case, agreement)); return; }
            judge(@case, agreement);
        }
        else
        {
            Assert.Fail($"The kind '{kind}' is not computed by the product.");
        }

        Assert.True(agreement.Problems.Count == 0, string.Join("\n", agreement.Problems));
    }
}
