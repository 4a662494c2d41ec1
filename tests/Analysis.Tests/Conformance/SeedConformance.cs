using SafetyGate.Analysis.Curation;
using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Strata;

namespace SafetyGate.Analysis.Tests.Conformance;

/// <summary>The cases of seeds/*.jsonl but those of trainers, which are compared where the trainers are.</summary>
public sealed class SeedConformance
{
    private static readonly string[] OfTrainers = ["data-hardness", "responsiveness", "scaled-advantage", "irl-loss"];

    private static readonly Dictionary<string, Func<VectorInput, object>> Kinds = new(StringComparer.Ordinal)
    {
        ["training-dynamics"] = input => new
        {
            items = input.Table("gold_probability").Select(ItemDynamics.Of).Select(item => new
            {
                confidence = item.Confidence, variability = item.Variability, correctness = item.Correctness, forgetfulness = item.Forgetfulness, threshold_closeness = item.ThresholdCloseness,
            }),
        },
        ["gap-recovered"] = input => GapRecovered.Of(input.Number("unsupervised"), input.Number("easy"), input.Number("hard"), input.Number("smallest_gap")) is var gap
            ? new { value = gap.Value, reason = gap.Reason } : null!,
        ["strata-by-threshold"] = input => Strata(input, new StratumCuts(input.Number("easy_at_most"), input.Number("hard_at_least"))),
        ["strata-by-percentile"] = input => Strata(input, StratumCuts.AtPercentiles(input.Doubles("hardness"), input.Number("easy"), input.Number("hard"))),
        ["diverse-subset"] = Diverse,
        ["gram-overlap"] = input => GramOverlap.Of(input.Text("a"), input.Text("b"), (int)input.Number("n", GramOverlap.DefaultLength)) is var overlap
            ? new { share = overlap.Shares, jaccard = overlap.Jaccard } : null!,
        ["curation"] = Curated,
    };

    public static TheoryData<string, string> Cases() => Vectors.Of("seeds", kind => !OfTrainers.Contains(kind));

    [Theory, MemberData(nameof(Cases))]
    public void A_published_case_agrees(string file, string id) => Vectors.Run(file, id, Kinds, _ => 1e-9);

    private static object Strata(VectorInput input, StratumCuts cuts) => new
    {
        cuts = new[] { cuts.EasyAtMost, cuts.HardAtLeast },
        stratum = input.Doubles("hardness").Select(hardness => cuts.Of(hardness).ToString().ToLowerInvariant()),
    };

    private static object Diverse(VectorInput input)
    {
        input.Only("units", "code points");
        input.Only("criterion", "sum of pairwise distances");
        var subset = DiverseSubset.Of(input.Texts("trajectories"), input.Whole("keep"));
        Assert.True(subset.IsExact, "There are more subsets than the product compares, and the best of them is expected.");
        return new { distances = subset.Distances, kept = subset.Kept };
    }

    private static object Curated(VectorInput input)
    {
        var funnel = Funnel.Of([.. input["questions"].EnumerateArray().Select(question => new TaughtQuestion(question.GetProperty("id").GetString()!, question.GetProperty("student_pass").GetDouble(),
            [.. question.GetProperty("trajectories").EnumerateArray().Select(one => new Trajectory(one.GetProperty("tokens").GetInt32(), one.GetProperty("well_formed").GetBoolean(), one.GetProperty("right").GetBoolean()))]))],
            input.Whole("longest"), input.Number("student_pass_above"));
        return new { kept = funnel.Kept.Select(one => new object[] { one.Id, one.Trajectories }), dropped = funnel.Dropped.Select(one => new[] { one.Id, one.Reason }) };
    }
}
