namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor of one number, without dimensions.</summary>
    public static Tensor tensor(bool scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => From<bool>([scalar], [], dtype, device, requires_grad, null);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(bool[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(bool[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(bool[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(bool[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<bool>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<bool>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of one number, without dimensions.</summary>
    public static Tensor tensor(byte scalar, Device? device = null, bool requires_grad = false) => From<byte>([scalar], [], null, device, requires_grad, null);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(byte[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(byte[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(byte[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(byte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<byte>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<byte>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of one number, without dimensions.</summary>
    public static Tensor tensor(double real, double imaginary, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => From<double>([real], [], dtype, device, requires_grad, null);

    /// <summary>A tensor of one number, without dimensions.</summary>
    public static Tensor tensor(double scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => From<double>([scalar], [], dtype, device, requires_grad, null);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(double[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(double[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(double[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(double[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<double>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<double>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(Half[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(Half[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(Half[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(Half[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<Half>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(Half[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<Half>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<bool> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<bool>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<bool> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<bool>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<bool> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<bool>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(IList<bool> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<bool>([.. rawArray], dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<bool> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<bool>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<byte> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<byte>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<byte> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<byte>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<byte> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<byte>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(IList<byte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<byte>([.. rawArray], dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<byte> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<byte>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<double> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<double>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<double> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<double>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<double> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<double>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<double> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<double>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<Half> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<Half>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<Half> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<Half>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<Half> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<Half>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(IList<Half> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<Half>([.. rawArray], dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<Half> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<Half>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<short> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<short>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<short> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<short>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<short> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<short>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(IList<short> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<short>([.. rawArray], dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<short> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<short>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<int> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<int>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<int> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<int>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(IList<int> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<int>([.. rawArray], dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<int> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<int>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<long> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<long>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<long> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<long>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<long> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<long>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(IList<long> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<long>([.. rawArray], dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<long> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<long>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<sbyte> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<sbyte>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<sbyte> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<sbyte>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<sbyte> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<sbyte>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(IList<sbyte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<sbyte>([.. rawArray], dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<sbyte> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<sbyte>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<float> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<float>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<float> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<float>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<float> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<float>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(IList<float> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<float>([.. rawArray], dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<float> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<float>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<BFloat16> rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<BFloat16>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<BFloat16> rawArray, long dim0, long dim1, long dim2, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<BFloat16>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<BFloat16> rawArray, long rows, long columns, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<BFloat16>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(IList<BFloat16> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<BFloat16>([.. rawArray], dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(IList<BFloat16> rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<BFloat16>([.. rawArray], [rawArray.Count], dtype, device, requires_grad, names);

    /// <summary>A tensor of one number, without dimensions.</summary>
    public static Tensor tensor(short scalar, Device? device = null, bool requires_grad = false) => From<short>([scalar], [], null, device, requires_grad, null);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(short[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(short[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(short[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(short[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<short>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(short[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<short>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of one number, without dimensions.</summary>
    public static Tensor tensor(int scalar, Device? device = null, bool requires_grad = false) => From<int>([scalar], [], null, device, requires_grad, null);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(int[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(int[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(int[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(int[] rawArray, long dim0, long dim1, long dim2, long dim3, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<int>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(int[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<int>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<int>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of one number, without dimensions.</summary>
    public static Tensor tensor(long scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => From<long>([scalar], [], dtype, device, requires_grad, null);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(long[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(long[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(long[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(long[] dataArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<long>(dataArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(long[] dataArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<long>(dataArray, [dataArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(Memory<byte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<byte>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(Memory<double> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<double>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(Memory<Half> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<Half>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(Memory<short> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<short>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(Memory<int> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<int>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(Memory<long> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<long>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(Memory<sbyte> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<sbyte>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(Memory<float> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<float>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(Memory<BFloat16> rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<BFloat16>(rawArray.Span, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A tensor of one number, without dimensions.</summary>
    public static Tensor tensor(sbyte scalar, Device? device = null, bool requires_grad = false) => From<sbyte>([scalar], [], null, device, requires_grad, null);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(sbyte[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(sbyte[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(sbyte[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(sbyte[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<sbyte>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(sbyte[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<sbyte>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of one number, without dimensions.</summary>
    public static Tensor tensor(float real, float imaginary, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => From<float>([real], [], dtype, device, requires_grad, null);

    /// <summary>A tensor of one number, without dimensions.</summary>
    public static Tensor tensor(float scalar, Device? device = null, bool requires_grad = false) => From<float>([scalar], [], null, device, requires_grad, null);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(float[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(float[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(float[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(float[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<float>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<float>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of one number, without dimensions.</summary>
    public static Tensor tensor(BFloat16 scalar, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) => From<BFloat16>([scalar], [], dtype, device, requires_grad, null);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(BFloat16[,,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(BFloat16[,,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers, with the array's shape.</summary>
    public static Tensor tensor(BFloat16[,] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => FromArray(rawArray, dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers in row order under a shape.</summary>
    public static Tensor tensor(BFloat16[] rawArray, ReadOnlySpan<long> dimensions, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<BFloat16>(rawArray, dimensions.ToArray(), dtype, device, requires_grad, names);

    /// <summary>A vector of the numbers.</summary>
    public static Tensor tensor(BFloat16[] rawArray, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) => From<BFloat16>(rawArray, [rawArray.Length], dtype, device, requires_grad, names);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(Array data, ScalarType? dtype = null, Device? device = null) => FromArray(data, dtype, device, false, null);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(bool[] rawArray, ScalarType? dtype = null, Device? device = null) => From<bool>(rawArray, [rawArray.Length], dtype, device, false, null);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(byte[] rawArray, ScalarType? dtype = null, Device? device = null) => From<byte>(rawArray, [rawArray.Length], dtype, device, false, null);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(double[] rawArray, ScalarType? dtype = null, Device? device = null) => From<double>(rawArray, [rawArray.Length], dtype, device, false, null);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(IList<bool> rawArray, ScalarType? dtype = null, Device? device = null) => FromList(rawArray, dtype, device);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(IList<byte> rawArray, ScalarType? dtype = null, Device? device = null) => FromList(rawArray, dtype, device);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(IList<double> rawArray, ScalarType? dtype = null, Device? device = null) => FromList(rawArray, dtype, device);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(IList<short> rawArray, ScalarType? dtype = null, Device? device = null) => FromList(rawArray, dtype, device);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(IList<int> rawArray, ScalarType? dtype = null, Device? device = null) => FromList(rawArray, dtype, device);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(IList<long> rawArray, ScalarType? dtype = null, Device? device = null) => FromList(rawArray, dtype, device);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(IList<sbyte> rawArray, ScalarType? dtype = null, Device? device = null) => FromList(rawArray, dtype, device);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(IList<float> rawArray, ScalarType? dtype = null, Device? device = null) => FromList(rawArray, dtype, device);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(IList<BFloat16> rawArray, ScalarType? dtype = null, Device? device = null) => FromList(rawArray, dtype, device);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(short[] rawArray, ScalarType? dtype = null, Device? device = null) => From<short>(rawArray, [rawArray.Length], dtype, device, false, null);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(int[] rawArray, ScalarType? dtype = null, Device? device = null) => From<int>(rawArray, [rawArray.Length], dtype, device, false, null);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(long[] rawArray, ScalarType? dtype = null, Device? device = null) => From<long>(rawArray, [rawArray.Length], dtype, device, false, null);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(sbyte[] rawArray, ScalarType? dtype = null, Device? device = null) => From<sbyte>(rawArray, [rawArray.Length], dtype, device, false, null);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(float[] rawArray, ScalarType? dtype = null, Device? device = null) => From<float>(rawArray, [rawArray.Length], dtype, device, false, null);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(BFloat16[] rawArray, ScalarType? dtype = null, Device? device = null) => From<BFloat16>(rawArray, [rawArray.Length], dtype, device, false, null);

    /// <summary>A tensor of the numbers.</summary>
    public static Tensor as_tensor(Tensor data, ScalarType? dtype = null, Device? device = null) => data.to(dtype ?? data.dtype, device ?? data.device);
}
