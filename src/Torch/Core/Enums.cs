namespace TorchSharp;

/// <summary>Kinds of devices, with libtorch's numbers.</summary>
public enum DeviceType
{
    /// <summary>The processor.</summary>
    CPU = 0,
    /// <summary>An NVIDIA GPU.</summary>
    CUDA = 1,
    /// <summary>MKLDNN.</summary>
    MKLDNN = 2,
    /// <summary>OpenGL.</summary>
    OPENGL = 3,
    /// <summary>OpenCL.</summary>
    OPENCL = 4,
    /// <summary>IDEEP.</summary>
    IDEEP = 5,
    /// <summary>An AMD GPU.</summary>
    HIP = 6,
    /// <summary>FPGA.</summary>
    FPGA = 7,
    /// <summary>MSNPU.</summary>
    MSNPU = 8,
    /// <summary>XLA.</summary>
    XLA = 9,
    /// <summary>An Apple GPU.</summary>
    MPS = 13,
    /// <summary>Shapes without data.</summary>
    META = 14,
}

public static partial class torch
{
    /// <summary>Element types, with libtorch's numbers.</summary>
    public enum ScalarType : sbyte
    {
        /// <summary>8 bits, unsigned.</summary>
        Byte = 0,
        /// <summary>8 bits, signed.</summary>
        Int8 = 1,
        /// <summary>16-bit integer.</summary>
        Int16 = 2,
        /// <summary>32-bit integer.</summary>
        Int32 = 3,
        /// <summary>64-bit integer.</summary>
        Int64 = 4,
        /// <summary>IEEE half precision.</summary>
        Float16 = 5,
        /// <summary>IEEE single precision.</summary>
        Float32 = 6,
        /// <summary>IEEE double precision.</summary>
        Float64 = 7,
        /// <summary>Two singles.</summary>
        ComplexFloat32 = 9,
        /// <summary>Two doubles.</summary>
        ComplexFloat64 = 10,
        /// <summary>True or false, one byte.</summary>
        Bool = 11,
        /// <summary>Quantized, 8 bits signed.</summary>
        QInt8 = 12,
        /// <summary>Quantized, 8 bits unsigned.</summary>
        QUInt8 = 13,
        /// <summary>Quantized, 32 bits.</summary>
        QInt32 = 14,
        /// <summary>The upper half of a single.</summary>
        BFloat16 = 15,
    }

    /// <summary>How a quotient is rounded.</summary>
    public enum RoundingMode
    {
        /// <summary>Not at all.</summary>
        None = 0,
        /// <summary>Towards zero.</summary>
        trunc = 1,
        /// <summary>Downwards.</summary>
        floor = 2,
    }

    /// <summary>Neural networks.</summary>
    public static partial class nn
    {
        /// <summary>What a loss does with its items.</summary>
        public enum Reduction
        {
            /// <summary>One loss per item.</summary>
            None = 0,
            /// <summary>Their mean (weighted, where the loss has weights).</summary>
            Mean = 1,
            /// <summary>Their sum.</summary>
            Sum = 2,
        }
    }
}
