using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Trainers.Rewards;

namespace SafetyGate.Trainers.Tests.Rewards;

public sealed class WeightedRewardSpecs
{
    // As TRL sums them: what does not apply adds nothing, and a response that no reward applies to has no number.
    [Fact]
    public void A_sum_is_of_the_rewards_that_apply()
    {
        WeightedReward[] rewards = [new(new Given("a", .5, null, .25, null)), new(new Given("b", null, null, .5, 1), -2)];
        var batch = Enumerable.Range(0, 4).Select(i => (new BenchmarkItem { Id = Invariant($"{i}"), Prompt = "p" },
            new Response { PromptId = Invariant($"{i}"), Text = "", FinishReason = FinishReason.Stop })).ToList();
        Assert.Equal([.5, double.NaN, -.75, -2], WeightedReward.Sums(rewards, batch));
    }

    private sealed class Given(string name, params double?[] values) : IReward
    {
        public string Name => name;

        public string Version => "1";

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => values;
    }
}
