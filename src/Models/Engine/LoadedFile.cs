namespace SafetyGate.Models.Engine;

/// <summary>Native file of the engine that is loaded.</summary>
/// <param name="Name">File name of the original.</param>
/// <param name="Original">Path of the file, or of the original of a modified copy.</param>
/// <param name="Change">Changes of the loaded copy; empty if the file itself is loaded.</param>
internal sealed record LoadedFile(string Name, string Original, string Change);
