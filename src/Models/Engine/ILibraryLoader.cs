namespace SafetyGate.Models.Engine;

/// <summary>The system's loader of shared libraries.</summary>
internal interface ILibraryLoader
{
    /// <summary>Loads a library.</summary>
    /// <param name="path">Absolute path.</param>
    /// <param name="handle">Handle of the library; 0 if it was not loaded.</param>
    /// <returns>The reason why it was not loaded, in the loader's words; <c>null</c> if it was.</returns>
    string? Load(string path, out nint handle);
}
