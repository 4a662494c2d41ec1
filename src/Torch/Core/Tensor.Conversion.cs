using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements as another type; the same tensor object when nothing changes and no copy is asked for.</summary>
        /// <param name="type">The type.</param>
        /// <param name="copy">Whether to copy in any case.</param>
        /// <param name="disposeAfter">Whether to dispose this tensor.</param>
        /// <param name="non_blocking">Whether a copy between devices may run on.</param>
        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(type, device, copy, disposeAfter, non_blocking);

        /// <summary>The tensor on another device; the same tensor object when nothing changes and no copy is asked for.</summary>
        /// <param name="device">The device.</param>
        /// <param name="copy">Whether to copy in any case.</param>
        /// <param name="disposeAfter">Whether to dispose this tensor.</param>
        /// <param name="non_blocking">Whether a copy between devices may run on.</param>
        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(dtype, device, copy, disposeAfter, non_blocking);

        /// <summary>The tensor on another device; the same tensor object when nothing changes and no copy is asked for.</summary>
        /// <param name="device">The device's description.</param>
        /// <param name="copy">Whether to copy in any case.</param>
        /// <param name="disposeAfter">Whether to dispose this tensor.</param>
        /// <param name="non_blocking">Whether a copy between devices may run on.</param>
        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) => to(new Device(device), copy, disposeAfter, non_blocking);

        /// <summary>The tensor on another device; the same tensor object when nothing changes and no copy is asked for.</summary>
        /// <param name="deviceType">The device's kind.</param>
        /// <param name="deviceIndex">Which one of it.</param>
        /// <param name="copy">Whether to copy in any case.</param>
        /// <param name="disposeAfter">Whether to dispose this tensor.</param>
        /// <param name="non_blocking">Whether a copy between devices may run on.</param>
        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        /// <summary>The elements as another type on another device; the same tensor object when nothing changes and no copy is asked for.</summary>
        /// <param name="type">The type.</param>
        /// <param name="device">The device.</param>
        /// <param name="copy">Whether to copy in any case.</param>
        /// <param name="disposeAfter">Whether to dispose this tensor.</param>
        /// <param name="non_blocking">Whether a copy between devices may run on.</param>
        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false)
        {
            var here = device.type == device_type && (device.index == -1 || device.index == device_index);
            if (!copy && here && type == dtype) return this;
            var moved = Ops._to_copy.Call(this, type, Arg.None, device, Arg.None, non_blocking);
            if (disposeAfter) Dispose();
            return moved;
        }

        /// <summary>The tensor with another one's type and device.</summary>
        /// <param name="other">The other tensor.</param>
        /// <param name="non_blocking">Whether a copy between devices may run on.</param>
        public Tensor to(Tensor other, bool non_blocking = false) => to(other.dtype, other.device, non_blocking: non_blocking);

        /// <summary>The elements as another type.</summary>
        /// <param name="dtype">The type.</param>
        public Tensor type(ScalarType dtype) => to(dtype);

        /// <summary>The elements as another tensor's type.</summary>
        /// <param name="tensor">The other tensor.</param>
        public Tensor type_as(Tensor tensor) => to(tensor.dtype);

        /// <summary>The tensor in the processor's memory.</summary>
        public Tensor cpu() => to(CPU);

        /// <summary>The tensor on a CUDA device.</summary>
        /// <param name="device">Which one; null for the current.</param>
        /// <param name="non_blocking">Whether the copy may run on.</param>
        public Tensor cuda(Device? device = null, bool non_blocking = false) => to(device ?? CUDA, non_blocking: non_blocking);

        /// <summary>The transpose of a matrix.</summary>
        public Tensor T => Ops.t.Unary(this);

        /// <summary>The last two dimensions exchanged.</summary>
        public Tensor mT => transpose(-2, -1);

        internal Tensor As(ScalarType? type) => type is { } target ? to(target) : this;

        internal Tensor Receive(Tensor result)
        {
            Ops.set__source_Tensor.InPlace(this, result);
            result.Dispose();
            return this;
        }

        private Tensor Quotient(Tensor divisor, RoundingMode mode) =>
            mode == RoundingMode.None ? Ops.div_Tensor.Binary(this, divisor) : Ops.div_Tensor_mode.Call(this, divisor, mode.ToString());

        private Tensor Quotient(Scalar divisor, RoundingMode mode) =>
            mode == RoundingMode.None ? Ops.div_Scalar.Call(this, divisor) : Ops.div_Scalar_mode.Call(this, divisor, mode.ToString());

        private Tensor QuotientInPlace(Tensor divisor, RoundingMode mode) =>
            mode == RoundingMode.None ? Ops.div__Tensor.InPlace(this, divisor) : Ops.div__Tensor_mode.InPlace(this, divisor, mode.ToString());

        private Tensor QuotientInPlace(Scalar divisor, RoundingMode mode) =>
            mode == RoundingMode.None ? Ops.div__Scalar.InPlace(this, divisor) : Ops.div__Scalar_mode.InPlace(this, divisor, mode.ToString());

        private static Tensor Divided(Arg number, Tensor divisor)
        {
            using var inverse = Ops.reciprocal.Unary(divisor);
            return Ops.mul_Scalar.Call(inverse, number);
        }

        private Tensor Unflattened(long dim, long[] sizes)
        {
            var before = shape;
            var at = Wrap((int)dim, before.Length);
            return view([.. before[..at], .. sizes, .. before[(at + 1)..]]);
        }
    }
}
