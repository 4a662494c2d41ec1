using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    private static Tensor Made(Tensor made, bool requires_grad, string[]? names)
    {
        if (names is not null) throw new NotSupportedException("named dimensions are not supported");
        return requires_grad ? made.requires_grad_() : made;
    }

    private static Tensor Zeros(long[] size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Made(Ops.zeros.Call(size, dtype ?? s_defaultDtype, Arg.None, device), requires_grad, names);

    private static Tensor Ones(long[] size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Made(Ops.ones.Call(size, dtype ?? s_defaultDtype, Arg.None, device), requires_grad, names);

    private static Tensor Empty(long[] size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Made(Ops.empty_memory_format.Call(size, dtype ?? s_defaultDtype, Arg.None, device), requires_grad, names);

    private static Tensor Full(long[] size, Scalar value, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) =>
        Made(Ops.full.Call(size, value, dtype ?? DefaultTypeOf(value), Arg.None, device), requires_grad, names);

    private static Tensor Uniform(long[] size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names, Generator? generator = null) =>
        Made(generator is null ? Ops.rand.Call(size, dtype ?? s_defaultDtype, Arg.None, device) : Ops.rand_generator.Call(size, generator, dtype ?? s_defaultDtype, Arg.None, device ?? generator.device), requires_grad, names);

    private static Tensor Normal(long[] size, ScalarType? dtype, Device? device, bool requires_grad, string[]? names, Generator? generator = null) =>
        Made(generator is null ? Ops.randn.Call(size, dtype ?? s_defaultDtype, Arg.None, device) : Ops.randn_generator.Call(size, generator, dtype ?? s_defaultDtype, Arg.None, device ?? generator.device), requires_grad, names);

    private static Tensor Integers(long low, long high, long[] size, ScalarType? dtype, Device? device, bool requires_grad, Generator? generator, string[]? names) =>
        Made(
            generator is null
                ? Ops.randint_low.Call(low, high, size, dtype ?? ScalarType.Int64, Arg.None, device)
                : Ops.randint_low_generator.Call(low, high, size, generator, dtype ?? ScalarType.Int64, Arg.None, device ?? generator.device),
            requires_grad,
            names);

    private static ScalarType DefaultTypeOf(Scalar value) =>
        value.Type == ScalarType.Bool ? ScalarType.Bool : is_integral(value.Type) ? ScalarType.Int64 : s_defaultDtype;

    private static unsafe Tensor From<T>(ReadOnlySpan<T> numbers, long[] shape, ScalarType? dtype, Device? device, bool requires_grad, string[]? names) where T : unmanaged
    {
        long count = 1;
        foreach (var size in shape) count = checked(count * size);
        if (count != numbers.Length) throw new ArgumentException($"{numbers.Length} numbers do not fill the shape ({string.Join(", ", shape)}), which has {count} elements");
        var made = Empty(shape, TypeOf<T>(), null, false, null);
        numbers.CopyTo(new Span<T>((void*)(count == 0 ? 0 : Native.sg_data(made.Handle)), numbers.Length));
        GC.KeepAlive(made);
        var target = dtype ?? TypeOf<T>();
        if (target != TypeOf<T>() || (device is not null && device.type != DeviceType.CPU))
        {
            var converted = made.to(target, device ?? CPU);
            made.Dispose();
            made = converted;
        }
        return Made(made, requires_grad, names);
    }

    private static Tensor FromList<T>(IList<T> numbers, ScalarType? dtype, Device? device) where T : unmanaged =>
        From<T>(numbers is T[] array ? array : [.. numbers], [numbers.Count], dtype, device, false, null);

    private static Tensor FromArray(Array numbers, ScalarType? dtype, Device? device, bool requires_grad, string[]? names)
    {
        var shape = new long[numbers.Rank];
        for (var i = 0; i < shape.Length; i++) shape[i] = numbers.GetLongLength(i);
        return numbers.GetType().GetElementType() switch
        {
            var t when t == typeof(bool) => From(Flat<bool>(numbers), shape, dtype, device, requires_grad, names),
            var t when t == typeof(byte) => From(Flat<byte>(numbers), shape, dtype, device, requires_grad, names),
            var t when t == typeof(sbyte) => From(Flat<sbyte>(numbers), shape, dtype, device, requires_grad, names),
            var t when t == typeof(short) => From(Flat<short>(numbers), shape, dtype, device, requires_grad, names),
            var t when t == typeof(int) => From(Flat<int>(numbers), shape, dtype, device, requires_grad, names),
            var t when t == typeof(long) => From(Flat<long>(numbers), shape, dtype, device, requires_grad, names),
            var t when t == typeof(Half) => From(Flat<Half>(numbers), shape, dtype, device, requires_grad, names),
            var t when t == typeof(BFloat16) => From(Flat<BFloat16>(numbers), shape, dtype, device, requires_grad, names),
            var t when t == typeof(float) => From(Flat<float>(numbers), shape, dtype, device, requires_grad, names),
            var t when t == typeof(double) => From(Flat<double>(numbers), shape, dtype, device, requires_grad, names),
            var t => throw new ArgumentException($"no tensor can be made of an array of {t}", nameof(numbers)),
        };
    }

    private static ReadOnlySpan<T> Flat<T>(Array numbers) where T : unmanaged =>
        MemoryMarshal.CreateReadOnlySpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(numbers)), numbers.Length);

    internal static ScalarType TypeOf<T>() => typeof(T) switch
    {
        var t when t == typeof(float) => ScalarType.Float32,
        var t when t == typeof(long) => ScalarType.Int64,
        var t when t == typeof(int) => ScalarType.Int32,
        var t when t == typeof(bool) => ScalarType.Bool,
        var t when t == typeof(double) => ScalarType.Float64,
        var t when t == typeof(byte) => ScalarType.Byte,
        var t when t == typeof(sbyte) => ScalarType.Int8,
        var t when t == typeof(short) => ScalarType.Int16,
        var t when t == typeof(Half) => ScalarType.Float16,
        var t when t == typeof(BFloat16) => ScalarType.BFloat16,
        var t => throw new ArgumentException($"{t.Name} is no element type of tensors"),
    };

    /// <summary>Integers in [0, high).</summary>
    public static Tensor randint(long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Integers(0, high, size, dtype, device, requires_grad, generator, names);

    /// <summary>Integers in [low, high).</summary>
    public static Tensor randint(long low, long high, long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null, string[]? names = null) =>
        Integers(low, high, size, dtype, device, requires_grad, generator, names);

    /// <summary>The integers from 0 to n - 1 in random order.</summary>
    public static Tensor randperm(long n, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, Generator? generator = null) =>
        Made(
            generator is null
                ? Ops.randperm.Call(n, dtype ?? ScalarType.Int64, Arg.None, device)
                : Ops.randperm_generator.Call(n, generator, dtype ?? ScalarType.Int64, Arg.None, device ?? generator.device),
            requires_grad,
            null);

    /// <summary>0, 1, 2 … up to (without) a number.</summary>
    public static Tensor arange(Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(0, stop, 1, dtype, device, requires_grad);

    /// <summary>Numbers from a start, one apart, up to (without) a stop.</summary>
    public static Tensor arange(Scalar start, Scalar stop, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => arange(start, stop, 1, dtype, device, requires_grad);

    /// <summary>Numbers from a start, a step apart, up to (without) a stop.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType? dtype = null, Device? device = null, bool requires_grad = false)
    {
        var integral = is_integral(start.Type) && is_integral(stop.Type) && is_integral(step.Type);
        return Made(Ops.arange_start_step.Call(start, stop, step, dtype ?? (integral ? ScalarType.Int64 : s_defaultDtype), Arg.None, device), requires_grad, null);
    }

    /// <summary>A number of evenly spaced numbers from a start to an end, both included.</summary>
    public static Tensor linspace(double start, double end, long steps, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(Ops.linspace.Call(start, end, steps, dtype ?? s_defaultDtype, Arg.None, device), requires_grad, null);

    /// <summary>Ones on the diagonal, zeros elsewhere.</summary>
    public static Tensor eye(long rows, long columns = -1, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Made(Ops.eye_m.Call(rows, columns < 0 ? rows : columns, dtype ?? s_defaultDtype, Arg.None, device), requires_grad, names);

    /// <summary>A tensor of an array's numbers, with its shape.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => FromArray(rawArray, null, device, false, null);

    /// <summary>A tensor of an array's numbers, with its shape.</summary>
    public static Tensor from_array(Array rawArray, ScalarType? dtype, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>The row and column indices of the part on and below a diagonal.</summary>
    public static Tensor tril_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) => Ops.tril_indices.Call(row, col, offset, dtype, Arg.None, device);

    /// <summary>The row and column indices of the part on and above a diagonal.</summary>
    public static Tensor triu_indices(long row, long col, long offset = 0, ScalarType dtype = ScalarType.Int64, Device? device = null) => Ops.triu_indices.Call(row, col, offset, dtype, Arg.None, device);
}
