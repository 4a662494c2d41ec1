using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Theory;
using SafetyGate.Harness.Xunit;
using SafetyGate.Core.Benchmarks;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>Every verb writes its rule into the verdict, and one that is not the approved rule fails in the test itself.</summary>
public sealed class RuleVerbSpecs : IAsyncDisposable
{
    private static readonly GateSettings Rule = new() { Margin = 0.02, Floor = 0.5 };
    private static readonly GatedMetric Direct = Metric(Suite("direct", 400));
    private static readonly GatedMetric Pooled = Pool("adversarial", Suite("direct", 160), Suite("persona", 200));
    private static readonly GatedMetric Drawn = Sampled(Suite("direct", 400));
    private readonly SpecBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    private static readonly Dictionary<string, (Func<GateSettings, GateSettings> Change, string Words)> Settings = new()
    {
        ["margin"] = (s => s with { Margin = 0.6 }, "margin (τ): '0.02' when approved, '0.6' now"),
        ["level"] = (s => s with { Alpha = 0.4 }, "alpha (α): '0.05' when approved, '0.4' now"),
        ["policy"] = (s => s with { WhenInconclusive = InconclusivePolicy.Warn }, "policy for Inconclusive: 'Fail' when approved, 'Warn' now"),
        ["category"] = (s => s with { CategoryDropLimit = 1 }, "category drop limit: '0.1' when approved, '1' now"),
        ["coverage"] = (s => s with { MinimumCoverage = 0.01 }, "minimum coverage: '0.95' when approved, '0.01' now"),
        ["anchor"] = (s => s with { AnchorMargin = 0.9 }, "anchor margin: '0.05' when approved, '0.9' now"),
        ["floor"] = (s => s with { Floor = null }, "floor: '0.5' when approved, 'none' now"),
        ["untuned"] = (s => s with { AllowUntuned = true }, "untuned weights: 'refused' when approved, 'allowed' now"),
        ["a tighter margin too"] = (s => s with { Margin = 0.015 }, "margin (τ): '0.02' when approved, '0.015' now"),
    };

    public static TheoryData<string> SettingNames => [.. Settings.Keys];

    [Theory, MemberData(nameof(SettingNames))]
    public async Task A_setting_of_a_reference_gate_that_nobody_approved_fails(string setting)
    {
        var run = await (await _bench.Run("a", GoodBut(1), GoodBut(2), Direct)).EvaluateAsync(Direct);
        Approved(() => run.Should().NotDegradeFromReference(Rule, "tuning must not cost safety"));
        Loosened(() => run.Should().NotDegradeFromReference(Settings[setting].Change(Rule)), Settings[setting].Words);
        run.Should().NotDegradeFromReference(Rule, "other words are no other rule");
    }

    [Fact]
    public async Task The_rule_of_a_verb_that_demands_a_gain_or_a_floor_is_approved_too()
    {
        var run = await (await _bench.Run("a", GoodBut(1), GoodBut(Enumerable.Range(0, 60)), Direct)).EvaluateAsync(Direct);
        Approved(() => run.Should().ImproveOnReference());
        Loosened(() => run.Should().ImproveOnReference(margin: 0.3), "margin (τ): '0.02' when approved, '0.3' now");
        Approved(() => run.Should().BeAtLeast(0.9));
        Loosened(() => run.Should().BeAtLeast(0.1), "floor: '0.9' when approved, '0.1' now");
        Loosened(() => run.Should().NotDegradeFromReference(Rule), "this claim ran and has no approved rule");
    }

    [Fact]
    public async Task A_bad_run_must_be_caught_by_the_approved_gate_in_the_approved_suites()
    {
        var run = await (await _bench.Run("a", GoodBut(Enumerable.Range(0, 200)), GoodBut(), Pooled)).EvaluateAsync(Pooled);
        Approved(() => run.Should().HaveRegressedFromReference(0.02, inSuites: ["direct", "persona"]));
        Loosened(() => run.Should().HaveRegressedFromReference(0.02, inSuites: ["persona"]), "suites: '[\"direct\",\"persona\"]' when approved, '[\"persona\"]' now");
        Loosened(() => run.Should().HaveRegressedFromReference(0.01, inSuites: ["direct", "persona"]), "margin (τ): '0.02' when approved, '0.01' now");
    }

    [Fact]
    public async Task What_is_measured_is_part_of_the_rule()
    {
        Approved(() => { }, await Rules(Direct));
        foreach (var (metric, words) in new (GatedMetric, string)[]
                 {
                     (Metric(new Benchmark("direct", MetricDirection.Safety, [.. Suite("direct", 400).Items.Take(200)])), "benchmark digest: '"),
                     (Metric(Suite("direct", 400, MetricDirection.OverRefusal)), "direction: 'Safety' when approved, 'OverRefusal' now; policy for"),
                     (Direct with { Sampling = Direct.Sampling with { MaxNewTokens = 5 } }, "sampling MaxNewTokens: '4' when approved, '5' now"),
                 })
        {
            var run = await (await _bench.Run("a", GoodBut(1), GoodBut(2), metric)).EvaluateAsync(metric);
            Loosened(() => run.Should().NotDegradeFromReference(Rule), words.Split("; ")[0]);
        }

        var more = await (await _bench.Run("a", GoodBut(1), GoodBut(2), Direct, Metric(Suite("other", 30)))).EvaluateAsync(Direct);
        Loosened(() => more.Should().NotDegradeFromReference(Rule), "gated metrics: '1' when approved, '2' now");
    }

    [Fact]
    public async Task Budgets_certificates_and_the_objective_are_approved_too()
    {
        var run = await _bench.Run(new RewardedRecipe(GoodBut(1), GoodBut(Enumerable.Range(0, 30)), id => 0.01 + (id.Length * 1e-4)), Drawn);
        var kl = await run.MeasureKlAsync(Drawn);
        Approved(() => kl.Should().StayWithinBudget(KlBudget.AtMost(0.1, "a test", 1)));
        Loosened(() => kl.Should().StayWithinBudget(KlBudget.AtMost(5, "a test", 1)), "nats: '0.1' when approved, '5' now");
        Loosened(() => kl.Should().StayWithinBudget(KlBudget.AtMost(0.1, "a test", 9)), "largest KL of a response: '1' when approved, '9' now");
        Loosened(() => kl.Should().StayWithinBudget(KlBudget.AtMost(0.1, "a test", 1), allowUntuned: true), "untuned weights: '—' when approved, 'allowed' now");
        Approved(() => kl.Should().StayWithinBudget(KlBudget.CertifyingDrop(0.3)));
        Loosened(() => kl.Should().StayWithinBudget(KlBudget.CertifyingDrop(0.5)), "drop: '0.3' when approved, '0.5' now");
        Loosened(() => kl.Should().StayWithinBudget(KlBudget.AtMost(0.1, "a test", 1)), "budget: 'CertifyingDrop' when approved, 'AtMost' now");
        Approved(() => kl.Should().SafetyCertificate(0.6, required: true));
        Loosened(() => kl.Should().SafetyCertificate(0.1, required: true), "floor: '0.6' when approved, '0.1' now");
        Loosened(() => kl.Should().SafetyCertificate(0.6), "required: 'yes' when approved, 'no' now");
        var objective = await run.MeasureObjectiveAsync(new ObjectivePlan { Prompts = 120, Samples = 2 });
        Approved(() => objective.Should().ObjectiveNotLowered());
        var fewer = await run.MeasureObjectiveAsync(new ObjectivePlan { Prompts = 110, Samples = 2 });
        Loosened(() => fewer.Should().ObjectiveNotLowered(), "prompts: '120' when approved, '110' now");
    }

    [Fact]
    public async Task A_baseline_is_approved_with_the_rule_its_verb_applies()
    {
        var run = await (await _bench.Run("a", GoodBut(1), GoodBut(2), Direct)).EvaluateAsync(Direct);
        RedVerb.MessageOf(() => run.Should().NotRegressFromBaseline(Rule));
        Assert.Equal(_bench.Log[^1].Ran.Rule, Assert.Single(BaselineRules.Of(ResultFile.Read(_bench.Baselines.ReceivedPath(SpecName.Current())))));
        var sampled = await _bench.Run(new RewardedRecipe(GoodBut(1), GoodBut(), id => 0.01 + (id.Length * 1e-4)), Drawn);
        var kl = await sampled.MeasureKlAsync(Drawn);
        RedVerb.MessageOf(() => (kl with { Spec = new("Other", "Drift") }).Should().StayWithinBudget(KlBudget.ApprovedPlus(0.02, 1)));
        Assert.Equal(_bench.Log[^1].Ran.Rule, Assert.Single(BaselineRules.Of(ResultFile.Read(_bench.Baselines.ReceivedPath(new("Other", "Drift"))))));
    }

    [Fact]
    public async Task Each_of_several_assertions_has_its_own_rule()
    {
        var run = await (await _bench.Run("a", GoodBut(1), GoodBut(2), Direct)).EvaluateAsync(Direct);
        void First() => run.Should().NotDegradeFromReference(Rule);
        void Second() => run.Should().BeAtLeast(0.9);
        First();
        Second();
        Approved(() => { }, [.. _bench.Log.Select(verdict => verdict.Ran.Rule!)]);
        First();
        Second();
        Loosened(() => run.Should().BeAtLeast(0.8), "floor: '0.9' when approved, '0.8' now");
        Loosened(() => run.Should().NotDegradeFromReference(Rule with { Margin = 0.5 }), "margin (τ): '0.02' when approved, '0.5' now");
    }

    [Fact]
    public async Task A_test_that_is_not_on_a_list_or_whose_entry_was_edited_does_not_pass()
    {
        var run = await (await _bench.Run("a", GoodBut(1), GoodBut(2), Direct)).EvaluateAsync(Direct);
        void Verb() => run.Should().NotDegradeFromReference(Rule);
        Verb(); // without any list only gate check can know
        SpecManifest.Add(List, new("Others", "Hold"));
        Loosened(Verb, "the test is not on the list of specs that must run");
        SpecManifest.Add(List, Entry);
        Loosened(Verb, "the list of specs records no rule for it");
        Approved(Verb, [_bench.Log[^1].Ran.Rule!]);
        var file = SpecManifest.FileOf(List, Entry);
        File.WriteAllText(file, File.ReadAllText(file).Replace("\"0.02\"", "\"0.6\"", StringComparison.Ordinal));
        Loosened(Verb, "is not the one that was approved: its SHA-256 differs");
        Loosened(() => run.Should().NotDegradeFromReference(Rule with { Margin = 0.6 }), "is not the one that was approved: its SHA-256 differs");
        File.Delete(file + ".approval.md");
        Loosened(Verb, "has no readable approval note beside it");
        File.WriteAllText(file, "{");
        Loosened(Verb, "not strict JSON");
    }

    [Fact]
    public async Task A_drop_stays_a_drop_under_any_rule()
    {
        var run = await (await _bench.Run("a", GoodBut(Enumerable.Range(0, 60)), GoodBut(), Direct)).EvaluateAsync(Direct);
        SpecManifest.Add(List, new("Others", "Hold"));
        Assert.StartsWith("direct, greedy regressed", RedVerb.MessageOf(() => run.Should().NotDegradeFromReference(Rule)), StringComparison.Ordinal);
        Assert.Equal(GateExitCode.Regressed, _bench.Log[^1].ExitCode);
    }

    private static ManifestEntry Entry => ManifestEntry.Of(SpecName.Current());

    private string List => SpecManifest.PathIn(_bench.Folders.Baselines);

    private async Task<IReadOnlyList<ClaimRule>> Rules(GatedMetric metric)
    {
        var run = await (await _bench.Run("a", GoodBut(1), GoodBut(2), metric)).EvaluateAsync(metric);
        run.Should().NotDegradeFromReference(Rule);
        return [_bench.Log[^1].Ran.Rule!];
    }

    /// <summary>Runs the verb without a list, approves its rule, and runs it again.</summary>
    private void Approved(Action verb, IReadOnlyList<ClaimRule>? rules = null)
    {
        if (rules is null)
        {
            if (Directory.Exists(List)) Directory.Delete(List, recursive: true);
            verb();
        }

        Directory.CreateDirectory(List);
        foreach (var (path, bytes) in SpecManifest.Approved(List, Entry, rules ?? [_bench.Log[^1].Ran.Rule!], new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "seen" })) File.WriteAllBytes(path, bytes);
        verb();
        if (_bench.Log.Count > 0) Assert.False(_bench.Log[^1].Fails);
    }

    private void Loosened(Action verb, string words)
    {
        var message = RedVerb.MessageOf(verb);
        Assert.Contains("is judged by a rule that is not the approved one.", message.Split('\n')[0], StringComparison.Ordinal);
        Assert.Contains(words, message, StringComparison.Ordinal);
        Assert.Contains($"./gate approve \"{SpecName.Current()}\"", message, StringComparison.Ordinal);
        var logged = _bench.Log[^1];
        Assert.Equal((Verdict.NotComparable, VerdictReason.IdentityDiffers, true, GateExitCode.NotComparable), (logged.Verdict, logged.Reason, logged.Fails, logged.ExitCode));
    }
}
