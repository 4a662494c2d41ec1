using SafetyGate.Core.Runs;
using SafetyGate.Models.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>Makes decoders: from weights that were read, or from random ones.</summary>
public static class DecoderFactory
{
    /// <summary>Architectures that can be loaded, by the name <c>config.json</c> gives them.</summary>
    public static IReadOnlyList<string> SupportedArchitectures { get; } = [.. DecoderFamilies.Architectures];

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
        foreach (var shape in Shapes(config))
        {
            var numbers = new float[shape.Shape.Aggregate(1L, (product, size) => product * size)];
            if (shape.Kind == ParameterKind.Matrix)
                FillNormal(numbers, new RandomStream(seed, "init/" + shape.Name), config.InitializerRange);
            if (shape.Kind == ParameterKind.Norm) Array.Fill(numbers, (float)(1 - config.NormWeightOffset));
            parameters.Add(shape.Name, tensor(numbers, [.. shape.Shape], dtype ?? ScalarType.Float32, device ?? CPU));
        }
        return new LlamaDecoder(config, parameters);
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
        var shapes = Shapes(config);
        checkpoint.RequireNoOthers(shapes.Select(shape => shape.Name)); // before gigabytes are read
        var parameters = new ParameterSet();
        try
        {
            foreach (var shape in shapes)
                parameters.Add(shape.Name, checkpoint.Read(shape.Name, shape.Shape, dtype ?? ScalarType.Float32, device));
        }
        catch
        {
            parameters.Dispose();
            throw;
        }
        return new LlamaDecoder(config, parameters);
    }

    /// <summary>A decoder over weights that fit the architecture; it owns the set from now on.</summary>
    internal static IDecoder Over(DecoderConfig config, ParameterSet parameters) => new LlamaDecoder(config, parameters);

    private static void FillNormal(float[] numbers, RandomStream stream, double standardDeviation)
    {
        for (var i = 0; i < numbers.Length; i++) numbers[i] = (float)(stream.NextNormal() * standardDeviation);
    }
}
