using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Rollouts;

namespace SafetyGate.Trainers.Grpo;

/// <summary>
/// Draws the groups of a step and, where asked, replaces those of equal rewards. A function of step and seed: a resumed run draws the same.
/// </summary>
internal sealed class GroupSampler
{
    private readonly RolloutTask _task;
    private readonly GrpoOptions _options;
    private readonly ResponseSampler _sampler;
    private readonly DataOrder _order;

    public GroupSampler(IDecoder policy, RolloutTask task, GrpoOptions options)
    {
        (_task, _options) = (task, options);
        _sampler = new ResponseSampler(policy, task, options.Sampling(options.NumGenerations));
        _order = new DataOrder(task.Prompts.Count, options.Seed, options.ShuffleDataset);
    }

    /// <summary>The groups of a step.</summary>
    /// <param name="step">Steps done before.</param>
    /// <param name="cancellationToken">Checked before every token.</param>
    /// <exception cref="TrainingFailedException">A reward throws, gives another count, or a value that is not in [0, 1]; or none applies
    /// anywhere.</exception>
    public IReadOnlyList<RolloutGroup> Draw(long step, CancellationToken cancellationToken)
    {
        var groups = _sampler.Draw(step, 0, _order.Range(step * _options.PromptsPerStep, _options.PromptsPerStep), cancellationToken);
        for (var round = 1; round <= _options.DynamicSamplingRounds; round++)
        {
            int[] flat = [.. Enumerable.Range(0, groups.Count).Where(i => groups[i].IsFlat)];
            if (flat.Length == 0) break;
            var stream = new RandomStream(_options.Seed, Invariant($"dynamic-sampling/{step}/{round}"));
            var fresh = _sampler.Draw(step, round, [.. flat.Select(_ => stream.Next(_task.Prompts.Count))], cancellationToken);
            for (var i = 0; i < flat.Length; i++) groups[flat[i]] = fresh[i];
        }

        return groups.Exists(group => group.Rewards.Any(row => row.Any(value => value is not null)))
            ? groups
            : throw new TrainingFailedException(Invariant($"Step {step + 1}: no reward applies to any response ({string.Join(", ", _task.Rewards.Select(reward => reward.Reward.Name))}). Do the prompts have the answers the verifier needs?"));
    }
}
