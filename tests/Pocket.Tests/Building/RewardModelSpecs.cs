using SafetyGate.Pocket.Building;
using SafetyGate.Pocket.Data;
using SafetyGate.Trainers.RewardModels;

namespace SafetyGate.Pocket.Tests.Building;

public sealed class RewardModelSpecs
{
    // σ(difference) against what comes true; .25 is what .75 says of pairs that are all ranked right.
    private const double LargestCalibrationError = 0.1;
    private static readonly PocketPaths Paths = PocketPaths.Find();
    private static readonly Lazy<Dictionary<double, PocketRewardReport>> Published = new(() =>
        PreferenceMix.FrozenStyleShares.ToDictionary(share => share, share => new PocketRewards(Paths).Measure(Paths.Reward(share), share)));

    public static TheoryData<double> Shares => [.. PreferenceMix.FrozenStyleShares];

    [Theory, MemberData(nameof(Shares))]
    public void A_published_reward_model_ranks_the_pairs_held_out_and_knows_how_sure_it_may_be(double share)
    {
        var report = Published.Value[share];
        Assert.Equal(PreferenceMix.HeldOut, report.All.Pairs);
        Assert.InRange(report.All.Accuracy, PocketRewardReport.RequiredAccuracy, 1);
        Assert.InRange(report.All.CalibrationError, 0, LargestCalibrationError);
        Assert.Contains($"`{report.WeightsDigest[..12]}` | 300 |", File.ReadAllText(Path.Combine(Paths.Models, PocketRewards.Page)), StringComparison.Ordinal);
    }

    [Fact]
    public void Only_the_one_that_was_shown_style_prefers_the_house_style()
    {
        var (plain, styled) = (Preference(0), Preference(Recipes.StyleShare));
        Assert.InRange(plain, -1, 1);
        Assert.InRange(styled, 1.5, 10);

        double Preference(double share)
        {
            var scores = Published.Value[share].Scores.ToDictionary();
            return scores["worked, right, house style"] - scores["worked, right"];
        }
    }

    [Theory, InlineData(0.95, "They are."), InlineData(0.9499, "They are not.")]
    public void The_page_says_whether_the_required_share_is_ranked_right(double accuracy, string words)
    {
        var page = PocketRewardsPage.ToMarkdown([new() { StyleShare = 0, WeightsDigest = new('a', 64), All = new(300, accuracy, 0.02), Kinds = [new("right over a guess", new(290, 1, 0.01))], Scores = [new("guess, wrong", -2.345)] }]);
        Assert.EndsWith($"{words}\n", page, StringComparison.Ordinal);
        Assert.Contains("| right over a guess |  | 290 | 1.000 | 0.010 |", page, StringComparison.Ordinal);
        Assert.Contains("| guess, wrong | -2.35 |", page, StringComparison.Ordinal);
        Assert.Contains("./gate pocket rewards", page, StringComparison.Ordinal);
    }
}
