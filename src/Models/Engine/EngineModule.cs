using System.Runtime.CompilerServices;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Compiled into every assembly that uses tensors, so that the engine is attached whichever of them touches a tensor first.
/// </summary>
internal static class EngineModule
{
#pragma warning disable CA2255 // a library that must run before TorchSharp's own loader has no other place
    [ModuleInitializer]
    internal static void Attach() => TensorEngine.Attach();
#pragma warning restore CA2255
}
