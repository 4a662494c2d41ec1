using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Difficulty;
using SafetyGate.Trainers.LogProbs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Rewards;
using SafetyGate.Trainers.Rollouts;

namespace SafetyGate.Trainers.Grpo;

/// <summary>
/// Reinforcement learning from verifiable rewards: samples groups of responses, rewards them, and makes what earned more than its group
/// likelier.
/// </summary>
/// <remarks>
/// One trainer for the whole family; <see cref="GrpoOptions"/> select the member, and determine whether it conforms to the theory. A group
/// whose rewards are all equal moves nothing by its rewards (its KL, where that is in the reward, still counts). A response cut at the
/// limit is rewarded as the verifier decides (the built-in ones give it nothing).
/// </remarks>
public sealed class GrpoTrainer : ITrainingStep
{
    private const int ReportedRewards = 5;
    private const long SmallNumbers = 1 << 22; // below it, all of a step is smaller than what trimming memory would save
    private readonly RolloutTask _task;
    private readonly GrpoOptions _options;
    private readonly AccuracyProbe? _probe;
    private readonly int _dropped;
    private readonly string? _leftOut;
    private readonly RewardSignal _signal;
    private readonly GroupSampler _sampler;
    private readonly EntropyController _entropy;
    private readonly bool _isLarge;
    private readonly Dictionary<string, double> _demonstrations = new(StringComparer.Ordinal);
    private ScaleLog? _scaleLog;

    /// <summary>A run.</summary>
    /// <param name="policy">The policy; its parameters are changed in place. Borrowed.</param>
    /// <param name="reference">The policy KL is measured against, another object than the first; needed when β is not 0. Borrowed.</param>
    /// <param name="task">Prompts and rewards.</param>
    /// <param name="options">Settings.</param>
    /// <param name="probe">Measures the policy for <see cref="TrainingOptions.Target"/>; required with it, unused without.</param>
    /// <exception cref="ArgumentException">The options are invalid (all are listed), or a reward has no version.</exception>
    /// <exception cref="UserErrorException">The reference has another vocabulary, a token is not in the vocabulary, or more prompts than
    /// allowed leave no room for a response.</exception>
    public GrpoTrainer(IDecoder policy, IDecoder? reference, RolloutTask task, GrpoOptions options, AccuracyProbe? probe = null)
    {
        var problems = TrainingLoop.Problems(options, probe).ToList();
        if (options.Beta != 0 && (reference is null || ReferenceEquals(policy, reference))) problems.Add(Invariant($"beta is {options.Beta}, so a reference of its own is needed; give the model the policy starts from, loaded a second time."));
        problems.AddRange(task.Problems());
        if (task.Prompts.Any(prompt => !(prompt.Hardness > 0 && double.IsFinite(prompt.Hardness)))) problems.Add("A prompt's hardness is not a finite number above 0.");
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        if (options.Beta != 0) KlMeter.RequireSameVocabulary(policy, reference!);
        (_task, _leftOut) = task.Fitting(Math.Min(policy.MaxPositions, options.Beta == 0 ? int.MaxValue : reference!.MaxPositions), options.MaxCompletionLength, policy.VocabularySize, options.MaxDroppedShare, "max_completion_length");
        (Policy, Reference, _options, _probe) = (policy, options.Beta == 0 ? null : reference, options, probe);
        _dropped = task.Prompts.Count - _task.Prompts.Count;
        _sampler = new GroupSampler(policy, _task, options);
        _entropy = new EntropyController(options);
        _signal = new RewardSignal(options.MaxStepsWithoutSignal, [.. task.Rewards.Select(reward => reward.Reward.Name)]);
        _isLarge = policy.Device.type == TorchSharp.DeviceType.CPU && policy.Parameters.NumberCount > SmallNumbers;
    }

    /// <inheritdoc/>
    public IDecoder Policy { get; }

    /// <inheritdoc/>
    public IDecoder? Reference { get; }

    IEnumerable<string> ITrainingStep.Data => _options.DifficultyScaling is null ? _task.Description : [.. _task.Description, .. _task.Prompts.Select(prompt => Invariant($"\n{prompt.Item.Id} {prompt.Hardness:R}"))];

    int ITrainingStep.UpdatesPerStep => _options.NumIterations;

    string ITrainingStep.LeadingMetric => "reward";

    string ITrainingStep.Remedy => "raise beta";

    /// <summary>Trains to the end, or resumes from the state an interrupted attempt left: <see cref="TrainingLoop.Run"/>.</summary>
    /// <param name="directory">Where <c>metrics.jsonl</c> and the state are kept; <c>null</c> keeps nothing, and cannot be resumed.</param>
    /// <param name="progress">Receives a report once a step.</param>
    /// <param name="cancellationToken">Checked once a step and while sampling; the state saved last remains.</param>
    /// <returns>The report. The policy has the trained weights.</returns>
    /// <exception cref="TrainingFailedException">A reward fails or is no number in [0, 1], and whatever fails the loop.</exception>
    public GrpoReport Train(string? directory, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        if (_leftOut is not null) progress?.Report(new RunProgress("warning", 0, 0, _leftOut));
        if (directory is not null) _signal.Resume(directory);
        _entropy.Directory = directory;
        _scaleLog = directory is null || _options.DifficultyScaling is null ? null : new ScaleLog(directory);
        var outcome = new TrainingLoop(this, _options, _probe).Run(directory, progress, cancellationToken);
        string[] reasons = [.. _options.NonConformities()];
        return new(outcome)
        {
            Conforming = reasons.Length == 0,
            NotConformingBecause = reasons,
            Beta = _options.Beta,
            Prompts = _task.Prompts.Count,
            DroppedTooLong = _dropped,
            FirstReward = outcome.FirstMean(ReportedRewards),
            LastReward = outcome.LastMean(ReportedRewards),
        };
    }

    double ITrainingStep.Epochs(long steps) => (double)(steps * _options.PromptsPerStep) / _task.Prompts.Count;

    ITrainingBatch ITrainingStep.Draw(long step, CancellationToken cancellationToken)
    {
        var groups = OutOfMemory.Guard("keys, values and logits of responses being drawn", "lower options.prompts_per_step, num_generations or max_completion_length", () => _sampler.Draw(step, cancellationToken));
        _signal.Look(step + 1, groups);
        _entropy.Begin(step);
        if (_isLarge) FreeMemory.Trim();
        var update = OutOfMemory.Guard("a pass over the drawn responses", _options.Passes.Remedy, () => UpdateBatch.Of(groups, Policy, Reference, _options));
        try
        {
            if (update.KlSums is { } sums && sums.Any(sum => !double.IsFinite(sum))) throw KlOverflow(step + 1, sums, groups);
            var scales = _options.DifficultyScaling is { } scaling ? PromptScale.Of(scaling, step + 1, [.. groups.Select(group => (group.Prompt.Item.Id, group.Prompt.Hardness, scaling.Responsiveness ? Gap(group) : null))]) : null;
            var advantages = GrpoAdvantages.Of([.. groups.SelectMany(group => group.Rewards)],
                [.. _task.Rewards.Select(reward => reward.Weight)], _options, update.KlSums, scales?.Select(scale => scale.Alpha).ToList());
            return new Batch(this, step + 1, groups, update, advantages, scales);
        }
        catch
        {
            update.Dispose();
            throw;
        }
    }

    // Reward of the demonstration, which the item has as its answer, minus the mean of the responses'.
    private double? Gap(RolloutGroup group)
    {
        if (group.Prompt.Item.Answer is not { } demonstration) return null;
        if (!_demonstrations.TryGetValue(group.Prompt.Item.Id, out var best))
        {
            var response = new Response { PromptId = group.Prompt.Item.Id, Text = demonstration, FinishReason = FinishReason.Stop };
            _demonstrations[group.Prompt.Item.Id] = best = WeightedReward.Sums(_task.Rewards, [(group.Prompt.Item, response)])[0];
        }

        double[] earned = [.. group.Rewards.Where(row => row.Any(value => value is not null)).Select(row => row.Zip(_task.Rewards, (value, reward) => (value ?? 0) * reward.Weight).Sum())];
        return earned.Length == 0 || double.IsNaN(best) ? null : best - earned.Average();
    }

    private static TrainingFailedException KlOverflow(long step, IReadOnlyList<double> sums, IReadOnlyList<RolloutGroup> groups)
    {
        var row = sums.ToList().FindIndex(sum => !double.IsFinite(sum));
        return new(Invariant($"Step {step}: the KL of a response to '{groups[row / groups[0].Sequences.Count].Prompt.Item.Id}' is {sums[row]}; it must be finite. The reference gives it next to no probability, or weights are broken. Lower the learning rate, raise beta, or check the reference."));
    }

    /// <summary>The rewarded responses of one rollout.</summary>
    private sealed class Batch(GrpoTrainer trainer, long step, IReadOnlyList<RolloutGroup> groups, UpdateBatch update, GrpoAdvantages advantages,
        IReadOnlyList<PromptScale>? scales) : ITrainingBatch
    {
        private readonly MetricAverages _averages = new();

        public IReadOnlyList<string> ExampleIds => [.. groups.Select(group => group.Prompt.Item.Id)];

        public long TokenCount => update.TokenCount;

        // Once however many updates are made on them, as TRL counts them.
        public long TokensOf(int updates) => update.TokenCount;

        public double Backward(Action collect)
        {
            var loss = update.Backward(trainer.Policy, advantages.Advantages, trainer._options with { EntropyCoefficient = trainer._entropy.Applied }, _averages, collect);
            trainer._entropy.Follow(step, update.LastEntropy);
            return loss;
        }

        public void AddMetrics(JsonObject row)
        {
            Put("reward", advantages.Reward);
            Put("reward_std", advantages.RewardStd);
            Put("frac_reward_zero_std", advantages.ZeroStdShare);
            Put(RewardSignal.FlatMetric, groups.Average(group => group.IsFlat ? 1.0 : 0.0));
            for (var k = 0; k < trainer._task.Rewards.Count; k++)
            {
                Put($"rewards/{trainer._task.Rewards[k].Reward.Name}/mean", advantages.Means[k]);
                Put($"rewards/{trainer._task.Rewards[k].Reward.Name}/std", advantages.Stds[k]);
            }

            if (update.MeanKl is { } kl) Put("kl", kl);
            if (scales is not null)
            {
                Put("difficulty/alpha_mean", scales.Average(scale => scale.Alpha));
                Put("difficulty/alpha_min", scales.Min(scale => scale.Alpha));
                Put("difficulty/alpha_max", scales.Max(scale => scale.Alpha));
                Put("difficulty/responsiveness", scales[0].Responsiveness);
                trainer._scaleLog?.Append(scales);
            }

            var all = groups.SelectMany(group => group.Sequences.Select((sequence, i) => (Length: (double)sequence.NewIds.Count, Cut: group.IsTruncated(i)))).ToList();
            Lengths("", [.. all.Select(response => response.Length)]);
            Lengths("terminated_", [.. all.Where(response => !response.Cut).Select(response => response.Length)]);
            Put("completions/clipped_ratio", all.Average(response => response.Cut ? 1.0 : 0.0));
            foreach (var (name, value) in _averages.All()) Put(name, value);
            if (trainer._options.UseAdaptiveEntropy)
            {
                Put(EntropyController.CoefficientMetric, trainer._entropy.Coefficient);
                Put(EntropyController.EntropyMetric, update.LastEntropy);
            }

            void Lengths(string which, double[] lengths)
            {
                if (lengths.Length == 0) return;
                Put($"completions/mean_{which}length", lengths.Average());
                Put($"completions/min_{which}length", lengths.Min());
                Put($"completions/max_{which}length", lengths.Max());
            }

            // JSON has no NaN: a metric of nothing is left out.
            void Put(string name, double value)
            {
                if (double.IsFinite(value)) row[name] = value;
            }
        }

        public void Dispose() => update.Dispose();
    }
}
