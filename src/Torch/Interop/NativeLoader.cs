using System.Reflection;
using System.Runtime.InteropServices;

namespace SafetyGate.Torch;

/// <summary>Finds and loads libsafetygate_torch.so; a machine without it gets one line that says what to do.</summary>
internal static unsafe class NativeLoader
{
    private const string FileName = "libsafetygate_torch.so";
    private const string Advice = "install libtorch (apt-get install libtorch-dev libopenblas0-pthread, or set SAFETYGATE_LIBTORCH) and build again";

    /// <summary>Takes over the search for this assembly's native library.</summary>
    internal static void Register() => NativeLibrary.SetDllImportResolver(typeof(NativeLoader).Assembly, Resolve);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != Native.Library) return 0;
        // OpenMP reads its settings while libtorch loads, from the C environment. Threads that spin while they wait make a run many
        // times slower as soon as anything else wants a core, and gain nothing measurable on an idle machine.
        if (!OperatingSystem.IsWindows()) SetEnvironment("OMP_WAIT_POLICY\0"u8, "passive\0"u8);
        var library = Load(Candidates(assembly));
        ((delegate* unmanaged<void>)NativeLibrary.GetExport(library, "sg_start"))();
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_NUM_THREADS")))
        {
            ((delegate* unmanaged<int, int>)NativeLibrary.GetExport(library, "sg_set_num_threads"))(Environment.ProcessorCount);
        }
        return library;
    }

    private static void SetEnvironment(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        fixed (byte* namePointer = name, valuePointer = value) setenv(namePointer, valuePointer, 0);
    }

    [DllImport("libc")]
    private static extern int setenv(byte* name, byte* value, int overwrite);

    /// <summary>Loads the first file that exists.</summary>
    /// <exception cref="DllNotFoundException">None exists, or libtorch behind it cannot be loaded.</exception>
    internal static nint Load(IReadOnlyList<string> candidates)
    {
        var path = candidates.FirstOrDefault(File.Exists)
            ?? throw new DllNotFoundException($"The tensor engine's library {FileName} is missing from {Path.GetDirectoryName(candidates[0])}: {Advice}.");
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new DllNotFoundException($"The tensor engine cannot be loaded ({e.Message.Split('\n').First(l => l.Trim().Length > 0).Trim()}): {Advice}.", e);
        }
    }

    private static string[] Candidates(Assembly assembly) =>
    [
        Path.Combine(AppContext.BaseDirectory, FileName),
        Path.Combine(Path.GetDirectoryName(assembly.Location) is { Length: > 0 } folder ? folder : AppContext.BaseDirectory, FileName),
    ];
}
