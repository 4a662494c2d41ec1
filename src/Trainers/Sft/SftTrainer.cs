using SafetyGate.Models.Engine;
using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Sft;

/// <summary>Supervised fine-tuning: makes the targets of examples more likely.</summary>
/// <remarks>Agrees with TRL's <c>SFTTrainer</c> on batches, losses, updates and metrics' names; the order of the data is our own.</remarks>
public sealed class SftTrainer : ITrainingStep
{
    private const int ReportedLosses = 20;
    private readonly SftOptions _options;
    private readonly AccuracyProbe? _probe;
    private readonly int _padId;
    private readonly int _examples;
    private readonly int _droppedTooLong;
    private readonly int _droppedWithoutTargets;
    private readonly IReadOnlyList<TokenRow> _rows;
    private readonly DataOrder _order;
    private readonly IReadOnlyList<string> _leftOut;
    private readonly DynamicsRecorder? _recorder;

    /// <summary>A run over examples.</summary>
    /// <param name="decoder">The policy; its parameters are changed in place. Borrowed.</param>
    /// <param name="examples">Training examples.</param>
    /// <param name="options">Settings.</param>
    /// <param name="padId">Token that fills up rows; any token of the vocabulary.</param>
    /// <param name="probe">Measures the policy for <see cref="TrainingOptions.Target"/>; required with it, unused without.</param>
    /// <exception cref="ArgumentException">The options are invalid (all are listed).</exception>
    /// <exception cref="UserErrorException">A token is not in the vocabulary, more examples than allowed cannot be learnt from, or one step
    /// reads more rows than there are; the message accounts for them.</exception>
    public SftTrainer(IDecoder decoder, IReadOnlyList<TokenExample> examples, SftOptions options, int padId = 0,
        AccuracyProbe? probe = null)
    {
        var problems = TrainingLoop.Problems(options, probe).ToList();
        if (options.MaxLength > decoder.MaxPositions)
            problems.Add(Invariant($"max_length is {options.MaxLength}; the model has {decoder.MaxPositions} positions."));
        if (padId < 0 || padId >= decoder.VocabularySize)
            problems.Add(Invariant($"The padding token is {padId}; it must lie in the vocabulary of {decoder.VocabularySize}."));
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        var wrong = examples.FirstOrDefault(example => example.PromptIds.Concat(example.CompletionIds).Any(id => id < 0 || id >= decoder.VocabularySize));
        if (wrong is not null) throw new UserErrorException(Invariant($"Example '{wrong.Id}' has a token outside the vocabulary of {decoder.VocabularySize}, so the model has no embedding for it; was it made with another tokenizer? Take the tokenizer that belongs to these weights."));
        (Policy, _options, _probe, _padId, _examples) = (decoder, options, probe, padId, examples.Count);
        var length = options.MaxLength ?? decoder.MaxPositions;
        var cut = options.TruncationMode is { } mode ? Truncation.Tell(examples.Count(example => example.Length > length), examples.Count, "examples", length, mode) : null;
        if (options.TruncationMode is { } kept) examples = [.. examples.Select(example => Truncation.Of(example, length, kept))];
        var limit = LengthLimit.Apply(examples, options.PackingCutsUp ? int.MaxValue : length);
        var rows = limit.Kept.Where(example => example.Length > 0).Select(example => TokenRow.Of(example, options.CompletionOnlyLoss))
            .ToList();
        var trained = rows.Where(row => row.TargetCount() > 0).ToList();
        (_droppedTooLong, _droppedWithoutTargets) = (limit.DroppedIds.Count, limit.Kept.Count - trained.Count);
        if (trained.Count == 0)
            throw new UserErrorException(Invariant($"No example is left to learn from: of {examples.Count}, {_droppedTooLong} are longer than {length} tokens and {_droppedWithoutTargets} have no target. Give other data, or a model with a longer context."));
        _leftOut = [.. new[]
        {
            cut,
            LeftOut.Tell(limit.DroppedIds, examples.Count, "examples", Invariant($"are longer than {length} tokens"), options.MaxDroppedShare,
                Invariant($"Raise max_length (the model has {decoder.MaxPositions} positions), shorten or split them, pack with bfd_split, or raise max_dropped_share.")),
            LeftOut.Tell([.. limit.Kept.Select(example => example.Id).Except(trained.SelectMany(row => row.ExampleIds), StringComparer.Ordinal)], examples.Count, "examples", "have no token to learn", options.MaxDroppedShare,
                "Look for empty completions, or whether completion_only_loss and assistant_only_loss leave anything of them; or raise max_dropped_share."),
        }.OfType<string>()];
        _rows = options.Packing ? [.. Packing.Pack(trained, options.PackingStrategy, length).Where(row => row.TargetCount() > 0)] : trained;
        if (options.RowsPerStep > _rows.Count)
            throw new UserErrorException(Invariant($"A step reads {options.RowsPerStep} rows (per_device_train_batch_size {options.PerDeviceTrainBatchSize}, gradient_accumulation_steps {options.GradientAccumulationSteps}), but there are {_rows.Count}{(options.Packing ? " after packing" : "")}: some would be read twice in one step. Lower them to {_rows.Count} rows a step at most, or give more data."));
        _order = new DataOrder(_rows.Count, options.Seed, options.ShuffleDataset);
        if (options.RecordDynamics == DynamicsMeasure.None) return;
        if (FinishedEpochs(options.MaxSteps) < 1)
            throw new UserErrorException(Invariant($"record_dynamics records after each epoch, but {options.MaxSteps} steps of {options.RowsPerStep} rows read {(double)options.MaxSteps * options.RowsPerStep / _rows.Count:0.##} of the {_rows.Count} rows. Raise max_steps to {Math.Ceiling((double)_rows.Count / options.RowsPerStep):0} or more."));
        _recorder = new DynamicsRecorder(decoder, trained, options.RecordDynamics, padId);
    }

    /// <inheritdoc/>
    public IDecoder Policy { get; }

    IDecoder? ITrainingStep.Reference => null;

    IEnumerable<string> ITrainingStep.Data => _rows.Select(row => Invariant($"\n{string.Join(' ', row.Ids)}|{string.Join(' ', row.Labels)}|{string.Join(' ', row.SequenceLengths)}"));

    int ITrainingStep.UpdatesPerStep => 1;

    string ITrainingStep.LeadingMetric => "loss";

    // Guessing evenly among all tokens costs ln(vocabulary) a target.
    double? ITrainingStep.DivergedAbove => 2 * Math.Log(Policy.VocabularySize);

    string ITrainingStep.Remedy => "look at these examples";

    /// <summary>Trains to the end, or resumes from the state an interrupted attempt left: <see cref="TrainingLoop.Run"/>.</summary>
    /// <param name="directory">Where <c>metrics.jsonl</c> and the state are kept; <c>null</c> keeps nothing, and cannot be resumed.</param>
    /// <param name="progress">Receives a report once a step.</param>
    /// <param name="cancellationToken">Checked once a step; the state saved last remains.</param>
    /// <returns>The report. The decoder has the trained weights.</returns>
    public SftReport Train(string? directory, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (var told in _leftOut) progress?.Report(new RunProgress("warning", 0, 0, told));
        var outcome = new TrainingLoop(this, _options, _probe).Run(directory, progress, cancellationToken);
        return new(outcome)
        {
            Examples = _examples,
            DroppedTooLong = _droppedTooLong,
            DroppedWithoutTargets = _droppedWithoutTargets,
            Rows = _rows.Count,
            FirstLoss = outcome.FirstMean(ReportedLosses),
            LastLoss = outcome.LastMean(ReportedLosses),
        };
    }

    double ITrainingStep.Epochs(long steps) => (double)(steps * _options.RowsPerStep) / _rows.Count;

    void ITrainingStep.AfterStep(long step, string? directory, CancellationToken cancellationToken)
    {
        if (_recorder is not null && directory is not null && FinishedEpochs(step) is var epoch && epoch > FinishedEpochs(step - 1))
            _recorder.Record((int)epoch, step, directory, cancellationToken);
    }

    private long FinishedEpochs(long steps) => steps * _options.RowsPerStep / _rows.Count;

    ITrainingBatch ITrainingStep.Draw(long step, CancellationToken cancellationToken) => new Batch(this, step, [.. _order
        .Range(step * _options.RowsPerStep, _options.RowsPerStep).Select(index => _rows[index]).Chunk(_options.PerDeviceTrainBatchSize)
        .SelectMany(rows => _options.Passes.Divide(rows, rows.Length, pass => (long)pass.Count * pass.Max(row => row.Ids.Count)))
        .Select(rows => Collation.RightPadded(rows, _padId, Policy.Device))]);

    /// <summary>The rows of one update, in the passes that make it.</summary>
    private sealed class Batch(SftTrainer trainer, long step, IReadOnlyList<TokenBatch> passes) : ITrainingBatch
    {
        private readonly int _targets = passes.Sum(pass => pass.TargetCount);
        private double _entropy;
        private double _correct;

        public IReadOnlyList<string> ExampleIds => [.. passes.SelectMany(pass => pass.ExampleIds)];

        public long TokenCount => passes.Sum(pass => pass.TokenCount);

        public double Backward(Action collect)
        {
            var (loss, done) = (0.0, 0);
            foreach (var pass in passes)
            {
                using var terms = Backward(pass, done++, collect);
                collect();
                loss += Number(terms.LossSum) / _targets;
                _entropy += Number(terms.EntropySum) / _targets;
                _correct += Number(terms.CorrectCount);
            }

            return loss;
        }

        public void AddMetrics(JsonObject row)
        {
            row["mean_token_accuracy"] = _correct / _targets;
            row["entropy"] = _entropy;
        }

        public void Dispose()
        {
            foreach (var pass in passes) pass.Dispose();
        }

        /// <summary>Adds the gradients of one pass. Only the positions that predict a target go through the head.</summary>
        private SftLossTerms Backward(TokenBatch pass, int number, Action collect)
        {
            using var scope = NewDisposeScope();
            var input = pass.ToDecoderInput();
            if (trainer._options.NeftuneNoiseAlpha is { } alpha)
                input = input with { Noise = new EmbeddingNoise(alpha, new RandomStream(trainer._options.Seed, Invariant($"neftune/{step}/{number}")).NextUInt64()) };
            using var hidden = trainer.Policy.TrainingPass(input, trainer._options.Passes.RecomputeLayers);
            var hiddenND = hidden.Hidden.reshape(-1, hidden.Hidden.shape[^1]).index_select(0, pass.PredictionIndexN);
            using var tokens = TokenLogProbs.Of(trainer.Policy, hiddenND, pass.TargetsN, SftLoss.Query(trainer._options.LabelSmoothingFactor));
            var terms = SftLoss.Sums(tokens, trainer._options.LossType, trainer._options.LabelSmoothingFactor);
            tokens.Backward(terms.LossSum.Over(_targets), collect);
            hidden.Backward();
            terms.LossSum.MoveToOuterDisposeScope();
            terms.EntropySum.MoveToOuterDisposeScope();
            terms.CorrectCount.MoveToOuterDisposeScope();
            return terms;
        }

        private static double Number(Tensor scalar) => scalar.to(ScalarType.Float64).item<double>();
    }
}
