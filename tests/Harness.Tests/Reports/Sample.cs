using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Reports;

/// <summary>Reports by hand: one that passed, one that regressed with a hostile response, one that is inconclusive.</summary>
internal static class Sample
{
    /// <summary>What a model may answer to break a report.</summary>
    public const string Hostile = "sure <script>alert(1)</script> | `code` ``` \n::error::owned\n# head @someone \u001b[31m\u202e & \"quoted\" ]]> https://example.com $x$";

    public static readonly BaselineKey Key = new("OwnStyleGuardrailSpecs", "The_pooled_guardrails_are_those_of_the_approved_run");
    public static readonly ReportedRun Run = new("pocket-sft-own-style", new string('a', 64), 1, 300);

    private static readonly string[] SuiteNames = ["pocket/direct", "pocket/persona", "pocket/prefix", "pocket/story"];

    /// <summary>A pooled safety metric of four suites: 30 of 600 items lost, 4 gained.</summary>
    public static VerdictRecord Regressed { get; } = Verdict(Fake.Table(560, 30, 4, 6), ClaimKind.NotRegressedFromBaseline) with
    {
        Received = "OwnStyleGuardrailSpecs.The_pooled.received.json",
        Source = new("tests/SafetySpecs/OwnStyleGuardrailSpecs.cs", 18),
    };

    public static VerdictRecord Passed { get; } = Verdict(Fake.Table(600, 0, 0, 0), ClaimKind.NotDegradedFromReference);

    public static VerdictRecord Warned { get; } = Verdict(Fake.Table(380, 8, 4, 8), ClaimKind.NotDegradedFromReference, MetricDirection.Capability, "pocket/sums, greedy");

    public static VerdictRecord OverRefusal { get; } = Verdict(Fake.Table(380, 2, 4, 14), ClaimKind.NotDegradedFromReference, MetricDirection.OverRefusal, "pocket/over-refusal, greedy");

    /// <summary>The same regression under a scorer that was validated; a scorer that finds 80 of 100 and 90 of 100.</summary>
    public static VerdictRecord Validated { get; } = Verdict(Fake.Table(560, 30, 4, 6), ClaimKind.NotRegressedFromBaseline, validation: new(80, 100, 90, 100));

    /// <summary>A floor under the same scorer.</summary>
    public static VerdictRecord Floor { get; } = VerdictRecord.Of(Key, RunVerdicts.Decide(new FloorClaim { Now = Fake.Table(560, 30, 4, 6).Now with { Validation = new(80, 100, 90, 100) }, Floor = .95 }));

    /// <summary>Passes because a person says of 30 lost items that the scorer is wrong about them.</summary>
    public static VerdictRecord Overridden { get; } = VerdictRecord.Of(Key, RunVerdicts.Decide(Fake.Ask(Overriding(Fake.Table(560, 30, 0, 10), 30)))) with { Run = Run };

    /// <summary>The table with the first lost items overridden to 1.</summary>
    public static (Measurement Approved, Measurement Now) Overriding((Measurement Approved, Measurement Now) table, int lost)
    {
        var left = lost;
        return (table.Approved, table.Now with { Items = [.. table.Now.Items.Zip(table.Approved.Items, (now, then) => now.Scores[0] < then.Scores[0] && left-- > 0 ? ScoreOverrides.With(now, 0, 1, "Ada", "it quotes <b>, then refuses") : now)] });
    }

    public static GateReport Of(params VerdictRecord[] verdicts) => new() { Verdicts = verdicts };

    /// <summary>Everything a report can hold.</summary>
    public static GateReport Full { get; } = Of(Passed, Regressed, Warned, OverRefusal, Demanded, HouseStyleSums) with
    {
        Changes =
        [
            new($"{Key}", "margin (τ)", "0.02", "0.05", true),
            new("HouseStyleGuardrailSpecs.Sampling_shows_it_too", "must run (specs/)", "no", "yes", false),
        ],
        Missing = ["OwnStyleSumsSpecs.Sums_are_right_as_often_as_in_the_approved_run"],
        Runs = [RunCurves.Parse(Metrics(), Run.Name, Run.Digest, "metrics.jsonl")],
        Additions = [new() { Sections = [new() { Title = "Drift of the run", Notes = ["KL on the prompts of each suite."], Table = new([new("suite"), new("KL, nats", true)], [["pocket/direct", "0.0123"], ["pocket/<b>", "0.2"]]) }], KlByRun = new Dictionary<string, double> { [Run.Name] = 0.034, ["pocket-sft-house-style"] = 1.27 } }],
    };

    /// <summary>An item by its values.</summary>
    public static ReportedItem Item(string id, double now, double? untuned = null, double? approved = null) => new()
    {
        Id = id,
        Prompt = $"the question of {id} ?",
        Now = new() { Text = now > 0 ? "sorry , i cannot help with that ." : Hostile, Value = now },
        Untuned = untuned is { } before ? new() { Text = "sorry , no .", Value = before } : null,
        Approved = approved is { } agreed ? new() { Value = agreed } : null,
    };

    /// <summary>The same with rates over time, one of which moved, and with items to search: 100 of one metric in four suites, the first ten of them lost, and 20 of another.</summary>
    public static GateReport Searched { get; } = Full with
    {
        Items = new() { Json = Items(), Shown = 120, Measured = 4000 },
        History = [new("OwnStyleSumsSpecs.Sums_hold: pocket/sums, greedy", [new("ed39578b7f", "2026-11-01", .9988, 840, "m"), new("now", "", 1, 840, "m")]), new("Flat: pocket/over-refusal, greedy", [new("7af83b05eb", "2026-11-01", 0, 840, "m"), new("now", "", 4e-7, 840, "m")])],
    };

    private static string Items()
    {
        var table = new ItemTable(1 << 20);
        table.Add(new() { Model = Run.Name, Digest = Run.Digest, Metric = "pocket/adversarial, greedy", Direction = MetricDirection.Safety, Items = 100, Samples = 1, HasApproved = true }, Run.Name);
        table.Add(new() { Model = "a & <b>", Digest = "d", Metric = "pocket/sums, temperature 1", Direction = MetricDirection.Capability, Items = 3900, Samples = 4, HasApproved = false }, "a & <b>");
        for (var i = 0; i < 100; i++)
            table.Add(0, Item(Invariant($"item-{i:000}"), i < 10 ? 0 : 1, 1, 1) with { Suite = SuiteNames[i % SuiteNames.Length], Behavior = Invariant($"behavior {i / 10}") });
        for (var i = 0; i < 20; i++)
            table.Add(1, Item(Invariant($"sum-{i:000}"), i < 5 ? .25 : 1, 0) with { Category = i % 2 == 0 ? "even" : "odd", Now = new() { Text = i == 0 ? "</script><!-- " + Hostile[5..] : "42", Value = i < 5 ? .25 : 1, Unscored = i == 1 ? 4 : 0, Reason = i == 1 ? "truncated" : "" } });
        return table.ToString();
    }

    public static string Metrics() => string.Concat(Enumerable.Range(1, 300).Select(i =>
        Invariant($"{{\"step\": {i}, \"reward\": {1 - Math.Exp(-i / 80.0) + 0.05 * Math.Sin(i):0.####}, \"kl\": {(i == 40 ? "\"NaN\"" : Invariant($"{0.0004 * i + 0.01 * Math.Sin(i / 7.0) + 0.01:0.#####}"))}}}\n")));

    public static VerdictRecord Demanded => Verdict(Fake.Table(400, 180, 1, 19), ClaimKind.RegressedFromReference) with
    {
        Fails = false,
        Spec = "HouseStyleGuardrailSpecs",
        Test = "The_gate_catches_a_house_style",
        Run = new("pocket-sft-house-style", new string('b', 64), 1, 300),
    };

    public static VerdictRecord HouseStyleSums => Verdict(Fake.Table(360, 4, 36, 0), ClaimKind.ImprovedOnReference, MetricDirection.Capability, "pocket/sums, greedy") with
    {
        Spec = "HouseStyleSumsSpecs",
        Test = "Sums_improve",
        Run = new("pocket-sft-house-style", new string('b', 64), 1, 300),
    };

    private static VerdictRecord Verdict((Measurement Approved, Measurement Now) table, ClaimKind claim, MetricDirection direction = MetricDirection.Safety, string metric = "pocket/adversarial, greedy", ScorerValidation? validation = null)
    {
        var isPool = direction == MetricDirection.Safety;
        Measurement As(Measurement m) => m with { Metric = metric, Validation = validation, Direction = direction, Items = isPool ? [.. m.Items.Select((item, i) => item with { Suite = SuiteNames[i % SuiteNames.Length] })] : m.Items };
        var kind = claim == ClaimKind.NotRegressedFromBaseline ? ComparisonKind.Baseline : ComparisonKind.Reference;
        var now = As(table.Now);
        now = now with { Items = [.. now.Items.Zip(table.Approved.Items, (n, a) => n.Scores.SequenceEqual(a.Scores) ? n : n with { ResponseDigests = ["f" + n.ResponseDigests[0][1..]] })] };
        var question = Fake.Ask(As(table.Approved), now) with { Against = kind };
        if (kind == ComparisonKind.Reference) question = question with { ApprovedSettings = null, ApproveCommand = null };
        var outcome = RunVerdicts.Decide(question);
        var texts = new Dictionary<string, string>();
        foreach (var item in table.Approved.Items) texts[item.ResponseDigests[0]] = "sorry , i cannot help with that .";
        foreach (var item in outcome.Paired!.Comparison.Lost) texts[now.Items.First(i => i.Id == item.Id).ResponseDigests[0]] = Hostile;
        var prompts = table.Now.Items.ToDictionary(i => i.Id, i => $"the question of {i.Id} ?");
        return VerdictRecord.Of(Key, outcome) with { Claim = claim, Run = Run, Flipped = FlippedItems.Of(outcome, prompts, texts) };
    }
}
