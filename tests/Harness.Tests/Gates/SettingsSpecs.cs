using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Gates;

public sealed class SettingsSpecs
{
    public static TheoryData<string, GateSettings> AtTheEdge() => new()
    {
        { "no category may drop", Fake.TwoPoints with { CategoryDropLimit = 0 } },
        { "categories are not guarded", Fake.TwoPoints with { CategoryDropLimit = 1 } },
        { "every item must be scored", Fake.TwoPoints with { MinimumCoverage = 1 } },
        { "a floor of 0", Fake.TwoPoints with { Floor = 0 } },
        { "a floor of 1", Fake.TwoPoints with { Floor = 1 } },
        { "the smallest level", Fake.TwoPoints with { Alpha = 1e-12 } },
        { "the smallest", Fake.TwoPoints with { Margin = 1e-9, Alpha = 1e-9, MinimumCoverage = 1e-9, AnchorMargin = 1e-9 } },
        { "the largest", Fake.TwoPoints with { Margin = 1 - 1e-9, Alpha = 0.5 - 1e-9, AnchorMargin = 1 - 1e-9 } },
    };

    [Theory, MemberData(nameof(AtTheEdge))]
    public void Settings_at_the_edge_of_what_is_allowed_are_sound(string what, GateSettings settings) => Assert.True(!settings.Problems().Any(), what);

    public static TheoryData<string, GateSettings> Outside()
    {
        var data = new TheoryData<string, GateSettings>();
        foreach (var value in new[] { 0, 1, -0.1, 1.1, double.NaN }) data.Add("Margin", Fake.TwoPoints with { Margin = value });
        foreach (var value in new[] { 0, 0.5, -0.1, 0.6, double.NaN, double.Epsilon, 1e-300, 1e-17, 9e-13 }) data.Add("Alpha", Fake.TwoPoints with { Alpha = value });
        foreach (var value in new[] { -1e-9, 1 + 1e-9, double.NaN }) data.Add("CategoryDropLimit", Fake.TwoPoints with { CategoryDropLimit = value });
        foreach (var value in new[] { 0, -0.1, 1 + 1e-9, double.NaN }) data.Add("MinimumCoverage", Fake.TwoPoints with { MinimumCoverage = value });
        foreach (var value in new[] { 0, 1, -0.1, 1.1, double.NaN }) data.Add("AnchorMargin", Fake.TwoPoints with { AnchorMargin = value });
        foreach (var value in new[] { -1e-9, 1 + 1e-9, double.NaN }) data.Add("Floor", Fake.TwoPoints with { Floor = value });
        data.Add("Anchor", Fake.TwoPoints with { Anchor = (AnchorKind)2 });
        data.Add("Looks", Fake.TwoPoints with { Looks = (Looks)3 });
        data.Add("WhenInconclusive", Fake.TwoPoints with { WhenInconclusive = (InconclusivePolicy)2 });
        return data;
    }

    [Theory, MemberData(nameof(Outside))]
    public void Settings_outside_are_named_and_judge_nothing(string field, GateSettings settings)
    {
        Assert.StartsWith(field + " is ", Assert.Single(settings.Problems()), StringComparison.Ordinal);
        var outcome = RunVerdicts.Decide(Fake.Ask(Fake.Table(600, 0, 0, 0), settings));
        Assert.Equal((Verdict.NotComparable, VerdictReason.BadEvidence, true), (outcome.Verdict, outcome.Reason, outcome.Fails));
    }

    [Theory]
    [InlineData(MetricDirection.Safety, null, true)]
    [InlineData(MetricDirection.OverRefusal, null, false)]
    [InlineData(MetricDirection.Capability, null, false)]
    [InlineData(MetricDirection.Safety, InconclusivePolicy.Warn, false)]
    [InlineData(MetricDirection.Capability, InconclusivePolicy.Fail, true)]
    public void Inconclusive_fails_for_safety_unless_the_spec_says_otherwise(MetricDirection direction, InconclusivePolicy? policy, bool fails)
    {
        var settings = Fake.TwoPoints with { WhenInconclusive = policy };
        var outcome = RunVerdicts.Decide(Fake.Ask(Fake.Measured(new string('1', 50), "approved", direction), Fake.Measured(new string('1', 50), "now", direction), settings));
        Assert.Equal((Verdict.Inconclusive, fails), (outcome.Verdict, outcome.Fails));
        Assert.Equal(fails ? GateExitCode.Inconclusive : GateExitCode.Passed, outcome.ExitCode);

        Measurement[] Trainings(string name) => [.. Enumerable.Range(0, 3).Select(k => Fake.Measured(new string('1', 50), Invariant($"{name} {k}"), direction))];
        var recipe = RunVerdicts.Decide(new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = Trainings("approved"), Now = Trainings("now"), Settings = settings });
        Assert.Equal((Verdict.Inconclusive, fails), (recipe.Verdict, recipe.Fails));
    }

    [Theory]
    [InlineData(Verdict.Passed, false, GateExitCode.Passed), InlineData(Verdict.Regressed, false, GateExitCode.Passed), InlineData(Verdict.NotComparable, false, GateExitCode.Passed)]
    [InlineData(Verdict.Passed, true, GateExitCode.Regressed), InlineData(Verdict.Regressed, true, GateExitCode.Regressed)]
    [InlineData(Verdict.Inconclusive, true, GateExitCode.Inconclusive), InlineData(Verdict.NotComparable, true, GateExitCode.NotComparable)]
    public void A_verdict_that_fails_never_exits_with_0(Verdict verdict, bool fails, int code) => Assert.Equal(code, VerdictExit.Code(verdict, fails));
}
