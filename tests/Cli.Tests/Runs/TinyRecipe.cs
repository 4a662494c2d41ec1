using System.Text.Json;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>Recipes of supervised runs of a tiny model, as files.</summary>
internal static class TinyRecipe
{
    /// <summary>Writes a recipe, and once the model and the data it needs.</summary>
    public static string In(TemporaryFolder folder, ulong seed, int steps, int saveSteps = 7)
    {
        var model = Path.Combine(folder.Path, "model");
        if (!Directory.Exists(model)) TinyCheckpoint.In(folder);
        var rows = Enumerable.Range(0, 40).Select(i => JsonSerializer.Serialize(new { prompt = i % 2 == 0 ? "why ?" : "how ?", completion = i % 3 == 0 ? "sorry , i cannot help ." : "sure here is how ." }));
        var data = folder.Write("data.jsonl", string.Join('\n', rows) + "\n");
        return folder.Write($"recipe-{seed}.json", JsonSerializer.Serialize(new
        {
            kind = "sft",
            name = $"tiny-{seed}",
            @base = model,
            data = new[] { new { path = data, prompt = "prompt", completion = "completion" } },
            template = "plain",
            options = new { max_steps = steps, seed, learning_rate = 1e-3, per_device_train_batch_size = 4, save_steps = saveSteps },
        }));
    }
}
