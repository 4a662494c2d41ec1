using System.Text.Json.Nodes;
using SafetyGate.Models;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Memory;
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
    protected override bool Drops => Options.DisableDropout == false;

    /// <inheritdoc/>
    protected override string Kind => "dpo";

    /// <inheritdoc/>
    protected override void DescribeTask(JsonObject description) =>
        description["data"] = new JsonArray([.. Data.Select(file => file.Describe())]);

    /// <inheritdoc/>
    protected override IEnumerable<string> TaskProblems() =>
        Data.Count == 0 ? ["There is no data file; give at least one."] : Data.SelectMany(file => file.Problems());

    /// <inheritdoc/>
    protected override PreparedRun<DpoOptions, PretrainedModel> Prepare(ExampleEncoder encoder, DecoderConfig config)
    {
        List<PreferencePair> pairs = [.. Data.SelectMany(file => file.Read(encoder))];
        return new(Shape(pairs, Options, config.MaxPositions), run =>
            new DpoTrainer(run.Model.Decoder, run.Model.Decoder, pairs, run.Options, run.Probe, run.CancellationToken)
                .Train(run.Directory, run.Progress, run.CancellationToken));
    }

    /// <summary>Sizes of pairs, at their largest: two rows that share a prompt.</summary>
    internal static RunShape Shape(IReadOnlyList<PreferencePair> pairs, DpoOptions options, int maxPositions)
    {
        var limit = Math.Min(options.MaxLength ?? int.MaxValue, maxPositions);
        var kept = pairs.Select(pair => options.TruncationMode is null ? pair : Truncation.Of(pair, limit)).Where(pair => pair.Length <= limit).ToList();
        var completion = kept.Count == 0 ? 1 : Math.Max(1, kept.Max(pair => Math.Max(pair.ChosenIds.Count, pair.RejectedIds.Count)));
        return new()
        {
            Rows = 2 * options.PerDeviceTrainBatchSize,
            RowTokens = completion,
            RowTargets = completion,
            SharedTokens = kept.Count == 0 ? 1 : kept.Max(pair => pair.PromptIds.Count),
            RowsSharing = 2,
            IsDivisible = !options.CouplesPairs,
            DataBytes = pairs.Sum(pair => (4L * (pair.PromptIds.Count + pair.ChosenIds.Count + pair.RejectedIds.Count)) + 512),
        };
    }
}
