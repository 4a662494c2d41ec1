namespace TorchSharp;

public static partial class torch
{
    /// <summary>The type of 16-bit floats with the exponent of singles.</summary>
    public static readonly ScalarType bfloat16 = ScalarType.BFloat16;

    /// <summary>The type of IEEE half precision.</summary>
    public static readonly ScalarType float16 = ScalarType.Float16;

    /// <summary>The type of IEEE half precision.</summary>
    public static readonly ScalarType half = ScalarType.Float16;

    /// <summary>The type of IEEE single precision.</summary>
    public static readonly ScalarType float32 = ScalarType.Float32;

    /// <summary>The type of IEEE single precision.</summary>
    public static readonly ScalarType @float = ScalarType.Float32;

    /// <summary>The type of IEEE double precision.</summary>
    public static readonly ScalarType float64 = ScalarType.Float64;

    /// <summary>The type of IEEE double precision.</summary>
    public static readonly ScalarType @double = ScalarType.Float64;

    /// <summary>The type of 8-bit integers.</summary>
    public static readonly ScalarType int8 = ScalarType.Int8;

    /// <summary>The type of 8-bit integers without sign.</summary>
    public static readonly ScalarType uint8 = ScalarType.Byte;

    /// <summary>The type of 16-bit integers.</summary>
    public static readonly ScalarType int16 = ScalarType.Int16;

    /// <summary>The type of 16-bit integers.</summary>
    public static readonly ScalarType @short = ScalarType.Int16;

    /// <summary>The type of 32-bit integers.</summary>
    public static readonly ScalarType int32 = ScalarType.Int32;

    /// <summary>The type of 32-bit integers.</summary>
    public static readonly ScalarType @int = ScalarType.Int32;

    /// <summary>The type of 64-bit integers.</summary>
    public static readonly ScalarType int64 = ScalarType.Int64;

    /// <summary>The type of 64-bit integers.</summary>
    public static readonly ScalarType @long = ScalarType.Int64;

    /// <summary>The type of truth values.</summary>
    public static readonly ScalarType @bool = ScalarType.Bool;

    public partial class Tensor
    {
        /// <summary>The elements as Bool; the same tensor when they are already.</summary>
        public Tensor @bool() => to(ScalarType.Bool);

        /// <summary>The elements as Byte; the same tensor when they are already.</summary>
        public Tensor @byte() => to(ScalarType.Byte);

        /// <summary>The elements as Int8; the same tensor when they are already.</summary>
        public Tensor @char() => to(ScalarType.Int8);

        /// <summary>The elements as Int16; the same tensor when they are already.</summary>
        public Tensor @short() => to(ScalarType.Int16);

        /// <summary>The elements as Int32; the same tensor when they are already.</summary>
        public Tensor @int() => to(ScalarType.Int32);

        /// <summary>The elements as Int64; the same tensor when they are already.</summary>
        public Tensor @long() => to(ScalarType.Int64);

        /// <summary>The elements as Float16; the same tensor when they are already.</summary>
        public Tensor half() => to(ScalarType.Float16);

        /// <summary>The elements as BFloat16; the same tensor when they are already.</summary>
        public Tensor bfloat16() => to(ScalarType.BFloat16);

        /// <summary>The elements as Float32; the same tensor when they are already.</summary>
        public Tensor @float() => to(ScalarType.Float32);

        /// <summary>The elements as Float64; the same tensor when they are already.</summary>
        public Tensor @double() => to(ScalarType.Float64);
    }
}
