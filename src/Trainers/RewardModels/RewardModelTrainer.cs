using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.RewardModels;

/// <summary>Reward modeling: gives preferred completions higher scores than the others.</summary>
/// <remarks>Agrees with TRL's <c>RewardTrainer</c> on losses, updates and metrics' names. A share of the pairs, drawn by the seed, is only measured.</remarks>
public sealed class RewardModelTrainer : ITrainingStep
{
    private const int ReportedLosses = 20;
    private readonly SequenceClassifier _model;
    private readonly RewardModelOptions _options;
    private readonly IReadOnlyList<PreferencePair> _pairs;
    private readonly IReadOnlyList<PreferencePair> _heldOut;
    private readonly int _given;
    private readonly string? _leftOut;
    private readonly DataOrder _order;

    /// <summary>A run over pairs.</summary>
    /// <param name="model">A classifier of one label; its parameters are changed in place. Borrowed.</param>
    /// <param name="pairs">Preferences; their margins count where there are any.</param>
    /// <param name="options">Settings.</param>
    /// <exception cref="ArgumentException">The options are invalid (all are listed), or the classifier has several labels.</exception>
    /// <exception cref="UserErrorException">More pairs than allowed, or all, are longer than the context, a token is not in the vocabulary, or
    /// no pair is left to train on.</exception>
    public RewardModelTrainer(SequenceClassifier model, IReadOnlyList<PreferencePair> pairs, RewardModelOptions options)
    {
        var problems = options.Problems().ToList();
        if (model.Labels != 1) problems.Add(Invariant($"The classifier has {model.Labels} labels; a reward model has one."));
        if (options.MaxLength > model.Decoder.MaxPositions)
            problems.Add(Invariant($"max_length is {options.MaxLength}; the model has {model.Decoder.MaxPositions} positions."));
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        (_model, _options, _given) = (model, options, pairs.Count);
        var length = Math.Min(options.MaxLength ?? int.MaxValue, model.Decoder.MaxPositions);
        var sorted = FittingPairs.Of(pairs, length, model.Config.VocabularySize, options.MaxDroppedShare);
        var fitting = sorted.Kept;
        _leftOut = sorted.LeftOut;
        var order = Enumerable.Range(0, fitting.Count).ToArray();
        new RandomStream(options.Seed, "held-out").Shuffle(order);
        var held = order.Take((int)Math.Round(options.HeldOut * fitting.Count)).ToHashSet();
        _pairs = [.. fitting.Where((_, i) => !held.Contains(i))];
        _heldOut = [.. fitting.Where((_, i) => held.Contains(i))];
        if (_pairs.Count == 0) throw new UserErrorException(Invariant($"All {fitting.Count} pairs are held out; give more pairs, or hold out less than {options.HeldOut}."));
        _order = new DataOrder(_pairs.Count, options.Seed, options.ShuffleDataset);
    }

    IDecoder ITrainingStep.Policy => _model.Decoder;

    IDecoder? ITrainingStep.Reference => null;

    IEnumerable<string> ITrainingStep.Data => _pairs.Select(pair => Invariant($"\n{string.Join(' ', pair.PromptIds)}|{string.Join(' ', pair.ChosenIds)}|{string.Join(' ', pair.RejectedIds)}|{pair.Margin:R}"));

    int ITrainingStep.UpdatesPerStep => 1;

    string ITrainingStep.LeadingMetric => "loss";

    string ITrainingStep.Remedy => "look at these pairs";

    /// <summary>Trains to the end, or resumes from the state an interrupted attempt left: <see cref="TrainingLoop.Run"/>.</summary>
    /// <param name="directory">Where <c>metrics.jsonl</c> and the state are kept; <c>null</c> keeps nothing, and cannot be resumed.</param>
    /// <param name="progress">Receives a report once a step.</param>
    /// <param name="cancellationToken">Checked once a step; the state saved last remains.</param>
    /// <returns>The report. The classifier has the trained weights.</returns>
    public RewardModelReport Train(string? directory, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        if (_leftOut is not null) progress?.Report(new RunProgress("warning", 0, 0, _leftOut));
        var outcome = new TrainingLoop(this, _options).Run(directory, progress, cancellationToken);
        return new(outcome)
        {
            Pairs = _given,
            DroppedTooLong = _given - _pairs.Count - _heldOut.Count,
            HeldOut = RewardAccuracy.Of([.. _heldOut.Chunk(_options.PerDeviceTrainBatchSize).SelectMany(Rewards)]),
            FirstLoss = outcome.FirstMean(ReportedLosses),
            LastLoss = outcome.LastMean(ReportedLosses),
        };
    }

    double ITrainingStep.Epochs(long steps) => (double)(steps * _options.PairsPerStep) / _pairs.Count;

    ITrainingBatch ITrainingStep.Draw(long step, CancellationToken cancellationToken) => new Batch(this,
        [.. _order.Range(step * _options.PairsPerStep, _options.PairsPerStep).Select(index => _pairs[index]).Chunk(_options.PerDeviceTrainBatchSize)]);

    private IReadOnlyList<PairedReward> Rewards(IReadOnlyList<PreferencePair> pairs)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        return Paired(Scores(pairs));
    }

    private Tensor Scores(IReadOnlyList<PreferencePair> pairs) => _model.Scores(Rows(pairs)).squeeze(-1);

    // [2B]: the preferred completions, then the others.
    private static IReadOnlyList<IReadOnlyList<int>> Rows(IReadOnlyList<PreferencePair> pairs) =>
        [.. pairs.Select(pair => (IReadOnlyList<int>)[.. pair.PromptIds, .. pair.ChosenIds]), .. pairs.Select(pair => (IReadOnlyList<int>)[.. pair.PromptIds, .. pair.RejectedIds])];

    private static long TokensOf(IReadOnlyList<PreferencePair> pairs) => 2L * pairs.Count * pairs.Max(pair => pair.Length);

    private static List<PairedReward> Paired(Tensor scores)
    {
        var values = scores.detach().to(ScalarType.Float64).cpu().contiguous().data<double>().ToArray();
        var half = values.Length / 2;
        return [.. Enumerable.Range(0, half).Select(i => new PairedReward(values[i], values[half + i]))];
    }

    /// <summary>The pairs of one update, in batches whose mean it is.</summary>
    private sealed class Batch(RewardModelTrainer trainer, IReadOnlyList<PreferencePair[]> batches) : ITrainingBatch
    {
        private readonly List<PairedReward> _rewards = [];

        public IReadOnlyList<string> ExampleIds => [.. batches.SelectMany(batch => batch).Select(pair => pair.Id)];

        public long TokenCount => batches.SelectMany(batch => batch).Sum(pair => (2L * pair.PromptIds.Count) + pair.ChosenIds.Count + pair.RejectedIds.Count);

        public double Backward(Action collect) => batches.Sum(batch => trainer._options.Passes.Divide(batch, batch.Length, TokensOf).Sum(pass => Backward(pass, (double)pass.Count / batch.Length, collect))) / batches.Count;

        private double Backward(IReadOnlyList<PreferencePair> pairs, double share, Action collect)
        {
            using var scope = NewDisposeScope();
            using var pass = trainer._model.Pass(Rows(pairs), trainer._options.Passes.RecomputeLayers);
            var scores = pass.ScoresBL.squeeze(-1);
            double[]? margins = pairs.Any(pair => pair.Margin is not null) ? [.. pairs.Select(pair => pair.Margin ?? 0)] : null;
            var loss = RewardModelLoss.Of(scores.narrow(0, 0, pairs.Count), scores.narrow(0, pairs.Count, pairs.Count), margins, trainer._options.CenterRewardsCoefficient);
            pass.Backward(loss.Times(share / batches.Count));
            collect();
            _rewards.AddRange(Paired(scores));
            return loss.detach().to(ScalarType.Float64).item<double>() * share;
        }

        public void AddMetrics(JsonObject row)
        {
            var all = _rewards.SelectMany(pair => new[] { pair.Chosen, pair.Rejected }).ToList();
            row["accuracy"] = _rewards.Average(pair => pair.Chosen > pair.Rejected ? 1.0 : 0.0);
            row["margin"] = _rewards.Average(pair => pair.Chosen - pair.Rejected);
            row["min_reward"] = all.Min();
            row["mean_reward"] = all.Average();
            row["max_reward"] = all.Max();
        }

        public void Dispose()
        {
        }
    }
}
