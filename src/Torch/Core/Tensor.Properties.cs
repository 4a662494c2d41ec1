using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The number of dimensions.</summary>
        public long dim() => Alive(Native.sg_dim(Handle));

        /// <summary>The number of dimensions.</summary>
        public long ndim => dim();

        /// <summary>The number of dimensions.</summary>
        public long Dimensions => dim();

        /// <summary>The number of elements.</summary>
        public long numel() => Alive(Native.sg_numel(Handle));

        /// <summary>The number of elements.</summary>
        public long NumberOfElements => numel();

        /// <summary>The bytes of one element.</summary>
        public long element_size() => Alive(Native.sg_element_size(Handle));

        /// <summary>The bytes of one element.</summary>
        public long ElementSize => element_size();

        /// <summary>Where in its storage the tensor begins, in elements.</summary>
        public long storage_offset() => Alive(Native.sg_storage_offset(Handle));

        /// <summary>The element type.</summary>
        public ScalarType dtype => (ScalarType)Alive(Native.sg_dtype(Handle));

        /// <summary>The kind of device the tensor is on.</summary>
        public DeviceType device_type => (DeviceType)Alive(Native.sg_device_type(Handle));

        /// <summary>Which device of its kind, -1 for the only one.</summary>
        public int device_index => Alive(Native.sg_device_index(Handle));

        /// <summary>The device the tensor is on.</summary>
        public Device device => new(device_type, device_index);

        /// <summary>Whether the tensor is on a CUDA device.</summary>
        public bool is_cuda => device_type == DeviceType.CUDA;

        /// <summary>Whether the tensor is a shape without data.</summary>
        public bool is_meta => device_type == DeviceType.META;

        /// <summary>Whether the tensor is sparse.</summary>
        public bool is_sparse => Alive(Native.sg_is_sparse(Handle)) != 0;

        /// <summary>Whether the tensor is in the processor's memory.</summary>
        public bool is_cpu() => device_type == DeviceType.CPU;

        /// <summary>Whether the elements lie one after another in row order.</summary>
        public bool is_contiguous() => Alive(Native.sg_is_contiguous(Handle)) != 0;

        /// <summary>Whether the elements are floating-point numbers.</summary>
        public bool is_floating_point() => torch.is_floating_point(dtype);

        /// <summary>Whether the elements are integers or truth values.</summary>
        public bool is_integral() => torch.is_integral(dtype);

        /// <summary>Whether the elements are complex.</summary>
        public bool is_complex() => torch.is_complex(dtype);

        /// <summary>The sizes of all dimensions.</summary>
        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[dim()];
                fixed (long* pointer = sizes) Native.sg_sizes(Handle, pointer);
                GC.KeepAlive(this);
                return sizes;
            }
        }

        /// <summary>The sizes of all dimensions.</summary>
        public long[] size() => shape;

        /// <summary>The size of one dimension.</summary>
        /// <param name="dim">Which one; negative from the last.</param>
        /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
        public unsafe long size(int dim)
        {
            var rank = (int)this.dim();
            var sizes = stackalloc long[Math.Max(rank, 1)];
            Native.sg_sizes(Handle, sizes);
            GC.KeepAlive(this);
            return sizes[Wrap(dim, rank)];
        }

        /// <summary>The steps of all dimensions, in elements.</summary>
        public unsafe long[] stride()
        {
            var strides = new long[dim()];
            fixed (long* pointer = strides) Native.sg_strides(Handle, pointer);
            GC.KeepAlive(this);
            return strides;
        }

        /// <summary>The step of one dimension, in elements.</summary>
        /// <param name="dim">Which one; negative from the last.</param>
        /// <exception cref="ArgumentOutOfRangeException">No such dimension.</exception>
        public long stride(int dim)
        {
            var strides = stride();
            return strides[Wrap(dim, strides.Length)];
        }

        private T Alive<T>(T value)
        {
            GC.KeepAlive(this);
            return value;
        }

        private static int Wrap(int dim, int rank)
        {
            var index = dim < 0 ? dim + rank : dim;
            return index >= 0 && index < rank ? index : throw new ArgumentOutOfRangeException(nameof(dim), dim, $"the tensor has {rank} dimensions");
        }
    }
}
