using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Tests.Baselines;
using SafetyGate.Harness.Tests.Runs;

namespace SafetyGate.Harness.Tests.Reports;

public sealed class BaselineChangeSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Before => _folder["before"];

    private string Now => _folder["now"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_same_baselines_are_no_change()
    {
        Write(Before, Documents.Steady);
        Write(Now, Documents.Steady);
        Assert.Empty(BaselineChanges.Between(Before, Now));
    }

    [Fact]
    public void A_person_s_score_that_came_or_went_is_a_change_and_one_that_raises_a_score_loosens()
    {
        Write(Before, Documents.Steady); // its last two items are bad
        Write(Now, Overridden(("item-0599", 1), ("item-0000", 0)));
        Assert.Equal(["approved outcomes", "scores of people"], BaselineChanges.Between(Before, Now).Select(change => change.Field).Order());
        var change = BaselineChanges.Between(Before, Now).Single(one => one.Field == "scores of people");
        Assert.Equal(new BaselineChange(Documents.Key.ToString(), "scores of people", "—", "2: item-0000 1 → 0 by Ada, item-0599 0 → 1 by Ada", true), change);
        Assert.Equal(("2: item-0000 1 → 0 by Ada, item-0599 0 → 1 by Ada", "—", false), BaselineChanges.Between(Now, Before).Where(one => one.Field == "scores of people").Select(one => (one.Before, one.Now, one.Loosens)).Single());
        Write(Now, Overridden(("item-0000", 0)));
        Assert.False(BaselineChanges.Between(Before, Now).Single(one => one.Field == "scores of people").Loosens);
        Directory.Delete(Before, recursive: true);
        Assert.Contains("% of 600 items, τ 0.02, α 0.05, Fail, 1 scores by people", Assert.Single(BaselineChanges.Between(Before, Now)).Now, StringComparison.Ordinal);

        static ResultDocument Overridden(params (string Item, double Score)[] people)
        {
            var metric = Documents.Steady.Metrics[0];
            return Documents.Steady with { Metrics = [metric with { Measurement = metric.Measurement with { Items = [.. metric.Measurement.Items.Select(item => people.FirstOrDefault(one => one.Item == item.Id) is { Item: not null } found ? ScoreOverrides.With(item, 0, found.Score, "Ada", "y") : item)] } }] };
        }
    }

    public static TheoryData<string, string, string, bool> Rules => new()
    {
        { "margin (τ)", "0.02", "0.05", true },
        { "alpha (α)", "0.05", "0.1", true },
        { "policy for Inconclusive", "Fail", "Warn", true },
        { "category drop limit", "0.1", "0.2", true },
        { "minimum coverage", "0.95", "0.5", true },
        { "anchor margin", "0.05", "0.2", true },
        { "anchor", "the untuned reference", "the first approved result", true },
        { "floor", "none", "0.5", false },
    };

    [Theory, MemberData(nameof(Rules))]
    public void A_changed_setting_is_named_with_both_values_and_whether_it_loosens(string field, string before, string now, bool loosens)
    {
        var settings = field switch
        {
            "margin (τ)" => Settings with { Margin = 0.05 },
            "alpha (α)" => Settings with { Alpha = 0.1 },
            "policy for Inconclusive" => Settings with { WhenInconclusive = InconclusivePolicy.Warn },
            "category drop limit" => Settings with { CategoryDropLimit = 0.2 },
            "minimum coverage" => Settings with { MinimumCoverage = 0.5 },
            "anchor margin" => Settings with { AnchorMargin = 0.2 },
            "anchor" => Settings with { Anchor = AnchorKind.FirstApproved },
            _ => Settings with { Floor = 0.5 },
        };
        Write(Before, Documents.Steady);
        Write(Now, Documents.Steady with { Metrics = [Documents.Steady.Metrics[0] with { Gate = settings }] });
        Assert.Equal(new BaselineChange(Documents.Key.ToString(), field, before, now, loosens), Assert.Single(BaselineChanges.Between(Before, Now)));
        var back = Assert.Single(BaselineChanges.Between(Now, Before));
        Assert.Equal((now, before, !loosens), (back.Before, back.Now, back.Loosens));
    }

    [Fact]
    public void A_worse_approved_result_loosens_and_a_better_one_does_not()
    {
        Write(Before, Documents.Of(new string('1', 600)));
        Write(Now, Documents.Of(new string('1', 500) + new string('0', 100)));
        var change = BaselineChanges.Between(Before, Now).Single(c => c.Field == "approved result");
        Assert.True(change.Loosens);
        Assert.Equal("pocket/adversarial, greedy: 83.33 % of 600 items, τ 0.02, α 0.05, Fail", change.Now);
        Assert.False(BaselineChanges.Between(Now, Before).Single(c => c.Field == "approved result").Loosens);
    }

    [Fact]
    public void Other_outcomes_at_the_same_rate_are_seen()
    {
        Write(Before, Documents.Of("10" + new string('1', 598)));
        Write(Now, Documents.Of("01" + new string('1', 598)));
        Assert.Equal("approved outcomes", Assert.Single(BaselineChanges.Between(Before, Now)).Field);
    }

    [Fact]
    public void A_removed_baseline_comes_before_an_added_one()
    {
        Write(Before, Documents.Steady with { Test = "old" });
        Write(Now, Documents.Steady with { Test = "new" });
        Assert.Equal([("baseline removed", true), ("baseline added", false)], BaselineChanges.Between(Before, Now).Select(c => (c.Field, c.Loosens)));
    }

    [Fact]
    public void A_spec_taken_off_the_list_loosens_and_one_put_on_it_does_not()
    {
        foreach (var (folder, test) in new[] { (Before, "x"), (Before, "y"), (Now, "y"), (Now, "z") }) SpecManifest.Add(SpecManifest.PathIn(folder), new("A", test));
        Assert.Equal([new("A.x", "must run (specs/)", "yes", "no", true), new("A.z", "must run (specs/)", "no", "yes", false)], BaselineChanges.Between(Before, Now));
    }

    public static TheoryData<ClaimKind, string, string, string, bool> Terms => new()
    {
        { ClaimKind.NotDegradedFromReference, "margin (τ)", "0.02", "0.6", true },
        { ClaimKind.NotDegradedFromReference, "alpha (α)", "0.05", "0.4", true },
        { ClaimKind.NotDegradedFromReference, "policy for Inconclusive", "Fail", "Warn", true },
        { ClaimKind.NotDegradedFromReference, "minimum coverage", "0.95", "0.1", true },
        { ClaimKind.NotDegradedFromReference, "category drop limit", "0.1", "0.9", true },
        { ClaimKind.NotDegradedFromReference, "floor", "0.9", "none", true },
        { ClaimKind.RegressedFromReference, "margin (τ)", "0.6", "0.02", true },
        { ClaimKind.RegressedFromReference, "suites", "[\"a\",\"b\"]", "[\"a\"]", true },
        { ClaimKind.AtLeast, "floor", "0.9", "0.5", true },
        { ClaimKind.WithinBudget, "nats", "0.1", "5", true },
        { ClaimKind.WithinBudget, "drop", "0.05", "0.5", true },
        { ClaimKind.Certified, "required", "yes", "no", true },
        { ClaimKind.Certified, "floor", "0.95", "0.5", true },
    };

    [Theory, MemberData(nameof(Terms))]
    public void A_changed_rule_of_a_listed_spec_is_named_with_both_values_and_whether_it_loosens(ClaimKind claim, string term, string before, string now, bool loosens)
    {
        List(Before, claim, term, before);
        List(Now, claim, term, now);
        Assert.Equal([new("A.x", $"{term} ({claim}, m)", before, now, loosens)], BaselineChanges.Between(Before, Now));
        Assert.Equal(!loosens, Assert.Single(BaselineChanges.Between(Now, Before)).Loosens);
    }

    [Fact]
    public void A_rule_that_is_gone_from_a_listed_spec_loosens_and_an_added_one_does_not()
    {
        List(Before, ClaimKind.AtLeast, "floor", "0.9");
        SpecManifest.Add(SpecManifest.PathIn(Now), new("A", "x"));
        Assert.Equal([new("A.x", "rule", "AtLeast, m", "—", true)], BaselineChanges.Between(Before, Now));
        Assert.Equal([new("A.x", "rule", "—", "AtLeast, m", false)], BaselineChanges.Between(Now, Before));
    }

    [Fact]
    public void A_spec_that_ran_by_another_rule_comes_first_also_without_the_target_branch_and_is_not_green()
    {
        List(Now, ClaimKind.NotDegradedFromReference, "margin (τ)", "0.02");
        var ran = Sample.Passed with { Spec = "A", Test = "x", Metric = "m", Claim = ClaimKind.NotDegradedFromReference, Terms = [new("margin (τ)", "0.6")], Rule = Sample.Passed.Rule! with { Margin = .6 } };
        var log = VerdictLog.Start(_folder["results"], "Specs");
        log.Add(ran);
        log.Add(ran with { Test = "unlisted" });
        var report = new ReportFolder { Results = _folder["results"], Baselines = Now }.Read();
        Assert.False(report.IsGreen);
        Assert.Equal([new("A.unlisted", "rule", "—", "not approved: the spec is not listed", true), new BaselineChange("A.x", "margin (τ) (NotDegradedFromReference, m)", "0.02", "0.6", true)], report.RuleChanges);
        var text = SafetyGate.Harness.Reports.Formats.MarkdownReport.Write(report);
        Assert.StartsWith("# △ 2 differences from the approved rules: the verdicts count for nothing until they are approved\n\n## What this change itself touched\n\nSpecs ran by rules that nobody approved", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("0.6", StringComparison.Ordinal) < text.IndexOf("## Verdicts", StringComparison.Ordinal), text);
        Assert.Contains("ran by a rule that is not the approved one", SafetyGate.Harness.Reports.Formats.JUnitReport.Write(report), StringComparison.Ordinal);

        VerdictLog.Start(_folder["results"], "Specs").Add(ran with { Terms = [new("margin (τ)", "0.02")], Rule = Sample.Passed.Rule });
        Assert.True(new ReportFolder { Results = _folder["results"], Baselines = Now }.Read().IsGreen);
        Directory.Delete(SpecManifest.PathIn(Now), recursive: true);
        Assert.True(new ReportFolder { Results = _folder["results"], Baselines = Now }.Read().IsGreen); // nothing was approved yet
        File.WriteAllText(Path.Combine(Now, "A.x.verified.json.approval.md"), "");
        Assert.Equal([new("A.x", "rule", "—", "not approved: the spec is not listed", true)], new ReportFolder { Results = _folder["results"], Baselines = Now }.Read().RuleChanges);
    }

    private static void List(string folder, ClaimKind claim, string term, string value)
    {
        Directory.CreateDirectory(SpecManifest.PathIn(folder));
        ClaimRule rule = new() { Claim = claim, Metric = "m", Terms = [new(term, value)] };
        foreach (var (path, bytes) in SpecManifest.Approved(SpecManifest.PathIn(folder), new("A", "x"), [rule], new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "seen" })) File.WriteAllBytes(path, bytes);
    }

    [Fact]
    public void A_raised_budget_of_KL_loosens_and_is_shown_in_nats()
    {
        var kl = Documents.Kl(new RandomStream(35, "kl change")) with { Margin = 0.02, Prompts = [.. Enumerable.Range(0, 100).Select(k => KeyValuePair.Create(Invariant($"{k}"), 0.25))] };
        Write(Before, Documents.Steady with { Metrics = [], Kl = [kl] });
        Write(Now, Documents.Steady with { Metrics = [], Kl = [kl with { Margin = 0.5 }] });
        Assert.Equal([("KL margin", "0.02 nats", "0.5 nats", true)], BaselineChanges.Between(Before, Now).Select(c => (c.Field, c.Before, c.Now, c.Loosens)));
        Write(Before, Documents.Steady with { Metrics = [], Kl = [kl with { Largest = 2 }] });
        Write(Now, Documents.Steady with { Metrics = [], Kl = [kl with { Largest = 20 }] });
        Assert.Equal([("largest KL of a response", "2 nats", "20 nats", true)], BaselineChanges.Between(Before, Now).Select(c => (c.Field, c.Before, c.Now, c.Loosens)));
    }

    [Fact]
    public void A_baseline_that_cannot_be_read_is_a_change_that_loosens()
    {
        Write(Before, Documents.Steady);
        Directory.CreateDirectory(Now);
        File.WriteAllText(Path.Combine(Now, Path.GetFileName(Directory.GetFiles(Before)[0])), "{");
        var change = Assert.Single(BaselineChanges.Between(Before, Now));
        Assert.True(change.Loosens);
        Assert.StartsWith("unreadable: ", change.Now, StringComparison.Ordinal);
    }

    private static GateSettings Settings => Documents.Steady.Metrics[0].Gate!;

    private static void Write(string folder, ResultDocument document) =>
        ResultFile.Write(document, new BaselineStore(folder).VerifiedPath(new(document.Spec!, document.Test!)));
}
