using System.Text.Json.Nodes;
using SafetyGate.Models;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Memory;
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
        if (Template == PromptTemplate.Plain && Data.FirstOrDefault(file => file.Messages is not null) is { } conversations)
            yield return $"{conversations.Path}: its rows are messages, which are written with the model's chat template, and the template is \"plain\". Say \"chat\", or give texts.";
        if (!Options.AssistantOnlyLoss) yield break;
        if (Template == PromptTemplate.Plain) yield return "assistant_only_loss needs conversations: use the template \"chat\".";
        if (Data.FirstOrDefault(file => file.Text is not null) is { } texts)
            yield return $"{texts.Path}: assistant_only_loss needs conversations; its rows are texts.";
    }

    /// <inheritdoc/>
    protected override bool AssistantOnly => Options.AssistantOnlyLoss;

    /// <inheritdoc/>
    protected override PreparedRun<SftOptions, PretrainedModel> Prepare(ExampleEncoder encoder, DecoderConfig config)
    {
        if (Options.MaxLength > config.MaxPositions)
            throw new UserErrorException(Invariant($"Recipe '{Name}': max_length is {Options.MaxLength}, but {Base} has {config.MaxPositions} positions. Lower it, leave it out, or take a model with a longer context."));
        List<TokenExample> examples = [.. Data.SelectMany(file => file.Read(encoder))];
        return new(Shape(examples, Options, config.MaxPositions), run =>
            new SftTrainer(run.Model.Decoder, examples, run.Options, run.Model.GenerationConfig.PadId, run.Probe)
                .Train(run.Directory, run.Progress, run.CancellationToken));
    }

    /// <summary>Sizes of examples, at their largest.</summary>
    internal static RunShape Shape(IReadOnlyList<TokenExample> examples, SftOptions options, int maxPositions)
    {
        var limit = options.MaxLength ?? maxPositions;
        var kept = examples.Where(example => options.PackingCutsUp || options.TruncationMode is not null || example.Length <= limit).ToList();
        var longest = kept.Count == 0 ? 1 : kept.Max(example => example.Length);
        var targets = kept.Count == 0 ? 1 : kept.Max(example => options.CompletionOnlyLoss ? example.CompletionIds.Count : example.Length - 1);
        // A packed row is as full as its limit or the data allow.
        var row = options.Packing ? (int)Math.Min(limit, kept.Sum(example => (long)example.Length)) : Math.Min(longest, limit);
        return new()
        {
            Rows = options.PerDeviceTrainBatchSize,
            RowTokens = Math.Max(1, row),
            RowTargets = Math.Clamp(options.Packing ? row : targets, 1, Math.Max(1, row)),
            DataBytes = examples.Sum(example => (4L * 4 * example.Length) + 512),
        };
    }
}
