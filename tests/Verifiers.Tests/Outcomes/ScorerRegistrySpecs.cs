using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Verifiers.Math;
using SafetyGate.Verifiers.Refusals;

namespace SafetyGate.Verifiers.Tests.Outcomes;

public sealed class ScorerRegistrySpecs
{
    public ScorerRegistrySpecs() => BuiltIn.Register();

    [Fact]
    public void A_scorer_of_the_product_is_found_by_its_name_and_a_verifier_as_a_reward_too()
    {
        Assert.IsType<RefusalScorer>(Scorers.Scorer("refusal"));
        Assert.IsType<ComplianceScorer>(Scorers.Scorer("compliance"));
        Assert.IsType<MathVerifier>(Scorers.Reward("math"));
        Assert.IsType<MathAnswerScorer>(Scorers.Scorer("math-answer"));
        Assert.Contains("math", Scorers.RewardNames);
        Assert.DoesNotContain("refusal", Scorers.RewardNames);
    }

    [Theory]
    [InlineData("mat", "Did you mean \"math\"?")]
    [InlineData("refusals", "Did you mean \"refusal\"?")]
    [InlineData("oracle", "compliance, math, math-answer")]
    public void An_unknown_name_is_refused_with_the_nearest_and_all_known(string name, string message) =>
        Assert.Contains(message, Assert.Throws<UserErrorException>(() => Scorers.Scorer(name)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_scorer_that_is_no_reward_is_not_found_as_one() =>
        Assert.Contains("no reward \"refusal\"", Assert.Throws<UserErrorException>(() => Scorers.Reward("refusal")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_project_registers_its_own()
    {
        Scorers.Register(() => new Own("own-reward", "3"));
        Scorers.Register(() => new Own("own-reward", "3"));
        Assert.Equal("3", Scorers.Reward("own-reward").Version);
        Assert.DoesNotContain("own-reward", Scorers.ScorerNames);
    }

    [Fact]
    public void A_scorer_is_found_by_the_name_of_its_class_too()
    {
        Assert.IsType<RefusalScorer>(Scorers.Scorer("SafetyGate.Verifiers.Refusals.RefusalScorer"));
        Assert.IsType<MathVerifier>(Scorers.Reward("MathVerifier"));
        Assert.Contains("no reward \"RefusalScorer\"", Assert.Throws<UserErrorException>(() => Scorers.Reward("RefusalScorer")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_scorers_of_an_assembly_are_registered_together_but_for_those_that_need_arguments()
    {
        Assert.Equal(["compliance", "math", "math-answer", "refusal"], Scorers.RegisterAll(typeof(RefusalScorer).Assembly));
        Assert.Contains("no public class", Assert.Throws<ArgumentException>(() => Scorers.RegisterAll(typeof(object).Assembly)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_has_no_name_no_version_or_another_s_name_is_refused()
    {
        Assert.Contains("no Version", Assert.Throws<ArgumentException>(() => Scorers.Register(() => new Own("unversioned", " "))).Message, StringComparison.Ordinal);
        Assert.Contains("no Name", Assert.Throws<ArgumentException>(() => Scorers.Register(() => new Own("", "1"))).Message, StringComparison.Ordinal);
        Assert.Contains("belongs to", Assert.Throws<ArgumentException>(() => Scorers.Register(() => new Own("math", "1"))).Message, StringComparison.Ordinal);
        Assert.Contains("neither", Assert.Throws<ArgumentException>(() => Scorers.Register(() => "math")).Message, StringComparison.Ordinal);
    }

    private sealed class Own(string name, string version) : IReward
    {
        public string Name => name;

        public string Version => version;

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => [.. batch.Select(_ => (double?)1)];
    }
}
