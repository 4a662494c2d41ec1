using SafetyGate.Analysis.Patterns;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Tests.Texts;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>Claims about patterns of failures and about rows made for them.</summary>
public sealed class AugmentationClaimSpecs
{
    private const int Slice = 100;

    [Theory]
    [InlineData(10, 0, Verdict.Passed, VerdictReason.AugmentationHelps, 0)]
    [InlineData(95, 0, Verdict.Inconclusive, VerdictReason.TooLittleEvidence, 2)]
    [InlineData(10, 60, Verdict.Regressed, VerdictReason.AugmentationHarms, 1)]
    public void Added_rows_help_if_the_slice_gains_and_nothing_else_falls(int rightBefore, int lostElsewhere, Verdict verdict, VerdictReason reason, int exitCode)
    {
        // 100 items of the slice, of which the control gets some right and the run 95; 300 others, all right in the control.
        var control = Of(Enumerable.Range(0, 400).Select(i => i < Slice ? i < rightBefore : true), "control");
        var now = Of(Enumerable.Range(0, 400).Select(i => i < Slice ? i < 95 : i >= Slice + lostElsewhere), "now");
        var decision = RunVerdicts.Decide(Claim(now, ("random rows", control)));
        Assert.Equal((verdict, reason, exitCode), (decision.Verdict, decision.Reason, decision.ExitCode));
        Assert.Contains("against random rows", decision.Message, StringComparison.Ordinal);
    }

    // Elsewhere 12 of 300 are lost and 8 gained: a fall of three points is neither shown nor ruled out.
    [Fact]
    public void Rows_that_may_cost_too_much_elsewhere_are_not_shown_to_help()
    {
        var control = Of(Enumerable.Range(0, 400).Select(i => i < Slice ? i < 10 : i >= Slice + 10), "control");
        var now = Of(Enumerable.Range(0, 400).Select(i => i < Slice ? i < 95 : i is < Slice + 8 or >= Slice + 22), "now");
        var decision = RunVerdicts.Decide(Claim(now, ("random rows", control)));
        var one = Assert.Single(Assert.IsType<AugmentationEvidence>(decision.Evidence).Controls);
        Assert.Equal((Verdict.Passed, Verdict.Inconclusive), (one.Slice.Verdict, one.Others.Verdict));
        Assert.Equal((Verdict.Inconclusive, VerdictReason.TooLittleEvidence, 2), (decision.Verdict, decision.Reason, decision.ExitCode));
    }

    [Fact]
    public void Every_control_must_be_beaten_and_what_cannot_be_judged_is_not_comparable()
    {
        var (weak, strong) = (Of(Enumerable.Range(0, 400).Select(i => i >= Slice), "weak"), Of(Enumerable.Range(0, 400).Select(_ => true), "strong"));
        var now = Of(Enumerable.Range(0, 400).Select(i => i != 3), "now");
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Claim(now, ("weak", weak))).Verdict);
        Assert.Equal(Verdict.Inconclusive, RunVerdicts.Decide(Claim(now, ("weak", weak), ("strong", strong))).Verdict);
        Assert.Contains("There is no control", RunVerdicts.Decide(Claim(now)).Message, StringComparison.Ordinal);
        Assert.Contains("No item of", RunVerdicts.Decide(Claim(now, ("weak", weak)) with { Items = new HashSet<string>() }).Message, StringComparison.Ordinal);
        Assert.Equal(3, RunVerdicts.Decide(Claim(now, ("weak", weak)) with { Items = now.Items.Select(item => item.Id).ToHashSet() }).ExitCode);
    }

    [Fact]
    public void Failures_without_a_pattern_pass_and_failures_with_one_do_not()
    {
        Assert.Equal((Verdict.Passed, VerdictReason.NoPattern), Decided(new PatternClaim { On = "sums", Report = null, Items = 20 }));
        Assert.Equal((Verdict.Passed, VerdictReason.NoPattern), Decided(new PatternClaim { On = "sums", Report = Report(), Items = 20 }));
        Assert.Equal((Verdict.NotComparable, VerdictReason.BadEvidence), Decided(new PatternClaim { On = "sums", Report = null, Items = 20, Problem = "all 20 items failed." }));
        var found = RunVerdicts.Decide(new PatternClaim { On = "sums", Report = Report("stops before the last step"), Items = 20 });
        Assert.Equal((Verdict.Regressed, VerdictReason.PatternFound, 1), (found.Verdict, found.Reason, found.ExitCode));
        Assert.StartsWith("The failures of sums show a pattern.", found.Message, StringComparison.Ordinal);
        Assert.Contains("2 failures: stops before the last step; items of every kind", found.Message, StringComparison.Ordinal);

        static (Verdict, VerdictReason) Decided(Claim claim) => RunVerdicts.Decide(claim) is var decision ? (decision.Verdict, decision.Reason) : default;
    }

    [Fact]
    public void Every_word_is_the_one_that_was_read_and_approved()
    {
        var control = Of(Enumerable.Range(0, 400).Select(i => i >= 90), "control");
        Measurement Run(int right, int lostElsewhere) => Of(Enumerable.Range(0, 400).Select(i => i < Slice ? i < right : i >= Slice + lostElsewhere), "now");
        (string Name, Claim Claim)[] cases =
        [
            ("augmentation-helps", Claim(Run(95, 0), ("random rows", control))),
            ("augmentation-helps-more-than-two", Claim(Run(95, 0), ("random rows", control), ("rows of the slice", Of(Enumerable.Range(0, 400).Select(i => i >= 80), "another control")))),
            ("augmentation-not-shown", Claim(Run(12, 0), ("random rows", control))),
            ("augmentation-harms", Claim(Run(95, 60), ("random rows", control))),
            ("augmentation-without-a-control", Claim(Run(95, 0))),
            ("pattern-none", new PatternClaim { On = "sums", Report = Report(), Items = 20, Because = "failures are looked at" }),
            ("pattern-nothing-failed", new PatternClaim { On = "sums", Report = null, Items = 20 }),
            ("pattern-found", new PatternClaim { On = "sums", Report = Report("stops before the last step"), Items = 20 }),
            ("pattern-two-found", new PatternClaim { On = "sums", Report = Report("stops before the last step", "drops a sign"), Items = 20 }),
            ("pattern-problem", new PatternClaim { On = "sums", Report = null, Items = 20, Problem = "all 20 items failed." }),
        ];
        ApprovedText.Verify("Gates/Texts", "augmentation-and-patterns", string.Join("\n\n", cases.Select(one => $"# {one.Name}\n\n{RunVerdicts.Decide(one.Claim).Message}\n\n{RuleTextSpecs.Text(one.Claim.Rule)}")));
    }

    [Fact]
    public void What_is_missing_not_a_number_or_of_another_run_never_helps()
    {
        var (control, now) = (Of(Enumerable.Range(0, 400).Select(i => i >= Slice), "control"), Of(Enumerable.Range(0, 400).Select(_ => true), "now"));
        var good = Claim(now, ("control", control));
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(good).Verdict);
        Refused("20 of the 100 items with 'category: long' have no result", good with { Now = now with { Items = [.. now.Items.Skip(20)] }, Controls = [("control", control with { Items = [.. control.Items.Skip(20)] })] });
        Refused("The approved result has 99 items, the present one 100", good with { Controls = [("control", control with { Items = [.. control.Items.Skip(1)] })] });
        Refused("has the score NaN", good with { Now = now with { Items = [now.Items[0] with { Scores = [double.NaN] }, .. now.Items.Skip(1)] } });
        Refused("has the score NaN", good with { Controls = [("control", control with { Items = [.. control.Items.Take(399), control.Items[399] with { Scores = [double.NaN] }] })] });
        Refused("The margin is NaN", good with { Margin = double.NaN });
        Refused("benchmark digest", good with { Controls = [("control", control with { BenchmarkDigest = new string('c', 64) })] });
        Refused("have the same weights", good with { Controls = [("control", control), ("again", control)] });
        Refused("The control 'itself' has the very weights", good with { Controls = [("itself", now)] });
        Refused("was not trained", good with { Problem = "The control 'x' was not trained." });
        Assert.Equal((Verdict.NotComparable, VerdictReason.Untuned), RunVerdicts.Decide(good with { Untuned = "it is the reference" }) is var untuned ? (untuned.Verdict, untuned.Reason) : default);
        // A control whose answers could not be scored is no worse for that.
        var unscored = control with { Items = [.. control.Items.Select((item, i) => i < Slice ? item with { Scores = [null], UnscoredReasons = ["truncated"] } : item)] };
        Assert.NotEqual(Verdict.Passed, RunVerdicts.Decide(good with { Controls = [("unscored", unscored)] }).Verdict);
        Assert.NotEqual(Verdict.Passed, RunVerdicts.Decide(good with { Controls = [("partly", control with { Items = [.. control.Items.Select((item, i) => i < Slice / 2 ? item with { Scores = [null], UnscoredReasons = ["truncated"] } : item)] })] }).Verdict);
    }

    // Items 100 to 159 are wrong now; the first control has them right, the second has them wrong too.
    [Fact]
    public void Harm_beside_one_control_is_harm_whatever_the_others_show()
    {
        var now = Of(Enumerable.Range(0, 400).Select(i => i is < 95 or >= 160), "now");
        var (right, wrong) = (Of(Enumerable.Range(0, 400).Select(i => i >= 90), "right"), Of(Enumerable.Range(0, 400).Select(i => i is >= 90 and < Slice or >= 160), "wrong"));
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Claim(now, ("wrong", wrong))).Verdict);
        var decision = RunVerdicts.Decide(Claim(now, ("right", right), ("wrong", wrong)));
        Assert.Equal((Verdict.Regressed, VerdictReason.AugmentationHarms), (decision.Verdict, decision.Reason));
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(-0.01), InlineData(1.5), InlineData(double.NaN)]
    public void A_margin_that_is_none_is_named(double margin) =>
        Assert.Equal([Invariant($"The margin is {margin}; it must lie between 0 and 1.")], RunVerdicts.Decide(Good() with { Margin = margin }).Problems);

    [Fact]
    public void A_slice_of_no_item_or_of_every_item_is_named_once()
    {
        var good = Good();
        const string none = "No item of pocket/adversarial has 'category: long'; name a category, suite, behavior or difficulty that its items have.";
        Assert.Equal([none], RunVerdicts.Decide(good with { Items = new HashSet<string> { "elsewhere" } }).Problems);
        Assert.Equal([none], RunVerdicts.Decide(good with { Now = good.Now with { Items = [] } }).Problems);
        Assert.Equal(["Every item of pocket/adversarial has 'category: long', so there are no other items that must not fall."],
            RunVerdicts.Decide(good with { Items = good.Now.Items.Select(item => item.Id).ToHashSet() }).Problems);
    }

    [Fact]
    public void Controls_of_the_same_weights_are_named_and_weights_without_a_digest_are_not_the_same()
    {
        var control = Of(Enumerable.Range(0, 400).Select(i => i >= Slice), "control");
        var unknown = control with { Model = control.Model with { WeightsDigest = "" } };
        Assert.Equal(["The controls 'one' and 'again' have the same weights; give runs that differ."], RunVerdicts.Decide(Good() with { Controls = [("one", control), ("again", control)] }).Problems);
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Good() with { Controls = [("one", unknown), ("another", unknown)] }).Verdict);
    }

    [Fact]
    public void A_pattern_says_how_many_items_of_its_slice_failed_and_evidence_of_none_how_many_failed()
    {
        var report = Report("drops a sign");
        var decision = RunVerdicts.Decide(new PatternClaim { On = "sums", Items = 20, Report = report with { Patterns = [report.Patterns[0] with { SliceItems = 6, SliceFailures = 5 }] } });
        Assert.Contains("\n  pattern   2 failures: drops a sign; items of every kind, where 5 of 6 failed\n", decision.Message, StringComparison.Ordinal);
        Assert.Equal(new PatternEvidence(10, 0), RunVerdicts.Decide(new PatternClaim { On = "sums", Items = 20, Report = Report() }).Evidence);
    }

    [Fact]
    public void Patterns_of_nothing_of_another_evaluation_or_that_contradict_themselves_do_not_pass()
    {
        var good = new PatternClaim { On = "sums", Report = Report(), Items = 20 };
        Refused("sums has no items", good with { Report = null, Items = 0 });
        Refused("an evaluation of 20 items (s), and sums has 40", good with { Items = 40 });
        Refused("it has 30 failures of 20 items", good with { Report = Report() with { Failures = 30 } });
        Refused("there are 1 patterns", good with { Report = Report("a") with { Verdict = PatternVerdict.NoPattern } });
        Refused("must lie between 0 and 0.5", good with { Report = Report() with { Options = new() { Alpha = double.NaN } } });
        Assert.Equal(VerdictReason.Untuned, RunVerdicts.Decide(good with { Untuned = "it is the reference" }).Reason);
    }

    private static void Refused(string says, Claim claim)
    {
        var decision = RunVerdicts.Decide(claim);
        Assert.Equal((Verdict.NotComparable, 3), (decision.Verdict, decision.ExitCode));
        Assert.Contains(says, decision.Message, StringComparison.Ordinal);
        Assert.Contains("next", decision.Message, StringComparison.Ordinal);
    }

    private static AugmentationClaim Good() => Claim(Of(Enumerable.Range(0, 400).Select(_ => true), "now"), ("control", Of(Enumerable.Range(0, 400).Select(i => i >= Slice), "control")));

    private static AugmentationClaim Claim(Measurement now, params (string, Measurement)[] controls) =>
        new() { Now = now, Controls = controls, Slice = "category: long", Items = now.Items.Take(Slice).Select(item => item.Id).ToHashSet(), Margin = 0.03 };

    private static Measurement Of(IEnumerable<bool> right, string weights)
    {
        var measured = Fake.Measured("1");
        return measured with { Model = measured.Model with { WeightsDigest = weights }, Items = [.. right.Select((isRight, i) => Fake.Item(i, isRight ? 1 : 0))] };
    }

    private static PatternReport Report(params string[] names) => new()
    {
        Source = "s", ItemsDigest = "d", Analyst = "rules 1", Features = "tf-idf", Options = new(), Items = 20, Failures = 10, Explained = 10, Verdict = names.Length > 0 ? PatternVerdict.Patterns : PatternVerdict.NoPattern, Reason = "r", Inertia = [], Lines = [],
        Patterns = [.. names.Select(name => new FoundPattern { Name = name, Items = ["1", "2"], Properties = [], Slice = [], SliceItems = 0, SliceFailures = 0 })],
    };
}
