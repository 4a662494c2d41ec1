using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.Memory;
using TorchSharp;

namespace SafetyGate.Studies.Safety.Cost;

/// <summary>Memory and time of one run of each kind of arm at a model's size, computed; nothing is run.</summary>
/// <param name="config">The architecture.</param>
/// <param name="assumptions">Sizes of the data and speed of the machine.</param>
/// <remarks>
/// Products: 2 for each parameter and token forward, 4 backward; attention's own are left out, as they are small at these lengths. A
/// decoding step reads every weight once.
/// </remarks>
public sealed class StudyCost(DecoderConfig config, CostAssumptions assumptions)
{
    /// <summary>Kinds of arms.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["SFT", "DPO", "GRPO, RLOO, RLVR", "PPO"];

    /// <summary>Numbers of the model.</summary>
    public long Parameters { get; } = DecoderFactory.Shapes(config).Sum(shape => shape.Shape.Aggregate(1L, (product, size) => product * size));

    /// <summary>Numbers of an adapter on all linear layers.</summary>
    public long AdapterParameters { get; } = DecoderFactory.Shapes(config).Where(shape => shape.Kind == ParameterKind.Matrix && shape.Name.Contains("layers.", StringComparison.Ordinal))
        .Sum(shape => assumptions.Rank * shape.Shape.Sum());

    /// <summary>Memory of a run on a GPU in bfloat16, by the product's own estimate, undivided and with layers recomputed.</summary>
    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="isAdapter">An adapter, or all weights through float32 masters.</param>
    public long Memory(string kind, bool isAdapter)
    {
        var setup = new MemorySetup { Dtype = torch.ScalarType.BFloat16, IsGpu = true, Trained = isAdapter ? AdapterParameters : null };
        return new MemoryEstimate(config, Shape(kind, isAdapter), setup).Of(Shape(kind, isAdapter).Rows, recompute: true).Total;
    }

    /// <summary>Seconds of a run's training, its probes included.</summary>
    public double TrainingSeconds(string kind)
    {
        var (rows, tokens) = (kind is "SFT" or "DPO" ? assumptions.Batch : assumptions.Rollouts, (double)assumptions.PromptTokens + assumptions.ResponseTokens);
        var step = kind switch
        {
            "SFT" => Products(6 * rows * tokens),
            "DPO" => Products((6 + 2) * 2 * rows * tokens), // both answers; the reference once
            "PPO" => Decoding(rows, assumptions.ResponseTokens) + Products((6 + 6 + 2 + 2 + 2) * rows * tokens), // policy, value model, reward model, reference, old log-probabilities
            _ => Decoding(rows, assumptions.ResponseTokens) + Products((6 + 2 + 2) * rows * tokens),
        };
        var probes = assumptions.Steps / assumptions.EverySteps;
        return (assumptions.Steps * step) + (probes * Decoding(assumptions.Validation, assumptions.ResponseTokens));
    }

    /// <summary>Seconds of measuring a run: everything greedy and at temperature 1, and the KL at temperature 1.</summary>
    public double MeasuringSeconds() =>
        (2 * (Decoding(assumptions.Requests, assumptions.RequestTokens) + Decoding(assumptions.Problems, assumptions.ResponseTokens)))
        + Products(2 * 2 * ((assumptions.Requests * (double)(assumptions.PromptTokens + assumptions.RequestTokens)) + (assumptions.Problems * (double)(assumptions.PromptTokens + assumptions.ResponseTokens))));

    private double Products(double perParameter) => perParameter * Parameters / (assumptions.TeraFlops * 1e12);

    private double Decoding(int rows, int tokens) =>
        Math.Ceiling(rows / (double)assumptions.DecodedRows) * tokens * Math.Max(assumptions.LeastStepMilliseconds / 1e3, 2.0 * Parameters / (assumptions.GigabytesPerSecond * 1e9));

    private RunShape Shape(string kind, bool isAdapter)
    {
        var draws = kind is not ("SFT" or "DPO");
        return new()
        {
            Rows = draws ? 8 : kind == "DPO" ? 2 * assumptions.Batch : assumptions.Batch,
            RowTokens = draws ? assumptions.ResponseTokens : assumptions.PromptTokens + assumptions.ResponseTokens,
            RowTargets = assumptions.ResponseTokens,
            SharedTokens = draws ? assumptions.PromptTokens : 0,
            DrawnRows = draws ? Math.Min(assumptions.Rollouts, assumptions.DecodedRows) : 0,
            HasReference = draws && !isAdapter, // an adapter's reference is its base; DPO's log-probabilities are computed beforehand
            HasValueModel = kind == "PPO",
            FrozenBytes = kind == "PPO" ? 2 * Parameters : 0,
        };
    }
}
