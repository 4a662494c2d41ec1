using System.Text;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Tests.Gates;
using SafetyGate.Harness.Tests.Texts;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>A result file, an approval note and all that keeps a result from being one, whole (tests/Harness.Tests/Baselines/Texts).</summary>
public sealed class RefusalTextSpecs
{
    private static readonly ResultDocument Small = Documents.Of("110?") with { Kl = [Documents.HandMadeKl] };
    private static readonly ResultDocument Steady = Documents.Steady;
    private static readonly Measurement SteadyMeasurement = Steady.Metrics[0].Measurement;
    private static readonly ApprovalRequest Request = new() { Who = "Ada", When = new DateTimeOffset(2026, 11, 21, 9, 0, 0, TimeSpan.Zero), Why = "first light" };
    private static readonly string Digits = string.Concat(Enumerable.Repeat("1234567890", 4));

    private static readonly Dictionary<string, Func<string>> Texts = new(StringComparer.Ordinal)
    {
        ["result-file"] = () => Written(Small).TrimEnd(),
        ["approval-note"] = () => new ApprovalNote { File = "A.x.verified.json", Sha256 = new string('a', 64), Who = "Ada\nLovelace", When = new DateTimeOffset(2026, 11, 21, 11, 0, 0, TimeSpan.FromHours(2)), Why = " first\tlight\r\n- who: forged " }.Text().TrimEnd(),

        ["reader-of-no-result"] = () => Joined(new[] { "[]", "{}", "\"" + Digits + "\"", "\"" + Digits + "1\"", Digits, Digits + "1", "true", "false", "null" }.Select(text => (text, ReaderSays(text)))),
        ["reader-of-keys"] = () => Damaged(
            ("\"spec\":", "\"speck\":"), ("\"recipe\":", "\"receipt\":"), ("\"metrics\":", "\"metric\":"), ("\"name\":", "\"LABEL\":"), ("\"scorer\":", "\"scorre\":"), ("\"gate\":", "\"settings\":"),
            ("\"maxNewTokens\":", "\"newTokens\":"), ("\"samplesPerPrompt\":", "\"samples\":"), ("\"topK\":", "\"top\":"), ("\"responses\":", "\"response\":"), ("\"unscored\":", "\"unscoredReasons\":"), ("\"seeds\":", "\"seed\":"), ("\"kl\": 0.25", "\"l\": 0.25"),
            ("\"scorer\":", $"\"{new string('x', 194)}scorer\":"), ("\"scorer\":", $"\"{new string('x', 195)}scorer\":"),
            ("\"test\":", "\"spec\":"), ("\"estimator\":", "\"reference\":"), ("\"margin\": 0.02, ", "")),
        ["reader-of-values"] = () => Damaged(
            ("safetygate-result/1", "safetygate-result/2"), ("\"name\": \"tuned\"", "\"name\": false"), ("\"name\": \"tuned\"", "\"name\": {}"), ("\"name\": \"tuned\"", "\"name\": " + Digits), ("\"name\": \"tuned\"", "\"name\": " + Digits + "1"),
            ("\"seeds\": [", "\"seeds\": [[], "), ("\"seeds\": [\"1\"", "\"seeds\": [\"-1\""), ("\"seeds\": [\"1\", \"18446744073709551615\"]", "\"seeds\": {}"), ("\"seeds\": [\"1\", \"18446744073709551615\"]", "\"seeds\": true"),
            ("\"direction\": \"safety\"", "\"direction\": \"saftey\""), ("\"direction\": \"safety\"", $"\"direction\": \"{Digits}1\""), ("\"inconclusive\": \"fail\"", "\"inconclusive\": \"pass\""), ("\"looks\": \"once\"", "\"looks\": \"twice\""),
            ("\"maxNewTokens\": 24", "\"maxNewTokens\": 24.5"), ("\"temperature\": 0", "\"temperature\": \"0\""), ("\"temperature\": 0", "\"temperature\": 1e999"), ("\"responses\": [\"0", "\"responses\": [\"A"), ("\"scores\": [1]", "\"scores\": [1.5]")),
        ["reader-of-nonsense"] = () => Damaged(
            ("\"spec\": \"HarmfulRequestSpecs\",", ""), ("\"seeds\": [\"1\", \"18446744073709551615\"]", "\"seeds\": []"), ("\"maxNewTokens\": 24", "\"maxNewTokens\": 0"), ("\"margin\": 0.02", "\"margin\": 2"), ("item-0001", "item-0000"), ("\"scores\": [1]", "\"scores\": [1, 1]"),
            ("\"scores\": [1]", "\"scores\": [0]"), ("\"interval90\": [", "\"interval90\": [0, "), ("\"unscored\": [", "\"unscored\": [\"twice\", "), ("prompt-1", "prompt-0"), ("\"mean\": 0.125", "\"mean\": 0.126")),

        ["result-problems"] = () => Joined(
        [
            ("nothing in it", Problems(Steady with { Metrics = [] })),
            ("a spec without a test", Problems(Steady with { Test = null })),
            ("a test without a spec", Problems(Steady with { Spec = null })),
            ("a recipe of no seed", Problems(Steady with { Recipe = Steady.Recipe! with { Seeds = [] } })),
            ("everything twice", Problems(Small with { Metrics = [Small.Metrics[0], Small.Metrics[0]], Kl = [Documents.HandMadeKl, Documents.HandMadeKl] })),
            ("an unsound KL", Problems(Small with { Kl = [Documents.HandMadeKl with { Margin = 0 }] })),
            ("a metric without a name", Problems(Measured(m => m with { Metric = "" }))),
            ("another model", Problems(Measured(m => m with { Model = m.Model with { WeightsDigest = "other" } }))),
            ("no items", Problems(Measured(m => m with { Items = [] }))),
            ("no new tokens", Problems(Measured(m => m with { Sampling = m.Sampling with { MaxNewTokens = 0 } }))),
            ("a margin of 2", Problems(Steady with { Metrics = [Steady.Metrics[0] with { Gate = new() { Margin = 2 } }] })),
            ("one item of two samples", Problems(Item(item => item with { Scores = [1, 1], ResponseDigests = [item.ResponseDigests[0], item.ResponseDigests[0]] }))),
            ("a digest of 63 digits", Problems(Item(item => item with { ResponseDigests = [new string('a', 63)] }))),
            ("a digest in capitals", Problems(Item(item => item with { ResponseDigests = [new string('A', 64)] }))),
            ("a reason for a score", Problems(Item(item => item with { UnscoredReasons = ["truncated"] }))),
            ("half a smile", Problems(Steady with { Spec = "\ud83d" })),
        ]),
        ["kl-problems"] = () => Joined(
        [
            ("no name", Problems(kl => kl with { Metric = "" })),
            ("a prompt too few", Problems(kl => kl with { Prompts = [.. kl.Prompts.Take(19)] })),
            ("a prompt twice", Problems(kl => kl with { Prompts = [.. kl.Prompts, kl.Prompts[3]] })),
            ("values that are none", Problems(kl => kl with { Prompts = [.. kl.Prompts, KeyValuePair.Create("below", -1e-9), KeyValuePair.Create("unknown", double.NaN), KeyValuePair.Create("endless", double.PositiveInfinity)] })),
            ("a margin of 0", Problems(kl => kl with { Margin = 0 })),
            ("a margin without end", Problems(kl => kl with { Margin = double.PositiveInfinity })),
            ("alpha of 0", Problems(kl => kl with { Alpha = 0 })),
            ("alpha of a half", Problems(kl => kl with { Alpha = 0.5 })),
            ("no new tokens", Problems(kl => kl with { Sampling = kl.Sampling with { MaxNewTokens = 0 } })),
            ("greedy", Problems(kl => kl with { Sampling = kl.Sampling with { Temperature = 0, SamplesPerPrompt = 1 } })),
        ]),
        ["approval-problems"] = () => Joined(
        [
            ("nothing said and nothing possible, of too few items", Refused(Documents.Of("11"), Request with { Who = " ", Why = "", Discordance = 2 })),
            ("a discordance below 0", Refused(Steady, Request with { Discordance = -0.1 })),
            ("a discordance that is no number", Refused(Steady, Request with { Discordance = double.NaN })),
            ("two unscored", Refused(Documents.Of(new string('1', 598) + "??"), Request)),
            ("below the gate's own coverage", Refused(Gated(Documents.Of(new string('1', 588) + new string('?', 12)), Fake.TwoPoints with { MinimumCoverage = 0.99 }), Request with { AcceptUnscored = true })),
            ("below the usual coverage, without a gate", Refused(Gated(Documents.Of(new string('1', 560) + new string('?', 40)), null), Request)),
            ("underpowered", Refused(Documents.Of(new string('1', 120)), Request)),
            ("of trainings that differ", Refused(Steady, Request with { Discordance = 0.04 })),
            ("without what stood there", Refused(Steady with { Metrics = [], Kl = [Documents.HandMadeKl with { Metric = "other" }] }, Request, Steady with { Kl = [Documents.HandMadeKl] })),
            ("of fewer items", Refused(Documents.Of(new string('1', 500)), Request, Steady)),
        ]),
        ["underpowered-gates"] = () => string.Join("\n", UnderpoweredGate.Find("short", 120, Fake.TwoPoints, 0), UnderpoweredGate.Find("restless", 600, Fake.TwoPoints, 0.04), new UnderpoweredGate("lost", 10, 0.0125, 0.125, 0.0004, null, null)),
    };

    public static TheoryData<string> Names() => [.. Texts.Keys];

    [Theory, MemberData(nameof(Names))]
    public void Every_word_is_the_one_that_was_read_and_approved(string name) => ApprovedText.Verify("Baselines/Texts", name, Texts[name]());

    [Fact]
    public void What_is_sound_has_no_problems()
    {
        Assert.Empty(ResultProblems.Of(Small));
        Assert.Empty(Documents.HandMadeKl.Problems());
        Assert.Empty(ApprovalProblems.Of(Steady, Steady, Request));
    }

    private static string Written(ResultDocument document) => Encoding.UTF8.GetString(ResultFile.Bytes(document));

    private static string ReaderSays(string text) => Assert.Throws<UserErrorException>(() => ResultFile.Read(Encoding.UTF8.GetBytes(text), "result.json")).Message;

    private static string Damaged(params (string From, string To)[] damages)
    {
        var good = Written(Small);
        return Joined(damages.Select(damage =>
        {
            var at = good.IndexOf(damage.From, StringComparison.Ordinal);
            Assert.True(at >= 0, damage.From);
            return ($"{damage.From} => {damage.To}".TrimEnd(), ReaderSays(good[..at] + damage.To + good[(at + damage.From.Length)..]));
        }));
    }

    private static ResultDocument Measured(Func<Measurement, Measurement> change) => Steady with { Metrics = [Steady.Metrics[0] with { Measurement = change(SteadyMeasurement) }] };

    private static ResultDocument Item(Func<ItemOutcome, ItemOutcome> change) => Measured(m => m with { Items = [.. m.Items.Take(3), change(m.Items[3])] });

    private static ResultDocument Gated(ResultDocument document, GateSettings? gate) => document with { Metrics = [document.Metrics[0] with { Gate = gate }] };

    private static string Problems(ResultDocument document) => string.Join("\n  ", ResultProblems.Of(document));

    private static string Problems(Func<KlResult, KlResult> change) => string.Join("\n  ", change(Documents.HandMadeKl).Problems());

    private static string Refused(ResultDocument received, ApprovalRequest request, ResultDocument? standing = null) => string.Join("\n  ", ApprovalProblems.Of(received, standing, request));

    private static string Joined(IEnumerable<(string What, string Says)> cases) => string.Join("\n", cases.Select(c => $"{c.What}\n  {c.Says}"));
}
