using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Rewards;

namespace SafetyGate.Trainers.Grpo;

/// <summary>
/// Draws groups of responses from the policy and has them rewarded. A function of step and seed: a resumed run draws the same.
/// </summary>
internal sealed class Rollouts
{
    private readonly GrpoTask _task;
    private readonly GrpoOptions _options;
    private readonly TokenGenerator _generator;
    private readonly DataOrder _order;

    public Rollouts(IDecoder policy, GrpoTask task, GrpoOptions options)
    {
        (_task, _options) = (task, options);
        _generator = new TokenGenerator(policy, task.EosIds, task.PadId);
        _order = new DataOrder(task.Prompts.Count, options.Seed, options.ShuffleDataset);
    }

    /// <summary>The groups of a step.</summary>
    /// <param name="step">Steps done before.</param>
    /// <param name="cancellationToken">Checked before every token.</param>
    /// <exception cref="TrainingFailedException">A reward throws, gives another count, or a value that is not in [0, 1]; or none applies
    /// anywhere.</exception>
    public IReadOnlyList<RolloutGroup> Draw(long step, CancellationToken cancellationToken)
    {
        var groups = Draw(step, 0, [.. _order.Range(step * _options.PromptsPerStep, _options.PromptsPerStep)], cancellationToken);
        for (var round = 1; round <= _options.DynamicSamplingRounds; round++)
        {
            int[] flat = [.. Enumerable.Range(0, groups.Count).Where(i => groups[i].IsFlat)];
            if (flat.Length == 0) break;
            var stream = new RandomStream(_options.Seed, Invariant($"dynamic-sampling/{step}/{round}"));
            var fresh = Draw(step, round, [.. flat.Select(_ => stream.Next(_task.Prompts.Count))], cancellationToken);
            for (var i = 0; i < flat.Length; i++) groups[flat[i]] = fresh[i];
        }

        return groups.Exists(group => group.Rewards.Any(row => row.Any(value => value is not null)))
            ? groups
            : throw new TrainingFailedException(Invariant($"Step {step + 1}: no reward applies to any response ({string.Join(", ", _task.Rewards.Select(reward => reward.Reward.Name))}). Do the prompts have the answers the verifier needs?"));
    }

    private List<RolloutGroup> Draw(long step, int round, int[] prompts, CancellationToken cancellationToken)
    {
        var sampling = new SamplingOptions { MaxNewTokens = _options.MaxCompletionLength, Temperature = _options.Temperature, SamplesPerPrompt = _options.NumGenerations, Seed = _options.Seed };
        List<GenerationRequest> requests = [.. prompts.Select((prompt, i) => new GenerationRequest { Key = Invariant($"{step}/{round}/{i}"), PromptIds = _task.Prompts[prompt].PromptIds })];
        var groups = _generator.Generate(requests, sampling, cancellationToken).Chunk(_options.NumGenerations).ToList();
        var answered = prompts.SelectMany((prompt, i) => groups[i].Select(sequence => (_task.Prompts[prompt].Item, AsResponse(_task.Prompts[prompt].Item, sequence)))).ToList();
        var columns = _task.Rewards.Select(reward => Rewards(reward, answered, step)).ToList();
        return [.. prompts.Select((prompt, i) => new RolloutGroup(
            _task.Prompts[prompt],
            groups[i],
            [.. Enumerable.Range(i * _options.NumGenerations, _options.NumGenerations).Select(row => columns.Select(column => column[row]).ToArray())]))];
    }

    private Response AsResponse(BenchmarkItem item, GeneratedSequence sequence) => new()
    {
        PromptId = item.Id,
        Sample = sequence.Sample,
        Text = _task.Decode(sequence.NewIds),
        FinishReason = sequence.FinishReason,
        Tokens = sequence.NewIds.Count,
    };

    private static IReadOnlyList<double?> Rewards(WeightedReward reward, List<(BenchmarkItem Item, Response Response)> answered, long step)
    {
        IReadOnlyList<double?> values;
        try
        {
            values = reward.Reward.Rewards(answered);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            throw new TrainingFailedException(Invariant($"Step {step + 1}: the reward '{reward.Reward.Name}' failed: {e.Message} A reward that cannot tell gives no value instead of throwing."), e);
        }

        if (values.Count != answered.Count)
            throw new TrainingFailedException(Invariant($"Step {step + 1}: the reward '{reward.Reward.Name}' gave {values.Count} values for {answered.Count} responses; it must give one for each."));
        for (var i = 0; i < values.Count; i++)
            if (values[i] is { } value && !(value >= 0 && value <= 1))
                throw new TrainingFailedException(Invariant($"Step {step + 1}: the reward '{reward.Reward.Name}' of a response to '{answered[i].Item.Id}' is {value}; it must lie in [0, 1], or be absent where it does not apply."));
        return values;
    }
}
