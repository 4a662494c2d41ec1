using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Trainers.Sft;

/// <summary>Supervised fine-tuning of a checkpoint on data files. Immutable; vary it with <c>with</c>.</summary>
public sealed record SftRecipe : DecoderRecipe<SftOptions>
{
    /// <summary>Training data; at least one file.</summary>
    public required IReadOnlyList<DataFile> Data { get; init; }

    /// <inheritdoc/>
    protected override string Kind => "sft";

    /// <inheritdoc/>
    protected override void DescribeTask(JsonObject description) =>
        description["data"] = new JsonArray([.. Data.Select(file => file.Describe())]);

    /// <inheritdoc/>
    protected override IEnumerable<string> TaskProblems() =>
        Data.Count == 0 ? ["There is no data file; give at least one."] : Data.SelectMany(file => file.Problems());

    /// <inheritdoc/>
    protected override TrainingReport Train(PretrainedModel model, ExampleEncoder encoder, AccuracyProbe? probe, string directory,
        IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        new SftTrainer(model.Decoder, [.. Data.SelectMany(file => file.Read(encoder))], Options, model.GenerationConfig.PadId, probe)
            .Train(directory, progress, cancellationToken);
}
