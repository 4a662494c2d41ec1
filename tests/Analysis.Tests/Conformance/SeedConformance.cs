using System.Text.Json;
using SafetyGate.Analysis.Curation;
using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Strata;

namespace SafetyGate.Analysis.Tests.Conformance;

/// <summary>The cases of seeds/*.jsonl but those of trainers, which are compared where the trainers are.</summary>
public sealed class SeedConformance
{
    private static readonly string[] OfTrainers = ["data-hardness", "responsiveness", "scaled-advantage", "irl-loss"];

    private static readonly Dictionary<string, Func<JsonElement, object>> Kinds = new(StringComparer.Ordinal)
    {
        ["training-dynamics"] = input => new
        {
            items = Vectors.Table(input.GetProperty("gold_probability")).Select(ItemDynamics.Of).Select(item => new
            {
                confidence = item.Confidence, variability = item.Variability, correctness = item.Correctness, forgetfulness = item.Forgetfulness, threshold_closeness = item.ThresholdCloseness,
            }),
        },
        ["gap-recovered"] = input => GapRecovered.Of(Number(input, "unsupervised"), Number(input, "easy"), Number(input, "hard"), Number(input, "smallest_gap")) is var gap
            ? new { value = gap.Value, reason = gap.Reason } : null!,
        ["strata-by-threshold"] = input => Strata(input, new StratumCuts(Number(input, "easy_at_most"), Number(input, "hard_at_least"))),
        ["strata-by-percentile"] = input => Strata(input, StratumCuts.AtPercentiles(Vectors.Doubles(input.GetProperty("hardness")), Number(input, "easy"), Number(input, "hard"))),
        ["diverse-subset"] = input => DiverseSubset.Of([.. input.GetProperty("trajectories").EnumerateArray().Select(text => text.GetString()!)], input.GetProperty("keep").GetInt32()) is var subset
            ? new { distances = subset.Distances, kept = subset.Kept } : null!,
        ["gram-overlap"] = input => GramOverlap.Of(input.GetProperty("a").GetString()!, input.GetProperty("b").GetString()!, input.GetProperty("n").GetInt32()) is var overlap
            ? new { share = overlap.Shares, jaccard = overlap.Jaccard } : null!,
        ["curation"] = Curated,
    };

    public static IEnumerable<TheoryDataRow<string, string>> Cases() => Vectors.Of("seeds")
        .Where(row => row.Data.Item1.Length == 0 || !OfTrainers.Contains(ConformanceCases.Lines(row.Data.Item1).Single(line => line.GetProperty("id").GetString() == row.Data.Item2).GetProperty("kind").GetString()))
        .Select(row => new TheoryDataRow<string, string>(row.Data.Item1, row.Data.Item2));

    [Theory, MemberData(nameof(Cases))]
    public void A_published_case_agrees(string file, string id) => Vectors.Run(file, id, Kinds, _ => 1e-9);

    private static double Number(JsonElement input, string name) => input.GetProperty(name).GetDouble();

    private static object Strata(JsonElement input, StratumCuts cuts) => new
    {
        cuts = new[] { cuts.EasyAtMost, cuts.HardAtLeast },
        stratum = Vectors.Doubles(input.GetProperty("hardness")).Select(hardness => cuts.Of(hardness).ToString().ToLowerInvariant()),
    };

    private static object Curated(JsonElement input)
    {
        var funnel = Funnel.Of([.. input.GetProperty("questions").EnumerateArray().Select(question => new TaughtQuestion(question.GetProperty("id").GetString()!, Number(question, "student_pass"),
            [.. question.GetProperty("trajectories").EnumerateArray().Select(one => new Trajectory(one.GetProperty("tokens").GetInt32(), one.GetProperty("well_formed").GetBoolean(), one.GetProperty("right").GetBoolean()))]))],
            input.GetProperty("longest").GetInt32(), Number(input, "student_pass_above"));
        return new { kept = funnel.Kept.Select(one => new object[] { one.Id, one.Trajectories }), dropped = funnel.Dropped.Select(one => new[] { one.Id, one.Reason }) };
    }
}
