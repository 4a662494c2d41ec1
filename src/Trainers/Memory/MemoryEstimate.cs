using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Trainers.LogProbs;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Memory;

/// <summary>Computes a run's memory from the architecture, the data's sizes and the settings, before anything is loaded.</summary>
/// <param name="config">The architecture.</param>
/// <param name="shape">Sizes of the data.</param>
/// <param name="setup">Number type, optimizer and masters.</param>
/// <remarks>What is counted of a layer are the tensors that libtorch keeps for the way back through it, from the decoder's operators.</remarks>
public sealed class MemoryEstimate(DecoderConfig config, RunShape shape, MemorySetup setup)
{
    private const int Single = 4;

    // The runtime, its heap and libtorch's workspaces once a run works; measured, bench/results/memory-cpu.md.
    private const long Fixed = 40L << 20;

    private readonly int _bytes = setup.Dtype switch { ScalarType.Float64 => 8, ScalarType.Float32 => Single, _ => 2 };
    private readonly long _parameters = DecoderFactory.Shapes(config).Sum(parameter => Count(parameter.Shape));
    private readonly long _largest = DecoderFactory.Shapes(config).Max(parameter => Count(parameter.Shape));

    private bool IsNarrow => _bytes == 2;

    // An adapter's matrices are of float32 at least and need no masters; the base has no gradients.
    private bool IsAdapter => setup.Trained is not null;

    private bool HasMasters => IsNarrow && setup.MasterWeights && !IsAdapter;

    // On a GPU attention and norms are one operator each: no scores, no wide copies (Models/Engine/ScriptedOperators).
    private bool HasFusedAttention => setup.IsGpu && config.AttentionSoftcap is null;

    private bool HasFusedNorms => setup.IsGpu && config.Norm == NormKind.Rms;

    /// <summary>The memory of a run whose passes are divided in a way.</summary>
    /// <param name="rows">Rows of a pass.</param>
    /// <param name="recompute">Whether layers are recomputed.</param>
    public MemoryNeed Of(int rows, bool recompute)
    {
        var models = shape.HasValueModel ? 2 : 1;
        var wide = HasMasters || IsAdapter ? Math.Max(Single, _bytes) : _bytes;
        var parts = new Dictionary<MemoryPart, long>
        {
            [MemoryPart.Weights] = (_parameters * _bytes * (IsAdapter ? 1 : models)) + ((setup.Trained ?? 0) * wide * models),
            [MemoryPart.Masters] = HasMasters ? _parameters * Single * models : 0,
            [MemoryPart.Gradients] = setup.TrainedParameters(_parameters) * (wide + (HasMasters ? _bytes : 0)) * models,
            [MemoryPart.Moments] = setup.TrainedParameters(_parameters) * wide * setup.Moments * models,
            [MemoryPart.Reference] = (shape.HasReference ? _parameters * _bytes : 0) + shape.FrozenBytes,
            [MemoryPart.Activations] = Activations(rows, recompute),
            [MemoryPart.Logits] = Logits(rows),
            [MemoryPart.KeyValueCache] = Drawing(),
            [MemoryPart.Other] = Fixed + shape.DataBytes,
        };
        var standing = parts[MemoryPart.Weights] + parts[MemoryPart.Masters] + parts[MemoryPart.Moments] + parts[MemoryPart.Reference] + parts[MemoryPart.Other];
        var embedding = IsAdapter ? 0 : (long)config.VocabularySize * config.HiddenSize * _bytes; // the embedding's dense gradient on its way
        var moments = new[]
        {
            standing + parts[MemoryPart.KeyValueCache],
            standing + parts[MemoryPart.Gradients] + parts[MemoryPart.Activations] + parts[MemoryPart.Logits],
            standing + parts[MemoryPart.Gradients] + Math.Max(embedding, setup.Moments > 0 && !IsAdapter ? _largest * wide : 0),
        };
        return new(parts, moments.Max());
    }

    /// <summary>Bytes of a model's weights.</summary>
    /// <param name="config">Its architecture.</param>
    /// <param name="dtype">Number type.</param>
    internal static long WeightBytes(DecoderConfig config, ScalarType dtype) =>
        DecoderFactory.Shapes(config).Sum(parameter => Count(parameter.Shape)) * dtype switch { ScalarType.Float64 => 8, ScalarType.Float32 => Single, _ => 2 };

    /// <summary>Bytes that a pass keeps of its layers.</summary>
    internal long Activations(int rows, bool recompute)
    {
        var tokens = shape.Tokens(rows);
        long hidden = config.HiddenSize;
        var layer = Layer(rows, tokens);
        // The last norm keeps its input, the scaled states and the result; the picked states and their gradient come on top.
        var ends = (tokens * 3 * hidden * _bytes) + ((long)rows * shape.RowTargets * 2 * hidden * _bytes);
        ends += Mask(rows);
        return recompute
            ? (tokens * hidden * _bytes * (config.Layers + 1)) + (2 * layer) + ends
            : (layer * config.Layers) + layer + ends; // a layer's own gradients come on top
    }

    /// <summary>Bytes of the distributions that exist at once.</summary>
    internal long Logits(int rows)
    {
        var number = _bytes == 8 ? 8 : Single;
        var targets = (long)rows * shape.RowTargets;
        var chunk = Math.Min(targets, LogitsBudget.Tokens(config.VocabularySize, setup.Dtype, LogitsBudget.Of(setup.IsGpu)));
        var tables = LogitsBudget.Tables + (shape.TrainsEntropies ? LogitsBudget.EntropyTables : 0) + (config.LogitsSoftcap is null ? 0 : 1);
        var head = chunk < targets && !IsAdapter ? (long)config.VocabularySize * config.HiddenSize * _bytes : 0;
        return (chunk * config.VocabularySize * ((tables * number) + (IsNarrow ? 2 * _bytes : 0))) + head;
    }

    // What autograd keeps of a layer: its input; of each norm the scaled states and the result; copies of queries, keys and values as
    // attention reads them, its weights and its output; the states between the blocks; gate, activated gate, up and their product.
    private long Layer(int rows, long tokens)
    {
        long hidden = config.HiddenSize, queries = (long)config.Heads * config.HeadDim, keys = (long)config.KeyValueHeads * config.HeadDim;
        var seen = (long)shape.RowTokens + shape.SharedTokens;
        var keyCells = shape.SharedTokens > 0 ? rows * seen : tokens;
        var norms = DecoderFactory.Shapes(config).Count(parameter => parameter.Kind == ParameterKind.Norm && parameter.Shape[0] == hidden) / config.Layers;
        var states = HasFusedNorms ? 2 + norms : 2 * (1 + norms);
        // One operator keeps what it reads and its output, of packed rows in the order of heads and in that of tokens.
        var perToken = (states * hidden) + ((HasFusedAttention && shape.SharedTokens > 0 ? 3 : 2) * queries) + ((config.Activation == GateActivation.Silu ? 4 : 9) * (long)config.IntermediateSize);
        if (config.QueryKeyNorms != QueryKeyNormKind.None) perToken += (HasFusedNorms ? 1 : 2) * (queries + keys);
        var scores = HasFusedAttention ? tokens * config.Heads * Single : (long)config.Heads * rows * shape.RowTokens * seen * (IsNarrow ? Single + _bytes : _bytes);
        var wideNorms = IsNarrow && !HasFusedNorms ? 2 * hidden * Single * tokens : 0;
        return (((perToken * tokens) + (2 * keys * keyCells)) * _bytes) + scores + wideNorms;
    }

    // What tokens of packed rows may see, for each of a key head's query heads; of a pass, not of a layer.
    private long Mask(int rows) => HasFusedAttention && shape.SharedTokens > 0
        ? (long)(config.Heads / config.KeyValueHeads) * rows * shape.RowTokens * (shape.RowTokens + shape.SharedTokens) * _bytes
        : 0;

    private long Drawing()
    {
        if (shape.DrawnRows == 0) return 0;
        var rows = Math.Min(shape.DrawnRows, setup.GenerationRows);
        long keys = (long)config.KeyValueHeads * config.HeadDim, length = shape.RowTokens + shape.SharedTokens;
        var cache = 2 * keys * config.Layers * length * rows * _bytes;
        return cache + ((long)rows * config.VocabularySize * (_bytes + setup.DrawingBytes));
    }

    private static long Count(IReadOnlyList<long> sizes) => sizes.Aggregate(1L, (product, size) => product * size);
}
