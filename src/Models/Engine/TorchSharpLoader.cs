using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Intercepts TorchSharp's own search for native libraries. TorchSharp first tries plain names and takes a library that is loaded; so the
/// engine is started when TorchSharp's assembly loads, before any of its code runs.
/// </summary>
/// <remarks>
/// Where the start fails, TorchSharp's search must not continue: it would copy packages about and name a wrong cause. It is given the C
/// library
/// in place of its own, which ends the search, and its first call then fails with the true cause.
/// </remarks>
internal static class TorchSharpLoader
{
    private const string Managed = "TorchSharp", Native = "LibTorchSharp";
    private static int s_attached;
    private static nint s_library;

    /// <summary>Watches for TorchSharp's assembly. Called once for each assembly that uses tensors; the first call counts.</summary>
    internal static void Attach()
    {
        if (!OperatingSystem.IsLinux() || Interlocked.Exchange(ref s_attached, 1) != 0) return;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (assembly, name) =>
            name == Native && IsTorchSharp(assembly) && s_library == 0 ? NativeLibrary.Load("libc.so.6") : 0;
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Take(loaded.LoadedAssembly);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies()) Take(assembly);
    }

    /// <summary>Gives TorchSharp its native library.</summary>
    internal static void Give(nint library) => s_library = library;

    private static void Take(Assembly assembly)
    {
        if (!IsTorchSharp(assembly)) return;
        NativeLibrary.SetDllImportResolver(assembly, (name, _, _) =>
        {
            if (name != Native) return 0;
            TensorEngine.Start();
            return s_library;
        });
        try
        {
            TensorEngine.Start();
        }
        catch (Exception)
        {
            // An exception of this event would be lost. The resolver above meets it again at TorchSharp's first call.
        }
    }

    private static bool IsTorchSharp(Assembly assembly) => assembly.GetName().Name == Managed;
}
