using System.Text.Json;
using SafetyGate.Models;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Sft;
using TorchSharp;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>What is on disk is what was trained: no digit is lost on the way through a checkpoint and the command line.</summary>
public sealed class CheckpointTruthSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Logits_of_the_written_checkpoint_equal_those_of_the_trained_model_bit_for_bit()
    {
        var from = TinyCheckpoint.In(_folder);
        using var model = PretrainedModel.Load(from);
        int[] ids = [1, 15, 16, 11, 12, 13];
        var before = Logits(model.Decoder, ids);
        var options = new SftOptions { MaxSteps = 20, LearningRate = 1e-2, Seed = 5, PerDeviceTrainBatchSize = 2 };
        TokenExample[] examples = [Example([1, 15, 16], [11, 12, 13, 4]), Example([1, 14, 16], [5, 6, 7, 4])];
        new SftTrainer(model.Decoder, examples, options).Train(null, null, TestContext.Current.CancellationToken);
        var trained = Logits(model.Decoder, ids);
        Assert.NotEqual(before, trained);

        var tuned = _folder.File("tuned");
        CheckpointWriter.Write(tuned, model.Decoder.Parameters, CheckpointFiles.CopiedFrom(from));
        var run = await GateRun.WithInputAsync($$"""{"id": 0, "input_ids": [{{string.Join(',', ids)}}]}""", "model", "logits", tuned, "--jsonl", "-");
        Assert.True(run.ExitCode == 0, run.Error);
        var rows = JsonDocument.Parse(run.Out).RootElement.GetProperty("logits").EnumerateArray();
        Assert.Equal(trained, rows.SelectMany(row => row.EnumerateArray()).Select(value => (float)value.GetDouble()).ToArray());
    }

    private static TokenExample Example(int[] prompt, int[] completion) => new() { Id = string.Join('-', prompt), PromptIds = prompt, CompletionIds = completion };

    private static float[] Logits(IDecoder decoder, int[] ids)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var input = new DecoderInput { IdsBT = torch.tensor(ids.Select(id => (long)id).ToArray()).reshape(1, ids.Length) };
        return decoder.Logits(decoder.Hidden(input)).reshape(-1).contiguous().data<float>().ToArray();
    }
}
