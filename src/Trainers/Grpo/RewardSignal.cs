using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Rollouts;

namespace SafetyGate.Trainers.Grpo;

/// <summary>Watches whether rewards have ever told two responses to a prompt apart.</summary>
/// <param name="limit">Steps from the start without that after which the run fails; 0 for never.</param>
/// <param name="rewards">Names of the rewards, for the message.</param>
internal sealed class RewardSignal(int limit, IReadOnlyList<string> rewards)
{
    /// <summary>Name among the metrics of the share of groups whose responses all earned the same.</summary>
    public const string FlatMetric = "frac_groups_flat";

    private bool _seen;

    /// <summary>Takes up what earlier steps of an interrupted run had.</summary>
    public void Resume(string directory)
    {
        if (File.Exists(Path.Combine(directory, RunLayout.Metrics)))
            _seen = MetricsLog.Values(directory, FlatMetric).Any(share => share < 1);
    }

    /// <summary>Looks at the groups of a step.</summary>
    /// <param name="step">The step, from 1.</param>
    /// <param name="groups">Its groups.</param>
    /// <exception cref="TrainingFailedException">No step so far had a difference, and there were enough of them.</exception>
    public void Look(long step, IReadOnlyList<RolloutGroup> groups)
    {
        _seen = _seen || groups.Any(group => !group.IsFlat);
        if (_seen || limit == 0 || step < limit) return;
        var values = groups.SelectMany(group => group.Rewards).SelectMany(row => row).OfType<double>().ToList();
        var cut = groups.SelectMany(group => Enumerable.Range(0, group.Sequences.Count).Select(group.IsTruncated)).Average(isCut => isCut ? 1.0 : 0.0);
        var earned = values.Count == 0 ? "nothing" : values.Min() == values.Max() ? Invariant($"{values[0]:G4}") : Invariant($"{values.Min():G4} to {values.Max():G4}");
        throw new TrainingFailedException(Invariant($"Steps 1 to {step}: all responses to a prompt earned the same ({string.Join(", ", rewards)}; at last {earned}, and {cut:P0} of the responses were cut), so there is nothing to learn from. Do the prompts have answers in the form the verifier reads, does the model answer in the form it expects, is max_completion_length enough, are the prompts neither hopeless nor done? Set max_steps_without_signal to wait longer, 0 for ever."));
    }
}
