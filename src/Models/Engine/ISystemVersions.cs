namespace SafetyGate.Models.Engine;

/// <summary>Symbol versions of the libraries that the system would load.</summary>
internal interface ISystemVersions
{
    /// <summary>Whether the system's copy of a library defines a symbol version.</summary>
    /// <param name="library">Name of the library, such as <c>libstdc++.so.6</c>.</param>
    /// <param name="version">Name of the version.</param>
    bool Defines(string library, string version);
}
