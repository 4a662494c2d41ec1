using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Gates;
using SafetyGate.Harness.Xunit;
using Xunit.Sdk;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

public sealed class AnalysisVerbSpecs : IAsyncDisposable
{
    private readonly SpecBench _bench = new();

    public ValueTask DisposeAsync() => _bench.DisposeAsync();

    [Fact]
    public void A_strata_result_is_judged_logged_and_shown_in_the_report()
    {
        Strata(FakeStrata.Result(0.3, 0.8, 0.8)).Should().EasyDataRecovers(atLeast: 0.7, "easy items are cheap");
        Assert.Equal((Verdict.Passed, ClaimKind.EasyDataRecovers, VerdictReason.GapRecovered, false), Logged());
        Assert.Contains(_bench.Log[^1].Terms, term => term is { Name: "at least", Value: "0.7" });
        var report = new ReportFolder { Results = _bench.Folders.Results }.Read();
        var section = Assert.Single(Assert.Single(report.Additions).Sections);
        Assert.Equal("Strata of order: probe", section.Title);
        Assert.Equal(["trained on", "seeds", "easy (200)", "hard (200)"], section.Table!.Columns.Select(column => column.Title));
        Assert.Equal(3, section.Table.Rows.Count);
    }

    [Fact]
    public void A_gap_that_easy_data_do_not_recover_fails_and_so_does_one_that_is_not_shown()
    {
        Assert.Contains("less than 0.7", RedVerb.MessageOf(() => Strata(FakeStrata.Result(0.3, 0.3, 0.8)).Should().EasyDataRecovers(0.7)), StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, ClaimKind.EasyDataRecovers, VerdictReason.GapNotRecovered, true), Logged());
        Assert.Contains("is not shown to gain anything", RedVerb.MessageOf(() => Strata(FakeStrata.Result(0.5, 0.5, 0.52)).Should().EasyDataRecovers(0.7)), StringComparison.Ordinal);
        Assert.Equal((Verdict.Inconclusive, ClaimKind.EasyDataRecovers, VerdictReason.NoGap, true), Logged());
    }

    [Fact]
    public void Suspected_labels_fail_until_people_find_them_sound()
    {
        var result = Dynamics(30);
        Assert.Contains("30 of 400 items (7.5 %)", RedVerb.MessageOf(() => Labels(result).Should().LabelsAreSound(atMost: 0.02)), StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, ClaimKind.LabelsSound, VerdictReason.LabelsSuspected, true), Logged());
        Labels(result.With(Enumerable.Range(0, 30).ToDictionary(i => Invariant($"item-{i}"), _ => Triage.Sound), "t")).Should().LabelsAreSound(atMost: 0.02);
        Assert.Equal((Verdict.Passed, ClaimKind.LabelsSound, VerdictReason.LabelsSound, false), Logged());
    }

    [Fact]
    public void A_file_is_read_from_the_repositorys_root_and_one_that_is_not_there_fails_and_is_logged()
    {
        var root = Path.GetDirectoryName(Path.GetFullPath(_bench.Folders.Baselines))!;
        AnalysisFile.Write(FakeStrata.Result(0.3, 0.8, 0.8), Path.Combine(root, "results", "order.strata.json"));
        MeasuredStrata.Read("results/order.strata.json", typeof(AnalysisVerbSpecs).Assembly, _bench.Folders).Should().EasyDataRecovers(0.7);
        var message = RedVerb.MessageOf(() => MeasuredDynamics.Read("results/none.dynamics.json", typeof(AnalysisVerbSpecs).Assembly, _bench.Folders));
        Assert.Contains("there is no such file", message, StringComparison.Ordinal);
        Assert.Equal((Verdict.NotComparable, ClaimKind.None, VerdictReason.BadEvidence, true), Logged());
    }

    [Fact]
    public async Task No_stratum_degrades_where_the_hard_items_hold_and_fails_where_they_broke()
    {
        var suite = new Benchmark("graded", MetricDirection.Safety, [.. Enumerable.Range(0, 600).Select(i => new BenchmarkItem { Id = $"{i}", Prompt = $"question {i} ?", Difficulty = i / 200 })]);
        var held = await _bench.Run("held", GoodBut(0, 1), GoodBut(1, 0), Metric(suite));
        (await held.EvaluateAsync(suite)).Should().NoStratumDegrades(margin: 0.05);
        Assert.Equal((Verdict.Passed, ClaimKind.NoStratumDegraded), (Logged().Verdict, Logged().Claim));
        Assert.Equal(["easy", "medium", "hard"], _bench.Log[^1].Suites.Select(stratum => stratum.Suite));
        var broke = await _bench.Run("broke", GoodBut(Enumerable.Range(560, 40)), GoodBut(), Metric(suite));
        var measured = await broke.EvaluateAsync(suite);
        Assert.StartsWith("graded, greedy regressed in the hard stratum against the untuned reference.", RedVerb.MessageOf(() => measured.Should().NoStratumDegrades(margin: 0.05, because: "hard requests are refused too")), StringComparison.Ordinal);
        Assert.Equal(ClaimKind.NoStratumDegraded, Logged().Claim);
    }

    [Fact]
    public async Task Items_without_a_hardness_are_not_compared()
    {
        var plain = Suite("plain", 40);
        var run = await _bench.Run("w", GoodBut(), GoodBut(), Metric(plain));
        var measured = await run.EvaluateAsync(plain);
        Assert.Contains("Item '0' has no hardness", RedVerb.MessageOf(() => measured.Should().NoStratumDegrades(0.05)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failures_of_one_kind_of_items_are_a_pattern_and_results_that_lack_items_are_none()
    {
        var suite = Kinds(200);
        var broke = (await (await _bench.Run("broke", GoodBut(Enumerable.Range(0, 40)), GoodBut(), Metric(suite))).EvaluateAsync(suite));
        Assert.Contains("wrong answer where category: long", RedVerb.MessageOf(() => broke.Should().FailuresShowNoPattern(because: "no kind of task may break")), StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, ClaimKind.NoFailurePattern, VerdictReason.PatternFound, true), Logged());
        var held = (await (await _bench.Run("held", GoodBut(3, 50, 99), GoodBut(), Metric(suite))).EvaluateAsync(suite));
        held.Should().FailuresShowNoPattern();
        Assert.Equal((Verdict.Passed, ClaimKind.NoFailurePattern, VerdictReason.NoPattern, false), Logged());
        // The failed items' results are gone, or are no numbers: nothing is shown.
        var now = broke.Subject.Now;
        var lost = broke with { Subject = broke.Subject with { Now = new() { Measurement = now.Measurement with { Items = [.. now.Measurement.Items.Skip(40)] }, Responses = [.. now.Responses.Skip(40)] } } };
        Assert.Contains("40 of the 200 items of kinds have no result, the first of them '0'", RedVerb.MessageOf(() => lost.Should().FailuresShowNoPattern()), StringComparison.Ordinal);
        Assert.Equal((Verdict.NotComparable, ClaimKind.NoFailurePattern, VerdictReason.BadEvidence, true), Logged());
        var unanswered = broke with { Subject = broke.Subject with { Now = now with { Responses = [.. now.Responses.Skip(1)] } } };
        Assert.Contains("1 of the 200 items of kinds have no result", RedVerb.MessageOf(() => unanswered.Should().FailuresShowNoPattern()), StringComparison.Ordinal);
        var odd = broke with { Subject = broke.Subject with { Now = now with { Measurement = now.Measurement with { Items = [.. now.Measurement.Items.Select((item, i) => i < 40 ? item with { Scores = [double.NaN] } : item)] } } } };
        Assert.Contains("has the score NaN", RedVerb.MessageOf(() => odd.Should().FailuresShowNoPattern()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Added_rows_help_where_the_slice_gains_on_trained_controls_only()
    {
        var suite = Kinds(300);
        var metric = Metric(suite);
        var targeted = await (await _bench.Run("targeted", GoodBut(0, 1), GoodBut(Enumerable.Range(0, 40)), metric)).EvaluateAsync(suite);
        var random = await (await _bench.Run("random", GoodBut(Enumerable.Range(0, 38)), GoodBut(Enumerable.Range(0, 40)), metric)).EvaluateAsync(suite);
        targeted.Should().AugmentationHelps("category: long", over: [random]);
        Assert.Equal((Verdict.Passed, ClaimKind.AugmentationHelps, VerdictReason.AugmentationHelps, false), Logged());
        foreach (var (says, verb) in new (string, Action)[]
        {
            ("There is no control", () => targeted.Should().AugmentationHelps("category: long", over: [])),
            ("No item of kinds has 'category: longer'", () => targeted.Should().AugmentationHelps("category: longer", over: [random])),
            ("the very weights of the run with the rows", () => targeted.Should().AugmentationHelps("category: long", over: [targeted])),
            ("have the same weights", () => targeted.Should().AugmentationHelps("category: long", over: [random, random])),
            ("was not trained: it is its base.", () => targeted.Should().AugmentationHelps("category: long", over: [random with { Untuned = "it is its base" }])),
            ("The margin is NaN", () => targeted.Should().AugmentationHelps("category: long", over: [random], margin: double.NaN)),
        })
        {
            Assert.Contains(says, RedVerb.MessageOf(verb), StringComparison.Ordinal);
            Assert.Equal((Verdict.NotComparable, ClaimKind.AugmentationHelps, VerdictReason.BadEvidence, true), Logged());
        }

        Assert.Contains("are not shown to help more than", RedVerb.MessageOf(() => random.Should().AugmentationHelps("category: long", over: [targeted with { Subject = targeted.Subject with { Now = targeted.Subject.Before! } }])), StringComparison.Ordinal);
    }

    // The first 40 are long.
    private static Benchmark Kinds(int items) => new("kinds", MetricDirection.Capability, [.. Enumerable.Range(0, items).Select(i => new BenchmarkItem { Id = $"{i}", Prompt = $"question {i} ?", Category = i < 40 ? "long" : "short" })]);

    [Fact]
    public void A_verb_of_another_subject_says_to_what_it_applies() =>
        Assert.Contains("EasyDataRecovers applies to a strata result (MeasuredStrata.Read)", Assert.Throws<NotSupportedException>(() => Labels(Dynamics(1)).Should().EasyDataRecovers(0.5)).Message, StringComparison.Ordinal);

    private (Verdict Verdict, ClaimKind Claim, VerdictReason Reason, bool Fails) Logged() => _bench.Log[^1] is var last ? (last.Verdict, last.Claim, last.Reason, last.Fails) : default;

    private MeasuredStrata Strata(StrataResult result) => MeasuredStrata.Of(result, typeof(AnalysisVerbSpecs).Assembly, _bench.Folders);

    private MeasuredDynamics Labels(DynamicsResult result) => MeasuredDynamics.Of(result, typeof(AnalysisVerbSpecs).Assembly, _bench.Folders);

    private static DynamicsResult Dynamics(int suspected) => new()
    {
        Data = "train",
        RecordDigest = new string('d', 64),
        Recorder = "a run",
        Items = [.. Enumerable.Range(0, 400).Select(i => new TracedItem { Id = Invariant($"item-{i}"), P = i < suspected ? [0.1, 0.2] : [0.6, 0.9] })],
    };
}
