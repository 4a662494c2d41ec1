using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Dpo;

/// <summary>Direct preference optimization: makes preferred completions likelier than the others, relative to a reference.</summary>
/// <remarks>
/// Agrees with TRL's <c>DPOTrainer</c> on losses, updates and metrics' names. The reference's log-probabilities are computed once, before
/// the first step, for the pairs the run will read: the policy itself, before it is trained, can be the reference, and no second model is
/// needed.
/// </remarks>
public sealed class DpoTrainer : ITrainingStep
{
    private const int ReportedLosses = 20;
    private readonly DpoOptions _options;
    private readonly AccuracyProbe? _probe;
    private readonly IReadOnlyList<PreferencePair> _pairs;
    private readonly double[][] _reference;
    private readonly int _given;
    private readonly IReadOnlyList<string> _told;
    private readonly DataOrder _order;

    /// <summary>A run over pairs.</summary>
    /// <param name="policy">The policy; its parameters are changed in place. Borrowed.</param>
    /// <param name="reference">What the policy is held to, read only here; the policy itself, before it is trained, will do. Borrowed.</param>
    /// <param name="pairs">Preferences.</param>
    /// <param name="options">Settings.</param>
    /// <param name="probe">Measures the policy for <see cref="TrainingOptions.Target"/>; required with it, unused without.</param>
    /// <param name="cancellationToken">Checked while the reference reads the pairs.</param>
    /// <exception cref="ArgumentException">The options are invalid (all are listed).</exception>
    /// <exception cref="UserErrorException">More pairs than allowed, or all, are longer than the context, a token is not in the vocabulary, or the
    /// reference has another one.</exception>
    public DpoTrainer(IDecoder policy, IDecoder reference, IReadOnlyList<PreferencePair> pairs, DpoOptions options, AccuracyProbe? probe = null,
        CancellationToken cancellationToken = default)
    {
        var problems = TrainingLoop.Problems(options, probe).ToList();
        if (options.MaxLength > policy.MaxPositions)
            problems.Add(Invariant($"max_length is {options.MaxLength}; the model has {policy.MaxPositions} positions."));
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        KlMeter.RequireSameVocabulary(policy, reference);
        var length = Math.Min(options.MaxLength ?? int.MaxValue, Math.Min(policy.MaxPositions, reference.MaxPositions));
        (Policy, _options, _probe, _given) = (policy, options, probe, pairs.Count);
        var fitting = FittingPairs.Of(pairs, length, policy.VocabularySize, options.MaxDroppedShare, options.TruncationMode is not null);
        (_pairs, _told) = (fitting.Kept, [.. new[] { fitting.Cut, fitting.LeftOut }.OfType<string>()]);
        _order = new DataOrder(_pairs.Count, options.Seed, options.ShuffleDataset);
        _reference = new double[_pairs.Count][];
        ReadReference(reference, cancellationToken);
    }

    /// <inheritdoc/>
    public IDecoder Policy { get; }

    IDecoder? ITrainingStep.Reference => null;

    IEnumerable<string> ITrainingStep.Data => _pairs.Select((pair, i) => Invariant($"\n{string.Join(' ', pair.PromptIds)}|{string.Join(' ', pair.ChosenIds)}|{string.Join(' ', pair.RejectedIds)}|{string.Join(' ', (_reference[i] ?? []).Select(value => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)))}"));

    int ITrainingStep.UpdatesPerStep => 1;

    string ITrainingStep.LeadingMetric => "loss";

    string ITrainingStep.Remedy => "look at these pairs";

    /// <summary>Trains to the end, or resumes from the state an interrupted attempt left: <see cref="TrainingLoop.Run"/>.</summary>
    /// <param name="directory">Where <c>metrics.jsonl</c> and the state are kept; <c>null</c> keeps nothing, and cannot be resumed.</param>
    /// <param name="progress">Receives a report once a step.</param>
    /// <param name="cancellationToken">Checked once a step; the state saved last remains.</param>
    /// <returns>The report. The policy has the trained weights.</returns>
    public DpoReport Train(string? directory, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        foreach (var told in _told) progress?.Report(new RunProgress("warning", 0, 0, told));
        var outcome = new TrainingLoop(this, _options, _probe).Run(directory, progress, cancellationToken);
        return new(outcome)
        {
            Pairs = _given,
            DroppedTooLong = _given - _pairs.Count,
            FirstLoss = outcome.FirstMean(ReportedLosses),
            LastLoss = outcome.LastMean(ReportedLosses),
        };
    }

    double ITrainingStep.Epochs(long steps) => (double)(steps * _options.PairsPerStep) / _pairs.Count;

    ITrainingBatch ITrainingStep.Draw(long step, CancellationToken cancellationToken) => new Batch(this,
        [.. _order.Range(step * _options.PairsPerStep, _options.PairsPerStep).Chunk(_options.PerDeviceTrainBatchSize).Select(batch => (IReadOnlyList<int>)batch)]);

    private void ReadReference(IDecoder reference, CancellationToken cancellationToken)
    {
        var read = Math.Min(_pairs.Count, (long)_options.MaxSteps * _options.PairsPerStep);
        using var noGradients = no_grad();
        foreach (var pass in _options.Passes.Divide([.. _order.Range(0, (int)read).Distinct()], _options.PerDeviceTrainBatchSize, TokensOf))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = CompletionBatch.Of([.. pass.SelectMany(pair => _pairs[pair].Rows)], reference.Device);
            using var tokens = batch.LogProbs(reference, batch.Hidden(reference), new TokenQuery());
            var sums = DpoLoss.SequenceSums(batch.InRows(tokens.LogProbsN), batch.Lengths, _options.LdAlpha).to(ScalarType.Float64).cpu().data<double>().ToArray();
            for (var i = 0; i < pass.Count; i++) _reference[pass[i]] = [sums[2 * i], sums[(2 * i) + 1]];
        }
    }

    /// <summary>Tokens of a pass: each prompt once, and the completions.</summary>
    private long TokensOf(IReadOnlyList<int> pairs) => pairs.Sum(pair => (long)_pairs[pair].PromptIds.Count + _pairs[pair].ChosenIds.Count + _pairs[pair].RejectedIds.Count);

    /// <summary>The pairs of one update, in batches whose mean it is.</summary>
    private sealed class Batch(DpoTrainer trainer, IReadOnlyList<IReadOnlyList<int>> batches) : ITrainingBatch
    {
        private readonly List<DpoCompletionTerms> _chosen = [];
        private readonly List<DpoCompletionTerms> _rejected = [];
        private readonly double[] _chosenSums = new double[2]; // logits, correct tokens
        private double _rejectedLogits, _entropy;

        public IReadOnlyList<string> ExampleIds => [.. Pairs.Select(pair => pair.Id)];

        public long TokenCount => Pairs.Sum(pair => (2L * pair.PromptIds.Count) + pair.ChosenIds.Count + pair.RejectedIds.Count);

        private IEnumerable<PreferencePair> Pairs => batches.SelectMany(batch => batch).Select(pair => trainer._pairs[pair]);

        public double Backward(Action collect) => batches.Sum(batch => Backward(batch, collect)) / batches.Count;

        public void AddMetrics(JsonObject row)
        {
            var (chosenTokens, rejectedTokens) = (Pairs.Sum(pair => pair.ChosenIds.Count), Pairs.Sum(pair => pair.RejectedIds.Count));
            row["entropy"] = _entropy / (chosenTokens + rejectedTokens);
            row["mean_token_accuracy"] = _chosenSums[1] / chosenTokens;
            row["logits/chosen"] = _chosenSums[0] / chosenTokens;
            row["logits/rejected"] = _rejectedLogits / rejectedTokens;
            row["logps/chosen"] = _chosen.Average(terms => terms.LogProb);
            row["logps/rejected"] = _rejected.Average(terms => terms.LogProb);
            row["rewards/chosen"] = _chosen.Average(terms => terms.Reward);
            row["rewards/rejected"] = _rejected.Average(terms => terms.Reward);
            row["rewards/accuracies"] = _chosen.Zip(_rejected).Average(pair => pair.First.Reward > pair.Second.Reward ? 1.0 : 0.0);
            row["rewards/margins"] = _chosen.Zip(_rejected).Average(pair => pair.First.Reward - pair.Second.Reward);
        }

        public void Dispose()
        {
        }

        private double Backward(IReadOnlyList<int> batch, Action collect)
        {
            var chosenTokens = batch.Sum(pair => trainer._pairs[pair].ChosenIds.Count);
            var passes = trainer._options.CouplesPairs ? [batch] : trainer._options.Passes.Divide(batch, batch.Count, trainer.TokensOf);
            return passes.Sum(pass => Backward(pass, (double)pass.Count / batch.Count, chosenTokens, collect));
        }

        private double Backward(IReadOnlyList<int> pass, double share, int chosenTokens, Action collect)
        {
            using var scope = NewDisposeScope();
            var options = trainer._options;
            using var rows = CompletionBatch.Of([.. pass.SelectMany(pair => trainer._pairs[pair].Rows)], trainer.Policy.Device);
            using var policy = CompletionPass.Of(rows, trainer.Policy,
                new() { Entropies = true, Likeliest = true, MeanLogits = true, Collisions = options.UseWeighting }, options.Passes.RecomputeLayers);
            using var terms = DpoLoss.Compute(
                new()
                {
                    LogProbsRC = rows.InRows(policy.Tokens.LogProbsN),
                    Lengths = rows.Lengths,
                    ReferenceLogProbs = [.. pass.SelectMany(pair => trainer._reference[pair])],
                    CollisionsRC = options.UseWeighting ? rows.InRows(policy.Tokens.CollisionsN) : null,
                    PairShare = share,
                    ChosenTokensInBatch = chosenTokens,
                },
                options);
            policy.Backward(batches.Count == 1 ? terms.Loss : terms.Loss.div(tensor((double)batches.Count, terms.Loss.dtype, device: terms.Loss.device)), collect);
            collect();
            AddTokens(rows, policy.Tokens);
            _chosen.AddRange(terms.Chosen);
            _rejected.AddRange(terms.Rejected);
            return terms.Loss.detach().to(ScalarType.Float64).item<double>();
        }

        private void AddTokens(CompletionBatch rows, TokenLogProbs tokens)
        {
            using var noGradients = no_grad();
            var (logits, correct) = (RowSums(rows, tokens.MeanLogitsN), RowSums(rows, tokens.LikeliestN.to(tokens.LogProbsN.dtype)));
            for (var row = 0; row < logits.Length; row += 2)
            {
                _chosenSums[0] += logits[row];
                _chosenSums[1] += correct[row];
                _rejectedLogits += logits[row + 1];
            }

            _entropy += tokens.EntropiesN.detach().sum().to(ScalarType.Float64).item<double>();
        }

        private static double[] RowSums(CompletionBatch rows, Tensor valuesN)
        {
            using var scope = NewDisposeScope();
            return rows.InRows(valuesN.detach()).to(ScalarType.Float64).sum(-1).cpu().data<double>().ToArray();
        }
    }
}
