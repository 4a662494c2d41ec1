using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>The elements of a tensor in the processor's memory, in row order whatever its strides. Keeps the tensor alive.</summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed class TensorAccessor<T> : IDisposable, IEnumerable<T> where T : unmanaged
{
    private readonly Tensor _tensor;
    private readonly long[] _shape;
    private readonly long[] _strides;

    internal TensorAccessor(Tensor tensor)
    {
        _tensor = tensor;
        _shape = tensor.shape;
        _strides = tensor.stride();
        Count = tensor.numel();
    }

    /// <summary>The number of elements.</summary>
    public long Count { get; }

    /// <summary>False: elements can be written.</summary>
    public bool IsReadOnly => false;

    /// <summary>One element.</summary>
    /// <param name="indices">An index for each dimension, or one index in row order.</param>
    public unsafe T this[params long[] indices]
    {
        get => _tensor.Pointer<T>()[Offset(indices)];
        set => _tensor.Pointer<T>()[Offset(indices)] = value;
    }

    /// <summary>The elements in row order.</summary>
    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    /// <summary>Copies the elements in row order.</summary>
    /// <param name="array">Where to.</param>
    /// <param name="arrayIndex">From which place of it on.</param>
    /// <param name="tensorIndex">From which element on.</param>
    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    /// <summary>Copies the elements in row order.</summary>
    /// <param name="array">Where to.</param>
    /// <param name="arrayIndex">From which place of it on.</param>
    /// <param name="tensorIndex">From which element on.</param>
    public unsafe void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = (int)Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        if (count <= 0) return;
        var from = _tensor.Pointer<T>();
        if (_tensor.is_contiguous()) new ReadOnlySpan<T>(from + tensorIndex, count).CopyTo(array[arrayIndex..]);
        else for (var i = 0; i < count; i++) array[arrayIndex + i] = from[RowOrder(tensorIndex + i)];
        GC.KeepAlive(_tensor);
    }

    /// <summary>Writes elements in row order.</summary>
    /// <param name="array">Where from.</param>
    /// <param name="arrayIndex">From which place of it on.</param>
    /// <param name="tensorIndex">From which element on.</param>
    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    /// <summary>Writes elements in row order.</summary>
    /// <param name="array">Where from.</param>
    /// <param name="arrayIndex">From which place of it on.</param>
    /// <param name="tensorIndex">From which element on.</param>
    public unsafe void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var count = (int)Math.Min(array.Length - arrayIndex, Count - tensorIndex);
        if (count <= 0) return;
        var to = _tensor.Pointer<T>();
        if (_tensor.is_contiguous()) array.Slice(arrayIndex, count).CopyTo(new Span<T>(to + tensorIndex, count));
        else for (var i = 0; i < count; i++) to[RowOrder(tensorIndex + i)] = array[arrayIndex + i];
        GC.KeepAlive(_tensor);
    }

    /// <summary>The elements in row order.</summary>
    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++) yield return At(i);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Does nothing: the elements belong to the tensor.</summary>
    public void Dispose() => GC.SuppressFinalize(this);

    private unsafe T At(long i)
    {
        var value = _tensor.Pointer<T>()[RowOrder(i)];
        GC.KeepAlive(_tensor);
        return value;
    }

    private long RowOrder(long index)
    {
        if (index < 0 || index >= Count) throw new IndexOutOfRangeException($"element {index} of {Count}");
        long offset = 0;
        for (var d = _shape.Length - 1; d >= 0; d--)
        {
            offset += index % _shape[d] * _strides[d];
            index /= _shape[d];
        }
        return offset;
    }

    private long Offset(long[] indices)
    {
        if (indices.Length == 1 && _shape.Length != 1) return RowOrder(indices[0]);
        if (indices.Length != _shape.Length) throw new ArgumentException($"{indices.Length} indices for {_shape.Length} dimensions");
        long offset = 0;
        for (var d = 0; d < indices.Length; d++)
        {
            if (indices[d] < 0 || indices[d] >= _shape[d]) throw new IndexOutOfRangeException($"index {indices[d]} of dimension {d}, which has {_shape[d]}");
            offset += indices[d] * _strides[d];
        }
        return offset;
    }
}
