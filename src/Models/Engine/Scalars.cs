using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Numbers as libtorch takes them, kept for the life of the process. TorchSharp frees a temporary <see cref="Scalar"/> as soon as nothing
/// managed refers to it, which may be while the operator still reads it: a garbage collection on another thread then gives the operator
/// freed memory. Where several threads use the engine, operators are given these.
/// </summary>
/// <remarks>For values that are few: each is kept for good. A sum of two tensors has a scalar too, its factor of 1.</remarks>
internal static class Scalars
{
    private static readonly ConcurrentDictionary<double, Scalar> Reals = new();
    private static readonly ConcurrentDictionary<long, Scalar> Wholes = new();

    /// <summary>A floating-point number.</summary>
    public static Scalar Of(double value) => Reals.GetOrAdd(value, v => v);

    /// <summary>A whole number.</summary>
    public static Scalar Of(long value) => Wholes.GetOrAdd(value, v => v);

    /// <summary>Whole numbers from a start up to, not including, a stop; [stop − start] int64.</summary>
    public static Tensor Range(long start, long stop, Device device) => arange(Of(start), Of(stop), Of(1L), ScalarType.Int64, device);

    /// <summary>The sum of two tensors.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, Of(1L));

    /// <summary>The sum of a tensor and a number.</summary>
    public static Tensor Plus(this Tensor x, double number) => x.add(Of(number), Of(1L));

    /// <summary>The sum of a tensor of whole numbers and a whole number.</summary>
    public static Tensor Plus(this Tensor x, long number) => x.add(Of(number), Of(1L));

    /// <summary>The product of a tensor and a number.</summary>
    public static Tensor Times(this Tensor x, double number) => x.mul(Of(number));

    /// <summary>The quotient of a tensor and a number.</summary>
    public static Tensor Over(this Tensor x, double number) => x.div(Of(number));
}
