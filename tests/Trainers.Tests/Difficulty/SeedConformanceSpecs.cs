using SafetyGate.Trainers.Difficulty;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.ShadowRewards;

namespace SafetyGate.Trainers.Tests.Difficulty;

/// <summary>The cases of seeds/*.jsonl whose formulas are trainers'; the others are compared with the analysis.</summary>
public sealed class SeedConformanceSpecs
{
    private static readonly Dictionary<string, Func<VectorInput, object>> Kinds = new(StringComparer.Ordinal)
    {
        ["data-hardness"] = input => DataHardness.Of([.. input["similarities"].EnumerateArray().Select(prompt => (IReadOnlyList<IReadOnlyList<double>>)[.. prompt.EnumerateArray().Select(VectorInput.Doubles)])]) is var hardness
            ? new { dissimilarity = hardness.Dissimilarity, alpha = hardness.Alpha } : null!,
        ["responsiveness"] = Responding,
        ["scaled-advantage"] = input => new { advantages = Scaled(input.Doubles("rewards"), input.Number("alpha", 1), input.Number("epsilon", 1e-4)) },
        ["irl-loss"] = input => ShadowRewardLoss.Of(input.Doubles("demonstrations"), input.Doubles("generated")) is var loss ? new { loss = loss.Loss, accuracy = loss.Accuracy } : null!,
    };

    public static TheoryData<string, string> Cases() => Vectors.Of("seeds", Kinds.ContainsKey);

    [Theory, MemberData(nameof(Cases))]
    public void A_published_case_agrees(string file, string id) => Vectors.Run(file, id, Kinds, _ => 1e-9);

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

    // A mean of no gap is none, and no case may expect one.
    private static object Responding(VectorInput input)
    {
        var found = input.Doubles("clamp") is [var least, var most] ? Responsiveness.Of(input.Doubles("gaps"), input.Number("tau"), least, most) : throw new InvalidOperationException("A clamp has two ends.");
        Assert.Equal(found.Keep.Contains(true), found.FilteredMean is not null);
        return found.FilteredMean is { } mean ? new { keep = found.Keep, filtered_mean = mean, alpha = found.Alpha } : new { keep = found.Keep, alpha = found.Alpha };
    }
}
