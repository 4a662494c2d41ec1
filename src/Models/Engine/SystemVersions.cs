using System.Runtime.InteropServices;

namespace SafetyGate.Models.Engine;

/// <summary>Reads the file that the system's own loader maps into this process.</summary>
internal sealed class SystemVersions : ISystemVersions
{
    /// <inheritdoc/>
    public bool Defines(string library, string version)
    {
        if (!NativeLibrary.TryLoad(library, out _)) return true; // no such library: the load itself names what is missing
        var path = MappedFiles.Now().FirstOrDefault(file => Path.GetFileName(file).StartsWith(library, StringComparison.Ordinal));
        return path is null || ElfFile.Read(File.ReadAllBytes(path), path).Defines.Contains(version);
    }
}
