using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Trainers.Difficulty;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.RewardModels;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.ShadowRewards;
using SafetyGate.Trainers.Sft;
using SafetyGate.Trainers.Tests.Sft;

namespace SafetyGate.Trainers.Tests.ShadowRewards;

public sealed class ShadowRewardRecipeSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private SftRecipe? _tiny;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_run_leaves_a_policy_a_reward_model_for_each_category_and_a_report_of_every_round_and_resumes_to_the_same()
    {
        var recipe = Recipe();
        await TrainAsync("a", recipe);
        using (var cancellation = new CancellationTokenSource())
        {
            var resumed = Directory.CreateDirectory(_folder["b"]).FullName;
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.TrainAsync(resumed, new CancelAt("train", 9, cancellation), cancellation.Token));
        }

        await TrainAsync("b", recipe);
        Assert.Equal(Digest("a", RunLayout.Checkpoint), Digest("b", RunLayout.Checkpoint));
        Assert.NotEqual(Digest("a", RunLayout.Checkpoint), BaseDigest());
        foreach (var file in new[] { RunLayout.Metrics, RunLayout.Scales, RunLayout.Report, "rewards/rewards.json" })
            Assert.Equal(await File.ReadAllTextAsync(_folder["a", file]), await File.ReadAllTextAsync(_folder["b", file]));
        var named = JsonNode.Parse(await File.ReadAllTextAsync(_folder["a", "rewards", "rewards.json"]))!.AsObject();
        Assert.Equal(["even", "odd"], named.Select(member => member.Key));
        Assert.NotEqual(Digest("a", "rewards", (string)named["even"]!), Digest("a", "rewards", (string)named["odd"]!));
        Assert.Equal([1d, 2, 3, 4], MetricsLog.Values(_folder["a"], "step"));
        Assert.Equal([1d, 1, 2, 2], MetricsLog.Values(_folder["a"], "round"));
        var fits = JsonNode.Parse(await File.ReadAllTextAsync(_folder["a", RunLayout.Report]))!["rewards"]!.AsArray();
        Assert.Equal(["1 even", "1 odd", "2 even", "2 odd"], fits.Select(fit => $"{fit!["round"]} {fit["category"]}"));
        Assert.All(fits, fit => Assert.True((double)fit!["training"]!["accuracy"]! > .8, fit.ToJsonString()));
        using var model = (LocalLanguageModel)recipe.Open(_folder["a", RunLayout.Checkpoint]);
        using var reward = RewardModel.Load(_folder["a", "rewards", (string)named["odd"]!], recipe.Template);
        Assert.NotNull(reward.Rewards([(new BenchmarkItem { Id = "x", Prompt = "one plus two is" }, new Response { PromptId = "x", Text = "three", FinishReason = FinishReason.Stop })])[0]);
    }

    [Fact]
    public async Task The_pooled_control_has_one_reward_model_and_needs_no_categories()
    {
        var recipe = Recipe() with { Rewards = Recipe().Rewards with { Routing = ShadowRouting.Pooled, Rounds = 1 }, Data = new() { Path = Data(category: false) } };
        await TrainAsync("a", recipe);
        Assert.Equal("""{"":"00/1"}""", JsonNode.Parse(await File.ReadAllTextAsync(_folder["a", "rewards", "rewards.json"]))!.ToJsonString());
    }

    [Fact]
    public void Demonstrations_that_lack_what_is_needed_are_refused_in_one_sentence()
    {
        Assert.Contains("there is no category", Refused(Recipe() with { Data = new() { Path = Data(category: false) } }), StringComparison.Ordinal);
        Assert.Contains("there is no answer", Refused(Recipe() with { Data = new() { Path = Data(answer: false) } }), StringComparison.Ordinal);
        Assert.Contains("rounds is 0", Refused(Recipe() with { Rewards = Recipe().Rewards with { Rounds = 0 } }), StringComparison.Ordinal);
        Assert.Contains("samples_per_demonstration is 0", Refused(Recipe() with { Rewards = Recipe().Rewards with { SamplesPerDemonstration = 0 } }), StringComparison.Ordinal);
        Assert.Contains("rewards.model: learning_rate is NaN", Refused(Recipe() with { Rewards = Recipe().Rewards with { Model = Recipe().Rewards.Model with { LearningRate = double.NaN } } }), StringComparison.Ordinal);
    }

    [Fact]
    public void The_key_follows_what_decides_the_weights()
    {
        var recipe = Recipe();
        var before = recipe.Describe().ToJsonString();
        Assert.Equal(before, (recipe with { Name = "other" }).Describe().ToJsonString());
        foreach (var other in new[] { recipe with { Rewards = recipe.Rewards with { Rounds = 3 } }, recipe with { Rewards = recipe.Rewards with { Routing = ShadowRouting.Pooled } }, recipe with { Rewards = recipe.Rewards with { Model = recipe.Rewards.Model with { MaxSteps = 9 } } }, recipe with { Options = recipe.Options with { Beta = .5 } } })
            Assert.NotEqual(before, other.Describe().ToJsonString());
    }

    [Fact]
    public void A_recipe_file_has_all_of_it()
    {
        var path = _folder.Write("r.json", """{"kind": "irl", "base": "b", "data": {"path": "d.jsonl", "columns": "answer=demonstration"}, "template": "chat", "rewards": {"rounds": 3, "routing": "pooled", "samples_per_demonstration": 2, "model": {"max_steps": 5, "learning_rate": 1e-3, "seed": 2}}, "options": {"mode": "grpo", "max_steps": 3, "learning_rate": 1e-4, "seed": 1, "difficulty_scaling": {}}}""");
        var recipe = Assert.IsType<ShadowRewardRecipe>(RecipeFile.Load(path));
        Assert.Equal((3, ShadowRouting.Pooled, 2, 5), (recipe.Rewards.Rounds, recipe.Rewards.Routing, recipe.Rewards.SamplesPerDemonstration, recipe.Rewards.Model.MaxSteps));
        Assert.Equal(RewardScale.Group, recipe.Options.ScaleRewards);
        Assert.Equal(new DifficultyScaling(), recipe.Options.DifficultyScaling);
    }

    [Fact]
    public void A_routed_reward_asks_the_model_of_the_category_and_says_nothing_of_others()
    {
        var routed = new RoutedReward(new Dictionary<string, IReward> { ["a"] = new Constant(.25), ["b"] = new Constant(.75) });
        (BenchmarkItem, Response) Of(string? category) => (new BenchmarkItem { Id = "x", Prompt = "p", Category = category }, new Response { PromptId = "x", Text = "t", FinishReason = FinishReason.Stop });
        Assert.Equal([.75, .25, null, null, .75], routed.Rewards([Of("b"), Of("a"), Of("c"), Of(null), Of("b")]));
        Assert.NotEqual(routed.Version, new RoutedReward(new Dictionary<string, IReward> { ["b"] = new Constant(.25), ["a"] = new Constant(.75) }).Version);
    }

    private ShadowRewardRecipe Recipe()
    {
        var tiny = _tiny ??= SftRecipeSpecs.Recipe(_folder);
        return new()
        {
            Name = "tiny",
            Base = tiny.Base,
            Template = tiny.Template,
            Data = new() { Path = Data() },
            Rewards = new() { Rounds = 2, SamplesPerDemonstration = 3, Model = new() { MaxSteps = 6, LearningRate = .01, Seed = 3, PerDeviceTrainBatchSize = 6, HeldOut = .3 } },
            Options = GrpoOptions.For(GrpoMode.Rlvr, 2, .01, 7) with { PromptsPerStep = 3, NumGenerations = 4, MaxCompletionLength = 4, SaveSteps = 1, DifficultyScaling = new() },
        };
    }

    private string Data(bool category = true, bool answer = true)
    {
        var rows = Enumerable.Range(0, 8).Select(i => "{" + $"\"id\": \"s{i}\", \"prompt\": \"one plus {(i % 2 == 0 ? "two" : "one")} is\"" + (answer ? $", \"answer\": \"{(i % 2 == 0 ? "three" : "two")}\"" : "") + (category ? $", \"category\": \"{(i % 2 == 0 ? "even" : "odd")}\"" : "") + "}\n");
        return _folder.Write($"demonstrations-{category}-{answer}.jsonl", string.Concat(rows));
    }

    private string Refused(ShadowRewardRecipe recipe) => Assert.ThrowsAny<UserErrorException>(() => TrainAsync("refused", recipe).GetAwaiter().GetResult()).Message;

    private Task TrainAsync(string run, ShadowRewardRecipe recipe) => recipe.TrainAsync(Directory.CreateDirectory(_folder[run]).FullName, new Progress<RunProgress>(), CancellationToken.None);

    private string Digest(params string[] parts)
    {
        using var checkpoint = CheckpointReader.Open(_folder[parts]);
        return WeightsDigest.Of(checkpoint);
    }

    private string BaseDigest()
    {
        using var checkpoint = CheckpointReader.Open(_tiny!.Base);
        return WeightsDigest.Of(checkpoint);
    }

    private sealed class Constant(double value) : IReward
    {
        public string Name => "constant";

        public string Version => Invariant($"{value}");

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) => [.. batch.Select(_ => (double?)value)];
    }

    /// <summary>Cancels at the n-th report of a phase.</summary>
    private sealed class CancelAt(string phase, int count, CancellationTokenSource cancellation) : IProgress<RunProgress>
    {
        private int _seen;

        public void Report(RunProgress value)
        {
            if (value.Phase == phase && ++_seen == count) cancellation.Cancel();
        }
    }
}
