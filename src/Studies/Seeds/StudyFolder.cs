namespace SafetyGate.Studies.Seeds;

/// <summary>A folder for data files of one piece of work, removed when it ends.</summary>
internal sealed class StudyFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("safetygate-study-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
