using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Torch;

/// <summary>
/// An operator of libtorch's dispatcher, found by its schema's name at the first call. A missing trailing argument takes the schema's default.
/// A failure is an <see cref="ExternalException"/> with libtorch's first line, the operator and the shapes of its tensors.
/// </summary>
internal sealed unsafe class Op(string name, string overload = "")
{
    private const int SmallList = 64;
    private nint _handle;

    private nint Handle => _handle != 0 ? _handle : Resolve();

    private nint Resolve()
    {
        fixed (byte* full = Encoding.UTF8.GetBytes("aten::" + name + "\0"), over = Encoding.UTF8.GetBytes(overload + "\0"))
        {
            return _handle = Native.Check(Native.sg_op(full, over), ToString());
        }
    }

    /// <summary>Finds the operator.</summary>
    /// <exception cref="ExternalException">This libtorch has none of the name.</exception>
    internal void Find() => _ = Handle;

    /// <summary>The operator's name, as in aten::add.Tensor.</summary>
    public override string ToString() => overload.Length == 0 ? $"aten::{name}" : $"aten::{name}.{overload}";

    /// <summary>op(a), the short way.</summary>
    public Tensor Unary(Tensor a)
    {
        long bytes;
        var result = Native.sg_call1(Handle, a.Handle, &bytes);
        if (result == 0) throw Failure([a]);
        GC.KeepAlive(a);
        return new Tensor(result, bytes);
    }

    /// <summary>op(a, b) or op(a, b, alpha = 1), the short way.</summary>
    public Tensor Binary(Tensor a, Tensor b)
    {
        long bytes;
        var result = Native.sg_call2(Handle, a.Handle, b.Handle, &bytes);
        if (result == 0) throw Failure([a, b]);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        return new Tensor(result, bytes);
    }

    /// <summary>The operator's one tensor.</summary>
    public Tensor Call(params ReadOnlySpan<Arg> args)
    {
        NativeOut result;
        Run(args, &result, 1);
        return new Tensor((nint)result.Value, result.Bytes);
    }

    /// <summary>An in-place operator: its result is its first argument.</summary>
    public Tensor InPlace(Tensor self, params ReadOnlySpan<Arg> args)
    {
        Span<Arg> all = [default, default, default, default, default, default, default, default];
        all[0] = self;
        args.CopyTo(all[1..]);
        Run(all[..(args.Length + 1)], null, 0);
        return self;
    }

    /// <summary>The operator's two tensors.</summary>
    public (Tensor, Tensor) Call2(params ReadOnlySpan<Arg> args)
    {
        var results = stackalloc NativeOut[2];
        Run(args, results, 2);
        return (new Tensor((nint)results[0].Value, results[0].Bytes), new Tensor((nint)results[1].Value, results[1].Bytes));
    }

    /// <summary>All tensors the operator gives.</summary>
    public Tensor[] CallMany(params ReadOnlySpan<Arg> args)
    {
        const int room = 16;
        var results = stackalloc NativeOut[room];
        var count = Run(args, results, room);
        var tensors = new Tensor[count];
        for (var i = 0; i < Math.Min(count, room); i++) tensors[i] = new Tensor((nint)results[i].Value, results[i].Bytes);
        if (count > room)
        {
            var rest = new NativeOut[count - room];
            fixed (NativeOut* pointer = rest) Native.sg_overflow(pointer);
            for (var i = 0; i < rest.Length; i++) tensors[room + i] = new Tensor((nint)rest[i].Value, rest[i].Bytes);
        }
        return tensors;
    }

    /// <summary>The operator's integer or truth value.</summary>
    public long CallInt(params ReadOnlySpan<Arg> args)
    {
        NativeOut result;
        Run(args, &result, 1);
        return result.Value;
    }

    private int Run(ReadOnlySpan<Arg> args, NativeOut* results, int room)
    {
        var native = stackalloc NativeArg[args.Length];
        var arena = stackalloc long[SmallList];
        var used = 0;
        List<GCHandle>? pins = null;
        try
        {
            for (var i = 0; i < args.Length; i++)
            {
                ref readonly var arg = ref args[i];
                ref var target = ref native[i];
                target.Tag = arg.Tag;
                target.Value = arg.Value;
                switch (arg.Reference)
                {
                    case null:
                        break;
                    case Tensor tensor:
                        target.Value = tensor.Handle;
                        break;
                    case Generator generator:
                        target.Value = generator.Handle;
                        break;
                    case Device device:
                        target.Length = (int)device.type;
                        break;
                    case long[] list:
                        target.Length = list.Length;
                        target.Value = (nint)Place(list, arena, ref used, ref pins);
                        break;
                    case Tensor?[] tensors:
                        var handles = new long[tensors.Length];
                        for (var k = 0; k < handles.Length; k++) handles[k] = tensors[k] is { } one ? one.Handle : arg.Tag == ArgTag.OptionalTensorList ? 0 : throw new ArgumentNullException($"{ToString()}: tensor {k} of a list is null");
                        target.Length = handles.Length;
                        target.Value = (nint)Place(handles, arena, ref used, ref pins);
                        break;
                    case string text:
                        var bytes = Encoding.UTF8.GetBytes(text);
                        target.Length = bytes.Length;
                        var pin = GCHandle.Alloc(bytes, GCHandleType.Pinned);
                        (pins ??= []).Add(pin);
                        target.Value = pin.AddrOfPinnedObject();
                        break;
                }
            }
            var count = Native.sg_call(Handle, native, args.Length, results, room);
            if (count < 0) throw Failure(args);
            foreach (ref readonly var arg in args) GC.KeepAlive(arg.Reference);
            return count;
        }
        finally
        {
            if (pins is not null) foreach (var pin in pins) pin.Free();
        }
    }

    // A short list is copied to the stack, a long one pinned where it is.
    private static long* Place(long[] list, long* arena, ref int used, ref List<GCHandle>? pins)
    {
        if (used + list.Length <= SmallList)
        {
            var start = arena + used;
            used += list.Length;
            list.CopyTo(new Span<long>(start, list.Length));
            return start;
        }
        var pin = GCHandle.Alloc(list, GCHandleType.Pinned);
        (pins ??= []).Add(pin);
        return (long*)pin.AddrOfPinnedObject();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ExternalException Failure(ReadOnlySpan<Arg> args)
    {
        var error = Native.Error();
        var shown = new List<string>();
        foreach (ref readonly var arg in args)
        {
            if (arg.Describe() is { Length: > 0 } text) shown.Add(text);
        }
        return new ExternalException(shown.Count == 0 ? $"{error} [{ToString()}]" : $"{error} [{ToString()} on {string.Join(", ", shown)}]");
    }
}
