using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Rollouts;

namespace SafetyGate.Trainers.Ppo;

/// <summary>
/// Proximal policy optimization: samples a response to each prompt, scores it, and makes tokens likelier after which more came than a value
/// model foresaw.
/// </summary>
/// <remarks>
/// Source: arXiv:1707.06347 and arXiv:2203.02155; settings and metrics by the names of TRL's <c>experimental/ppo</c>. Policy and value model
/// are two decoders under one optimizer: the value loss, which is large while returns are unknown, then moves no weight of the policy, and
/// what is saved is a language model as it was loaded. In an adapter's run the two share the base's weights.
/// </remarks>
public sealed class PpoTrainer : ITrainingStep
{
    private const int ReportedRewards = 5;
    private const long SmallNumbers = 1 << 22; // below it, all of a step is smaller than what trimming memory would save
    private readonly IDecoder _value;
    private readonly RolloutTask _task;
    private readonly PpoOptions _options;
    private readonly AccuracyProbe? _probe;
    private readonly int _dropped;
    private readonly string? _leftOut;
    private readonly ResponseSampler _sampler;
    private readonly DataOrder _order;
    private readonly KlController _controller;
    private readonly bool _isLarge;

    /// <summary>A run.</summary>
    /// <param name="policy">The policy; its parameters are changed in place. Borrowed.</param>
    /// <param name="value">The value model: a decoder whose head gives one number. Its parameters are changed in place. Borrowed.</param>
    /// <param name="reference">The policy KL is measured against, another object than the first; needed when the KL's weight is not 0.
    /// Borrowed.</param>
    /// <param name="task">Prompts and rewards.</param>
    /// <param name="options">Settings.</param>
    /// <param name="probe">Measures the policy for <see cref="TrainingOptions.Target"/>; required with it, unused without.</param>
    /// <exception cref="ArgumentException">The options are invalid (all are listed), the reference is missing, or a reward has no
    /// version.</exception>
    /// <exception cref="UserErrorException">Reference or value model has another vocabulary, a token is not in the vocabulary, or more prompts
    /// than allowed leave no room for a response.</exception>
    public PpoTrainer(IDecoder policy, IDecoder value, IDecoder? reference, RolloutTask task, PpoOptions options, AccuracyProbe? probe = null)
    {
        var problems = TrainingLoop.Problems(options, probe).Concat(task.Problems()).ToList();
        if (options.KlCoef != 0 && (reference is null || ReferenceEquals(policy, reference))) problems.Add(Invariant($"kl_coef is {options.KlCoef}, so a reference of its own is needed; give the model the policy starts from, loaded a second time."));
        if (ReferenceEquals(policy, value)) problems.Add("Policy and value model are the same object; give the value model a decoder of its own.");
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        KlMeter.RequireSameVocabulary(policy, value);
        if (options.KlCoef != 0) KlMeter.RequireSameVocabulary(policy, reference!);
        var positions = new[] { policy.MaxPositions, value.MaxPositions, options.KlCoef == 0 ? int.MaxValue : reference!.MaxPositions }.Min();
        (_task, _leftOut) = task.Fitting(positions, options.ResponseLength, policy.VocabularySize, options.MaxDroppedShare, "response_length");
        (Policy, _value, Reference, _options, _probe) = (policy, value, options.KlCoef == 0 ? null : reference, options, probe);
        _dropped = task.Prompts.Count - _task.Prompts.Count;
        _sampler = new ResponseSampler(policy, _task, new SamplingOptions { MaxNewTokens = options.ResponseLength, Temperature = options.Temperature, Seed = options.Seed });
        _order = new DataOrder(_task.Prompts.Count, options.Seed, options.ShuffleDataset);
        _controller = new KlController(options);
        _isLarge = policy.Device.type == TorchSharp.DeviceType.CPU && policy.Parameters.NumberCount > SmallNumbers;
    }

    /// <inheritdoc/>
    public IDecoder Policy { get; }

    /// <inheritdoc/>
    public IReadOnlyList<TrainedModel> Models => [new("", Policy), new("value_model.", _value)];

    /// <inheritdoc/>
    public IDecoder? Reference { get; }

    IEnumerable<string> ITrainingStep.Data => _task.Description;

    int ITrainingStep.UpdatesPerStep => _options.Updates;

    string ITrainingStep.LeadingMetric => "reward";

    string ITrainingStep.Remedy => "raise kl_coef";

    /// <summary>Trains to the end, or resumes from the state an interrupted attempt left: <see cref="TrainingLoop.Run"/>.</summary>
    /// <param name="directory">Where <c>metrics.jsonl</c> and the state are kept; <c>null</c> keeps nothing, and cannot be resumed.</param>
    /// <param name="progress">Receives a report once a step.</param>
    /// <param name="cancellationToken">Checked once a step and while sampling; the state saved last remains.</param>
    /// <returns>The report. Policy and value model have the trained weights.</returns>
    /// <exception cref="TrainingFailedException">A reward fails, does not apply or is no number in [0, 1], and whatever fails the
    /// loop.</exception>
    public PpoReport Train(string? directory, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        if (_leftOut is not null) progress?.Report(new RunProgress("warning", 0, 0, _leftOut));
        _controller.Directory = directory;
        var outcome = new TrainingLoop(this, _options, _probe).Run(directory, progress, cancellationToken);
        return new(outcome)
        {
            NotConformingBecause = [.. _options.NonConformities()],
            KlCoef = _options.KlCoef,
            Prompts = _task.Prompts.Count,
            DroppedTooLong = _dropped,
            FirstReward = outcome.FirstMean(ReportedRewards),
            LastReward = outcome.LastMean(ReportedRewards),
        };
    }

    double ITrainingStep.Epochs(long steps) => (double)(steps * _options.ResponsesPerStep) / _task.Prompts.Count;

    ITrainingBatch ITrainingStep.Draw(long step, CancellationToken cancellationToken)
    {
        var groups = OutOfMemory.Guard("keys, values and logits of responses being drawn", "lower options.per_device_train_batch_size, num_mini_batches or response_length", () => _sampler.Draw(step, 0, _order.Range(step * _options.ResponsesPerStep, _options.ResponsesPerStep), cancellationToken));
        if (_isLarge) FreeMemory.Trim();
        double[] rewards = [.. groups.Select(group => Reward(group, step))];
        double[] scores = [.. rewards.Select((reward, i) => reward - (groups[i].IsTruncated(0) ? _options.MissingEosPenalty ?? 0 : 0))];
        var reading = OutOfMemory.Guard("a pass over the drawn responses", _options.Passes.Remedy, () => RolloutReading.Of(groups, scores, Policy, _value, Reference, _options, _task.PadId));
        RequireFinite(reading, step);
        var coefficient = _controller.Of(step);
        var advantages = PpoAdvantages.Of(reading.Rollout, _options.Form, _options.KlEstimator, coefficient, _options.Gamma, _options.Lam, _options.WhitenRewards);
        return new PpoBatch(Policy, _value, reading, advantages, _options, step, row => AddMetrics(row, step, groups, rewards, reading.Rollout, advantages, coefficient));
    }

    private double Reward(RolloutGroup group, long step) => group.Rewards[0].All(value => value is null)
        ? throw new TrainingFailedException(Invariant($"Step {step + 1}: no reward applies to the response to '{group.Prompt.Item.Id}' ({string.Join(", ", _task.Rewards.Select(reward => reward.Reward.Name))}). Does the prompt have the answer that the verifier needs, or is the response longer than the reward model reads?"))
        : group.Rewards[0].Zip(_task.Rewards, (value, reward) => (value ?? 0) * reward.Weight).Sum();

    private static void RequireFinite(RolloutReading reading, long step)
    {
        var rollout = reading.Rollout;
        for (var row = 0; row < reading.Rows.Count; row++)
            foreach (var (what, table) in new[] { ("log-probability under the policy", rollout.LogProbs), ("log-probability under the reference", rollout.ReferenceLogProbs), ("value", rollout.Values) })
                if (table[row].Take(rollout.Lengths[row]).FirstOrDefault(number => !double.IsFinite(number), 0) is var wrong && !double.IsFinite(wrong))
                    throw new TrainingFailedException(Invariant($"Step {step + 1}: a {what} of the response to '{reading.Rows[row].Id}' is {wrong}; it must be finite. Lower the learning rate, raise kl_coef, or check the models."));
    }

    private void AddMetrics(JsonObject row, long step, IReadOnlyList<RolloutGroup> groups, IReadOnlyList<double> rewards, PpoRollout rollout, PpoAdvantages advantages, double coefficient)
    {
        var penalty = Reference is null ? 0 : -coefficient * advantages.Kl.Average(kl => kl.Sum());
        row["reward"] = rewards.Average();
        for (var k = 0; k < _task.Rewards.Count; k++)
            if (groups.Select(group => group.Rewards[0][k]).OfType<double>().ToList() is { Count: > 0 } applying)
                row[$"rewards/{_task.Rewards[k].Reward.Name}/mean"] = applying.Average();
        if (Reference is not null)
        {
            var kl = advantages.Kl.Average(one => one.Sum());
            row["kl"] = kl;
            row[KlController.KlMetric] = kl;
            row[KlController.CoefficientMetric] = coefficient;
            _controller.Follow(step + 1, coefficient, kl);
        }

        row["objective/entropy"] = -rollout.LogProbs.Select((one, i) => one.Take(rollout.Lengths[i]).Sum()).Average();
        row["objective/non_score_reward"] = penalty;
        row["objective/scores"] = rollout.Scores.Average();
        row["objective/rlhf_reward"] = penalty + rollout.Scores.Average();
        row["val/num_eos_tokens"] = groups.Count(group => !group.IsTruncated(0));
        row["completions/mean_length"] = rollout.Lengths.Average();
        row["completions/clipped_ratio"] = groups.Average(group => group.IsTruncated(0) ? 1.0 : 0.0);
        row["episode"] = (step + 1) * _options.ResponsesPerStep;
    }
}
