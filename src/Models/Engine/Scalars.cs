using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Numbers as libtorch takes them, alive while an operator reads them. TorchSharp frees a temporary <see cref="Scalar"/> as soon as
/// nothing managed refers to it, which may be while the operator still reads it: a garbage collection that another thread starts then
/// gives the operator freed memory. Decoders, samplers, losses and optimizers are given these.
/// </summary>
/// <remarks>A sum of two tensors has a scalar too, its factor of 1; a difference has none.</remarks>
public static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Reals = new();
    private static readonly ConcurrentDictionary<long, Scalar> Wholes = new();

    /// <summary>A floating-point number, kept for the life of the process: for values that are few.</summary>
    public static Scalar Of(double value) => Reals.GetOrAdd(value, v => v);

    /// <summary>A whole number, kept for the life of the process: for values that are few.</summary>
    public static Scalar Of(long value) => Wholes.GetOrAdd(value, v => v);

    /// <summary>A number of the caller's, who disposes it after its last use.</summary>
    public static Scalar New(double value) => value;

    /// <summary>Whole numbers from a start up to, not including, a stop; [stop − start] int64.</summary>
    public static Tensor Range(long start, long stop, Device device)
    {
        using Scalar first = start, end = stop;
        return arange(first, end, Of(1L), ScalarType.Int64, device);
    }

    /// <summary>The sum of two tensors.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, Of(1L));

    /// <summary>The sum of a tensor and a number.</summary>
    public static Tensor Plus(this Tensor x, double number)
    {
        using Scalar alive = number;
        return x.add(alive, Of(1L));
    }

    /// <summary>The sum of a tensor of whole numbers and a whole number.</summary>
    public static Tensor Plus(this Tensor x, long number)
    {
        using Scalar alive = number;
        return x.add(alive, Of(1L));
    }

    /// <summary>The product of a tensor and a number.</summary>
    public static Tensor Times(this Tensor x, double number)
    {
        using Scalar alive = number;
        return x.mul(alive);
    }

    /// <summary>The quotient of a tensor and a number.</summary>
    public static Tensor Over(this Tensor x, double number)
    {
        using Scalar alive = number;
        return x.div(alive);
    }
}
