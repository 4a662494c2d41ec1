using System.Text.Json;
using SafetyGate.Core.Runs;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>A real fine-tuning run in processes that are killed, and in two processes that ask for the same.</summary>
public sealed class KilledRunSpecs : IDisposable
{
    private const int Steps = 300;
    private const int Kills = 5;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_run_killed_at_five_random_moments_ends_with_the_weights_of_an_undisturbed_one(ulong seed)
    {
        var cancel = TestContext.Current.CancellationToken;
        var recipe = Recipe(seed);
        var undisturbed = await RunAsync(_folder.File("calm"), recipe, cancel);

        var store = _folder.File("killed");
        var moments = new RandomStream(seed, "kills");
        var after = Enumerable.Range(0, Kills).Select(_ => moments.Next(Steps)).Order().ToList();
        var killed = 0;
        foreach (var step in after)
        {
            using var process = GateProcess.Start(store, "run", recipe);
            while (!process.HasExited && Rows(store) <= step) await Task.Delay(2, cancel);
            if (process.HasExited) break;
            process.Kill();
            killed++;
        }

        Assert.True(killed >= 3, $"Only {killed} of {Kills} kills hit a running training; the run is too short for this test.");
        var resumed = await RunAsync(store, recipe, cancel);
        Assert.Equal(undisturbed.Weights, resumed.Weights);
        Assert.Equal(File.ReadAllText(undisturbed.Metrics), File.ReadAllText(resumed.Metrics));
    }

    [Theory]
    [InlineData("dpo", 90, "")]
    [InlineData("reward_model", 90, "")]
    [InlineData("reward_model", 90, ", \"peft_config\": {\"r\": 2, \"target_modules\": \"all-linear\"}")]
    [InlineData("ppo", 36, "")]
    public async Task A_run_of_any_trainer_killed_in_the_middle_ends_with_the_weights_of_an_undisturbed_one(string kind, int steps, string more)
    {
        var cancel = TestContext.Current.CancellationToken;
        TinyCheckpoint.In(_folder);
        _folder.Write("pairs.jsonl", string.Concat(Enumerable.Range(0, 24).Select(i => $$"""{"prompt": "{{(i % 2 == 0 ? "why" : "how")}} ?", "chosen": "sure here is {{1 + (i % 2)}}", "rejected": "{{(i % 3 == 0 ? "sorry , i cannot" : "cannot")}} help ."}""" + "\n")));
        _folder.Write("prompts.jsonl", string.Concat(Enumerable.Range(0, 12).Select(i => $$"""{"id": "{{i}}", "prompt": "{{(i % 2 == 0 ? "why" : "how")}} ?", "answer": "1"}""" + "\n")));
        var (data, options) = kind == "ppo"
            ? ("prompts.jsonl", """, "response_length": 4, "per_device_train_batch_size": 4, "num_mini_batches": 2, "num_ppo_epochs": 2, "adaptive_kl_target": 0.02, "adaptive_kl_horizon": 100, "target_kl": 0.01""")
            : ("pairs.jsonl", """, "per_device_train_batch_size": 4""");
        var recipe = _folder.Write("recipe.json", $$"""{"kind": "{{kind}}", "base": "model", "template": "plain", "data": {"path": "{{data}}"}{{(kind == "ppo" ? ", \"rewards\": {\"name\": \"math\"}" : "")}}{{more}}, "options": {"max_steps": {{steps}}, "learning_rate": 0.003, "seed": 5, "save_steps": 5{{options}} } }""");
        var undisturbed = await RunAsync(_folder.File("calm"), recipe, cancel);
        var store = _folder.File("killed");
        using (var process = GateProcess.Start(store, "run", recipe))
        {
            while (!process.HasExited && Rows(store) <= steps / 2) await Task.Delay(2, cancel);
            Assert.False(process.HasExited, "The run ended before it could be killed; it is too short for this test.");
            process.Kill();
        }

        var resumed = await RunAsync(store, recipe, cancel);
        Assert.Equal(undisturbed.Weights, resumed.Weights);
        Assert.Equal(File.ReadAllText(undisturbed.Metrics), File.ReadAllText(resumed.Metrics));
    }

    [Fact]
    public async Task Of_two_processes_that_ask_for_the_same_run_one_trains_and_the_other_reads()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (store, recipe) = (_folder.File("shared"), Recipe(seed: 9));
        using var first = GateProcess.Start(store, "run", recipe);
        using var second = GateProcess.Start(store, "run", recipe);
        var runs = new[] { await first.WaitAsync(cancel), await second.WaitAsync(cancel) };
        Assert.All(runs, run => Assert.True(run.ExitCode == 0, run.Error));
        Assert.Single(runs, run => run.Out.Contains("trained now", StringComparison.Ordinal));
        Assert.Single(runs, run => run.Out.Contains("taken from the store", StringComparison.Ordinal));
        Assert.Single(Directory.GetDirectories(Path.Combine(store, "runs")));
    }

    private static async Task<(string Weights, string Metrics)> RunAsync(string store, string recipe, CancellationToken cancel)
    {
        using var process = GateProcess.Start(store, "run", recipe);
        var run = await process.WaitAsync(cancel);
        Assert.True(run.ExitCode == 0, run.Error);
        string Field(string name) => run.Out.Split('\n').Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim();
        return (Field("weights"), Field("metrics"));
    }

    // The partial run's own log says how far it is.
    private static int Rows(string store)
    {
        var runs = Path.Combine(store, "runs");
        if (!Directory.Exists(runs)) return 0;
        try
        {
            return Directory.EnumerateFiles(runs, "metrics.jsonl", SearchOption.AllDirectories).Select(file => File.ReadLines(file).Count()).DefaultIfEmpty(0).Max();
        }
        catch (IOException)
        {
            return 0; // renamed or replaced while it was read
        }
    }

    private string Recipe(ulong seed)
    {
        var model = Path.Combine(_folder.Path, "model");
        if (!Directory.Exists(model)) TinyCheckpoint.In(_folder);
        var rows = Enumerable.Range(0, 40).Select(i => JsonSerializer.Serialize(new { prompt = i % 2 == 0 ? "why ?" : "how ?", completion = i % 3 == 0 ? "sorry , i cannot help ." : "sure here is how ." }));
        var data = _folder.Write("data.jsonl", string.Join('\n', rows) + "\n");
        return _folder.Write($"recipe-{seed}.json", JsonSerializer.Serialize(new
        {
            kind = "sft",
            name = "tiny",
            @base = model,
            data = new[] { new { path = data, prompt = "prompt", completion = "completion" } },
            template = "plain",
            options = new { max_steps = Steps, seed, learning_rate = 1e-3, per_device_train_batch_size = 4, save_steps = 7 },
        }));
    }
}
