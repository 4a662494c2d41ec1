using System.Text;
using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Gates;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Harness.Tests.Reports;

/// <summary>A record of a verdict that no claim writes: its fields contradict each other, so it was edited or damaged.</summary>
public sealed class VerdictContradictionSpecs
{
    private static readonly Dictionary<string, VerdictRecord> Sound = new()
    {
        ["regressed"] = Sample.Regressed,
        ["passed"] = Sample.Passed,
        ["identical"] = Of(Fake.Ask(Fake.Table(600, 0, 0, 0) is var (then, _) ? (then, then) : default)),
        ["warned"] = Sample.Warned,
        ["refused"] = Of(Fake.Ask(null, Fake.Measured("11"))),
        ["demanded"] = Sample.Demanded,
        ["improved"] = Sample.HouseStyleSums,
        ["floor"] = Of(new FloorClaim { Now = Fake.Measured(new string('1', 590) + new string('0', 10)), Floor = 0.9 }),
        ["unscored"] = Of(Fake.Ask(Fake.Measured(new string('1', 600), "approved"), Fake.Measured(new string('1', 540) + new string('?', 60)))),
        ["guarded"] = Of(Fake.Ask(Fake.Table(590, 4, 4, 2, i => i % 2 == 0 ? "even" : "odd"), Fake.TwoPoints with { Floor = .9 }) with { Anchor = Fake.Measured(new string('1', 600), "untuned", category: i => i % 2 == 0 ? "even" : "odd") }),
        ["behaviors"] = Of(Fake.Ask(Clustered(Fake.Table(560, 30, 4, 6)))),
        ["budget"] = Of(Budget(0.05)),
        ["over budget"] = Of(Budget(0.001)),
        ["certificate"] = Of(Certificate(.9)),
        ["vacuous"] = Of(Certificate(.999)),
        ["unmeasured"] = VerdictRecord.Unmeasured(Sample.Key, "direct", "no run"),
    };

    private static VerdictRecord Of(Claim claim) => VerdictRecord.Of(Sample.Key, RunVerdicts.Decide(claim));

    private static BudgetClaim Budget(double nats) => new()
    {
        On = "direct", Budget = KlBudget.AtMost(nats, "a test", 0.05), Kl = KlFake.Kl(Enumerable.Range(0, 600).Select(i => i % 2 == 0 ? 0.0 : 0.02)), Reference = KlFake.Reference(new string('1', 600)),
    };

    private static CertificateClaim Certificate(double floor) => new()
    {
        On = "direct", Floor = floor, Required = false, Kl = Budget(1).Kl, Reference = Budget(1).Reference,
    };

    private static (Measurement, Measurement) Clustered((Measurement Approved, Measurement Now) table)
    {
        Measurement As(Measurement one) => one with { Items = [.. one.Items.Select((item, i) => item with { Behavior = Invariant($"behavior {i / 5}") })] };
        return (As(table.Approved), As(table.Now));
    }

    public static TheoryData<string, string, string, string> Contradictions => new()
    {
        // The outcome: what the verdict is, why, and whether it fails.
        { "refused", "fails", "false", "NotRegressedFromBaseline is NotComparable (NoBaseline, policy Fail) and has fails: false; it must be true." },
        { "regressed", "fails", "false", "is Regressed (Drop, policy Fail) and has fails: false; it must be true." },
        { "passed", "fails", "true", "is Passed (WithinMargin, policy Fail) and has fails: true; it must be false." },
        { "warned", "fails", "true", "is Inconclusive (TooLittleEvidence, policy Warn) and has fails: true; it must be false." },
        { "unscored", "fails", "false", "is Inconclusive (LowCoverage, policy Fail) and has fails: false" },
        { "demanded", "fails", "true", "RegressedFromReference is Regressed (Drop, policy Fail) and has fails: true; it must be false." },
        { "improved", "fails", "true", "ImprovedOnReference is Passed (Improved, policy Warn) and has fails: true; it must be false." },
        { "floor", "fails", "true", "AtLeast is Passed (Floor) and has fails: true; it must be false." },
        { "over budget", "fails", "false", "WithinBudget is Regressed (OverBudget) and has fails: false; it must be true." },
        { "vacuous", "fails", "true", "Certified is Inconclusive (Vacuous) and has fails: true; it must be false." },
        { "unmeasured", "fails", "false", "None is NotComparable (BadEvidence) and has fails: false; it must be true." },
        { "unmeasured", "verdict", "\"Passed\"", "None is Passed with the reason BadEvidence; that reason gives no such verdict." },
        { "passed", "reason", "\"Drop\"", "is Passed with the reason Drop; that reason gives no such verdict." },
        { "passed", "reason", "\"Floor\"", "is Passed with the reason Floor; that reason gives no such verdict." },
        { "regressed", "reason", "\"WithinMargin\"", "is Regressed with the reason WithinMargin" },
        { "refused", "reason", "\"WithinMargin\"", "is NotComparable with the reason WithinMargin" },
        { "budget", "reason", "\"Certified\"", "WithinBudget is Passed with the reason Certified" },
        { "certificate", "verdict", "\"Regressed\"", "Certified is Regressed with the reason Certified" },
        // The rule against the terms that are held against the approved one.
        { "passed", "rule.margin", "0.5", "the margin (τ) is '0.02' among its terms and '0.5' in its rule." },
        { "passed", "rule.alpha", "0.4", "the alpha (α) is '0.05' among its terms and '0.4' in its rule." },
        { "warned", "rule.policy", "\"Fail\"", "the policy for Inconclusive is 'Warn' among its terms and 'Fail' in its rule." },
        { "unscored", "rule.minimumCoverage", "0.5", "the minimum coverage is '0.95' among its terms and '0.5' in its rule." },
        { "passed", "rule.level", "0.2", "its intervals are of 0.2 at a level of 0.05" },
        { "passed", "rule", "null", "it compares and has no rule." },
        // Counts, rates and limits against each other.
        { "passed", "comparison", "null", "is Passed and has no numbers that could show it." },
        { "floor", "floor", "null", "AtLeast is Passed and has no numbers that could show it." },
        { "budget", "limit", "null", "WithinBudget is Passed and has no numbers that could show it." },
        { "passed", "comparison.items", "0", "it compares 0 items" },
        { "passed", "comparison.samples", "0", "with 0 samples" },
        { "regressed", "comparison.lost", "597", "it has 597 lost and 4 gained of 600 items." },
        { "regressed", "comparison.lost", "0", "with 0 lost and 4 gained of 600." },
        { "regressed", "comparison.gained", "-1", "it has 30 lost and -1 gained of 600 items." },
        { "regressed", "comparison.now.rate", "0.99", "its rates are 0.9833333333333333 and 0.99." },
        { "regressed", "comparison.difference", "0", "its change is 0, its rates are" },
        { "regressed", "comparison.difference", "\"NaN\"", "its change is NaN" },
        { "regressed", "comparison.limits.lower", "0.1", "the limits of its change are 0.1 and" },
        { "regressed", "comparison.limits.lower", "\"NaN\"", "the limits of its change are NaN and" },
        { "regressed", "comparison.now.limits.lower", "0.99", "the limits of a rate of 0.94 are 0.99 and" },
        { "regressed", "comparison.scored", "500", "500 of 600 items are scored on both sides, with 0 unscored now and 0 before." },
        { "unscored", "comparison.unscoredNow", "0", "540 of 600 items are scored on both sides, with 0 unscored now" },
        { "behaviors", "comparison.behaviors", "601", "of 601 behaviors, of 600 items." },
        { "behaviors", "comparison.lostBehaviors", "null", "it has  lost and" },
        { "regressed", "comparison.family", "0", "its family has 0 comparisons" },
        { "regressed", "comparison.dropP", "0.5", "its p is 0.5, and" },
        { "regressed", "comparison.adjustedDropP", "0", "and 0 after Holm over 1." },
        { "regressed", "comparison.adjustedDropP", "1", "and 1 after Holm over 1." },
        { "regressed", "comparison.dropP", "\"NaN\"", "its p is NaN" },
        { "regressed", "suites.0.comparison.lost", "100", "its suites have 600 items, 12" },
        { "regressed", "suites.0.comparison.items", "400", "suite pocket/direct: 150 of 400 items are scored" },
        { "floor", "rate.rate", "0.98", "its rate is 0.98, and 0.9833333333333333 at its floor." },
        { "guarded", "categories.0.lost", "999", "category even has 999 lost" },
        { "guarded", "categories.0.adjustedDropP", "\"NaN\"", "category even changed by" },
        // The numbers against the verdict.
        { "passed", "comparison.limits.lower", "-0.3", "Passed (WithinMargin) does not follow from its numbers: 0 lost and 0 gained, lower limit -0.3 at a margin of 0.02" },
        { "regressed", "comparison.limits.lower|comparison.limits.upper", "-0.001|0", "Regressed (Drop) does not follow from its numbers" },
        { "improved", "comparison.limits.lower", "-0.001", "Passed (Improved) does not follow from its numbers" },
        { "regressed", "comparison.family|comparison.adjustedDropP", "300000|0.9", "Regressed (Drop) does not follow from its numbers" },
        { "unscored", "comparison.scored|comparison.unscoredNow", "600|0", "Inconclusive (LowCoverage) does not follow from its numbers" },
        { "passed", "reason", "\"Improved\"", "Passed (Improved) does not follow from its numbers" },
        { "guarded", "reason", "\"Identical\"", "Passed (Identical) does not follow from its numbers: 4 lost and 4 gained" },
        { "guarded", "categories.0.fails", "true", "Passed (WithinMargin) does not follow from its numbers: 4 lost and 4 gained, lower limit" },
        { "guarded", "anchor.verdict", "\"Regressed\"", "the verdict on its anchor is Regressed, its lower limit" },
        { "guarded", "anchor.margin", "0.001", "the verdict on its anchor is Passed, its lower limit" },
        { "guarded", "floor.verdict", "\"Regressed\"", "the verdict on its floor of 0.9 is Regressed, with limits" },
        { "guarded", "floor.floor", "0.999", "the verdict on its floor of 0.999 is Passed, with limits" },
        { "floor", "floor.limits.lower", "0.2", "the verdict on its floor of 0.9 is Passed, with limits 0.2" },
        { "floor", "verdict|fails", "\"Regressed\"|true", "the verdict is Regressed and that on its floor Passed." },
        { "budget", "limit.limit", "0.2", "Passed (WithinBudget) does not follow from its limit 0.2 against 0.05." },
        { "budget", "limit.against", "\"NaN\"", "its limit is" },
        { "over budget", "limit.limit", "0.0001", "Regressed (OverBudget) does not follow from its limit 0.0001 against 0.001." },
        { "certificate", "limit.against", "0.999", "Passed (Certified) does not follow from its limit" },
        { "vacuous", "limit.limit", "1", "Inconclusive (Vacuous) does not follow from its limit 1 against 0.999." },
    };

    [Theory, MemberData(nameof(Contradictions))]
    public void A_record_whose_fields_contradict_each_other_is_refused(string sound, string paths, string values, string says)
    {
        var line = JsonNode.Parse(VerdictRecordJson.Line(Sound[sound]))!;
        foreach (var (path, value) in paths.Split('|').Zip(values.Split('|')))
        {
            var steps = path.Split('.');
            var at = steps[..^1].Aggregate(line, (node, step) => int.TryParse(step, out var index) ? node[index]! : node[step]!);
            Assert.True(at.AsObject().ContainsKey(steps[^1]), path);
            at[steps[^1]] = JsonNode.Parse(value);
        }

        var error = Assert.Throws<UserErrorException>(() => Read(line.ToJsonString()));
        Assert.StartsWith("verdicts.Specs.jsonl, line 7: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(says, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
    }

    [Fact]
    public void What_claims_write_is_read()
    {
        foreach (var (name, verdict) in Sound)
        {
            var line = VerdictRecordJson.Line(verdict);
            Assert.True(VerdictRecordJson.Line(Read(line)) == line, name);
        }

        var ran = Sample.Passed with { Verdict = Verdict.NotComparable, Reason = VerdictReason.IdentityDiffers, Fails = true }; // by a rule that is not the approved one
        Assert.Equal(Verdict.NotComparable, Read(VerdictRecordJson.Line(ran)).Verdict);
        var unharmed = Sample.Demanded with { Fails = true, Terms = [.. Sample.Demanded.Terms, new("suites", "[\"pocket/direct\"]")] }; // regressed, and not where it should have
        Assert.True(Read(VerdictRecordJson.Line(unharmed)).Fails);
    }

    // Scores of all kinds under all kinds of rules: what is decided follows from the numbers that are logged.
    [Theory]
    [InlineData(1), InlineData(2), InlineData(3), InlineData(4)]
    public void Every_decided_comparison_follows_from_its_logged_numbers(ulong seed)
    {
        var random = new RandomStream(seed, "contradictions");
        var seen = new HashSet<(Verdict, VerdictReason)>();
        for (var i = 0; i < 120; i++)
        {
            var verdict = Of(Drawn(random));
            var error = Record.Exception(() => Read(VerdictRecordJson.Line(verdict)));
            Assert.True(error is null, $"{i}: {error?.Message}\n{verdict.Message}");
            seen.Add((verdict.Verdict, verdict.Reason));
        }

        Assert.Superset(new HashSet<(Verdict, VerdictReason)> { (Verdict.Passed, VerdictReason.WithinMargin), (Verdict.Regressed, VerdictReason.Drop), (Verdict.Inconclusive, VerdictReason.TooLittleEvidence), (Verdict.Inconclusive, VerdictReason.LowCoverage) }, seen);
    }

    private static PairedClaim Drawn(RandomStream random)
    {
        var size = new[] { 5, 60, 200, 450 }[Below(random, 4)];
        var (graded, clustered, suites, categories) = (Below(random, 4) == 0, Below(random, 3) == 0, Below(random, 2) == 0, Below(random, 2) == 0);
        var samples = Below(random, 5) == 0 ? 2 : 1;
        var (good, change, unscored) = (.3 + (.7 * random.NextDouble()), .2 * random.NextDouble() * random.NextDouble(), Below(random, 6) == 0 ? .1 : Below(random, 3) == 0 ? .01 : 0);
        var direction = (MetricDirection)Below(random, 3);
        Measurement Side(string name, Func<int, double?> score) => Fake.Measured("1", name, direction) with
        {
            Items = [.. Enumerable.Range(0, size).Select(i => Fake.Item(i, 1, categories ? Invariant($"c{i % 3}") : null) with
            {
                Suite = suites ? Invariant($"s{i % 7 / 3}") : null, Behavior = clustered ? Invariant($"b{i / 3}") : null,
                Scores = [.. Enumerable.Range(0, samples).Select(_ => score(i))], ResponseDigests = [.. Enumerable.Repeat(new string('d', 64), samples)],
            })],
        };
        double? Score(double rate) => random.NextDouble() < unscored ? null : graded ? random.NextDouble() < rate ? 1 : Math.Round(random.NextDouble(), 2) : random.NextDouble() < rate ? 1 : 0;
        var approved = Side("approved", _ => Score(good));
        var worse = Below(random, 3) == 0 ? 0 : 1;
        var now = Side("tuned", i => random.NextDouble() < change ? Score(good - (.5 * worse)) : approved.Items[i].Scores[0]);
        if (Below(random, 12) == 0) now = approved;
        return Fake.Ask(approved, now, new GateSettings
        {
            Margin = new[] { .01, .02, .05, .2 }[Below(random, 4)], Alpha = Below(random, 4) == 0 ? .01 : .05, Looks = (Looks)Below(random, 3),
            WhenInconclusive = Below(random, 3) == 0 ? InconclusivePolicy.Warn : null, Floor = Below(random, 4) == 0 ? .3 + (.5 * random.NextDouble()) : null,
            MinimumCoverage = Below(random, 5) == 0 ? .5 : .95,
        }) with { Anchor = Below(random, 3) == 0 ? Side("untuned", i => random.NextDouble() < change ? Score(good) : approved.Items[i].Scores[0]) : null };
    }

    private static int Below(RandomStream random, int limit) => (int)(random.NextDouble() * limit);

    private static VerdictRecord Read(string line) => VerdictRecordJson.Parse(Encoding.UTF8.GetBytes(line), "verdicts.Specs.jsonl, line 7");
}
