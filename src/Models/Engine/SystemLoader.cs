using System.Runtime.InteropServices;

namespace SafetyGate.Models.Engine;

/// <summary>
/// <c>dlopen</c> with all symbols resolved at once. <see cref="NativeLibrary.Load(string)"/> resolves a function at its first call, and a
/// symbol that a libtorch of another version lacks would then end the process.
/// </summary>
internal sealed class SystemLoader : ILibraryLoader
{
    private const int Now = 2;
    private readonly OpenFunction _open;
    private readonly ErrorFunction _error;

    internal SystemLoader()
    {
        // Since glibc 2.34 both are in libc, before in libdl.
        var library = NativeLibrary.Load("libc.so.6");
        if (!NativeLibrary.TryGetExport(library, "dlopen", out _)) library = NativeLibrary.Load("libdl.so.2");
        _open = Marshal.GetDelegateForFunctionPointer<OpenFunction>(NativeLibrary.GetExport(library, "dlopen"));
        _error = Marshal.GetDelegateForFunctionPointer<ErrorFunction>(NativeLibrary.GetExport(library, "dlerror"));
    }

    private delegate nint OpenFunction([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    private delegate nint ErrorFunction();

    /// <inheritdoc/>
    public string? Load(string path, out nint handle)
    {
        handle = _open(path, Now);
        return handle != 0 ? null : Marshal.PtrToStringUTF8(_error()) ?? "unknown reason";
    }
}
