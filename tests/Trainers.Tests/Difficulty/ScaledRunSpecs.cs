using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Trainers.Difficulty;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Rollouts;
using SafetyGate.Trainers.Sft;
using SafetyGate.Trainers.Tests.Sft;

namespace SafetyGate.Trainers.Tests.Difficulty;

/// <summary>Advantages scaled by difficulty in a run: what is multiplied, what is logged, what is refused.</summary>
public sealed class ScaledRunSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private SftRecipe? _tiny;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_scale_of_one_leaves_the_weights_as_they_are_and_another_does_not()
    {
        var plain = await DigestAsync("plain", Recipe(null));
        Assert.Equal(plain, await DigestAsync("one", Recipe(new DifficultyScaling { Responsiveness = false })));
        Assert.NotEqual(plain, await DigestAsync("hard", Recipe(new DifficultyScaling { Responsiveness = false }, hardness: i => i == 0 ? 2 : .5)));
        Assert.False(File.Exists(_folder["plain", RunLayout.Scales]));
    }

    [Fact]
    public async Task Every_factor_is_logged_and_is_hardness_times_responsiveness_inside_the_limits()
    {
        await DigestAsync("run", Recipe(new DifficultyScaling { Least = .75, Most = 1.25 }, hardness: i => 1 + (.1 * i)));
        var rows = Scales("run");
        Assert.Equal(4 * 2, rows.Count);
        Assert.Equal([1, 1, 2, 2, 3, 3, 4, 4], rows.Select(row => row.Step));
        foreach (var row in rows)
        {
            Assert.Equal(1 + (.1 * int.Parse(row.Id[1..], System.Globalization.CultureInfo.InvariantCulture)), row.Hardness, 12);
            Assert.Equal(Math.Clamp(row.Hardness * row.Responsiveness, .75, 1.25), row.Alpha, 12);
            Assert.InRange(row.Gap!.Value, -1, 1);
        }

        foreach (var step in rows.GroupBy(row => row.Step))
            Assert.Equal(Responsiveness.Of([.. step.Select(row => row.Gap!.Value)], .04, .75, 1.25).Alpha, step.First().Responsiveness, 12);
        Assert.Equal(rows.GroupBy(row => row.Step).Select(step => step.Average(row => row.Alpha)), MetricsLog.Values(_folder["run"], "difficulty/alpha_mean"));
        Assert.Contains("scaled by difficulty", await File.ReadAllTextAsync(_folder["run", RunLayout.Report]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_gap_that_is_far_from_the_mean_of_the_step_does_not_count()
    {
        // The only reward that tells responses apart is 0 or 1; no gap is within τ = 0 of a mean between two.
        await DigestAsync("run", Recipe(new DifficultyScaling { Tau = 0 }));
        Assert.All(Scales("run").GroupBy(row => row.Step).Where(step => step.Select(row => row.Gap).Distinct().Count() > 1), step => Assert.Equal(1, step.First().Responsiveness));
    }

    [Fact]
    public void The_gap_is_what_the_demonstration_earns_beyond_the_responses()
    {
        // The demonstration earns 1 and every response .25: .75 is left.
        var run = Directory.CreateDirectory(_folder["gaps"]).FullName;
        using var policy = TinyModel.Create();
        var task = new RolloutTask
        {
            Prompts = [.. Enumerable.Range(0, 3).Select(i => new RolloutPrompt(new BenchmarkItem { Id = Invariant($"s{i}"), Prompt = "one", Answer = "shown" }, [1, 3 + i]))],
            Rewards = [new(new Shown())], EosIds = [2], Decode = ids => string.Join(' ', ids),
        };
        var options = GrpoOptions.For(GrpoMode.DrGrpo, 1, 0.01, 7) with { PromptsPerStep = 3, NumGenerations = 4, MaxCompletionLength = 4, MaxStepsWithoutSignal = 0, DifficultyScaling = new() };
        new GrpoTrainer(policy, null, task, options).Train(run, null, CancellationToken.None);
        Assert.Equal([.75, .75, .75], Scales("gaps").Select(row => row.Gap!.Value));
    }

    [Fact]
    public void The_scale_multiplies_the_advantage_that_would_be_without_it()
    {
        // Advantages of ±.5 with the deviation √(1/3), normalized over the step and then scaled by 2 and .5.
        var options = GrpoOptions.For(GrpoMode.DrGrpo, 1, 0.01, 7) with { NumGenerations = 2, NormalizeAdvantages = true };
        var one = .5 / (Math.Sqrt(1 / 3.0) + 1e-4);
        var scaled = GrpoAdvantages.Of([[1.0], [0.0], [1.0], [0.0]], [1], options, scales: [2, .5]).Advantages;
        foreach (var (expected, actual) in new[] { 2 * one, -2 * one, .5 * one, -.5 * one }.Zip(scaled)) Assert.Equal(expected, actual, 12);
    }

    [Fact]
    public async Task A_resumed_run_has_the_same_weights_and_the_same_log()
    {
        var recipe = Recipe(new DifficultyScaling(), hardness: i => 1 + (.1 * i));
        var undisturbed = await DigestAsync("a", recipe);
        var resumed = Directory.CreateDirectory(_folder["b"]).FullName;
        using (var cancellation = new CancellationTokenSource())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.TrainAsync(resumed, new CancelAt(3, cancellation), cancellation.Token));
        await File.AppendAllTextAsync(_folder["b", RunLayout.Scales], "{\"step\": 3, \"id\"");
        Assert.Equal(undisturbed, await DigestAsync("b", recipe));
        Assert.Equal(await File.ReadAllTextAsync(_folder["a", RunLayout.Scales]), await File.ReadAllTextAsync(_folder["b", RunLayout.Scales]));
    }

    [Fact]
    public void Hardness_is_part_of_the_key()
    {
        var recipe = Recipe(new DifficultyScaling(), hardness: _ => 1);
        var before = recipe.Describe().ToJsonString();
        Assert.NotEqual(before, Recipe(new DifficultyScaling(), hardness: _ => 1.1).Describe().ToJsonString());
        Assert.NotEqual(before, (recipe with { Hardness = null }).Describe().ToJsonString());
    }

    [Theory]
    [InlineData("{\"id\": \"s0\", \"hardness\": 0}", "above 0")]
    [InlineData("{\"id\": \"s0\", \"hardness\": \"2\"}", "hardness.jsonl:1")]
    [InlineData("{\"id\": \"s0\"}", "there is no \"hardness\"")]
    [InlineData("{\"id\": \"s0\", \"hardness\": 1}\n{\"id\": \"s0\", \"hardness\": 2}", "twice")]
    [InlineData("{\"id\": \"s0\", \"hardness\": 1}", "no hardness of item 's1'")]
    public async Task Hardness_that_is_missing_or_no_factor_is_refused(string rows, string message)
    {
        var recipe = Recipe(new DifficultyScaling()) with { Hardness = _folder.Write("hardness.jsonl", rows) };
        Assert.Contains(message, (await Assert.ThrowsAsync<UserErrorException>(() => DigestAsync("x", recipe))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hardness_without_the_option_is_refused() =>
        Assert.Contains("difficulty_scaling is not set", Assert.Throws<UserErrorException>(() => (Recipe(new(), hardness: _ => 1) with { Options = Recipe(null).Options }).RequireValid()).Message, StringComparison.Ordinal);

    [Fact]
    public void A_recipe_file_has_the_option_and_the_file()
    {
        var path = _folder.Write("r.json", """{"kind": "grpo", "base": "b", "data": {"path": "d.jsonl"}, "template": "chat", "hardness": "h.jsonl", "options": {"max_steps": 3, "learning_rate": 1e-4, "seed": 1, "difficulty_scaling": {"tau": 0.25, "alpha_min": 0.8, "alpha_max": 1.2, "responsiveness": false}}}""");
        var recipe = Assert.IsType<GrpoRecipe>(RecipeFile.Load(path));
        Assert.Equal(new DifficultyScaling { Tau = .25, Least = .8, Most = 1.2, Responsiveness = false }, recipe.Options.DifficultyScaling);
        Assert.Equal(_folder["h.jsonl"], recipe.Hardness);
    }

    private GrpoRecipe Recipe(DifficultyScaling? scaling, Func<int, double>? hardness = null)
    {
        var tiny = _tiny ??= SftRecipeSpecs.Recipe(_folder);
        return new GrpoRecipe
        {
            Name = "tiny",
            Base = tiny.Base,
            Data = new() { Path = _folder.Write("prompts.jsonl", string.Concat(Enumerable.Range(0, 5).Select(i => $"{{\"id\": \"s{i}\", \"prompt\": \"one plus two is\", \"answer\": \"three\"}}\n"))) },
            Template = tiny.Template,
            Rewards = [new(new Brief())],
            Hardness = hardness is null ? null : _folder.Write("hardness.jsonl", string.Concat(Enumerable.Range(0, 5).Select(i => Invariant($"{{\"id\": \"s{i}\", \"hardness\": {hardness(i)}}}\n")))),
            Options = GrpoOptions.For(GrpoMode.Rlvr, 4, 0.01, 7) with { PromptsPerStep = 2, NumGenerations = 4, MaxCompletionLength = 4, SaveSteps = 1, DifficultyScaling = scaling },
        };
    }

    private async Task<string> DigestAsync(string run, GrpoRecipe recipe)
    {
        var directory = Directory.CreateDirectory(_folder[run]).FullName;
        await recipe.TrainAsync(directory, new Progress<RunProgress>(), CancellationToken.None);
        using var checkpoint = CheckpointReader.Open(Path.Combine(directory, RunLayout.Checkpoint));
        return WeightsDigest.Of(checkpoint);
    }

    private List<PromptScale> Scales(string run) => [.. File.ReadLines(_folder[run, RunLayout.Scales])
        .Select(line => JsonSerializer.Deserialize<PromptScale>(line, new JsonSerializerOptions { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower })!)];

    /// <summary>A reward that a random model earns now and then, so that there is something to learn.</summary>
    private sealed class Brief : IReward
    {
        public string Name => "brief";

        public string Version => "1";

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => [.. batch.Select(pair => (double?)(pair.Response.Text.Length % 2))];
    }

    private sealed class Shown : IReward
    {
        public string Name => "shown";

        public string Version => "1";

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => [.. batch.Select(pair => (double?)(pair.Response.Text == "shown" ? 1 : .25))];
    }

    private sealed class CancelAt(long step, CancellationTokenSource cancellation) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Phase == "train" && value.Done == step) cancellation.Cancel();
        }
    }
}
