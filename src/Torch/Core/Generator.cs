using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A stream of random numbers on a device.</summary>
    public class Generator : IDisposable
    {
        private nint _handle;

        /// <summary>A stream of its own.</summary>
        /// <param name="seed">Its seed.</param>
        /// <param name="device">Its device; null for the processor.</param>
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            _handle = Native.Check(Native.sg_generator_new(unchecked((long)seed), (int)this.device.type, this.device.index), "Generator");
        }

        private Generator(nint handle)
        {
            device = CPU;
            _handle = handle;
        }

        /// <summary>The processor's default stream.</summary>
        public static Generator Default => new(Native.sg_generator_default());

        /// <summary>The stream's device.</summary>
        public Device device { get; }

        /// <summary>The native generator.</summary>
        /// <exception cref="ObjectDisposedException">The generator was disposed.</exception>
        public nint Handle => _handle != 0 ? _handle : throw new ObjectDisposedException(nameof(Generator));

        /// <summary>The seed the stream began with.</summary>
        public long initial_seed() => Native.sg_generator_initial_seed(Handle);

        /// <summary>Begins anew with a seed of the machine's randomness, and gives it.</summary>
        public long seed() => Native.sg_generator_seed(Handle);

        /// <summary>Begins anew with a seed.</summary>
        /// <param name="seed">The seed.</param>
        public Generator manual_seed(long seed)
        {
            Native.Check(Native.sg_generator_set_seed(Handle, seed), "manual_seed");
            return this;
        }

        /// <summary>Where the stream stands, as bytes.</summary>
        public Tensor get_state() => new(Native.Check(Native.sg_generator_get_state(Handle), "get_state"), 0);

        /// <summary>Takes the stream to where another stood.</summary>
        /// <param name="value">What <see cref="get_state"/> gave.</param>
        public void set_state(Tensor value)
        {
            Native.Check(Native.sg_generator_set_state(Handle, value.Handle), "set_state");
            GC.KeepAlive(value);
        }

        /// <summary>Frees the generator.</summary>
        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        /// <summary>Frees a forgotten generator.</summary>
        ~Generator() => Dispose(false);

        /// <summary>Frees the generator.</summary>
        /// <param name="disposing">Whether somebody asked for it (rather than the garbage collector).</param>
        protected virtual void Dispose(bool disposing)
        {
            var handle = Interlocked.Exchange(ref _handle, 0);
            if (handle != 0) Native.sg_generator_free(handle);
        }
    }
}
