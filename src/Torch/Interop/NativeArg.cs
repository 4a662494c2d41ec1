using System.Runtime.InteropServices;

namespace SafetyGate.Torch;

/// <summary>One argument of an operator call as the shim reads it (SgArg in native/shim.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeArg
{
    public ArgTag Tag;
    public int Length;
    public long Value;
}

/// <summary>One result of an operator call (SgOut in native/shim.h).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct NativeOut
{
    public long Tag;
    public long Value;
    public long Bytes;
}

/// <summary>What an argument or result is (SgTag in native/shim.h).</summary>
internal enum ArgTag
{
    Default = 0,
    None = 1,
    Tensor = 2,
    Int = 3,
    Double = 4,
    Bool = 5,
    IntList = 6,
    TensorList = 7,
    OptionalTensorList = 8,
    String = 9,
    Device = 10,
    Generator = 11,
}
