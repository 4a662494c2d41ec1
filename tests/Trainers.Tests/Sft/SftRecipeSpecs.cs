using System.Text;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Recipes;
using SafetyGate.Trainers.Sft;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Sft;

public sealed class SftRecipeSpecs
{
    private const string Words = "one two three four five six seven eight nine ten zero plus is ####";

    [Fact]
    public async Task A_recipe_leaves_a_checkpoint_metrics_and_a_report()
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder) with { Options = Options with { MaxSteps = 40 } };
        await recipe.TrainAsync(folder.Path, new Progress<RunProgress>(), CancellationToken.None);
        var losses = MetricsLog.Values(folder.Path, "loss");
        Assert.Equal(40, losses.Count);
        Assert.True(losses.TakeLast(5).Average() < losses.Take(5).Average());
        Assert.True(File.Exists(Path.Combine(folder.Path, RunLayout.Report)));
        using var model = (LocalLanguageModel)recipe.Open(Path.Combine(folder.Path, RunLayout.Checkpoint));
        var response = Assert.Single(await model.GenerateAsync([Prompt.Plain("a", "one plus two is")], new SamplingOptions { MaxNewTokens = 4, Seed = 1 }, CancellationToken.None));
        Assert.NotEqual(FinishReason.Error, response.FinishReason);
    }

    [Fact]
    public async Task Killed_and_resumed_the_checkpoint_has_the_same_digest()
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder);
        var (undisturbed, resumed) = (Directory.CreateDirectory(Path.Combine(folder.Path, "a")).FullName, Directory.CreateDirectory(Path.Combine(folder.Path, "b")).FullName);
        await recipe.TrainAsync(undisturbed, new Progress<RunProgress>(), CancellationToken.None);
        using (var cancellation = new CancellationTokenSource())
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => recipe.TrainAsync(resumed, new CancelAt(5, cancellation), cancellation.Token));
        Assert.False(Directory.Exists(Path.Combine(resumed, RunLayout.Checkpoint)));
        await recipe.TrainAsync(resumed, new Progress<RunProgress>(), CancellationToken.None);
        Assert.Equal(Digest(undisturbed), Digest(resumed));
        Assert.Equal(File.ReadAllText(Path.Combine(undisturbed, RunLayout.Metrics)), File.ReadAllText(Path.Combine(resumed, RunLayout.Metrics)));
        // Killed after the checkpoint but before the run was called finished: it is written again.
        await recipe.TrainAsync(resumed, new Progress<RunProgress>(), CancellationToken.None);
        Assert.Equal(Digest(undisturbed), Digest(resumed));
    }

    [Fact]
    public void The_description_follows_data_weights_and_options_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        var recipe = Recipe(folder);
        var before = recipe.Describe().ToJsonString();
        Assert.Equal(before, (recipe with { Name = "other", Options = Options with { SaveSteps = 3 } }).Describe().ToJsonString());
        Assert.NotEqual(before, (recipe with { Options = Options with { Seed = 8 } }).Describe().ToJsonString());
        Assert.NotEqual(before, (recipe with { Data = [recipe.Data[0] with { Separator = " " }] }).Describe().ToJsonString());
        File.AppendAllText(recipe.Data[0].Path, "{\"prompt\": \"one\", \"completion\": \"two\"}\n");
        Assert.NotEqual(before, recipe.Describe().ToJsonString());
        Assert.Equal("float32", recipe.Environment().Dtype);
    }

    [Fact]
    public async Task A_target_is_measured_on_the_selection_split()
    {
        using var folder = new TemporaryFolder();
        folder.Write("selection.jsonl", string.Concat(Enumerable.Range(0, 4).Select(i => $"{{\"id\": \"s{i}\", \"prompt\": \"one plus two is\", \"answer\": \"3\"}}\n")));
        var recipe = Recipe(folder) with
        {
            Options = Options with { Target = new() { Accuracy = 1, EverySteps = 4 } },
            Selection = new() { Path = Path.Combine(folder.Path, "selection.jsonl"), MaxNewTokens = 4 },
        };
        await recipe.TrainAsync(folder.Path, new Progress<RunProgress>(), CancellationToken.None);
        Assert.All(MetricsLog.Values(folder.Path, "eval_accuracy"), accuracy => Assert.InRange(accuracy, 0, 1));
        Assert.Equal(2, MetricsLog.Values(folder.Path, "eval_accuracy").Count);
    }

    [Fact]
    public async Task A_real_checkpoint_learns_grade_school_maths_as_plain_text()
    {
        using var folder = new TemporaryFolder();
        var recipe = new SftRecipe
        {
            Name = "stories260k-gsm8k",
            Base = ConformanceCases.Require("models/stories260k"),
            Data = [new() { Path = Datasets.Require("gsm8k/train_first2000.jsonl"), Prompt = "question", Completion = "answer", Separator = "\n", Limit = 200 }],
            Template = PromptTemplate.Plain,
            Options = new() { MaxSteps = 12, LearningRate = 1e-3, Seed = 1, PerDeviceTrainBatchSize = 4, Schedule = new() { WarmupSteps = 2 } },
        };
        using var model = PretrainedModel.Load(recipe.Base);
        var encoder = new ExampleEncoder(model.Tokenizer, model.Chat, recipe.Template, EndToken.Of(model));
        var trainer = new SftTrainer(model.Decoder, recipe.Data[0].Read(encoder), recipe.Options, model.GenerationConfig.PadId);
        var report = trainer.Train(null, null, CancellationToken.None);
        Assert.True(report.LastLoss < report.FirstLoss, $"{report.FirstLoss} → {report.LastLoss}");
        Assert.Equal((200, 200), (report.Examples, report.Rows + report.DroppedTooLong + report.DroppedWithoutTargets));
        await recipe.TrainAsync(folder.Path, new Progress<RunProgress>(), CancellationToken.None);
        using var loaded = DecoderFactory.Load(Path.Combine(folder.Path, RunLayout.Checkpoint));
        Assert.Equal(Logits(model.Decoder), Logits(loaded));
    }

    private static SftOptions Options => new() { MaxSteps = 8, LearningRate = 0.01, Seed = 7, PerDeviceTrainBatchSize = 2, SaveSteps = 2 };

    private static byte[] Logits(IDecoder decoder)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        return TinyModel.BytesOf(decoder.Logits(decoder.Hidden(new() { IdsBT = arange(1, 11, dtype: ScalarType.Int64).unsqueeze(0) })));
    }

    private static string Digest(string run)
    {
        using var checkpoint = CheckpointReader.Open(Path.Combine(run, RunLayout.Checkpoint));
        return WeightsDigest.Of(checkpoint);
    }

    /// <summary>A model directory with a word-level tokenizer and a data file beside it.</summary>
    internal static SftRecipe Recipe(TemporaryFolder folder)
    {
        var words = new[] { "<pad>", "<bos>", "<eos>", "<unk>" }.Concat(Words.Split(' ')).ToList();
        var vocabulary = string.Join(", ", words.Select((word, id) => $"\"{word}\": {id}"));
        var added = string.Join(", ", words.Take(4).Select((word, id) => $"{{\"id\": {id}, \"content\": \"{word}\", \"single_word\": false, \"lstrip\": false, \"rstrip\": false, \"normalized\": false, \"special\": true}}"));
        var tokenizer = $$"""
            {"version": "1.0", "truncation": null, "padding": null, "added_tokens": [{{added}}], "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
             "post_processor": null, "decoder": null, "model": {"type": "WordLevel", "vocab": { {{vocabulary}} }, "unk_token": "<unk>"} }
            """;
        var directory = Path.Combine(folder.Path, "base");
        using (var decoder = TinyModel.Create())
            CheckpointWriter.Write(directory, decoder.Parameters, new CheckpointFiles { ConfigJson = TinyModel.Config, Others = new Dictionary<string, byte[]> { ["tokenizer.json"] = Encoding.UTF8.GetBytes(tokenizer) } });
        var rows = string.Concat(Enumerable.Range(0, 9).Select(i => $"{{\"prompt\": \"{words[4 + i]} plus one is\", \"completion\": \" #### {words[5 + i]}\"}}\n"));
        return new SftRecipe
        {
            Name = "tiny",
            Base = directory,
            Data = [new() { Path = folder.Write("rows.jsonl", rows), Prompt = "prompt", Completion = "completion" }],
            Template = PromptTemplate.Plain,
            Options = Options,
        };
    }

    private sealed class CancelAt(long step, CancellationTokenSource cancellation) : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
            if (value.Phase == "train" && value.Done == step) cancellation.Cancel();
        }
    }
}
