using System.Text.Json;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>What trains a run again and what does not, seen on the product itself: lines of a copy are changed, it is built, and the same recipe is run.</summary>
public sealed class RunKeySpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_line_of_a_loss_trains_again_and_neither_a_report_nor_a_verifier_does()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var product = new ProductCopy();
        var recipe = Recipe();
        Assert.Contains("trained now", Succeeded(await product.OriginalGateAsync(cancel, "run", recipe)), StringComparison.Ordinal);

        product.Change("src/Harness/Reports/GateReport.cs", "namespace SafetyGate.Harness.Reports;", "// Another comment.\nnamespace SafetyGate.Harness.Reports;");
        product.Change("src/Verifiers/Refusals/RefusalScorer.cs", "RulesVersion => \"", "RulesVersion => \"corrected-");
        product.Add("src/Verifiers/Refusals/Added.cs", "namespace SafetyGate.Verifiers.Refusals;\n\n/// <summary>A new member of what the trainers refer to.</summary>\npublic static class Added;\n");
        await product.BuildAsync(cancel);
        Assert.Contains("taken from the store", await RunAsync(product, recipe, cancel), StringComparison.Ordinal);

        product.Change("src/Trainers/Sft/SftLoss.cs", ": logProbsN.sum().neg();", ": logProbsN.sum().neg().Times(2);"); // no other project sees a difference
        await product.BuildAsync(cancel);
        Assert.Contains("trained now", await RunAsync(product, recipe, cancel), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tokenizer_config.json", """{"eos_token": "<eos>"}""", """{"eos_token": "<pad>"}""")]
    [InlineData("generation_config.json", """{"eos_token_id": 4}""", """{"eos_token_id": [4, 0]}""")]
    [InlineData("special_tokens_map.json", """{"eos_token": "<eos>"}""", """{"eos_token": "<pad>"}""")]
    public async Task Another_end_token_in_a_file_of_the_base_is_another_run(string file, string before, string after)
    {
        var cancel = TestContext.Current.CancellationToken;
        var recipe = Recipe();
        var store = _folder.File("store");
        var path = Path.Combine(_folder.Path, "model", file);
        File.WriteAllText(path, before);
        Assert.Contains("trained now", await RunAsync(store, recipe, cancel), StringComparison.Ordinal);
        Assert.Contains("taken from the store", await RunAsync(store, recipe, cancel), StringComparison.Ordinal);
        File.WriteAllText(path, after);
        Assert.Contains("trained now", await RunAsync(store, recipe, cancel), StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(string store, string recipe, CancellationToken cancel)
    {
        using var process = GateProcess.Start(store, "run", recipe);
        return Succeeded(await process.WaitAsync(cancel));
    }

    private static async Task<string> RunAsync(ProductCopy product, string recipe, CancellationToken cancel) => Succeeded(await product.GateAsync(cancel, "run", recipe));

    private static string Succeeded(GateRun run)
    {
        Assert.True(run.ExitCode == 0, run.Out + run.Error);
        return run.Out;
    }

    private string Recipe()
    {
        var data = _folder.Write("data.jsonl", string.Concat(Enumerable.Range(0, 4).Select(_ => JsonSerializer.Serialize(new { prompt = "why ?", completion = "sure here is how ." }) + "\n")));
        return _folder.Write("recipe.json", JsonSerializer.Serialize(new
        {
            kind = "sft",
            name = "tiny",
            @base = TinyCheckpoint.In(_folder),
            data = new[] { new { path = data, prompt = "prompt", completion = "completion" } },
            template = "plain",
            options = new { max_steps = 2, seed = 3, learning_rate = 1e-3, per_device_train_batch_size = 2 },
        }));
    }
}
