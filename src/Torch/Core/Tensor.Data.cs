using System.Runtime.CompilerServices;
using SafetyGate.Torch;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements of a contiguous tensor in the processor's memory, as they lie there; the span is valid while the tensor lives.</summary>
        /// <exception cref="InvalidOperationException">The tensor is elsewhere, or its elements do not lie one after another.</exception>
        public unsafe Span<byte> bytes
        {
            get
            {
                var count = checked((int)(numel() * element_size()));
                RequireCpu();
                if (!is_contiguous()) throw new InvalidOperationException($"the bytes of a tensor that is not contiguous cannot be taken: shape ({string.Join(", ", shape)}), strides ({string.Join(", ", stride())}); call contiguous() first");
                return count == 0 ? [] : new Span<byte>((void*)Native.Check(Native.sg_data(Handle), "data"), count);
            }
            set
            {
                if (value.Length != numel() * element_size()) throw new ArgumentException($"{value.Length} bytes do not fill a tensor of {numel() * element_size()}");
                value.CopyTo(bytes);
            }
        }

        /// <summary>Access to the elements of a tensor in the processor's memory.</summary>
        /// <exception cref="ArgumentException">The elements are of another type.</exception>
        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            RequireType<T>();
            RequireCpu();
            return new TensorAccessor<T>(this);
        }

        /// <summary>The only element.</summary>
        /// <exception cref="ArgumentException">There is more than one element, or it is of another type.</exception>
        public unsafe T item<T>() where T : unmanaged
        {
            if (numel() != 1) throw new ArgumentException($"a number can be taken of a tensor with one element only; this one has the shape ({string.Join(", ", shape)})");
            RequireType<T>();
            if (device_type == DeviceType.CPU)
            {
                var value = *(T*)Native.Check(Native.sg_data(Handle), "item");
                GC.KeepAlive(this);
                return value;
            }
            using var here = detach();
            using var copy = here.cpu();
            return copy.item<T>();
        }

        /// <summary>The only element, as a scalar.</summary>
        /// <exception cref="ArgumentException">There is more than one element.</exception>
        public Scalar ToScalar() => dtype switch
        {
            ScalarType.Bool => item<bool>(),
            ScalarType.Byte => item<byte>(),
            ScalarType.Int8 => item<sbyte>(),
            ScalarType.Int16 => item<short>(),
            ScalarType.Int32 => item<int>(),
            ScalarType.Int64 => item<long>(),
            ScalarType.Float16 => item<Half>(),
            ScalarType.BFloat16 => item<BFloat16>(),
            ScalarType.Float32 => item<float>(),
            ScalarType.Float64 => item<double>(),
            var other => throw new ArgumentException($"no scalar can be made of {other}"),
        };

        internal unsafe T* Pointer<T>() where T : unmanaged => (T*)Native.Check(Native.sg_data(Handle), "data");

        private void RequireType<T>()
        {
            var type = TypeOf<T>();
            if (dtype != type) throw new ArgumentException($"the elements are {dtype}, not {type}");
        }

        private void RequireCpu()
        {
            if (device_type != DeviceType.CPU) throw new InvalidOperationException($"the tensor is on {device}: call cpu() first");
        }

        /// <summary>Whether two references are the same tensor object.</summary>
        public override bool Equals(object? obj) => ReferenceEquals(this, obj);

        /// <summary>A hash of the object.</summary>
        public override int GetHashCode() => RuntimeHelpers.GetHashCode(this);

        /// <summary>Shape, type and device.</summary>
        public override string ToString() =>
            IsInvalid ? "(disposed tensor)" : $"[{string.Join("x", shape)}], type = {dtype}, device = {device}";
    }
}
