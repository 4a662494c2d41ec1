using System.Runtime.InteropServices;
using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>
    /// A tensor of libtorch. Belongs to the dispose scope in which it was made, if any; a forgotten one is freed by its finalizer.
    /// Errors of libtorch are <see cref="ExternalException"/>s with its first line, the operator and the shapes.
    /// </summary>
    public partial class Tensor : IDisposable
    {
        private static long s_count;
        private static long s_peak;

        private nint _handle;
        private readonly long _bytes;

        internal Tensor(nint handle, long bytes)
        {
            _handle = handle;
            _bytes = bytes;
            var count = Interlocked.Increment(ref s_count);
            if (count > s_peak) s_peak = count;
            TensorMemory.Add(bytes);
            DisposeScope.Current?.AttachNew(this);
        }

        internal DisposeScope? OwningScope { get; set; }

        internal int ScopeSlot { get; set; }

        /// <summary>The number of live tensors of the process.</summary>
        public static long TotalCount => Interlocked.Read(ref s_count);

        /// <summary>The largest number of live tensors so far.</summary>
        public static long PeakCount => Interlocked.Read(ref s_peak);

        /// <summary>The native tensor.</summary>
        /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
        public nint Handle
        {
            get
            {
                var handle = _handle;
                return handle != 0 ? handle : throw new ObjectDisposedException(nameof(Tensor), "The tensor was disposed (by its dispose scope, perhaps: MoveToOuterDisposeScope or DetachFromDisposeScope keep it).");
            }
        }

        /// <summary>Whether the tensor was disposed.</summary>
        public bool IsInvalid => _handle == 0;

        /// <summary>Frees the tensor now.</summary>
        public void Dispose()
        {
            OwningScope?.Remove(this);
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Frees a forgotten tensor.</summary>
        ~Tensor() => Dispose(false);

        /// <summary>Frees the tensor.</summary>
        /// <param name="disposing">Whether somebody asked for it (rather than the garbage collector).</param>
        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle == 0) return;
            Native.sg_free(handle);
            Interlocked.Decrement(ref s_count);
            TensorMemory.Remove(_bytes);
        }

        /// <summary>Hands the tensor to the scope around the one it is in; without one it belongs to no scope.</summary>
        public Tensor MoveToOuterDisposeScope()
        {
            OwningScope?.MoveToOuter(this);
            return this;
        }

        /// <summary>Hands the tensor to another scope.</summary>
        /// <param name="other">The other scope.</param>
        public Tensor MoveToOtherDisposeScope(DisposeScope other)
        {
            if (OwningScope is { } scope) scope.MoveToOther(other, this);
            else other.Attach(this);
            return this;
        }

        /// <summary>Hands the tensor to the scope that another tensor is in.</summary>
        /// <param name="other">The other tensor.</param>
        public Tensor MoveToOtherDisposeScope(Tensor other)
        {
            if (other.OwningScope is { } target) return MoveToOtherDisposeScope(target);
            return DetachFromDisposeScope();
        }

        /// <summary>Takes the tensor out of its scope: it lives until it is disposed or nobody refers to it.</summary>
        public Tensor DetachFromDisposeScope()
        {
            OwningScope?.Detach(this);
            return this;
        }

        /// <summary>Another object for the same native tensor.</summary>
        public Tensor alias()
        {
            var shared = Native.sg_share(Handle);
            GC.KeepAlive(this);
            return new Tensor(shared, 0);
        }
    }
}
