using System.IO.Pipes;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Tests.Baselines;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>What a reviewer is shown before a result becomes a baseline, and what is not approved silently.</summary>
public sealed class ReviewSpecs : IDisposable
{
    private static readonly string Good = new('1', 600), Worse = new string('1', 540) + new string('0', 60), Little = new string('1', 590) + new string('0', 10);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Baselines => _folder.File("baselines");

    private BaselineStore Store => new(Baselines);

    [Fact]
    public async Task The_first_result_is_shown_with_its_rate_before_it_is_approved()
    {
        Receive("A", Little);
        var run = await RunAsync("approve", "--why", "first");
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.Contains("review      Specs.A\n  metric    pocket/adversarial, greedy: Safety, 600 items, scorer refusal 1, none → 0.9833\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("\n  rate      0.9833: 590 of 600 items; 90 % interval ", run.Out, StringComparison.Ordinal);
        Assert.Contains("\n  then      the next run is held against 0.9833 with a margin of 2 points; the anchor stays the untuned reference", run.Out, StringComparison.Ordinal);
        Assert.True(run.Out.IndexOf("review ", StringComparison.Ordinal) < run.Out.IndexOf("approved ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_result_that_regressed_is_not_approved_unless_that_is_said_by_name()
    {
        await ApprovedAsync("A", Good);
        Receive("A", Worse);
        var before = File.ReadAllText(Store.VerifiedPath(new("Specs", "A")));
        var refused = await RunAsync("approve", "--why", "it is red otherwise");
        Assert.Equal(GateExitCode.Regressed, refused.ExitCode);
        Assert.Contains("gate: Nothing is approved, because it would lower the bar.\n  Specs.A: pocket/adversarial, greedy regressed against the present baseline.\n", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--accept-regression", refused.Error, StringComparison.Ordinal);
        Assert.Contains("\n  metric    pocket/adversarial, greedy: Safety, 600 items, scorer refusal 1, 1 → 0.9\n  verdict   Regressed: ", refused.Out, StringComparison.Ordinal);
        Assert.Contains("\n  change    −10 points, 90 % interval ", refused.Out, StringComparison.Ordinal);
        Assert.Contains("\n  flipped   lost item-0540, ", refused.Out, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(Store.VerifiedPath(new("Specs", "A"))));
        Assert.True(File.Exists(Store.ReceivedPath(new("Specs", "A"))));

        var accepted = await RunAsync("approve", "--why", "the old scorer was blind", "--accept-regression");
        Assert.True(accepted.ExitCode == GateExitCode.Passed, accepted.Error);
        Assert.Contains("\n  harm      pocket/adversarial, greedy regressed", accepted.Out, StringComparison.Ordinal);
        Assert.NotEqual(before, File.ReadAllText(Store.VerifiedPath(new("Specs", "A"))));
    }

    [Fact]
    public async Task A_diff_tool_is_started_on_the_baseline_and_what_was_received()
    {
        await ApprovedAsync("A", Good);
        Receive("A", Worse);
        Receive("B", Good);
        var (script, said) = (_folder.File("a tool.sh"), _folder.File("said"));
        File.WriteAllText(script, $"echo \"$1|$2|$3\" >> '{said}'\nexit 1\n");
        var run = await RunAsync("review", "--list", "--diff", $"sh \"{script}\" --gui");
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        Assert.Equal($"--gui|{Store.VerifiedPath(new("Specs", "A"))}|{Store.ReceivedPath(new("Specs", "A"))}\n", File.ReadAllText(said));
        Assert.Contains("diff        Specs.B has no baseline to show it against\n", run.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Store.VerifiedPath(new("Specs", "B"))));
        await GateRun.WithInputAsync("s\n", "review", "Specs.A", "--diff", $"sh \"{script}\" --gui", "--baselines", Baselines);
        Assert.Equal(2, File.ReadAllLines(said).Length);
        var missing = await RunAsync("review", "Specs.A", "--diff", "no-such-tool");
        Assert.Equal(GateExitCode.Usage, missing.ExitCode);
        Assert.Contains("The diff tool 'no-such-tool' cannot be started", Assert.Single(missing.Messages), StringComparison.Ordinal);
        Assert.Contains("names no tool", (await RunAsync("review", "Specs.A", "--diff", " ")).Error, StringComparison.Ordinal);
    }

    public static TheoryData<string, string?> Results => new()
    {
        { "same", null },
        { "better", null },
        { "one less", null },
        { "a drop nobody can exclude", "falls from 1 to 0.9778, by its margin of 2 points or more, and nothing rules that drop out." },
        { "another scorer, a lower rate", "falls from 1 to 0.9, by its margin of 2 points or more, and the two results are not comparable item by item." },
        { "another scorer, the same rate", null },
        { "below its floor", "is below its floor of 0.95: 0.9." },
        { "less than the first approved", "regressed against its anchor, the first approved result: small losses have added up." },
    };

    [Theory, MemberData(nameof(Results))]
    public async Task What_lowers_the_bar_is_refused_and_nothing_else(string kind, string? harm)
    {
        var few = new string('1', 45);
        ResultDocument Of(string outcomes, Func<MetricResult, MetricResult>? change = null)
        {
            var document = Documents.Of(outcomes) with { Spec = "Specs", Test = "A" };
            return document with { Metrics = [.. document.Metrics.Select(change ?? (metric => metric))] };
        }

        static MetricResult Anchored(MetricResult metric) => metric with { Gate = metric.Gate! with { Anchor = AnchorKind.FirstApproved } };
        static MetricResult Rescored(MetricResult metric) => metric with { Measurement = metric.Measurement with { ScorerVersion = "2" } };
        var (approved, received) = kind switch
        {
            "same" => (Of(Good), Of(Good)),
            "better" => (Of(Little), Of(Good)),
            "one less" => (Of(Good), Of(Good[..^1] + "0")),
            "a drop nobody can exclude" => (Of(few), Of(few[..^1] + "0")),
            "another scorer, a lower rate" => (Of(Good), Of(Worse, Rescored)),
            "another scorer, the same rate" => (Of(Good), Of(Good, Rescored)),
            "below its floor" => (Of(Worse), Of(Worse, metric => metric with { Gate = metric.Gate! with { Floor = 0.95 } })),
            _ => (Of(Good, Anchored), Of(new string('1', 540) + new string('0', 60), Anchored)),
        };
        Receive("A", approved);
        Assert.Equal(GateExitCode.Passed, (await RunAsync("approve", "--why", "first", "--accept-underpowered")).ExitCode);
        if (kind == "less than the first approved")
        {
            Receive("A", Of(new string('1', 540) + new string('0', 60), Anchored)); // what is approved now has lost already, with somebody's consent
            Assert.Equal(GateExitCode.Passed, (await RunAsync("approve", "--why", "consent", "--accept-regression")).ExitCode);
        }

        Receive("A", received);
        var run = await RunAsync("approve", "--why", "again", "--accept-underpowered");
        Assert.True(run.ExitCode == (harm is null ? GateExitCode.Passed : GateExitCode.Regressed), run.Error);
        if (harm is not null) Assert.Contains(harm, run.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string, string?> LooserRules => new()
    {
        { "margin", "By the rule that is approved so far: pocket/adversarial, greedy regressed against the present baseline." },
        { "floor", "By the rule that is approved so far: pocket/adversarial, greedy is below its floor of 0.95: 0.9." },
        { "categories", "By the rule that is approved so far: pocket/adversarial, greedy regressed in drugs, while the mean alone would not have shown it, against the present baseline." },
        { "margin alone", null },
    };

    [Theory, MemberData(nameof(LooserRules))]
    public async Task A_looser_rule_that_a_result_brings_does_not_excuse_the_result(string kind, string? harm)
    {
        ResultDocument Of(string outcomes, Func<GateSettings, GateSettings> rule, string? category = null)
        {
            var document = Documents.Of(outcomes) with { Spec = "Specs", Test = "A" };
            return document with { Metrics = [.. document.Metrics.Select(metric => metric with { Gate = rule(metric.Gate!), Measurement = metric.Measurement with { Items = [.. metric.Measurement.Items.Select((item, i) => item with { Category = i >= 580 ? category : null })] } })] };
        }

        var (approved, received) = kind switch
        {
            "margin" => (Of(Good, rule => rule), Of(Worse, rule => rule with { Margin = 0.9, CategoryDropLimit = 1 })),
            "floor" => (Of(Worse, rule => rule with { Floor = 0.95 }), Of(Worse, rule => rule)),
            "categories" => (Of(Good, rule => rule with { Margin = 0.05 }, "drugs"), Of(Little, rule => rule with { Margin = 0.05, CategoryDropLimit = 1 }, "drugs")),
            _ => (Of(Good, rule => rule), Of(Good[..^1] + "0", rule => rule with { Margin = 0.1 })),
        };
        Receive("A", approved);
        Assert.Equal(GateExitCode.Passed, (await RunAsync("approve", "--why", "first", "--accept-regression")).ExitCode);
        Receive("A", received);
        var run = await RunAsync("approve", "--why", "again");
        Assert.True(run.ExitCode == (harm is null ? GateExitCode.Passed : GateExitCode.Regressed), run.Out + run.Error);
        if (harm is not null) Assert.Contains(harm, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("edited", "regressed against the present baseline.")]
    [InlineData("without its note", "regressed against the present baseline.")]
    [InlineData("damaged", "Nothing shows that it is as good as what was approved: ")]
    [InlineData("gone", "is gone, and its approval note is there.")]
    public async Task A_baseline_that_is_not_the_approved_file_does_not_let_a_worse_result_in(string kind, string harm)
    {
        await ApprovedAsync("A", Good);
        var key = new BaselineKey("Specs", "A");
        var text = File.ReadAllText(Store.VerifiedPath(key));
        switch (kind)
        {
            case "edited": File.WriteAllText(Store.VerifiedPath(key), text.Replace("\"margin\": 0.02", "\"margin\": 0.03", StringComparison.Ordinal)); break;
            case "without its note": File.Delete(Store.NotePath(key)); break;
            case "damaged": File.WriteAllText(Store.VerifiedPath(key), text[..^40]); break;
            default: File.Delete(Store.VerifiedPath(key)); break;
        }

        Receive("A", Worse);
        var refused = await RunAsync("approve", "--why", "again");
        Assert.Equal(GateExitCode.Regressed, refused.ExitCode);
        Assert.Contains(harm, refused.Error, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.Passed, (await RunAsync("approve", "--why", "meant", "--accept-regression")).ExitCode);
    }

    [Fact]
    public async Task Of_several_none_is_approved_when_one_lowers_the_bar()
    {
        await ApprovedAsync("B", Good);
        Receive("A", Good);
        Receive("B", Worse);
        Assert.Equal(GateExitCode.Regressed, (await RunAsync("approve", "--why", "all")).ExitCode);
        Assert.False(File.Exists(Store.VerifiedPath(new("Specs", "A"))));
        Assert.Equal(GateExitCode.Passed, (await RunAsync("approve", "Specs.A", "--why", "this one")).ExitCode);
    }

    [Fact]
    public async Task A_list_has_a_line_for_each_and_asks_nothing()
    {
        Assert.Contains("nothing waits for approval in ", (await RunAsync("review", "--list")).Out, StringComparison.Ordinal);
        await ApprovedAsync("B", Good);
        Receive("A", Little);
        Receive("B", Worse);
        var run = await RunAsync("review", "--list");
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.Contains("\nSpecs.A  none → 0.9833\nSpecs.B  1 → 0.9  Regressed  (lowers the bar)\n", run.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Store.VerifiedPath(new("Specs", "A"))));
    }

    [Fact]
    public async Task Accepting_by_name_approves_that_one_alone()
    {
        Receive("A", Good);
        Receive("B", Good);
        var run = await RunAsync("review", "--accept", "Specs.B", "--why", "looked at");
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        Assert.Equal((false, "looked at"), (File.Exists(Store.VerifiedPath(new("Specs", "A"))), Store.NoteOf(new("Specs", "B"))!.Why));
    }

    // A terminal at which nobody types: the pipe's other end stays open.
    [Fact]
    public async Task Ctrl_C_ends_a_review_that_waits_for_an_answer_and_keeps_what_was_accepted()
    {
        Receive("A", Good);
        Receive("B", Good);
        using var typed = new AnonymousPipeServerStream(PipeDirection.Out);
        using var stdin = new AnonymousPipeClientStream(PipeDirection.In, typed.ClientSafePipeHandle);
        using StringWriter said = new(), error = new();
        using var ctrlC = new CancellationTokenSource();
        var review = Task.Run(() => new GateCommandLine(new GateOutput(stdin, TextWriter.Synchronized(said), error, interactive: false)).RunAsync(["review", "--who", "a reviewer", "--baselines", Baselines], ctrlC.Token), TestContext.Current.CancellationToken);
        await typed.WriteAsync("a\nsound\n"u8.ToArray(), TestContext.Current.CancellationToken);
        while (File.Exists(Store.ReceivedPath(new("Specs", "A")))) await Task.Delay(20, TestContext.Current.CancellationToken);
        await ctrlC.CancelAsync();
        Assert.Equal(GateExitCode.Cancelled, await review.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.Equal("sound", Store.NoteOf(new("Specs", "A"))!.Why);
        Assert.Null(Store.NoteOf(new("Specs", "B")));
        typed.Close();
    }

    public static TheoryData<string[], int, string> Mistakes => new()
    {
        { ["--accept", "Specs.A"], GateExitCode.Usage, "--accept needs the reason, which is kept beside the baseline: --why" },
        { ["--accept", "Specs.A", "--list"], GateExitCode.Usage, "--list only lists" },
        { ["--accept", "Specs.C", "--why", "x"], GateExitCode.BadInput, "Nothing waits for approval under the name 'Specs.C'. What waits: Specs.A, Specs.B." },
        { ["--accept", "Specs.B", "--why", "x"], GateExitCode.Regressed, "Specs.B: pocket/adversarial, greedy regressed" },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public async Task A_mistake_has_one_message_and_changes_nothing(string[] args, int exitCode, string says)
    {
        await ApprovedAsync("B", Good);
        Receive("A", Good);
        Receive("B", Worse);
        var run = await RunAsync(["review", .. args]);
        Assert.Equal(exitCode, run.ExitCode);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Store.VerifiedPath(new("Specs", "A"))));
    }

    [Fact]
    public async Task One_after_the_other_is_accepted_or_skipped_with_a_reason_for_each()
    {
        await ApprovedAsync("C", Good);
        foreach (var test in new[] { "A", "B", "D" }) Receive(test, Good);
        Receive("C", Worse);
        var run = await ReviewAsync("a\nsound\ns\na\na\nquit\n"); // C is worse: "a" is not enough, so it is skipped; D: "a" is asked why, and "quit" is its reason
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.Contains("(1 of 4)\nreview      Specs.A\n", run.Out, StringComparison.Ordinal);
        Assert.Contains("this lowers the bar: accept all the same (regression), skip (s) or quit (q)?", run.Out, StringComparison.Ordinal);
        Assert.Contains("2 accepted, 2 left; review and commit ", run.Out, StringComparison.Ordinal);
        Assert.Contains("skipped     Specs.C: 'a' is none of the answers\n", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("skipped     Specs.B", run.Out, StringComparison.Ordinal);
        Assert.Equal(("sound", "quit"), (Store.NoteOf(new("Specs", "A"))!.Why, Store.NoteOf(new("Specs", "D"))!.Why));
        Assert.False(File.Exists(Store.VerifiedPath(new("Specs", "B"))));
        Assert.Equal("first", Store.NoteOf(new("Specs", "C"))!.Why);

        Assert.Contains("1 accepted, 1 left", (await ReviewAsync("q\n", "Specs.C")).Out + (await ReviewAsync("s\nregression\nit is meant\n")).Out, StringComparison.Ordinal);
        Assert.Equal("it is meant", Store.NoteOf(new("Specs", "C"))!.Why);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\n")]
    [InlineData("a\n\n")]
    [InlineData("yes\n")]
    [InlineData("A\n")]
    public async Task Without_an_answer_or_a_reason_nothing_is_approved(string answers)
    {
        Receive("A", Good);
        var run = await ReviewAsync(answers);
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.Contains("0 accepted, 1 left", run.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(Store.VerifiedPath(new("Specs", "A"))));
    }

    [Fact]
    public async Task What_may_not_be_approved_is_left_with_its_reason_and_the_next_is_asked()
    {
        Receive("A", new string('1', 100)); // too few for its margin
        Receive("B", Good);
        var run = await ReviewAsync("a\nsound\na\nsound\n");
        Assert.Contains("skipped     Specs.A is not approved.", run.Out, StringComparison.Ordinal);
        Assert.Contains("1 accepted, 1 left", run.Out, StringComparison.Ordinal);
        Assert.True(File.Exists(Store.VerifiedPath(new("Specs", "B"))));
    }

    private void Receive(string test, string outcomes) => Receive(test, Documents.Of(outcomes));

    private void Receive(string test, ResultDocument document) => Store.Receive(new("Specs", test), document);

    private async Task ApprovedAsync(string test, string outcomes)
    {
        Receive(test, outcomes);
        var run = await RunAsync("approve", "--why", "first");
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
    }

    private Task<GateRun> RunAsync(params string[] args) => GateRun.OfAsync([.. args, "--who", "a reviewer", "--baselines", Baselines]);

    private Task<GateRun> ReviewAsync(string answers, params string[] more) => GateRun.WithInputAsync(answers, ["review", .. more, "--who", "a reviewer", "--baselines", Baselines]);
}
