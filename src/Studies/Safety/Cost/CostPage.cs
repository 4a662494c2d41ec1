using System.Text;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Memory;

namespace SafetyGate.Studies.Safety.Cost;

/// <summary>The cost of a study at several sizes as a table of Markdown.</summary>
public static class CostPage
{
    /// <summary>Writes the table.</summary>
    /// <param name="models">The architectures by name.</param>
    /// <param name="assumptions">What it is computed from.</param>
    /// <param name="command">The command that makes it.</param>
    public static string ToMarkdown(IReadOnlyList<(string Name, DecoderConfig Config)> models, CostAssumptions assumptions, string command)
    {
        var text = new StringBuilder(Invariant($"""
            Written by `{command}`: computed, not measured. Memory is the estimate by which a run is made to fit ([memory](memory.md)), on a GPU in bfloat16 with layers recomputed, 8 rows of a rollout a pass. Time is that of {assumptions.Steps} steps with a probe of {assumptions.Validation} problems every {assumptions.EverySteps}, {assumptions.Batch} rows of {assumptions.PromptTokens} + {assumptions.ResponseTokens} tokens an update, {assumptions.Rollouts} responses a step of reinforcement learning; a run that reaches its target earlier takes less.
            Assumed of the machine: {assumptions.TeraFlops:0} TFLOP/s in training; a decoding step of {assumptions.DecodedRows} rows in {assumptions.LeastStepMilliseconds:0.#} ms at least, and no faster than its weights are read at {assumptions.GigabytesPerSecond:0} GB/s. Measuring is {assumptions.Requests} requests and {assumptions.Problems} problems, greedy and at temperature 1, with their KL.

            | model | parameters | arm | memory, adapter of rank {assumptions.Rank} | memory, all weights | training, hours a run | measuring, hours a run |
            | --- | --- | --- | --- | --- | --- | --- |

            """));
        foreach (var (name, config) in models)
        {
            var cost = new StudyCost(config, assumptions);
            foreach (var kind in StudyCost.Kinds)
                text.Append(Invariant($"| {name} | {cost.Parameters / 1e9:0.00} 10⁹ | {kind} | {MemoryNeed.Size(cost.Memory(kind, isAdapter: true))} | {MemoryNeed.Size(cost.Memory(kind, isAdapter: false))} | {cost.TrainingSeconds(kind) / 3600:0.00} | {cost.MeasuringSeconds() / 3600:0.00} |\n"));
        }

        return text.ToString();
    }
}
