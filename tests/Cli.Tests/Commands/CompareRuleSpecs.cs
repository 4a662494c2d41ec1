using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Baselines;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>The rule of <c>gate compare</c> comes from BASE, the command line or the default, and never from the file that is judged.</summary>
public sealed class CompareRuleSpecs : IDisposable
{
    private static readonly GateSettings TwoPoints = new() { Margin = 0.02 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, GateSettings, string> Loose() => new()
    {
        { "margin", TwoPoints with { Margin = 0.9 }, Outcomes(300) },
        { "level", TwoPoints with { Alpha = 0.49 }, Outcomes(9) },
        { "policy", TwoPoints with { WhenInconclusive = InconclusivePolicy.Warn }, "00" + new string('1', 98) },
        { "coverage", TwoPoints with { MinimumCoverage = 0.01, Margin = 0.9, WhenInconclusive = InconclusivePolicy.Warn }, Outcomes(0, unscored: 300) },
        { "looks", TwoPoints with { Looks = Looks.AnyTime, Margin = 0.9 }, Outcomes(300) },
    };

    [Theory, MemberData(nameof(Loose))]
    public async Task A_judged_file_that_brings_its_own_rule_is_judged_by_the_default(string what, GateSettings own, string outcomes)
    {
        Assert.NotEmpty(what);
        Assert.NotEqual(GateExitCode.Passed, await CodeAsync(null, own, outcomes));
        Assert.Equal(await CodeAsync(null, null, outcomes), await CodeAsync(null, own, outcomes));
    }

    [Fact]
    public async Task The_file_that_is_as_good_still_passes_whatever_rule_it_brings() =>
        Assert.Equal(GateExitCode.Passed, await CodeAsync(null, TwoPoints with { Margin = 0.9 }, Outcomes(0)));

    [Theory, MemberData(nameof(Loose))]
    public async Task A_judged_file_with_another_rule_than_that_of_the_base_is_not_comparable(string field, GateSettings own, string outcomes)
    {
        Assert.NotEmpty(field);
        Assert.Equal(GateExitCode.NotComparable, await CodeAsync(TwoPoints, own, outcomes));
        Assert.Equal(GateExitCode.NotComparable, await CodeAsync(TwoPoints, own, Outcomes(0)));
    }

    [Fact]
    public async Task The_base_brings_its_rule_to_a_judged_file_without_one()
    {
        Assert.Equal(GateExitCode.Passed, await CodeAsync(TwoPoints with { Margin = 0.1 }, null, Outcomes(20)));
        Assert.Equal(GateExitCode.Regressed, await CodeAsync(TwoPoints, null, Outcomes(20)));
        Assert.Equal(GateExitCode.Regressed, await CodeAsync(TwoPoints with { Margin = 0.1, Floor = 0.99 }, null, Outcomes(20)));
    }

    [Fact]
    public async Task The_command_line_comes_before_both()
    {
        Assert.Equal(GateExitCode.Passed, await CodeAsync(TwoPoints, TwoPoints, Outcomes(20), "--margin", "0.1"));
        Assert.Equal(GateExitCode.Regressed, await CodeAsync(TwoPoints with { Margin = 0.1 }, TwoPoints with { Margin = 0.9 }, Outcomes(20), "--margin", "0.02"));
        Assert.Equal(GateExitCode.Usage, await CodeAsync(TwoPoints, null, Outcomes(0), "--margin", "1.5"));
    }

    [Theory]
    [InlineData("fewer items"), InlineData("direction"), InlineData("fewer items, looked at any time")]
    public async Task A_judged_file_cannot_choose_what_is_measured(string what)
    {
        var now = Document(TwoPoints with { Looks = what.Contains("any time", StringComparison.Ordinal) ? Looks.AnyTime : Looks.Once }, Outcomes(0));
        var m = now.Metrics[0].Measurement;
        m = what == "direction" ? m with { Direction = MetricDirection.Capability } : m with { Items = [.. m.Items.Take(500)] };
        now = now with { Metrics = [now.Metrics[0] with { Measurement = m }] };
        Assert.Equal(GateExitCode.NotComparable, (await CompareAsync(Document(null, Outcomes(0)), now)).ExitCode);
    }

    [Fact]
    public async Task Counts_of_the_scorer_that_differ_from_those_of_the_base_are_not_comparable()
    {
        static ResultDocument With(ScorerValidation? v) => Document(null, Outcomes(0)) is var d ? d with { Metrics = [d.Metrics[0] with { Measurement = d.Metrics[0].Measurement with { Validation = v } }] } : null!;
        var run = await CompareAsync(With(new(90, 100, 80, 100)), With(new(100, 100, 100, 100)));
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
        Assert.Contains("scorer validation: '90 of 100 positives, 80 of 100 negatives' when approved, '100 of 100 positives, 100 of 100 negatives' now", run.Out, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.Passed, (await CompareAsync(With(new(90, 100, 80, 100)), With(new(90, 100, 80, 100)))).ExitCode);
        Assert.Contains("\n  corrected ", (await CompareAsync(With(new(90, 100, 80, 100)), Document(null, Outcomes(20)))).Out, StringComparison.Ordinal); // a result without counts has those of the base
    }

    [Fact]
    public async Task A_KL_that_vanished_is_named_like_a_metric()
    {
        var run = await CompareAsync(Document(null, Outcomes(0)) with { Kl = [Documents.HandMadeKl] }, Document(null, Outcomes(0)));
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
        Assert.Contains("The second result lacks 'KL on direct, temperature 1'", run.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string> LabelKinds => ["suite", "category", "behavior"];

    [Theory, MemberData(nameof(LabelKinds))]
    public async Task Labels_swapped_between_two_items_are_not_comparable_and_the_item_is_named(string kind)
    {
        ItemOutcome Label(ItemOutcome item, int label) => kind switch
        {
            "suite" => item with { Suite = Invariant($"suite {label % 3}") },
            "category" => item with { Category = Invariant($"category {label % 3}") },
            _ => item with { Behavior = Invariant($"behavior {label / 2}") },
        };
        ResultDocument Labeled(Func<int, int> label)
        {
            var d = Document(null, Outcomes(0));
            var m = d.Metrics[0].Measurement;
            return d with { Metrics = [d.Metrics[0] with { Measurement = m with { Items = [.. m.Items.Select((item, i) => Label(item, label(i)))] } }] };
        }

        var basis = Labeled(i => i);
        Assert.Equal(GateExitCode.Passed, (await CompareAsync(basis, Labeled(i => i))).ExitCode);
        var run = await CompareAsync(basis, Labeled(i => i switch { 10 => 200, 200 => 10, _ => i }));
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
        Assert.Contains($"{kind} of item 'item-0010': '", run.Out, StringComparison.Ordinal);
        Assert.Contains("of 1 more items too", run.Out, StringComparison.Ordinal);
        // All of one name to another, or none at all.
        Assert.Equal(GateExitCode.NotComparable, (await CompareAsync(basis, Labeled(i => i + 2))).ExitCode);
        Assert.Equal(GateExitCode.NotComparable, (await CompareAsync(basis, Document(null, Outcomes(0)))).ExitCode);
    }

    private static string Outcomes(int lost, int unscored = 0) => new string('0', lost) + new string('?', unscored) + new string('1', 600 - lost - unscored);

    private static ResultDocument Document(GateSettings? gate, string outcomes) => Documents.Of(outcomes) is var d
        ? d with { Spec = null, Test = null, Metrics = [d.Metrics[0] with { Gate = gate }] }
        : null!;

    private async Task<int> CodeAsync(GateSettings? approved, GateSettings? own, string outcomes, params string[] more) =>
        (await CompareAsync(Document(approved, new string('1', outcomes.Length)), Document(own, outcomes), more)).ExitCode;

    private async Task<GateRun> CompareAsync(ResultDocument basis, ResultDocument now, params string[] more)
    {
        now = now with { Model = now.Model with { WeightsDigest = "others" } };
        now = now with { Metrics = [.. now.Metrics.Select(m => m with { Measurement = m.Measurement with { Model = now.Model } })] };
        ResultFile.Write(basis, _folder.File("base.json"));
        ResultFile.Write(now, _folder.File("now.json"));
        var run = await GateRun.OfAsync(["compare", _folder.File("base.json"), _folder.File("now.json"), .. more]);
        TestContext.Current.TestOutputHelper?.WriteLine(run.Out + run.Error);
        Assert.NotEqual(GateExitCode.Internal, run.ExitCode);
        return run;
    }
}
