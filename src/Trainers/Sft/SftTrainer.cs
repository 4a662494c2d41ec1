using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Batches;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Sft;

/// <summary>Supervised fine-tuning: makes the targets of examples more likely.</summary>
/// <remarks>Agrees with TRL's <c>SFTTrainer</c> on batches, losses, updates and metrics' names; the order of the data is our own.</remarks>
public sealed class SftTrainer
{
    private const int ReportedLosses = 20;
    private const int NamedExamples = 8;
    private readonly IDecoder _decoder;
    private readonly SftOptions _options;
    private readonly AccuracyProbe? _probe;
    private readonly int _padId;
    private readonly int _examples;
    private readonly int _droppedTooLong;
    private readonly int _droppedWithoutTargets;
    private readonly IReadOnlyList<TokenRow> _rows;
    private readonly DataOrder _order;

    /// <summary>A run over examples.</summary>
    /// <param name="decoder">The policy; its parameters are changed in place. Borrowed.</param>
    /// <param name="examples">What to learn from.</param>
    /// <param name="options">Settings.</param>
    /// <param name="padId">Token that fills up rows; any token of the vocabulary.</param>
    /// <param name="probe">Measures the policy for <see cref="SftOptions.Target"/>; required with it, unused without.</param>
    /// <exception cref="ArgumentException">The options have problems (all are listed), or a token is not in the vocabulary.</exception>
    /// <exception cref="UserErrorException">No example is left to learn from; the message says where they went.</exception>
    public SftTrainer(IDecoder decoder, IReadOnlyList<TokenExample> examples, SftOptions options, int padId = 0, AccuracyProbe? probe = null)
    {
        var problems = options.Problems().ToList();
        if (options.Target is not null && probe is null) problems.Add("A target accuracy is set, but nothing measures it; give a probe.");
        if (options.MaxLength > decoder.MaxPositions) problems.Add(Invariant($"{nameof(options.MaxLength)} is {options.MaxLength}; the model has {decoder.MaxPositions} positions."));
        if (padId < 0 || padId >= decoder.VocabularySize) problems.Add(Invariant($"The padding token is {padId}; it must lie in the vocabulary of {decoder.VocabularySize}."));
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        var wrong = examples.FirstOrDefault(example => example.PromptIds.Concat(example.CompletionIds).Any(id => id < 0 || id >= decoder.VocabularySize));
        if (wrong is not null) throw new ArgumentException(Invariant($"Example '{wrong.Id}' has a token outside the vocabulary of {decoder.VocabularySize}; was it made with another tokenizer?"), nameof(examples));
        (_decoder, _options, _probe, _padId, _examples) = (decoder, options, probe, padId, examples.Count);
        var length = options.MaxLength ?? decoder.MaxPositions;
        var cutsUp = options.Packing is PackingStrategy.BfdSplit or PackingStrategy.Wrapped;
        var limit = LengthLimit.Apply(examples, cutsUp ? int.MaxValue : length);
        var rows = limit.Kept.Where(example => example.Length > 0).Select(example => TokenRow.Of(example, options.Targets)).ToList();
        var learnt = rows.Where(row => row.TargetCount() > 0).ToList();
        (_droppedTooLong, _droppedWithoutTargets) = (limit.DroppedIds.Count, limit.Kept.Count - learnt.Count);
        if (learnt.Count == 0)
            throw new UserErrorException(Invariant($"No example is left to learn from: of {examples.Count}, {_droppedTooLong} are longer than {length} tokens and {_droppedWithoutTargets} have no target. Give other data, or a model with a longer context."));
        _rows = [.. Packing.Pack(learnt, options.Packing, length).Where(row => row.TargetCount() > 0)];
        _order = new DataOrder(_rows.Count, options.Seed, options.Shuffle);
    }

    /// <summary>Trains to the end, or goes on from the state an interrupted attempt left.</summary>
    /// <param name="directory">Where <c>metrics.jsonl</c> and the state are kept; it must exist. <c>null</c> keeps nothing, and cannot be resumed.</param>
    /// <param name="progress">Told once a step.</param>
    /// <param name="cancellationToken">Checked once a step; the state saved last remains.</param>
    /// <returns>What was done. The decoder holds the trained weights.</returns>
    /// <exception cref="TrainingFailedException">Loss or gradient is not finite, or a target that must be reached was not.</exception>
    /// <exception cref="UserErrorException">The directory holds the state of another run, or a file cannot be written.</exception>
    public SftReport Train(string? directory, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var runDigest = directory is null ? "" : RunDigest();
        _decoder.Parameters.RequireGradients(true);
        using var optimizer = _options.Optimizer.Create(_decoder.Parameters);
        try
        {
            using var done = ResumableRun.Open(directory, runDigest, _decoder, optimizer, progress);
            var losses = done.Earlier("loss").ToList();
            while (done.Step < _options.Steps && !done.ReachedTarget)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var row = OneStep(optimizer, done);
                if (_options.Target is { } target && (done.Step % target.EverySteps == 0 || done.Step == _options.Steps))
                {
                    row["eval_accuracy"] = done.Accuracy = _probe!(done.Step, cancellationToken);
                    done.ReachedTarget = done.Accuracy >= target.Accuracy;
                }

                done.Append(row);
                losses.Add((double)row["loss"]!);
                progress?.Report(new RunProgress("train", done.Step, _options.Steps, Invariant($"loss {losses[^1]:F4}") + (done.Accuracy is { } accuracy ? Invariant($", accuracy {accuracy:P1}") : "")));
                if (done.Step % _options.SaveEverySteps == 0 || done.Step == _options.Steps || done.ReachedTarget) done.Save();
            }

            if (_options.Target is { MustReach: true } missed && !done.ReachedTarget)
                throw new TrainingFailedException(Invariant($"After {done.Step} steps the accuracy on the selection split is {done.Accuracy:P1}; the recipe demands {missed.Accuracy:P1}. Allow more steps, or drop the demand."));
            return ReportOf(done, losses);
        }
        finally
        {
            _decoder.Parameters.ClearGradients();
            _decoder.Parameters.RequireGradients(false);
        }
    }

    private JsonObject OneStep(IOptimizer optimizer, ResumableRun done)
    {
        using var scope = NewDisposeScope();
        var rowsAStep = _options.BatchSize * _options.GradientAccumulationSteps;
        var batches = _order.Range(done.Step * rowsAStep, rowsAStep).Select(index => _rows[index]).Chunk(_options.BatchSize)
            .Select(rows => Collation.RightPadded(rows, _padId, _decoder.Device)).ToList();
        try
        {
            var targets = batches.Sum(batch => batch.TargetCount);
            var (loss, entropy, correct) = (0.0, 0.0, 0.0);
            _decoder.Parameters.ClearGradients();
            foreach (var batch in batches)
            {
                using var terms = Backward(batch, targets);
                loss += terms.LossSum.to(ScalarType.Float64).item<double>() / targets;
                entropy += terms.EntropySum.to(ScalarType.Float64).item<double>() / targets;
                correct += terms.CorrectCount.to(ScalarType.Float64).item<double>();
            }

            var parameters = _decoder.Parameters.Values.ToList();
            var norm = _options.MaxGradientNorm is { } ceiling ? GradientClipping.Clip(parameters, ceiling) : GradientClipping.Norm(parameters);
            if (!double.IsFinite(loss) || !double.IsFinite(norm)) throw NotFinite(done.Step + 1, loss, norm, batches);
            var rate = _options.Schedule.Rate(_options.LearningRate, done.Step, _options.Steps);
            optimizer.Step(rate);
            done.Step++;
            done.Tokens += batches.Sum(batch => batch.TokenCount);
            return new JsonObject
            {
                ["step"] = done.Step,
                ["epoch"] = (double)(done.Step * rowsAStep) / _rows.Count,
                ["loss"] = loss,
                ["grad_norm"] = norm,
                ["learning_rate"] = rate,
                ["num_tokens"] = done.Tokens,
                ["mean_token_accuracy"] = correct / targets,
                ["entropy"] = entropy,
            };
        }
        finally
        {
            foreach (var batch in batches) batch.Dispose();
        }
    }

    /// <summary>Adds the gradients of one batch. Only the positions that predict a target go through the head.</summary>
    private SftLossTerms Backward(TokenBatch batch, int targets)
    {
        using var scope = NewDisposeScope();
        var hiddenBTD = _decoder.Hidden(batch.ToDecoderInput());
        var hiddenND = hiddenBTD.reshape(-1, hiddenBTD.shape[^1]).index_select(0, batch.PredictionIndexN);
        var terms = SftLoss.Sums(_decoder.Logits(hiddenND), batch.TargetsN, _options.Objective, _options.LabelSmoothing);
        (terms.LossSum / targets).backward();
        terms.LossSum.MoveToOuterDisposeScope();
        terms.EntropySum.MoveToOuterDisposeScope();
        terms.CorrectCount.MoveToOuterDisposeScope();
        return terms;
    }

    private SftReport ReportOf(ResumableRun done, List<double> losses)
    {
        var count = Math.Max(1, Math.Min(ReportedLosses, losses.Count / 2));
        return new()
        {
            Steps = done.Step,
            StoppedBy = done.ReachedTarget ? "target" : "steps",
            ReachedTarget = _options.Target is null ? null : done.ReachedTarget,
            SelectionAccuracy = done.Accuracy,
            Examples = _examples,
            DroppedTooLong = _droppedTooLong,
            DroppedWithoutTargets = _droppedWithoutTargets,
            Rows = _rows.Count,
            Epochs = (double)(done.Step * _options.BatchSize * _options.GradientAccumulationSteps) / _rows.Count,
            Tokens = done.Tokens,
            FirstLoss = losses.Take(count).Average(),
            LastLoss = losses.TakeLast(count).Average(),
        };
    }

    private static TrainingFailedException NotFinite(long step, double loss, double norm, IReadOnlyList<TokenBatch> batches)
    {
        var ids = batches.SelectMany(batch => batch.ExampleIds).Distinct(StringComparer.Ordinal).ToList();
        var more = ids.Count > NamedExamples ? Invariant($" and {ids.Count - NamedExamples} more") : "";
        return new(Invariant($"Step {step}: the loss is {loss} and the gradient's norm {norm}; both must be finite. The batch held {string.Join(", ", ids.Take(NamedExamples))}{more}. Lower the learning rate, warm up longer, or look at these examples. The weights of step {step - 1} are unchanged."));
    }

    /// <summary>Digest of what decides the weights: options, rows, first weights.</summary>
    private string RunDigest() => ResumableRun.DigestOf(
        [SftOptionsJson.Write(_options).ToJsonString(), .. _rows.Select(row => Invariant($"\n{string.Join(' ', row.Ids)}|{string.Join(' ', row.Labels)}|{string.Join(' ', row.SequenceLengths)}"))],
        _decoder.Parameters);
}
