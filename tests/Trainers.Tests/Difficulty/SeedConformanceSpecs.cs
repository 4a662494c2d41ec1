using System.Text.Json;
using SafetyGate.Trainers.Difficulty;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.ShadowRewards;

namespace SafetyGate.Trainers.Tests.Difficulty;

/// <summary>The cases of seeds/*.jsonl whose formulas are trainers'; the others are compared with the analysis.</summary>
public sealed class SeedConformanceSpecs
{
    private static readonly Dictionary<string, Action<JsonElement, JsonElement, double>> Kinds = new(StringComparer.Ordinal)
    {
        ["data-hardness"] = (input, expected, tolerance) =>
        {
            var hardness = DataHardness.Of([.. input.GetProperty("similarities").EnumerateArray().Select(prompt => (IReadOnlyList<IReadOnlyList<double>>)[.. prompt.EnumerateArray().Select(Doubles)])]);
            Same(expected.GetProperty("dissimilarity"), hardness.Dissimilarity, tolerance);
            Same(expected.GetProperty("alpha"), hardness.Alpha, tolerance);
        },
        ["responsiveness"] = (input, expected, tolerance) =>
        {
            var clamp = Doubles(input.GetProperty("clamp"));
            var responsiveness = Responsiveness.Of(Doubles(input.GetProperty("gaps")), input.GetProperty("tau").GetDouble(), clamp[0], clamp[1]);
            Assert.Equal(expected.GetProperty("keep").EnumerateArray().Select(keep => keep.GetBoolean()), responsiveness.Keep);
            Assert.Equal(expected.TryGetProperty("filtered_mean", out var mean), responsiveness.FilteredMean is not null);
            if (responsiveness.FilteredMean is { } filtered) Near.Equal(mean.GetDouble(), filtered, tolerance, "filtered mean");
            Near.Equal(expected.GetProperty("alpha").GetDouble(), responsiveness.Alpha, tolerance, "alpha");
        },
        ["scaled-advantage"] = (input, expected, tolerance) =>
            Same(expected.GetProperty("advantages"), Scaled(Doubles(input.GetProperty("rewards")), input.GetProperty("alpha").GetDouble(), input.GetProperty("epsilon").GetDouble()), tolerance),
        ["irl-loss"] = (input, expected, tolerance) =>
        {
            var loss = ShadowRewardLoss.Of(Doubles(input.GetProperty("demonstrations")), Doubles(input.GetProperty("generated")));
            Near.Equal(expected.GetProperty("loss").GetDouble(), loss.Loss, tolerance, "loss");
            Near.Equal(expected.GetProperty("accuracy").GetDouble(), loss.Accuracy, tolerance, "accuracy");
        },
    };

    public static TheoryData<string, string> Cases()
    {
        var data = new TheoryData<string, string>();
        foreach (var file in ConformanceCases.Find("seeds", "*.jsonl"))
            foreach (var line in ConformanceCases.Lines(file).Where(line => Kinds.ContainsKey(line.GetProperty("kind").GetString()!))) data.Add(file, line.GetProperty("id").GetString()!);
        if (!data.Any()) data.Add("", "");
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void A_published_case_agrees(string file, string id)
    {
        var line = ConformanceCases.Lines(file).Single(line => line.GetProperty("id").GetString() == id);
        ConformanceLog.Compared(file, id);
        Kinds[line.GetProperty("kind").GetString()!](line.GetProperty("input"), line.GetProperty("expected"), line.GetProperty("tolerance").GetDouble());
    }

    [Fact]
    public void Scaling_rewards_instead_of_advantages_would_cancel()
    {
        double[] rewards = [0, 1, .5, .25];
        var plain = Scaled(rewards, 1, 0);
        var scaled = Scaled(rewards, 2, 0);
        var onRewards = Scaled([.. rewards.Select(reward => 2 * reward)], 1, 0);
        for (var i = 0; i < rewards.Length; i++)
        {
            Assert.Equal(2 * plain[i], scaled[i], 12);
            Assert.Equal(plain[i], onRewards[i], 12);
        }
    }

    // The option of the trainer on one group.
    private static IReadOnlyList<double> Scaled(IReadOnlyList<double> rewards, double alpha, double epsilon) => GrpoAdvantages.Of(
        [.. rewards.Select(reward => (IReadOnlyList<double?>)[reward])], [1],
        new GrpoOptions { MaxSteps = 1, LearningRate = 1, Seed = 0, NumGenerations = rewards.Count, ScaleRewards = RewardScale.Group }, scales: [alpha], epsilon: epsilon).Advantages;

    private static double[] Doubles(JsonElement array) => [.. array.EnumerateArray().Select(value => value.GetDouble())];

    private static void Same(JsonElement expected, IReadOnlyList<double> actual, double tolerance)
    {
        Assert.Equal(expected.GetArrayLength(), actual.Count);
        for (var i = 0; i < actual.Count; i++) Near.Equal(expected[i].GetDouble(), actual[i], tolerance, Invariant($"[{i}]"));
    }
}
