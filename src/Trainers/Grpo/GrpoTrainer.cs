using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Kl;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Grpo;

/// <summary>Reinforcement learning from verifiable rewards: samples groups of responses, rewards them, and makes what earned more than its group likelier.</summary>
/// <remarks>
/// One trainer for the whole family; <see cref="GrpoOptions"/> says which member, and whether it conforms to the theory. A group whose rewards are all
/// equal moves nothing by its rewards (its KL, where that is in the reward, still counts). A response cut at the limit is rewarded as the verifier
/// says (the built-in ones give it nothing).
/// </remarks>
public sealed class GrpoTrainer
{
    private const int ReportedRewards = 5;
    private const int NamedPrompts = 8;
    private readonly IDecoder _policy;
    private readonly IDecoder? _reference;
    private readonly GrpoTask _task;
    private readonly GrpoOptions _options;
    private readonly AccuracyProbe? _probe;
    private readonly int _dropped;
    private readonly Rollouts _rollouts;

    /// <summary>A run.</summary>
    /// <param name="policy">The policy; its parameters are changed in place. Borrowed.</param>
    /// <param name="reference">The policy KL is measured against, another object than the first; needed when β is not 0. Borrowed.</param>
    /// <param name="task">Prompts and rewards.</param>
    /// <param name="options">Settings.</param>
    /// <param name="probe">Measures the policy for <see cref="GrpoOptions.Target"/>; required with it, unused without.</param>
    /// <exception cref="ArgumentException">The options have problems (all are listed), or a token is not in the vocabulary.</exception>
    /// <exception cref="UserErrorException">The reference has another vocabulary, or no prompt leaves room for a response.</exception>
    public GrpoTrainer(IDecoder policy, IDecoder? reference, GrpoTask task, GrpoOptions options, AccuracyProbe? probe = null)
    {
        var problems = options.Problems().ToList();
        if (options.Target is not null && probe is null) problems.Add("A target accuracy is set, but nothing measures it; give a probe.");
        if (options.Beta != 0 && (reference is null || ReferenceEquals(policy, reference))) problems.Add(Invariant($"Beta is {options.Beta}, so a reference of its own is needed; give the model the policy starts from, loaded a second time."));
        if (task.Rewards.Count == 0) problems.Add("There is no reward; give at least one.");
        if (task.Rewards.Select(reward => reward.Reward.Name).Distinct(StringComparer.Ordinal).Count() < task.Rewards.Count) problems.Add("Two rewards have the same name; metrics could not tell them apart.");
        if (task.Rewards.Any(reward => !double.IsFinite(reward.Weight))) problems.Add("A reward's weight is not finite.");
        if (problems.Count > 0) throw new ArgumentException(string.Join(" ", problems), nameof(options));
        if (options.Beta != 0) KlMeter.RequireSameVocabulary(policy, reference!);
        var room = Math.Min(policy.MaxPositions, options.Beta == 0 ? int.MaxValue : reference!.MaxPositions) - options.MaxCompletionLength;
        var fitting = task.Prompts.Where(prompt => prompt.PromptIds.Count <= room).ToList();
        if (fitting.Count == 0)
            throw new UserErrorException(Invariant($"No prompt is left to learn from: {task.Prompts.Count} prompts, none of which leaves {options.MaxCompletionLength} new tokens room in the model's {policy.MaxPositions} positions. Give other prompts, fewer new tokens, or a model with a longer context."));
        if (fitting.Find(prompt => prompt.PromptIds.Count == 0 || prompt.PromptIds.Any(id => id < 0 || id >= policy.VocabularySize)) is { } wrong)
            throw new ArgumentException(Invariant($"Prompt '{wrong.Item.Id}' is empty or has a token outside the vocabulary of {policy.VocabularySize}; was it made with another tokenizer?"), nameof(task));
        (_policy, _reference, _task, _options, _probe) = (policy, options.Beta == 0 ? null : reference, task with { Prompts = fitting }, options, probe);
        _dropped = task.Prompts.Count - fitting.Count;
        _rollouts = new Rollouts(policy, _task, options);
    }

    /// <summary>Trains to the end, or goes on from the state an interrupted attempt left.</summary>
    /// <param name="directory">Where <c>metrics.jsonl</c> and the state are kept; it must exist. <c>null</c> keeps nothing, and cannot be resumed.</param>
    /// <param name="progress">Told once a step.</param>
    /// <param name="cancellationToken">Checked once a step and while sampling; the state saved last remains.</param>
    /// <returns>What was done. The policy holds the trained weights.</returns>
    /// <exception cref="TrainingFailedException">A reward fails or is no number in [0, 1], loss or gradient is not finite, or a target that must be reached was not.</exception>
    /// <exception cref="UserErrorException">The directory holds the state of another run, or a file cannot be written.</exception>
    public GrpoReport Train(string? directory, IProgress<RunProgress>? progress, CancellationToken cancellationToken)
    {
        var digest = directory is null ? "" : RunDigest();
        _policy.Parameters.RequireGradients(true);
        using var optimizer = _options.Optimizer.Create(_policy.Parameters);
        try
        {
            using var run = ResumableRun.Open(directory, digest, _policy, optimizer, progress);
            var rewards = run.Earlier("reward").ToList();
            while (run.Step < _options.Steps && !run.ReachedTarget)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var row = OneStep(optimizer, run, cancellationToken);
                if (_options.Target is { } target && (run.Step % target.EverySteps == 0 || run.Step == _options.Steps))
                {
                    row["eval_accuracy"] = run.Accuracy = _probe!(run.Step, cancellationToken);
                    run.ReachedTarget = run.Accuracy >= target.Accuracy;
                }

                run.Append(row);
                rewards.Add((double)row["reward"]!);
                progress?.Report(new RunProgress("train", run.Step, _options.Steps, Invariant($"reward {rewards[^1]:F3}") + (row["kl"] is { } kl ? Invariant($", KL {(double)kl:F3}") : "") + (run.Accuracy is { } accuracy ? Invariant($", accuracy {accuracy:P1}") : "")));
                if (run.Step % _options.SaveEverySteps == 0 || run.Step == _options.Steps || run.ReachedTarget) run.Save();
            }

            if (_options.Target is { MustReach: true } missed && !run.ReachedTarget)
                throw new TrainingFailedException(Invariant($"After {run.Step} steps the accuracy on the selection split is {run.Accuracy:P1}; the recipe demands {missed.Accuracy:P1}. Allow more steps, or drop the demand."));
            return ReportOf(run, rewards);
        }
        finally
        {
            _policy.Parameters.ClearGradients();
            _policy.Parameters.RequireGradients(false);
        }
    }

    private JsonObject OneStep(IOptimizer optimizer, ResumableRun run, CancellationToken cancellationToken)
    {
        using var scope = NewDisposeScope();
        var groups = _rollouts.Draw(run.Step, cancellationToken);
        var rate = 0.0;
        using var update = UpdateBatch.Of(groups, _policy, _reference, _options);
        if (update.KlSums is { } sums && sums.Any(sum => !double.IsFinite(sum))) throw KlOverflow(run.Step + 1, update.KlSums!, groups);
        var advantages = GrpoAdvantages.Of([.. groups.SelectMany(group => group.Rewards)], [.. _task.Rewards.Select(reward => reward.Weight)], _options, update.KlSums);
        var averages = new MetricAverages();
        for (var iteration = 0; iteration < _options.NumIterations; iteration++)
        {
            _policy.Parameters.ClearGradients();
            var loss = update.Backward(_policy, advantages.Advantages, _options, averages);
            var parameters = _policy.Parameters.Values.ToList();
            var norm = _options.MaxGradientNorm is { } ceiling ? GradientClipping.Clip(parameters, ceiling) : GradientClipping.Norm(parameters);
            if (!double.IsFinite(loss) || !double.IsFinite(norm)) throw NotFinite(run.Step + 1, loss, norm, groups);
            rate = _options.Schedule.Rate(_options.LearningRate, (run.Step * _options.NumIterations) + iteration, _options.Steps * _options.NumIterations);
            optimizer.Step(rate);
            averages.Add("loss", loss);
            averages.Add("grad_norm", norm);
        }

        run.Step++;
        run.Tokens += (long)update.TokenCount * _options.NumIterations;
        return Row(run, rate, groups, advantages, update, averages);
    }

    private JsonObject Row(ResumableRun run, double rate, IReadOnlyList<RolloutGroup> groups, GrpoAdvantages advantages, UpdateBatch update, MetricAverages averages)
    {
        var row = new JsonObject
        {
            ["step"] = run.Step,
            ["epoch"] = Epochs(run.Step),
            ["loss"] = averages.Take("loss"),
            ["grad_norm"] = averages.Take("grad_norm"),
            ["learning_rate"] = rate,
            ["num_tokens"] = run.Tokens,
        };
        Put("reward", advantages.Reward);
        Put("reward_std", advantages.RewardStd);
        Put("frac_reward_zero_std", advantages.ZeroStdShare);
        for (var k = 0; k < _task.Rewards.Count; k++)
        {
            Put($"rewards/{_task.Rewards[k].Reward.Name}/mean", advantages.Means[k]);
            Put($"rewards/{_task.Rewards[k].Reward.Name}/std", advantages.Stds[k]);
        }

        if (update.KlSums is { } kl) Put("kl", kl.Average());
        var all = groups.SelectMany(group => group.Sequences.Select((sequence, i) => (Length: (double)sequence.NewIds.Count, Cut: group.IsTruncated(i)))).ToList();
        Lengths("", [.. all.Select(response => response.Length)]);
        Lengths("terminated_", [.. all.Where(response => !response.Cut).Select(response => response.Length)]);
        Put("completions/clipped_ratio", all.Average(response => response.Cut ? 1.0 : 0.0));
        foreach (var (name, value) in averages.All()) Put(name, value);
        return row;

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

    private GrpoReport ReportOf(ResumableRun run, List<double> rewards)
    {
        var count = Math.Max(1, Math.Min(ReportedRewards, rewards.Count / 2));
        string[] reasons = [.. _options.NonConformities()];
        return new()
        {
            Steps = run.Step,
            StoppedBy = run.ReachedTarget ? "target" : "steps",
            ReachedTarget = _options.Target is null ? null : run.ReachedTarget,
            SelectionAccuracy = run.Accuracy,
            Conforming = reasons.Length == 0,
            NotConformingBecause = reasons,
            Beta = _options.Beta,
            Prompts = _task.Prompts.Count,
            DroppedTooLong = _dropped,
            Epochs = Epochs(run.Step),
            Tokens = run.Tokens,
            FirstReward = rewards.Take(count).Average(),
            LastReward = rewards.TakeLast(count).Average(),
        };
    }

    private double Epochs(long steps) => (double)(steps * _options.PromptsPerStep) / _task.Prompts.Count;

    private static TrainingFailedException NotFinite(long step, double loss, double norm, IReadOnlyList<RolloutGroup> groups)
    {
        var ids = groups.Select(group => group.Prompt.Item.Id).Distinct(StringComparer.Ordinal).ToList();
        var more = ids.Count > NamedPrompts ? Invariant($" and {ids.Count - NamedPrompts} more") : "";
        return new(Invariant($"Step {step}: the loss is {loss} and the gradient's norm {norm}; both must be finite. The prompts were {string.Join(", ", ids.Take(NamedPrompts))}{more}. Lower the learning rate, warm up longer, or raise beta."));
    }

    private static TrainingFailedException KlOverflow(long step, IReadOnlyList<double> sums, IReadOnlyList<RolloutGroup> groups)
    {
        var row = sums.ToList().FindIndex(sum => !double.IsFinite(sum));
        return new(Invariant($"Step {step}: the KL of a response to '{groups[row / groups[0].Sequences.Count].Prompt.Item.Id}' is {sums[row]}; it must be finite. The reference gives it next to no probability, or weights are broken. Lower the learning rate, raise beta, or check the reference."));
    }

    private string RunDigest() => ResumableRun.DigestOf(
        [
            GrpoOptionsJson.Write(_options).ToJsonString(),
            .. _task.Rewards.Select(reward => Invariant($"\n{reward.Reward.Name} {reward.Weight}")),
            .. _task.Prompts.Select(prompt => Invariant($"\n{prompt.Item.Id} {string.Join(' ', prompt.PromptIds)} {prompt.Item.Answer}")),
            Invariant($"\n{string.Join(' ', _task.EosIds)}"),
        ],
        _policy.Parameters.Concat(_reference?.Parameters ?? Enumerable.Empty<KeyValuePair<string, Tensor>>()));
}
