using SafetyGate.Core.Files;
using SafetyGate.Trainers.Grpo;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Grpo;

/// <summary>Nothing to learn from, one row, one token, rewards that are all the same or absent: a right number, never one that is none.</summary>
public sealed class GrpoLossEdgeSpecs
{
    private static readonly double[] LogProbs = [-0.5, -1.5, -2.5, -0.25, -1.25, -2.25];

    public static TheoryData<GrpoLossType, ImportanceLevel> Losses()
    {
        var data = new TheoryData<GrpoLossType, ImportanceLevel>();
        foreach (var type in Enum.GetValues<GrpoLossType>())
            foreach (var level in Enum.GetValues<ImportanceLevel>())
                if (!Options(type, level).Problems().Any()) data.Add(type, level);
        return data;
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_batch_whose_rows_are_all_left_out_moves_nothing(GrpoLossType type, ImportanceLevel level)
    {
        var (loss, gradient, metrics) = Compute(Options(type, level), LogProbs, [2, 3], [false, false, false, false, false, false], [1, -2], inUpdate: 0);
        Assert.True(double.IsFinite(loss), Invariant($"{loss}"));
        Assert.All(gradient, slope => Assert.Equal(0, slope));
        Assert.All(metrics, metric => Assert.True(double.IsFinite(metric.Value), metric.Key));
    }

    [Theory, MemberData(nameof(Losses))]
    public void A_row_that_is_left_out_gets_no_gradient_and_changes_that_of_no_other(GrpoLossType type, ImportanceLevel level)
    {
        var (_, both, _) = Compute(Options(type, level), LogProbs, [2, 3], [true, true, true, false, false, false], [1, -2], inUpdate: 3);
        Assert.All(both[3..], slope => Assert.Equal(0, slope));
        Assert.All(both[..3], slope => Assert.NotEqual(0, slope));
        var (_, moved, _) = Compute(Options(type, level), [.. LogProbs[..3], -9, -8, -7], [2, 3], [true, true, true, false, false, false], [1, -2], inUpdate: 3);
        Assert.Equal(both, moved);
    }

    // On-policy r is 1 and its slope 1, so the slope of -r·A is -A for every loss but vespo (φ(1) = 1) and the sum of sapo (σ'(0)·4 = 1) all the same.
    [Theory, MemberData(nameof(Losses))]
    public void One_token_of_one_row_gets_minus_its_advantage(GrpoLossType type, ImportanceLevel level)
    {
        var options = Options(type, level) with { MaxCompletionLength = 1 };
        foreach (var advantage in new[] { 1.5, -0.5 }) Assert.Equal(-advantage, Assert.Single(Compute(options, [-0.7], [1, 1], [true], [advantage], inUpdate: 1).Gradient), 12);
    }

    [Theory]
    [InlineData(RewardScale.Group), InlineData(RewardScale.Batch), InlineData(RewardScale.None)]
    public void Rewards_that_are_all_the_same_or_absent_give_no_advantage(RewardScale scale)
    {
        foreach (var baseline in new[] { RewardBaseline.Group, RewardBaseline.LeaveOneOut, RewardBaseline.Batch })
        {
            var options = GrpoOptions.For(GrpoMode.Rlvr, 1, 1, 1) with { NumGenerations = 3, ScaleRewards = scale, Baseline = baseline, NormalizeAdvantages = true };
            double?[][] same = [.. Enumerable.Repeat(new double?[] { 0.5 }, 6)], absent = [.. Enumerable.Repeat(new double?[] { null }, 6)];
            Assert.All(GrpoAdvantages.Of(same, [1], options).Advantages, advantage => Assert.Equal(0, advantage, 9));
            Assert.Equal(1, GrpoAdvantages.Of(same, [1], options).ZeroStdShare);
            Assert.All(GrpoAdvantages.Of(absent, [1], options).Advantages, advantage => Assert.Equal(0, advantage));
            double?[][] lonely = [[0.5], [null], [null], [0.1], [0.9], [null]];
            Assert.All(GrpoAdvantages.Of(lonely, [1], options).Advantages, advantage => Assert.True(double.IsFinite(advantage)));
        }
    }

    // By hand: where its group has no second reward to compare with, a row counts with 0. Of the others z = 0.3 / (sqrt(0.18) + 1e-4), and 0, -z, z deviate by z.
    [Fact]
    public void A_reward_alone_in_its_group_counts_as_0_where_each_reward_is_standardized()
    {
        var options = GrpoOptions.For(GrpoMode.Grpo, 1, 1, 1) with { NumGenerations = 2, Aggregation = RewardAggregation.NormalizeThenSum };
        var z = 0.3 / (Math.Sqrt(0.18) + 1e-4);
        var advantages = GrpoAdvantages.Of([[0.5], [null], [0.2], [0.8]], [1], options).Advantages;
        double[] expected = [0, 0, -z / (z + 1e-4), z / (z + 1e-4)];
        for (var row = 0; row < expected.Length; row++) Assert.Equal(expected[row], advantages[row], 12);
    }

    // By hand: the first two rows have one reward of two, ±z of it, and the others both, ±2z; the deviation of these four is sqrt(10/3)·z.
    [Fact]
    public void A_row_to_which_one_of_two_rewards_applies_is_judged_by_that_one()
    {
        var options = GrpoOptions.For(GrpoMode.Grpo, 1, 1, 1) with { NumGenerations = 2, Aggregation = RewardAggregation.NormalizeThenSum };
        var z = 0.5 / (Math.Sqrt(0.5) + 1e-4);
        var advantages = GrpoAdvantages.Of([[1, null], [0, null], [1, 1], [0, 0]], [1, 1], options).Advantages;
        var deviation = (Math.Sqrt(10.0 / 3) * z) + 1e-4;
        double[] expected = [z / deviation, -z / deviation, 2 * z / deviation, -2 * z / deviation];
        for (var row = 0; row < expected.Length; row++) Assert.Equal(expected[row], advantages[row], 12);
    }

    // 5 is clipped to 1 and loses 0.5 · 2 then; the other way round, 5 − 1 would be clipped to 1.
    [Fact]
    public void A_reward_is_clipped_before_its_kl_is_taken_off()
    {
        var options = GrpoOptions.For(GrpoMode.Rloo, 1, 1, 1) with { NumGenerations = 2, Beta = 0.5, RewardClip = new(-1, 1), Baseline = RewardBaseline.None };
        Assert.Equal([0, -1.5], GrpoAdvantages.Of([[5], [-3]], [1], options, [2, 1]).Advantages);
    }

    [Theory]
    [InlineData(GrpoMode.Grpo, 0.5), InlineData(GrpoMode.Bnpo, 0.5), InlineData(GrpoMode.DrGrpo, 0.5)]
    [InlineData(GrpoMode.Dapo, 1)] // sums over the tokens of the update, of which a part has no share of its own
    public void The_entropy_bonus_of_a_part_of_an_update_has_the_share_of_its_rows(GrpoMode mode, double share)
    {
        var options = GrpoOptions.For(mode, 1, 1, 1) with { Beta = 0, EntropyCoefficient = 0.25 };
        Assert.Empty(options.Problems());
        double Loss(double rowShare)
        {
            using var scope = NewDisposeScope();
            using var terms = GrpoLoss.Compute(new() { LogProbsBC = tensor(LogProbs, [2, 3]), EntropiesBC = tensor(new[] { 1.0, 2, 3, 4, 5, 6 }, [2, 3]), MaskBC = ones([2, 3], ScalarType.Bool), Advantages = [1, -0.5], RowShare = rowShare, TokensInUpdate = 12 }, options);
            return terms.Loss.item<double>();
        }

        Assert.NotEqual(0, Loss(1), 3);
        Assert.Equal(share * Loss(1), Loss(0.5), 12);
    }

    // Of 1, 2, 3 and 4 the upper half begins at 2.5, between the two in the middle.
    [Fact]
    public void A_quantile_of_entropies_between_two_tokens_leaves_out_the_lower()
    {
        var options = GrpoOptions.For(GrpoMode.Bnpo, 1, 1, 1) with { Beta = 0, TopEntropyQuantile = 0.5 };
        using var scope = NewDisposeScope();
        var tokens = tensor(new[] { -0.7, -0.7, -0.7, -0.7 }, [2, 2]).requires_grad_(true);
        using var terms = GrpoLoss.Compute(new() { LogProbsBC = tokens, EntropiesBC = tensor(new[] { 3.0, 1, 2, 4 }, [2, 2]), MaskBC = ones([2, 2], ScalarType.Bool), Advantages = [1, 1] }, options);
        terms.Loss.backward();
        Assert.Equal([true, false, false, true], tokens.grad!.ne(0).data<bool>().ToArray());
    }

    // Both tokens of the first row are below the clip and of a negative advantage; the second row is left out and is no row without a clipped token.
    [Fact]
    public void The_least_share_of_clipped_tokens_is_among_the_rows_that_count()
    {
        var options = GrpoOptions.For(GrpoMode.Grpo, 1, 1, 1) with { Beta = 0, NumIterations = 2 };
        using var scope = NewDisposeScope();
        var old = zeros([2, 2], ScalarType.Float64);
        using var terms = GrpoLoss.Compute(new() { LogProbsBC = old - 1, OldLogProbsBC = old, EntropiesBC = ones([2, 2], ScalarType.Float64), MaskBC = tensor(new[] { true, true, false, false }, [2, 2]), Advantages = [-1, -1] }, options);
        Assert.Equal((1.0, 1.0, 0.0), (terms.Metrics["clip_ratio/low_min"], terms.Metrics["clip_ratio/low_mean"], terms.Metrics["clip_ratio/high_max"]));
    }

    // φ = exp(λ + k·w − λ·e^w): at the largest w, 20, the least λ there is, 1e-4, leaves nothing of it.
    [Fact]
    public void A_lambda_of_vespo_is_no_less_than_its_least()
    {
        var options = GrpoOptions.For(GrpoMode.Vespo, 1, 1, 1) with { Beta = 0, NumIterations = 2, VespoLambdaNegative = 1e-9, VespoLambdaPositive = 1e-9 };
        Assert.Empty(options.Problems());
        using var scope = NewDisposeScope();
        foreach (var advantage in new[] { -1.0, 1 })
        {
            using var terms = GrpoLoss.Compute(new() { LogProbsBC = tensor(new[] { -1.0 }, [1, 1]), OldLogProbsBC = tensor(new[] { -31.0 }, [1, 1]), EntropiesBC = ones([1, 1], ScalarType.Float64), MaskBC = ones([1, 1], ScalarType.Bool), Advantages = [advantage] }, options);
            Assert.Equal(0, terms.Loss.item<double>());
        }
    }

    // By hand: the ratio 1.15 is capped at 1.1 for a positive advantage, before the clip at 1.2 acts; for a negative one the smaller of -1.1 and -1.15 counts.
    [Theory]
    [InlineData(1.0, -1.1, 0.0)]
    [InlineData(-1.0, 1.15, 1.15)]
    public void A_cap_below_the_clip_bounds_gains_alone(double advantage, double loss, double slope)
    {
        var options = GrpoOptions.For(GrpoMode.Grpo, 1, 1, 1) with { Beta = 0, Delta = 1.1, NumIterations = 2 };
        Assert.Empty(options.Problems());
        using var scope = NewDisposeScope();
        var tokens = tensor(new[] { -0.7 }, [1, 1]).requires_grad_(true);
        var old = tensor(new[] { -0.7 - Math.Log(1.15) }, [1, 1]);
        using var terms = GrpoLoss.Compute(new() { LogProbsBC = tokens, OldLogProbsBC = old, EntropiesBC = ones([1, 1], ScalarType.Float64), MaskBC = ones([1, 1], ScalarType.Bool), Advantages = [advantage] }, options);
        terms.Loss.backward();
        Assert.Equal((loss, slope), (Math.Round(terms.Loss.detach().item<double>(), 12), Math.Round(tokens.grad!.item<double>(), 12)));
    }

    // The first tokens of a group's rows have one distribution; where the quantile falls among them, rounding decides nothing.
    [Fact]
    public void Entropies_that_only_rounding_tells_apart_are_on_one_side_of_the_quantile()
    {
        var options = GrpoOptions.For(GrpoMode.Bnpo, 1, 1, 1) with { Beta = 0, TopEntropyQuantile = 0.5 };
        using var scope = NewDisposeScope();
        var tokens = tensor(new[] { -0.7, -0.7, -0.7, -0.7 }, [2, 2]).requires_grad_(true);
        var entropies = tensor(new[] { 2, Math.BitIncrement(2.0), Math.BitDecrement(2.0), 1 }, [2, 2]);
        using var terms = GrpoLoss.Compute(new() { LogProbsBC = tokens, EntropiesBC = entropies, MaskBC = ones([2, 2], ScalarType.Bool), Advantages = [1, 1] }, options);
        terms.Loss.backward();
        Assert.Equal([true, true, true, false], tokens.grad!.ne(0).data<bool>().ToArray());
    }

    [Fact]
    public void A_group_of_one_has_the_batch_as_its_baseline()
    {
        var options = GrpoOptions.For(GrpoMode.Reinforce, 1, 1, 1) with { NumGenerations = 1 };
        Assert.Equal([-0.25, 0.25], GrpoAdvantages.Of([[0.25], [0.75]], [1], options).Advantages);
        Assert.Equal([0], GrpoAdvantages.Of([[0.25]], [1], options).Advantages);
    }

    private static GrpoOptions Options(GrpoLossType type, ImportanceLevel level) =>
        GrpoOptions.For(Enum.GetValues<GrpoMode>().First(mode => JsonFormat.NameOf(mode) == JsonFormat.NameOf(type)), 1, 1, 1) with { Beta = 0, ImportanceSamplingLevel = level, MaxCompletionLength = 3 };

    private static (double Loss, double[] Gradient, IReadOnlyDictionary<string, double> Metrics) Compute(GrpoOptions options, double[] logProbs, long[] shape, bool[] mask, double[] advantages, double inUpdate)
    {
        Assert.Empty(options.Problems());
        using var scope = NewDisposeScope();
        var tokens = tensor(logProbs, shape).requires_grad_(true);
        using var terms = GrpoLoss.Compute(new() { LogProbsBC = tokens, EntropiesBC = ones(shape, ScalarType.Float64), MaskBC = tensor(mask, shape), Advantages = advantages, TokensInUpdate = inUpdate }, options);
        terms.Loss.backward();
        return (terms.Loss.detach().item<double>(), tokens.grad!.contiguous().data<double>().ToArray(), terms.Metrics);
    }

    // TRL's RLOO takes the deviation after clip and KL; the other losses say whether the verifier tells responses apart.
    [Fact]
    public void The_share_of_groups_without_a_difference_is_in_RLOO_of_what_its_baseline_is_taken_of()
    {
        IReadOnlyList<IReadOnlyList<double?>> rewards = [[1], [1], [0.2], [0.9]];
        double[] kl = [0.1, 0.2, 0, 0];
        var (rloo, rlvr) = (For(GrpoMode.Rloo), For(GrpoMode.Rlvr));
        Assert.Equal(0.5, GrpoAdvantages.Of(rewards, [1], rlvr, kl).ZeroStdShare);
        Assert.Equal(0, GrpoAdvantages.Of(rewards, [1], rloo, kl).ZeroStdShare);
        Assert.Equal(0.5, GrpoAdvantages.Of(rewards, [1], rloo with { Beta = 0 }).ZeroStdShare);
        Assert.Equal(1, GrpoAdvantages.Of(rewards, [1], rloo with { Beta = 0, RewardClip = new(0, 0.1) }).ZeroStdShare);

        static GrpoOptions For(GrpoMode mode) => GrpoOptions.For(mode, 1, 1, 1) with { NumGenerations = 2 };
    }
}
