using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Models.Adapters;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>Runs that train an adapter, in the store.</summary>
public sealed class AdapterRunSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0.01, false)]
    [InlineData(1e-60, true)] // zero in the adapter's numbers
    public async Task A_run_whose_adapter_changes_nothing_is_untuned(double learningRate, bool isUntuned)
    {
        var store = new RunStore(_folder.File("store"), TimeProvider.System);
        var recipe = Recipe(learningRate);
        using var run = await TrainedRun.StartAsync(recipe, store, new Progress<RunProgress>(), TestContext.Current.CancellationToken);
        Assert.Equal(isUntuned, run.Untuned is not null);
        Assert.True(File.Exists(Path.Combine(run.Model.CheckpointDirectory, "adapter_model.safetensors")));
        using var again = await TrainedRun.StartAsync(recipe, store, new Progress<RunProgress>(), TestContext.Current.CancellationToken);
        Assert.Equal(RunOrigin.FromStore, again.Model.Origin);
        (again.Model.OpenModel() as IDisposable)?.Dispose();
        Assert.NotEqual(RunStore.DigestOf(recipe), RunStore.DigestOf(recipe with { PeftConfig = null }));
    }

    private SftRecipe Recipe(double learningRate) => new()
    {
        Name = "adapter",
        Base = TinyCheckpoint.In(_folder),
        Data = [new() { Path = _folder.Write("rows.jsonl", """{"prompt": "how is 1", "completion": " 2"}""" + "\n"), Prompt = "prompt", Completion = "completion" }],
        Template = PromptTemplate.Plain,
        PeftConfig = new() { R = 2, TargetModules = ModuleSelector.AllLinear },
        Options = new() { MaxSteps = 1, LearningRate = learningRate, Seed = 1, PerDeviceTrainBatchSize = 1 },
    };
}
