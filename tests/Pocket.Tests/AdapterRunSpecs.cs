using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers;

namespace SafetyGate.Pocket.Tests;

/// <summary>The embedded world's verifier run with an adapter, as its page has it.</summary>
public sealed class AdapterRunSpecs
{
    [Fact]
    public async Task An_adapter_learns_the_sums_to_the_accuracy_the_full_run_is_taken_to()
    {
        var recipe = RecipeFile.Load(Path.Combine(Repository.Root, "docs", "examples", "grpo-pocket-lora.json"));
        using var folder = new TemporaryFolder();
        await recipe.TrainAsync(folder.Path, new Progress<RunProgress>(), TestContext.Current.CancellationToken);
        var report = JsonNode.Parse(File.ReadAllText(Path.Combine(folder.Path, RunLayout.Report)))!;
        Assert.InRange((double)report["selection_accuracy"]!, Recipes.TargetAccuracy, 1);
        Assert.InRange((double)report["steps"]!, 1, 40); // 10 where it was written
        Assert.True(File.Exists(Path.Combine(folder.Path, RunLayout.Checkpoint, "adapter_model.safetensors")));
    }
}
