using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Tests.Baselines;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>What <c>gate compare</c> does not take for a result as good as BASE: one that lacks a metric, holds none, or was not trained.</summary>
public sealed class CompareSidesSpecs : IDisposable
{
    private static readonly ResultDocument OfARecipe = Documents.Steady with { Spec = null, Test = null };
    private static readonly ResultDocument Reference = OfARecipe with { Recipe = null };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_metric_that_vanished_is_named()
    {
        var metric = Reference.Metrics[0];
        var two = Reference with { Metrics = [metric, metric with { Measurement = metric.Measurement with { Metric = "another" } }] };
        Assert.Contains("The second result lacks 'another', which the first has", (await CompareAsync(GateExitCode.NotComparable, two, Reference)).Error, StringComparison.Ordinal);
        await CompareAsync(GateExitCode.Passed, two, two);
    }

    [Fact]
    public async Task A_result_of_a_KL_alone_is_told_so()
    {
        var kl = Reference with { Metrics = [], Kl = [Documents.HandMadeKl] };
        Assert.Contains("The second result holds no metric, only KL", (await CompareAsync(GateExitCode.NotComparable, kl, kl)).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, true), InlineData(true, false), InlineData(true, true)]
    public async Task The_weights_of_the_reference_are_no_tuned_ones(bool isNamed, bool isOfARecipe)
    {
        string[] named = isNamed ? ["--reference"] : [];
        var now = isOfARecipe ? OfARecipe : Reference;
        var run = await CompareAsync(GateExitCode.NotComparable, Reference, now, named);
        Assert.Contains("the tuned model's weights are the reference's: both have the digest weights of tuned", run.Out, StringComparison.Ordinal);
        await CompareAsync(GateExitCode.Passed, Reference, now, [.. named, "--allow-untuned"]);
        await CompareAsync(GateExitCode.Passed, Reference, Trained(now), named);
    }

    [Fact]
    public async Task Two_results_of_recipes_or_of_none_are_of_one_model_and_identical()
    {
        await CompareAsync(GateExitCode.Passed, OfARecipe, OfARecipe);
        await CompareAsync(GateExitCode.Passed, Reference, Reference);
    }

    private static ResultDocument Trained(ResultDocument now)
    {
        var model = now.Model with { WeightsDigest = "others" };
        return now with { Model = model, Metrics = [.. now.Metrics.Select(metric => metric with { Measurement = metric.Measurement with { Model = model } })] };
    }

    private async Task<GateRun> CompareAsync(int exitCode, ResultDocument basis, ResultDocument now, params string[] more)
    {
        ResultFile.Write(basis, _folder.File("base.json"));
        ResultFile.Write(now, _folder.File("now.json"));
        var run = await GateRun.OfAsync(["compare", _folder.File("base.json"), _folder.File("now.json"), .. more]);
        Assert.True(run.ExitCode == exitCode, $"exit code {run.ExitCode}, expected {exitCode}\n{run.Out}{run.Error}");
        return run;
    }
}
