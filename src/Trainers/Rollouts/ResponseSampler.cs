using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Generation;
using SafetyGate.Trainers.Rewards;

namespace SafetyGate.Trainers.Rollouts;

/// <summary>
/// Draws responses from the policy and has them rewarded. A function of step, round and seed, each response from a stream of its own: a
/// resumed run draws the same.
/// </summary>
/// <param name="policy">The policy. Borrowed.</param>
/// <param name="task">Prompts and rewards.</param>
/// <param name="sampling">How responses are drawn, and how many for each prompt.</param>
internal sealed class ResponseSampler(IDecoder policy, RolloutTask task, SamplingOptions sampling)
{
    private readonly TokenGenerator _generator = new(policy, task.EosIds, task.PadId);

    /// <summary>Responses to some of the prompts.</summary>
    /// <param name="step">Steps done before.</param>
    /// <param name="round">Draws of this step before.</param>
    /// <param name="prompts">Indices of the task's prompts.</param>
    /// <param name="cancellationToken">Checked before every token.</param>
    /// <returns>A group for each prompt, in order.</returns>
    /// <exception cref="TrainingFailedException">A reward throws, gives another count, or a value that is not in [0, 1].</exception>
    public List<RolloutGroup> Draw(long step, int round, IReadOnlyList<int> prompts, CancellationToken cancellationToken)
    {
        List<GenerationRequest> requests = [.. prompts.Select((prompt, i) => new GenerationRequest { Key = Invariant($"{step}/{round}/{i}"), PromptIds = task.Prompts[prompt].PromptIds })];
        var groups = _generator.Generate(requests, sampling, cancellationToken).Chunk(sampling.SamplesPerPrompt).ToList();
        var answered = prompts.SelectMany((prompt, i) => groups[i].Select(sequence => (task.Prompts[prompt].Item, AsResponse(task.Prompts[prompt], sequence)))).ToList();
        var columns = task.Rewards.Select(reward => Rewards(reward, answered, step)).ToList();
        return [.. prompts.Select((prompt, i) => new RolloutGroup(
            task.Prompts[prompt],
            groups[i],
            [.. Enumerable.Range(i * sampling.SamplesPerPrompt, sampling.SamplesPerPrompt).Select(row => columns.Select(column => column[row]).ToArray())]))];
    }

    private Response AsResponse(RolloutPrompt prompt, GeneratedSequence sequence) => new()
    {
        PromptId = prompt.Item.Id,
        Sample = sequence.Sample,
        Text = task.Begun(prompt.PromptIds) + task.Decode(sequence.NewIds),
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
