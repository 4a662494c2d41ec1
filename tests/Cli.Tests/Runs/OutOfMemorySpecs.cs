using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>Commands in processes whose memory is limited by the system, as a control group's limit becomes one in the process.</summary>
public sealed class OutOfMemorySpecs : IDisposable
{
    private const int LimitMib = 800, LongTokens = 2200;
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    // Next to no weights, and attention and caches as wide as a large model's.
    private static readonly string Config = TinyCheckpoint.Config.Replace("\"num_attention_heads\":2,\"num_key_value_heads\":1,\"max_position_embeddings\":64", "\"num_attention_heads\":8,\"num_key_value_heads\":8,\"head_dim\":128,\"max_position_embeddings\":4096", StringComparison.Ordinal);

    public OutOfMemorySpecs()
    {
        var plain = TinyCheckpoint.In(_folder, "plain");
        using var decoder = DecoderFactory.Create(DecoderConfig.ParseText(Config, "config.json"), seed: 7);
        _model = _folder.File("wide");
        CheckpointWriter.Write(_model, decoder.Parameters, new CheckpointFiles { ConfigJson = Config, Others = new Dictionary<string, byte[]> { ["tokenizer.json"] = File.ReadAllBytes(Path.Combine(plain, "tokenizer.json")) } });
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_step_without_room_ends_with_its_part_and_option_and_the_run_resumes_to_the_same_weights()
    {
        if (!OperatingSystem.IsLinux()) return;
        var recipe = Recipe();
        var (store, other) = (_folder.File("store"), _folder.File("other"));
        var (code, error) = await Limited(store, "run", recipe);
        var line = Assert.Single(error.Split('\n'), text => text.StartsWith("gate: ", StringComparison.Ordinal) && !text.Contains("warning", StringComparison.Ordinal));
        Assert.True(code == GateExitCode.TrainingFailed, error);
        Assert.Equal("gate: Out of memory: no room for what a pass keeps of the layers, and gradients. To make it smaller, set options.gradient_checkpointing to true or lower options.micro_batch_tokens, now 20000. Every saved state is intact; the same command resumes from the last one.", line);
        var resumed = await Free(store, "run", recipe);
        var untouched = await Free(other, "run", recipe);
        Assert.Contains("(resumed", resumed.Out, StringComparison.Ordinal);
        Assert.Equal(Weights(untouched), Weights(resumed));
    }

    [Fact]
    public async Task Responses_without_room_end_with_their_part_and_option()
    {
        if (!OperatingSystem.IsLinux()) return;
        var items = _folder.Write("items.jsonl", string.Concat(Enumerable.Range(0, 256).Select(i => $"{{\"id\": \"{i}\", \"prompt\": \"why ?\"}}\n")));
        var (code, error) = await Limited(_folder.File("store"), "eval", "--model", _model, "--plain", "--suite", items, "--max-new-tokens", "4000", "--batch-tokens", "2000000", "--out", _folder.File("result.json"));
        Assert.True(code == GateExitCode.TrainingFailed, error);
        Assert.EndsWith("gate: Out of memory: no room for keys, values and logits of the responses that are drawn at once. To make it smaller, lower --batch-tokens (GenerationBudget.Tokens), or ask for fewer new tokens. What the store has is intact; the same command takes it from there and draws the rest.\n", error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("result.json")));
    }

    // One row of many is long: the step that meets it needs a table of attention of more than the limit.
    private string Recipe()
    {
        var rows = Enumerable.Range(0, 40).Select(i => JsonSerializer.Serialize(new { prompt = "why ?", completion = i == 17 ? string.Join(' ', Enumerable.Repeat("sure", LongTokens)) : "sorry , i cannot help ." }));
        var data = _folder.Write("data.jsonl", string.Join('\n', rows) + "\n");
        return _folder.Write("recipe.json", JsonSerializer.Serialize(new
        {
            kind = "sft",
            name = "wide",
            @base = _model,
            data = new[] { new { path = data, prompt = "prompt", completion = "completion" } },
            template = "plain",
            options = new { max_steps = 10, seed = 3, learning_rate = 1e-3, per_device_train_batch_size = 4, save_steps = 1, max_length = 4000, micro_batch_tokens = 20_000 },
        }));
    }

    private static string Weights(GateRun run) => Assert.Single(run.Out.Split('\n'), line => line.StartsWith("weights ", StringComparison.Ordinal));

    private static async Task<GateRun> Free(string store, params string[] args)
    {
        using var process = GateProcess.Start(store, args);
        var run = await process.WaitAsync(TestContext.Current.CancellationToken);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private static async Task<(int Code, string Error)> Limited(string store, params string[] args)
    {
        using var process = GateProcess.StartLimited(store, LimitMib, args);
        var run = await process.WaitAsync(TestContext.Current.CancellationToken);
        return (run.ExitCode, run.Error);
    }
}
