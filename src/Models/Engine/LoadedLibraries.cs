namespace SafetyGate.Models.Engine;

/// <summary>Handles of the libraries that the engine's own calls go to.</summary>
/// <param name="Cpu">libtorch for the CPU.</param>
/// <param name="Cuda"><c>libc10_cuda.so</c>; 0 for a libtorch without CUDA.</param>
/// <param name="TorchSharp">TorchSharp's library.</param>
/// <param name="WeakenedCopy">Path of the changed copy that was loaded in place of TorchSharp's library; <c>null</c> if the file itself
/// was.</param>
internal sealed record LoadedLibraries(nint Cpu, nint Cuda, nint TorchSharp, string? WeakenedCopy);
