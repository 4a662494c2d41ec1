using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

/// <summary>A scorer against labels, scores of two sides, and raters among themselves.</summary>
public sealed class AgreementSpecs
{
    [Fact]
    public void The_shares_of_a_confusion_are_worked_out_by_hand()
    {
        var c = new Confusion(6, 2, 9, 3);
        Assert.Equal((6, 2, 9, 3), (c.TruePositives, c.FalsePositives, c.TrueNegatives, c.FalseNegatives));
        Assert.Equal(.75, c.Accuracy);
        Assert.Equal(6 / 9.0, c.Sensitivity!.Value, 1e-14);
        Assert.Equal(9 / 11.0, c.Specificity!.Value, 1e-14);
        Assert.Equal(.75, c.Precision);
        Assert.Equal((6 / 9.0 + 9 / 11.0) / 2, c.BalancedAccuracy!.Value, 1e-14);
        Assert.Equal(12 / 17.0, c.F1!.Value, 1e-14);
        Assert.Equal((6 * 9 - 2 * 3) / Math.Sqrt(8 * 9 * 11 * 12), c.Matthews!.Value, 1e-13);
    }

    [Theory]
    [InlineData(1, 1, 0, 0), InlineData(1, 0, 1, 0), InlineData(1, 0, 0, 1), InlineData(0, 1, 1, 0), InlineData(0, 1, 0, 1), InlineData(0, 0, 1, 1)]
    public void Any_two_responses_are_something_to_count(int tp, int fp, int tn, int fn) => Assert.Equal((tp + tn) / 2.0, new Confusion(tp, fp, tn, fn).Accuracy);

    [Theory]
    [InlineData(1, 0, 0, 0, 1.0, null, 1.0, 1.0), InlineData(0, 1, 0, 0, null, 0.0, 0.0, 0.0), InlineData(0, 0, 1, 0, null, 1.0, null, null), InlineData(0, 0, 0, 1, 0.0, null, null, 0.0)]
    public void A_share_of_nothing_is_absent(int tp, int fp, int tn, int fn, double? sensitivity, double? specificity, double? precision, double? f1)
    {
        var c = new Confusion(tp, fp, tn, fn);
        Assert.Equal((sensitivity, specificity, precision, f1, null, null), (c.Sensitivity, c.Specificity, c.Precision, c.F1, c.BalancedAccuracy, c.Matthews));
        Assert.Equal(tp + tn, c.Accuracy);
    }

    [Fact]
    public void Matthews_is_absent_beside_any_empty_margin_and_large_counts_do_not_overflow()
    {
        Assert.All([new(2, 0, 0, 3), new(2, 3, 0, 0), new(0, 2, 3, 0), new Confusion(0, 0, 2, 3)], c => Assert.Null(c.Matthews));
        var huge = new Confusion(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue);
        Assert.Equal((.5, .5, .5, .5, .5, 0), (huge.Accuracy, huge.Sensitivity, huge.Specificity, huge.Precision, huge.F1, huge.Matthews));
    }

    [Theory]
    [InlineData(-1, 5, 5, 5), InlineData(5, -1, 5, 5), InlineData(5, 5, -1, 5), InlineData(5, 5, 5, -1)]
    public void A_count_is_not_negative(int tp, int fp, int tn, int fn) => Worked.OutOfRange("A count is negative", () => new Confusion(tp, fp, tn, fn));

    [Fact]
    public void Something_was_counted() => Worked.OutOfRange("Nothing was counted", () => new Confusion(0, 0, 0, 0));

    [Fact]
    public void The_separation_is_the_share_of_pairs_in_order_and_its_variance_that_of_the_placements()
    {
        var random = new RandomStream(5, "separation");
        for (var trial = 0; trial < 60; trial++)
        {
            double[] up = Draw(2 + random.Next(7), 2), down = Draw(2 + random.Next(7), 0), above = [.. up.Select(u => down.Average(d => Kernel(u, d)))], beneath = [.. down.Select(d => up.Average(u => Kernel(u, d)))];
            var separation = RankSeparation.Of(up, down);
            Assert.Equal(above.Average(), separation.Auc!.Value, 1e-12);
            Assert.Equal(Variance(above) + Variance(beneath), separation.Variance!.Value, 1e-12);
            Assert.Equal(1 - separation.Auc.Value, RankSeparation.Of(down, up).Auc!.Value, 1e-12);
        }

        double[] Draw(int count, int shift) => [.. Enumerable.Range(0, count).Select(_ => (double)(shift + random.Next(6)))];
        static double Kernel(double u, double d) => u > d ? 1 : u == d ? .5 : 0;
        static double Variance(double[] v) => v.Sum(x => Math.Pow(x - v.Average(), 2)) / (v.Length - 1) / v.Length;
    }

    [Fact]
    public void An_empty_side_has_no_separation_and_one_value_no_variance()
    {
        Assert.All([RankSeparation.Of([], [1]), RankSeparation.Of([1], []), RankSeparation.Of([], [])], s => Assert.Equal(new(null, null), s));
        Assert.Equal(new(1, null), RankSeparation.Of([2], [0, 1]));
        Assert.Equal(new(.5, null), RankSeparation.Of([0, 1, 2], [1]));
        Assert.Equal(new(0, 0), RankSeparation.Of([0, 1], [2, 3]));
        Worked.Refuses<ArgumentException>("positives[0] is NaN", () => RankSeparation.Of([double.NaN], []));
        Worked.Refuses<ArgumentException>("negatives[1] is NaN", () => RankSeparation.Of([1], [0, double.NaN]));
    }

    [Fact]
    public void Kappa_is_cohens()
    {
        // 20 5 / 10 15: observed .7, chance .5·.6 + .5·.4 = .5
        var kappa = RaterAgreement.Kappa([[20, 5], [10, 15]]);
        Assert.Equal((.7, .5, .4), (kappa.Observed, kappa.Chance, Math.Round(kappa.Value!.Value, 12)));
        var three = RaterAgreement.Kappa([[2, 1, 0], [0, 3, 1], [1, 0, 2]]);
        Assert.Equal((7 / 10.0 - .34) / .66, three.Value!.Value, 1e-11); // chance (3·3 + 4·4 + 3·3)/100
        Assert.Equal(1, RaterAgreement.Kappa([[3, 0], [0, 4]]).Value);
        Assert.Equal(-1, RaterAgreement.Kappa([[0, 4], [4, 0]]).Value!.Value, 1e-11);
        Assert.Equal(0, RaterAgreement.Kappa([[0, 4], [0, 0]]).Value); // one rater said one thing always, the other another
        Assert.Equal((1, 1, null), (RaterAgreement.Kappa([[9, 0], [0, 0]]).Observed, RaterAgreement.Kappa([[9, 0], [0, 0]]).Chance, RaterAgreement.Kappa([[0, 0], [0, 9]]).Value));
    }

    [Fact]
    public void A_table_of_raters_is_square_and_holds_counts()
    {
        Worked.Refuses<ArgumentException>("not square", () => RaterAgreement.Kappa([[1, 2], [3]]));
        Worked.Refuses<ArgumentException>("not square", () => RaterAgreement.Kappa([[1, 2]]));
        Worked.Refuses<ArgumentException>("A count is negative", () => RaterAgreement.Kappa([[1, -1], [3, 4]]));
        Worked.Refuses<ArgumentException>("Nothing was rated", () => RaterAgreement.Kappa([[0, 0], [0, 0]]));
        Worked.Refuses<ArgumentException>("Nothing was rated", () => RaterAgreement.Kappa([]));
        Assert.Equal(0, RaterAgreement.Kappa([[0, 1], [0, 0]]).Observed);
    }

    [Fact]
    public void Alpha_is_krippendorffs_over_pairs_of_ratings_within_items()
    {
        // Krippendorff, Computing alpha-reliability (2011), example C's data as three observers: alpha .691 for nominal categories.
        int?[][] ratings =
        [
            [null, 1, null], [null, null, null], [null, 2, 2], [null, 1, 1], [null, 3, 3], [3, 3, 4], [4, 4, 4], [1, 3, null], [2, null, 2], [1, null, 1], [1, null, 1], [3, null, 3], [3, null, 3], [null, null, null], [3, null, 4],
        ];
        Assert.Equal(.691, RaterAgreement.KrippendorffNominal(ratings)!.Value, 3);
        Assert.Equal(1, RaterAgreement.KrippendorffNominal([[1, 1], [2, 2]])!.Value, 1e-13);
        // 1 1 / 1 2: one pair of four ratings differs; D_o = 2·1/(2−1)/4 = ½, D_e = 2·3·1/(4·3) = ½.
        Assert.Equal(0, RaterAgreement.KrippendorffNominal([[1, 1], [1, 2], [2, null]])!.Value, 1e-13);
        // Three of an item weigh 1/(3−1): observed (9−5)/2 = 2, totals 1:4 2:1, expected 25 − 17 = 8: 1 − 4·2/8.
        Assert.Equal(0, RaterAgreement.KrippendorffNominal([[1, 1, 2], [1, 1]])!.Value, 1e-13);
        Assert.All([[], [[1, null]], [[1, 1], [1, 1]], new int?[][] { [1], [2] }], none => Assert.Null(RaterAgreement.KrippendorffNominal(none)));
    }
}
