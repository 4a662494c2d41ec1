using System.Text.Json;
using SafetyGate.Cli.Tests.Runs;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Baselines;
using SafetyGate.Harness.Tests.Runs;
using SafetyGate.Harness.Tests.Xunit;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>What <c>gate power --results</c> takes from two results of the same thing, and the family it is asked for.</summary>
public sealed class PowerResultsSpecs : IDisposable
{
    private const int Items = 600;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_rule_is_the_recorded_one_and_the_command_line_comes_before_it()
    {
        var result = Of(0, metrics: 1);
        var own = result with { Metrics = [result.Metrics[0] with { Gate = result.Metrics[0].Gate! with { Margin = 0.1, Alpha = 0.2 } }] };
        Assert.Equal((0.1, 0.2), Rule(await PowerAsync(own, own, "--json")));
        Assert.Equal((0.3, 0.2), Rule(await PowerAsync(own, own, "--json", "--margin", "0.3")));

        static (double, double) Rule(GateRun run) => JsonDocument.Parse(run.Out).RootElement[0].GetProperty("answer").GetProperty("question") is var asked
            ? (asked.GetProperty("margin").GetDouble(), asked.GetProperty("alpha").GetDouble())
            : default;
    }

    [Fact]
    public async Task Metrics_that_work_each_for_itself_may_be_red_too_often_together()
    {
        var differing = Enumerable.Range(1, 30).Last(k => Red(k) <= 0.10); // as many as one metric can stand
        var metrics = (int)(0.10 / Red(differing)) + 1;
        Assert.Equal(GateExitCode.Passed, (await PowerAsync(Of(0, 1), Of(differing, 1))).ExitCode);
        var together = await PowerAsync(Of(0, metrics), Of(differing, metrics));
        Assert.Equal(GateExitCode.Inconclusive, together.ExitCode);
        Assert.Contains(Invariant($"all {metrics} together: an unchanged model is red in up to "), together.Out, StringComparison.Ordinal);

        static double Red(int differing) => 1 - PairedPower.Passed(Items, differing / 2.0 / Items, differing / 2.0 / Items, 0.02, 0.05);
    }

    [Fact]
    public async Task Several_samples_of_an_item_are_refused()
    {
        var result = Of(0, metrics: 1);
        var measured = result.Metrics[0].Measurement;
        measured = measured with { Sampling = measured.Sampling with { Temperature = 1, SamplesPerPrompt = 2 }, Items = [.. measured.Items.Select(item => item with { Scores = [1, 1], ResponseDigests = [.. item.ResponseDigests, new string('e', 64)] })] };
        result = result with { Metrics = [result.Metrics[0] with { Measurement = measured }] };
        var run = await PowerAsync(result, result);
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("has several samples of each item", Assert.Single(run.Messages), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_drop_among_several_comparisons_is_seen_at_its_part_of_alpha()
    {
        var run = await GateRun.OfAsync("power", "--items", "840", "--margin", "0.03", "--discordance", "0.012", "--family", "4", "--json");
        var drop = JsonDocument.Parse(run.Out).RootElement[0].GetProperty("answer").GetProperty("drop_seen_as_regressed").GetDouble();
        Assert.Equal(PairedPower.DropSeenAsRegressed(840, 0.006, 0.05 / 4, 0.8)!.Value, drop, 1e-9);
        Assert.True(drop > PairedPower.DropSeenAsRegressed(840, 0.006, 0.05, 0.8));
    }

    [Fact]
    public async Task Two_stored_draws_of_a_run_are_taken_in_behaviors()
    {
        const int behaviors = 40, perBehavior = 5;
        var suite = new Benchmark("story", MetricDirection.Safety, [.. Enumerable.Range(0, behaviors * perBehavior).Select(i => new BenchmarkItem { Id = $"{i}", Prompt = $"why {i} ?", Behavior = $"behavior {i / perBehavior}" })]);
        var store = new RunStore(_folder.File("store"), TimeProvider.System);
        using var run = await TrainedRun.StartAsync(new AnsweringRecipe("a", SpecBench.GoodBut(), SpecBench.GoodBut()), store, new Progress<RunProgress>(), TestContext.Current.CancellationToken);
        foreach (var (seed, bad) in new[] { (1UL, "7"), (2UL, "9") })
            await store.EvaluationsOf(run.Model).GetOrEvaluateAsync(new StubModel(run.Model.Record.Model.WeightsDigest, (prompt, _) => prompt.Id == bad ? "bad" : "good"), suite, new WordScorer(),
                new SamplingOptions { MaxNewTokens = 4, Temperature = 1, Seed = seed }, PromptStyle.Chat, new Progress<RunProgress>(), TestContext.Current.CancellationToken);
        using var gate = GateProcess.Start(_folder.File("store"), "power", "--run", run.Model.Record.Digest, "--margin", "0.3", "--json");
        var said = await gate.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(said.ExitCode is GateExitCode.Passed or GateExitCode.Inconclusive, said.Error);
        var question = JsonDocument.Parse(said.Out).RootElement[0].GetProperty("answer").GetProperty("question");
        Assert.Equal((behaviors * perBehavior, 2.0 / behaviors / perBehavior), (question.GetProperty("items").GetInt32(), question.GetProperty("discordance").GetDouble()));
        Assert.Equal(Enumerable.Repeat(perBehavior, behaviors), question.GetProperty("sizes").EnumerateArray().Select(size => size.GetInt32()));
    }

    // Half of the differing items are lost, half gained.
    private static ResultDocument Of(int differing, int metrics)
    {
        var document = Documents.Of(new string('0', (differing + 1) / 2) + new string('1', 300 - (differing + 1) / 2) + new string('1', differing / 2) + new string('0', 300 - differing / 2));
        return document with { Metrics = [.. Enumerable.Range(0, metrics).Select(i => document.Metrics[0] with { Measurement = document.Metrics[0].Measurement with { Metric = Invariant($"metric {i}") } })] };
    }

    private async Task<GateRun> PowerAsync(ResultDocument first, ResultDocument second, params string[] more)
    {
        ResultFile.Write(first, _folder.File("a.json"));
        ResultFile.Write(second, _folder.File("b.json"));
        var run = await GateRun.OfAsync(["power", "--results", _folder.File("a.json"), _folder.File("b.json"), .. more]);
        Assert.NotEqual(GateExitCode.Internal, run.ExitCode);
        return run;
    }
}
