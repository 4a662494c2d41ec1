using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Tests.Sft;

namespace SafetyGate.Trainers.Tests.Grpo;

public sealed class GrpoRecipeSpecs
{
    [Fact]
    public async Task A_recipe_leaves_a_checkpoint_metrics_and_a_report_and_resumes_to_the_same_digest()
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder);
        var (undisturbed, resumed) = (Directory.CreateDirectory(Path.Combine(folder.Path, "a")).FullName, Directory.CreateDirectory(Path.Combine(folder.Path, "b")).FullName);
        await recipe.TrainAsync(undisturbed, new Progress<RunProgress>(), CancellationToken.None);
        using (var cancellation = new CancellationTokenSource())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.TrainAsync(resumed, new CancelAt(3, cancellation), cancellation.Token));
        Assert.False(Directory.Exists(Path.Combine(resumed, RunLayout.Checkpoint)));
        await recipe.TrainAsync(resumed, new Progress<RunProgress>(), CancellationToken.None);
        Assert.Equal(Digest(undisturbed), Digest(resumed));
        Assert.Equal(4, MetricsLog.Values(resumed, "rewards/brief/mean").Count);
        Assert.Contains("\"conforming\": true", File.ReadAllText(Path.Combine(resumed, RunLayout.Report)), StringComparison.Ordinal);
        using var model = (LocalLanguageModel)recipe.Open(Path.Combine(resumed, RunLayout.Checkpoint));
        using var reference = (LocalLanguageModel)recipe.OpenReference();
        Assert.NotEqual(reference.Identity.WeightsDigest, model.Identity.WeightsDigest);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public void A_reward_without_a_version_is_refused_and_another_version_is_another_run(string none)
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder);
        var error = Assert.Throws<UserErrorException>(() => (recipe with { Rewards = [new(new Brief(none))] }).Describe());
        Assert.Contains("The reward 'brief'", error.Message, StringComparison.Ordinal);
        Assert.Contains("has no Version", error.Message, StringComparison.Ordinal);
        Assert.NotEqual(recipe.Describe().ToJsonString(), (recipe with { Rewards = [new(new Brief("2"))] }).Describe().ToJsonString());
    }

    [Fact]
    public void The_description_follows_what_decides_the_weights_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder);
        var before = recipe.Describe().ToJsonString();
        Assert.Equal(before, (recipe with { Name = "other", Options = recipe.Options with { SaveSteps = 3 } }).Describe().ToJsonString());
        Assert.NotEqual(before, (recipe with { Options = recipe.Options with { Beta = 0.5 } }).Describe().ToJsonString());
        Assert.NotEqual(before, (recipe with { Rewards = [recipe.Rewards[0] with { Weight = 2 }] }).Describe().ToJsonString());
        Assert.NotEqual(before, (recipe with { Data = recipe.Data with { Limit = 2 } }).Describe().ToJsonString());
        File.AppendAllText(recipe.Data.Path, "{\"id\": \"x\", \"prompt\": \"one plus one is\", \"answer\": \"2\"}\n");
        Assert.NotEqual(before, recipe.Describe().ToJsonString());
    }

    // A thought that the prompt begins would read as the answer.
    [Theory, InlineData(" <think>", "<think>"), InlineData("", "")]
    public async Task Rewards_read_the_marks_of_reasoning_and_no_other_special_token(string end, string begun)
    {
        using var folder = new TemporaryFolder();
        var (recipe, reward) = (Recipe(folder), new Recording());
        var tokenizer = Path.Combine(recipe.Base, "tokenizer.json");
        File.WriteAllText(tokenizer, File.ReadAllText(tokenizer).Replace("<bos>", "<think>", StringComparison.Ordinal));
        File.WriteAllText(recipe.Data.Path, File.ReadAllText(recipe.Data.Path).Replace("two is", "two is" + end, StringComparison.Ordinal));
        recipe = recipe with { Rewards = [new(reward)], Options = recipe.Options with { NumGenerations = 64, MaxStepsWithoutSignal = 0 } };
        await recipe.TrainAsync(Directory.CreateDirectory(Path.Combine(folder.Path, "run")).FullName, new Progress<RunProgress>(), CancellationToken.None);
        Assert.NotEmpty(reward.Texts);
        Assert.All(reward.Texts, text => Assert.StartsWith(begun, text, StringComparison.Ordinal));
        Assert.Contains(reward.Texts, text => text.IndexOf("<think>", begun.Length, StringComparison.Ordinal) >= 0); // the model writes it by chance
        Assert.DoesNotContain(reward.Texts, text => text.Contains("<pad>", StringComparison.Ordinal) || text.Contains("<unk>", StringComparison.Ordinal));
    }

    private static GrpoRecipe Recipe(TemporaryFolder folder)
    {
        var tiny = SftRecipeSpecs.Recipe(folder);
        var rows = string.Concat(Enumerable.Range(0, 5).Select(i => $"{{\"id\": \"s{i}\", \"prompt\": \"one plus two is\", \"answer\": \"three\"}}\n"));
        return new GrpoRecipe
        {
            Name = "tiny",
            Base = tiny.Base,
            Data = new() { Path = folder.Write("prompts.jsonl", rows) },
            Template = tiny.Template,
            Rewards = [new(new Brief())],
            Options = GrpoOptions.For(GrpoMode.Rlvr, 4, 0.01, 7) with { PromptsPerStep = 2, NumGenerations = 4, MaxCompletionLength = 4, SaveSteps = 1 },
        };
    }

    private static string Digest(string run)
    {
        using var checkpoint = CheckpointReader.Open(Path.Combine(run, RunLayout.Checkpoint));
        return WeightsDigest.Of(checkpoint);
    }

    /// <summary>A reward that a random model earns now and then, so that there is something to learn.</summary>
    private sealed class Brief(string version = "1") : IReward
    {
        public string Name => "brief";

        public string Version => version;

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch) =>
            [.. batch.Select(pair => (double?)(pair.Response.Text.Length % 2))];
    }

    private sealed class Recording : IReward
    {
        public string Name => "recording";

        public string Version => "1";

        public List<string> Texts { get; } = [];

        public IReadOnlyList<double?> Rewards(IReadOnlyList<(BenchmarkItem Item, Response Response)> batch)
        {
            Texts.AddRange(batch.Select(pair => pair.Response.Text));
            return [.. batch.Select(pair => (double?)(pair.Response.Text.Length % 2))];
        }
    }

    private sealed class CancelAt(long step, CancellationTokenSource cancellation) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Phase == "train" && value.Done == step) cancellation.Cancel();
        }
    }
}
