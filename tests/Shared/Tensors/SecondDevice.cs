using System.Runtime.InteropServices;
using SafetyGate.Models.Engine;
using TorchSharp;

namespace SafetyGate.Tests;

/// <summary>
/// A device besides the CPU: the GPU, and on a machine without one libtorch's lazy tensors, which it computes on the CPU. As on a GPU, operators
/// refuse tensors of two devices, and numbers have to be fetched.
/// </summary>
internal static class SecondDevice
{
    private const int Lazy = 17; // c10::DeviceType, which TorchSharp has no name for
    private static readonly Lazy<torch.Device> Opened = new(Open);

    private delegate void StartFunction();

    public static torch.Device Device => Opened.Value;

    public static bool IsGpu => Device.type == DeviceType.CUDA;

    private static torch.Device Open()
    {
        TensorEngine.Start();
        if (torch.cuda.is_available()) return torch.device(DeviceType.CUDA, 0);
        var library = NativeLibrary.Load(Path.Combine(TensorEngine.Folder, "libtorch_cpu.so"));
        Marshal.GetDelegateForFunctionPointer<StartFunction>(NativeLibrary.GetExport(library, "_ZN5torch4lazy22InitTorchScriptBackendEv"))();
        return new torch.Device((DeviceType)Lazy, 0);
    }
}
