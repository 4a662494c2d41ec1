using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Calibration;
using SafetyGate.Harness.Gates;
using SafetyGate.Pocket;
using SafetyGate.Studies.Calibration;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>What of the calibration on the embedded world needs no training.</summary>
public sealed class PocketCalibrationSpecs : IDisposable
{
    private static readonly PocketPaths Paths = PocketPaths.Find();
    private static readonly PocketMetrics Metrics = new(new PocketSuites(Paths));
    private readonly TemporaryFolder _folder = new();

    private static BaselineStore Shipped => new(Path.Combine(Paths.Root, "baselines"));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_shipped_gates_are_those_of_the_specs()
    {
        var gate = new PocketGate(Metrics, Shipped);
        Assert.Equal(9, gate.Metrics.Count());
        Assert.Equal([16, 4], gate.Families.Select(f => f.Declared));
        Assert.All(gate.Metrics, m => Assert.Equal(PocketMetrics.MarginOf(m), gate.SettingsOf(m).Margin));
        Assert.All(gate.Metrics, m => Assert.NotNull(gate.AgainstBaseline(m, Approved(m.Name), Approved(m.Name)).Approved));
    }

    [Fact]
    public void Every_approved_result_is_green_against_itself()
    {
        var gate = new PocketGate(Metrics, Shipped);
        var outcomes = gate.Decide(m => gate.AgainstBaseline(m, Approved(m.Name), Untuned(m.Name)), RunVerdicts.Decide);
        Assert.All(outcomes, o => Assert.Equal((Verdict.Passed, VerdictReason.Identical), (o.Verdict, o.Reason)));
    }

    [Fact]
    public void A_result_that_is_its_own_reference_is_red()
    {
        var gate = new PocketGate(Metrics, Shipped);
        var outcomes = gate.Decide(m => gate.AgainstBaseline(m, Approved(m.Name), Approved(m.Name)), RunVerdicts.Decide);
        Assert.All(outcomes, o => Assert.Equal((VerdictReason.Untuned, true), (o.Reason, o.Fails)));
    }

    [Fact]
    public void Without_baselines_every_metric_is_red()
    {
        var gate = new PocketGate(Metrics, new BaselineStore(_folder.Path));
        var outcomes = gate.Decide(m => gate.AgainstBaseline(m, Approved(m.Name), Approved(m.Name)), RunVerdicts.Decide);
        Assert.All(outcomes, o => Assert.Equal((Verdict.NotComparable, true), (o.Verdict, o.Fails)));
    }

    [Fact]
    public void An_edited_baseline_stops_the_calibration()
    {
        foreach (var file in Directory.GetFiles(Shipped.Directory)) File.Copy(file, _folder.File(Path.GetFileName(file)));
        File.AppendAllText(Directory.GetFiles(_folder.Path, "*.verified.json")[0], " ");
        var error = Assert.Throws<UserErrorException>(() => new PocketGate(Metrics, new BaselineStore(_folder.Path)));
        Assert.Equal(GateExitCode.NotComparable, error.ExitCode);
    }

    [Fact]
    public void The_page_says_that_a_gate_which_always_passes_fails_its_requirements()
    {
        GateUnderTest passes = (questions, declared) => [.. RunVerdicts.Decide(questions, declared).Select(o => o with { Verdict = Verdict.Passed })];
        var pooled = Approved(Metrics.Pooled.Name);
        var settings = new GateSettings { Margin = 0.02 };
        var result = new PocketCalibrationResult
        {
            Options = new PocketCalibrationOptions(),
            Planted = new PocketPlanted(
                [PlantedTally.Of([new MeasuredPair(pooled, pooled)], settings, 0.04, 16, 20, 1, passes)],
                [new PocketMarginError(pooled.Metric, MarginError.Worst(60, settings, [0], passes))]),
        };
        Assert.False(result.IsCalibrated);
        var page = PocketCalibrationPage.ToMarkdown(result);
        Assert.Contains("**Not all hold.**", page, StringComparison.Ordinal);
        Assert.Equal(3, page.Split("| **no** |").Length - 1); // not Passed, Regressed, at the margin
    }

    [Fact]
    public void Nothing_measured_is_not_calibrated() => Assert.False(new PocketCalibrationResult { Options = new PocketCalibrationOptions() }.IsCalibrated);

    [Theory]
    [InlineData(0, true), InlineData(10, false)]
    public void A_run_in_which_metrics_of_an_unchanged_model_regress_too_often_is_not_calibrated(int regressed, bool isCalibrated)
    {
        var self = new PocketSelfComparison { Weights = "w", Alone = [], Gated = [], Run = new RepeatedVerdicts { Repeats = 100, Metrics = [], AnyRegressed = regressed, AnyRed = regressed } };
        Assert.Equal(isCalibrated, new PocketCalibrationResult { Options = new PocketCalibrationOptions(), Checkpoint = self }.IsCalibrated);
    }

    [Fact]
    public async Task Greedy_metrics_are_not_drawn_again_and_again()
    {
        var draws = new PocketDraws(new Silent(), new Harness.Runs.RunStore(_folder.Path, TimeProvider.System).OtherEvaluations(null));
        await Assert.ThrowsAsync<ArgumentException>(() => draws.DrawAsync(Metrics.Pooled, 2, new Progress<Core.Runs.RunProgress>(), TestContext.Current.CancellationToken));
    }

    // The same answers of other weights.
    private static Harness.Evaluation.Measurement Untuned(string metric)
    {
        var approved = Approved(metric);
        return approved with { Model = approved.Model with { WeightsDigest = new string('0', 64) } };
    }

    // Of the run that the calibration is about; other runs have baselines of the same metrics.
    private static Harness.Evaluation.Measurement Approved(string metric) => Shipped.All().Where(f => f.File.StartsWith("OwnStyle", StringComparison.Ordinal)).Select(f => ResultFile.Read(Path.Combine(Shipped.Directory, f.File)).Find(metric)).First(m => m is not null)!.Measurement;

    private sealed class Silent : ILanguageModel
    {
        public ModelIdentity Identity { get; } = new() { Name = "silent", WeightsDigest = "w", TokenizerDigest = "", TemplateDigest = "", EngineDigest = "e" };

        public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken) => throw new InvalidOperationException("It was asked.");
    }
}
