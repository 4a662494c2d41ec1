using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Trainers.Dpo;

/// <summary>
/// Direct preference optimization of a checkpoint, which is the reference too, on files of preferences. Immutable; vary it with
/// <c>with</c>.
/// </summary>
public sealed record DpoRecipe : DecoderRecipe<DpoOptions>
{
    /// <summary>Preferences; at least one file.</summary>
    public required IReadOnlyList<PreferenceFile> Data { get; init; }

    /// <inheritdoc/>
    protected override string Kind => "dpo";

    /// <inheritdoc/>
    protected override void DescribeTask(JsonObject description) =>
        description["data"] = new JsonArray([.. Data.Select(file => file.Describe())]);

    /// <inheritdoc/>
    protected override IEnumerable<string> TaskProblems() =>
        Data.Count == 0 ? ["There is no data file; give at least one."] : Data.SelectMany(file => file.Problems());

    /// <inheritdoc/>
    protected override TrainingReport Train(PretrainedModel model, ExampleEncoder encoder, AccuracyProbe? probe, string directory,
        IProgress<RunProgress> progress, CancellationToken cancellationToken) =>
        new DpoTrainer(model.Decoder, model.Decoder, [.. Data.SelectMany(file => file.Read(encoder))], Options, probe, cancellationToken)
            .Train(directory, progress, cancellationToken);
}
