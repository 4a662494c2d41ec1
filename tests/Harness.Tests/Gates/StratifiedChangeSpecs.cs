using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Html;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>Suites of unequal size as strata: shown beside the verdict, no part of it.</summary>
public sealed class StratifiedChangeSpecs
{
    /// <summary>Suites by name; one character an item: = good both times, - lost, + gained.</summary>
    private static (Measurement Approved, Measurement Now) Pool(Func<int, string?>? behavior, params (string Suite, string Items)[] suites)
    {
        Measurement Side(string model, string good) => Fake.Measured("1", model) with
        {
            Items = [.. suites.SelectMany(suite => suite.Items.Select(c => (suite.Suite, c))).Select((item, i) => Fake.Item(i, good.Contains(item.c) ? 1 : 0) with { Suite = item.Suite, Behavior = behavior?.Invoke(i) })],
        };
        return (Side("approved", "=-"), Side("tuned", "=+"));
    }

    private static StratifiedChange? Of((Measurement Approved, Measurement Now) pool) => StratifiedChange.Of(PairedComparison.Of(pool.Approved, pool.Now), pool.Now, .9);

    // 10 of 900 and 10 of 100 lost: over the items −2 points, over the suites (−1.11 − 10)/2 = −5.56. Variances p(1−p)/(n − 1) of each mean, a quarter of each.
    [Fact]
    public void A_small_suite_that_broke_is_seen_when_suites_weigh_alike()
    {
        var pool = Pool(null, ("large", new string('-', 10) + new string('=', 890)), ("small", new string('-', 10) + new string('=', 90)));
        var change = Of(pool)!;
        Assert.Equal(-(10 / 900.0 + .1) / 2, change.Difference, 1e-12);
        double Variance(double p, int n) => p * (1 - p) / (n - 1);
        var (a, b) = (Variance(10 / 900.0, 900) / 4, Variance(.1, 100) / 4);
        var df = (a + b) * (a + b) / (a * a / 899 + b * b / 99);
        Assert.Equal(change.Difference - StudentT.UpperQuantile(.05, df) * Math.Sqrt(a + b), change.Limits!.Value.Lower, 1e-12);
        var decision = RunVerdicts.Decide(Fake.Ask(pool));
        Assert.Contains("strata    −5.56 points with each of the 2 suites weighted alike, 90 % interval −8.", decision.Message, StringComparison.Ordinal);
        Assert.Contains("(stratified mean, Satterthwaite's t); decides nothing", decision.Message, StringComparison.Ordinal);
        // The verdict is that of the same table without suites.
        var plain = RunVerdicts.Decide(Fake.Ask(pool.Approved with { Items = [.. pool.Approved.Items.Select(i => i with { Suite = null })] }, pool.Now with { Items = [.. pool.Now.Items.Select(i => i with { Suite = null })] }));
        Assert.Equal((plain.Verdict, plain.Reason, plain.Paired!.Limits), (decision.Verdict, decision.Reason, decision.Paired!.Limits));
        Assert.DoesNotContain("strata", plain.Message, StringComparison.Ordinal);
        var record = VerdictRecord.Of(new("Specs", "Holds"), decision);
        Assert.Equal(change, record.Strata);
        var page = HtmlReport.Write(new() { Verdicts = [record] });
        Assert.Contains("<dt>strata</dt><dd>−5.56 points with each of the 2 suites weighted alike", page, StringComparison.Ordinal);
        Assert.Contains("<dt>strata</dt><dd>+5.56 points", HtmlReport.Write(new() { Verdicts = [record with { Direction = SafetyGate.Core.Benchmarks.MetricDirection.OverRefusal }] }), StringComparison.Ordinal);
    }

    [Fact]
    public void Suites_of_one_size_one_suite_and_suites_of_one_unit_have_no_such_figure()
    {
        Assert.Null(Of(Pool(null, ("a", "-==="), ("b", "====")))); // the mean over the items is the same
        Assert.Null(Of(Pool(null, ("a", "-==="))));
        Assert.Null(Of(Pool(null, ("a", "-==="), ("b", "="))));
        Assert.Null(Of(Fake.Table(8, 1, 1, 0)));
        Assert.Null(Of(Pool(null, ("a", "===="), ("b", "==")))!.Limits); // nothing varies
    }

    [Fact]
    public void Three_suites_weigh_alike_and_what_does_not_vary_is_said_without_an_interval()
    {
        Assert.Equal(-(1 / 4.0 + 1 / 2.0) / 3, Of(Pool(null, ("a", "-==="), ("b", "-="), ("c", "=====")))!.Difference, 1e-12);
        Assert.Equal("±0 points with each of the 2 suites weighted alike; decides nothing", Of(Pool(null, ("a", "===="), ("b", "==")))!.ToString());
    }

    [Fact]
    public void A_suite_alone_has_no_exact_p_and_one_that_cannot_be_judged_is_named_with_its_verdict()
    {
        var pool = Pool(null, ("a", new string('=', 30)), ("b", new string('-', 3) + new string('=', 17)));
        var suites = SuiteVerdicts.Of(Fake.Ask(pool, Fake.TwoPoints with { ExactUnconditional = true }));
        Assert.Equal([("a", null), ("b", null)], suites.Select(suite => (suite.Suite, suite.Decision.Paired!.ExactUnconditionalP)));
        Assert.StartsWith("b −15 points on 20, p ", SuiteVerdicts.Line(suites), StringComparison.Ordinal);
        Assert.Equal("c NotComparable", SuiteVerdicts.Line([new("c", RunVerdicts.Decide(Fake.Ask(null, pool.Now)))]));
    }

    [Fact]
    public void Inside_of_a_suite_behaviors_are_the_units_and_across_suites_they_make_it_one_stratum()
    {
        var inside = Pool(i => Invariant($"b{i / 2}"), ("a", "--======"), ("b", "----==")); // 4 behaviors of which 1 is lost, 3 of which 2
        Assert.Equal(-(1 / 4.0 + 2 / 3.0) / 2, Of(inside)!.Difference, 1e-12);
        Assert.Null(Of(Pool(i => Invariant($"b{i % 4}"), ("a", "--===="), ("b", "===="))));
        Assert.Null(Of(Pool(i => i is 5 or 6 ? "across" : Invariant($"b{i}"), ("a", "--===="), ("b", "====")))); // one behavior across is enough
    }
}
