namespace SafetyGate.Core.Runs;

/// <summary>Native library of the engine that is loaded into the process.</summary>
/// <param name="Name">File name, such as <c>libtorch_cpu.so</c>.</param>
/// <param name="Sha256">SHA-256 of the file; lower-case hex. Of the package's file where a changed copy of it is loaded.</param>
/// <param name="Change">Changes of the loaded copy, such as <c>GLIBCXX_3.4.32 weak</c>; empty if the file itself is loaded.</param>
public sealed record NativeFile(string Name, string Sha256, string Change);
