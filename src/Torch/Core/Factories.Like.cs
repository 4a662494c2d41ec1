using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Zeros, with a tensor's shape.</summary>
    public static Tensor zeros_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Made(Ops.zeros_like.Call(input, dtype, Arg.None, device), requires_grad, names);

    /// <summary>Ones, with a tensor's shape.</summary>
    public static Tensor ones_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Made(Ops.ones_like.Call(input, dtype, Arg.None, device), requires_grad, names);

    /// <summary>Elements that are not set, with a tensor's shape.</summary>
    public static Tensor empty_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Made(Ops.empty_like.Call(input, dtype, Arg.None, device), requires_grad, names);

    /// <summary>Uniform numbers in [0, 1), with a tensor's shape.</summary>
    public static Tensor rand_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(Ops.rand_like.Call(input, dtype, Arg.None, device), requires_grad, null);

    /// <summary>Standard normal numbers, with a tensor's shape.</summary>
    public static Tensor randn_like(Tensor input, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
        Made(Ops.randn_like.Call(input, dtype, Arg.None, device), requires_grad, null);

    /// <summary>One number, with a tensor's shape.</summary>
    public static Tensor full_like(Tensor input, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false, string[]? names = null) =>
        Made(Ops.full_like.Call(input, value, dtype, Arg.None, device), requires_grad, names);

    public partial class Tensor
    {
        /// <summary>Zeros, with this tensor's shape.</summary>
        public Tensor zeros_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Ops.zeros_like.Call(this, dtype, Arg.None, device), requires_grad, null);

        /// <summary>Ones, with this tensor's shape.</summary>
        public Tensor ones_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Ops.ones_like.Call(this, dtype, Arg.None, device), requires_grad, null);

        /// <summary>Elements that are not set, with this tensor's shape.</summary>
        public Tensor empty_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Ops.empty_like.Call(this, dtype, Arg.None, device), requires_grad, null);

        /// <summary>Uniform numbers in [0, 1), with this tensor's shape.</summary>
        public Tensor rand_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Ops.rand_like.Call(this, dtype, Arg.None, device), requires_grad, null);

        /// <summary>Standard normal numbers, with this tensor's shape.</summary>
        public Tensor randn_like(ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Ops.randn_like.Call(this, dtype, Arg.None, device), requires_grad, null);

        /// <summary>One number, with this tensor's shape.</summary>
        public Tensor full_like(Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Made(Ops.full_like.Call(this, value, dtype, Arg.None, device), requires_grad, null);

        /// <summary>Zeros, with this tensor's type and device unless given.</summary>
        public Tensor new_zeros(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Zeros(size, dtype ?? this.dtype, device ?? this.device, requires_grad, null);

        /// <summary>Elements that are not set, with this tensor's type and device unless given.</summary>
        public Tensor new_empty(long[] size, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Empty(size, dtype ?? this.dtype, device ?? this.device, requires_grad, null);

        /// <summary>One number, with this tensor's type and device unless given.</summary>
        public Tensor new_full(long[] size, Scalar value, ScalarType? dtype = null, Device? device = null, bool requires_grad = false) =>
            Full(size, value, dtype ?? this.dtype, device ?? this.device, requires_grad, null);
    }
}
