using SafetyGate.Core.Runs;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>Makes decoders: from weights that were read, or from random ones.</summary>
public static class DecoderFactory
{
    /// <summary>Architectures that can be loaded, by the name <c>config.json</c> gives them.</summary>
    public static IReadOnlyList<string> SupportedArchitectures { get; } = [.. ModelFamilies.Architectures];

    /// <summary>The parameters a configuration calls for, in order; tied weights once.</summary>
    public static IReadOnlyList<ParameterShape> Shapes(DecoderConfig config) => ParameterShapes.Of(config);

    /// <summary>
    /// A decoder with random weights: matrices normal with <see cref="DecoderConfig.InitializerRange"/>, biases 0, norms 1.
    /// </summary>
    /// <param name="config">The architecture.</param>
    /// <param name="seed">Decides the weights, a stream for each parameter (<c>init/NAME</c>).</param>
    /// <param name="device">Where to put it; the CPU when <c>null</c>. The weights do not depend on it.</param>
    /// <param name="dtype">Number type; float32 when <c>null</c>.</param>
    /// <returns>The decoder; the caller disposes it.</returns>
    public static IDecoder Create(DecoderConfig config, ulong seed, Device? device = null, ScalarType? dtype = null)
    {
        var parameters = new ParameterSet();
        foreach (var shape in Shapes(config)) parameters.Add(shape.Name, Random(config, shape, seed, device, dtype));
        return Over(config, parameters);
    }

    /// <summary>A random parameter.</summary>
    internal static Tensor Random(DecoderConfig config, ParameterShape shape, ulong seed, Device? device, ScalarType? dtype)
    {
        var numbers = new float[shape.Shape.Aggregate(1L, (product, size) => product * size)];
        if (shape.Kind == ParameterKind.Matrix)
            FillNormal(numbers, new RandomStream(seed, "init/" + shape.Name), config.InitializerRange);
        if (shape.Kind == ParameterKind.Norm) Array.Fill(numbers, (float)(1 - config.NormWeightOffset));
        using var scope = NewDisposeScope();
        // Copied into libtorch's own memory: a product with a vector is rounded by where its numbers lie, and a managed array lies anywhere.
        return tensor(numbers, [.. shape.Shape], dtype ?? ScalarType.Float32, device ?? CPU).clone().MoveToOuterDisposeScope();
    }

    /// <summary>A decoder from a model directory.</summary>
    /// <param name="directory">Holds <c>config.json</c> and the weights.</param>
    /// <param name="config">Read in place of the directory's own; that one when <c>null</c>.</param>
    /// <param name="device">Where to put it; the CPU when <c>null</c>.</param>
    /// <param name="dtype">Number type to compute with; float32 when <c>null</c>, whatever the stored one.</param>
    /// <returns>The decoder; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">A file is missing, malformed or not supported; a tensor is missing, has another shape, or has
    /// no place in this architecture.</exception>
    public static IDecoder Load(string directory, DecoderConfig? config = null, Device? device = null, ScalarType? dtype = null)
    {
        using var checkpoint = CheckpointReader.Open(directory);
        return Load(checkpoint,
            config ?? DecoderConfig.ParseText(checkpoint.ConfigJson, Path.Combine(directory, CheckpointReader.ConfigFileName)), device,
            dtype);
    }

    /// <summary>A decoder from an open checkpoint.</summary>
    /// <param name="checkpoint">Where the weights are. Borrowed.</param>
    /// <param name="config">The architecture.</param>
    /// <param name="device">Where to put it; the CPU when <c>null</c>.</param>
    /// <param name="dtype">Number type to compute with; float32 when <c>null</c>.</param>
    /// <returns>The decoder; the caller disposes it.</returns>
    /// <exception cref="UserErrorException">A tensor is missing, has another shape, or has no place in this architecture.</exception>
    public static IDecoder Load(CheckpointReader checkpoint, DecoderConfig config, Device? device = null, ScalarType? dtype = null)
    {
        if (config.Labels is { } labels)
            throw new UserErrorException(Invariant($"{checkpoint.Directory}: is a classifier of {labels} labels ({CheckpointReader.ConfigFileName}, architectures), which scores texts and has no logits of tokens; name a language model."));
        return new LlamaDecoder(config, ParameterReader.Read(checkpoint, config, device, dtype));
    }

    /// <summary>A decoder over weights that fit the architecture; it owns the set from now on.</summary>
    internal static IDecoder Over(DecoderConfig config, ParameterSet parameters)
    {
        JoinedWeights.Join(config, parameters);
        return new LlamaDecoder(config, parameters);
    }

    /// <summary>Checks all but the numbers: that a checkpoint has the parameters an architecture calls for, and no others.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Load(CheckpointReader, DecoderConfig, Device?, ScalarType?)"/>.</exception>
    internal static void RequireFits(CheckpointReader checkpoint, DecoderConfig config) => ParameterReader.Places(checkpoint, config);

    private static void FillNormal(float[] numbers, RandomStream stream, double standardDeviation)
    {
        for (var i = 0; i < numbers.Length; i++) numbers[i] = (float)(stream.NextNormal() * standardDeviation);
    }
}
