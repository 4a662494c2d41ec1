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
    protected override IEnumerable<string> TaskProblems()
    {
        if (Data.Count == 0) yield return "There is no data file; give at least one.";
        foreach (var problem in Data.SelectMany(file => file.Problems())) yield return problem;
        if (!Options.AssistantOnlyLoss) yield break;
        if (Template == PromptTemplate.Plain && Data.Any(file => file.Messages is null))
            yield return "assistant_only_loss needs conversations: use the template \"chat\", or rows of messages.";
        if (Data.FirstOrDefault(file => file.Text is not null) is { } texts)
            yield return $"{texts.Path}: assistant_only_loss needs conversations; its rows are texts.";
    }

    /// <inheritdoc/>
    protected override bool AssistantOnly => Options.AssistantOnlyLoss;

    /// <inheritdoc/>
    protected override TrainingReport Train(PretrainedModel model, ExampleEncoder encoder, AccuracyProbe? probe, string directory,
        IProgress<RunProgress> progress, CancellationToken cancellationToken)
    {
        if (Options.MaxLength > model.Decoder.MaxPositions)
            throw new UserErrorException(Invariant($"Recipe '{Name}': max_length is {Options.MaxLength}, but {Base} has {model.Decoder.MaxPositions} positions. Lower it, leave it out, or take a model with a longer context."));
        return new SftTrainer(model.Decoder, [.. Data.SelectMany(file => file.Read(encoder))], Options, model.GenerationConfig.PadId, probe)
            .Train(directory, progress, cancellationToken);
    }
}
