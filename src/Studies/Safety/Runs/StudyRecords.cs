using System.Text;
using System.Text.Json;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Studies.Safety.Plan;

namespace SafetyGate.Studies.Safety.Runs;

/// <summary>
/// Finished runs of studies, a small file each: those of this machine in its store, and those of any machine in a folder that is handed
/// around. A run of the store is taken only for the same compute environment; one of the folder whatever machine made it.
/// </summary>
/// <param name="store">The run store.</param>
/// <param name="shared">The folder to exchange; <c>null</c> for none.</param>
public sealed class StudyRecords(RunStore store, string? shared = null)
{
    private readonly string _own = Path.Combine(store.Root, "studies");
    private readonly StoreTrust _trust = StoreTrust.FromEnvironment();

    /// <summary>The stored run; <c>null</c> if there is none.</summary>
    /// <param name="study">Name of the study.</param>
    /// <param name="unit">The run.</param>
    /// <param name="key">Its key.</param>
    /// <param name="metrics">What is measured of it.</param>
    /// <param name="progress">Receives a warning for a damaged file, or one that contradicts itself; it counts as none.</param>
    public StudyRun? Find(string study, StudyUnit unit, string key, StudyMetrics metrics, IProgress<RunProgress> progress)
    {
        _trust.RequireRoot(store.Root);
        if (Read(Path.Combine(_own, study), unit, key, metrics, progress) is { } own && Same(own.Environment, unit.First().Environment())) return own;
        return shared is null ? null : Read(shared, unit, key, metrics, progress);
    }

    /// <summary>Keeps a run in the store, and in the folder to exchange.</summary>
    /// <exception cref="UserErrorException">It cannot be written (exit code 74).</exception>
    public void Keep(string study, StudyRun run)
    {
        var (name, bytes) = (FileName(run.Arm, run.Seed, run.Key), Encoding.UTF8.GetBytes(run.ToJson()));
        WholeFile.Write(Path.Combine(_own, study, name), bytes);
        if (shared is not null) WholeFile.Write(Path.Combine(shared, name), bytes);
    }

    private StudyRun? Read(string folder, StudyUnit unit, string key, StudyMetrics metrics, IProgress<RunProgress> progress)
    {
        var path = Path.Combine(folder, FileName(unit.Arm.Name, unit.Seed, key));
        if (!File.Exists(path)) return null;
        _trust.Require(folder, path);
        try
        {
            var run = StudyRun.Read(path);
            if (run.Key != key || run.Arm != unit.Arm.Name || run.Seed != unit.Seed) progress.Report(new RunProgress("warning", 0, 0, $"{path} is of another run; it is not used."));
            else if (RecordProblems.Of(run, metrics) is { } problem) progress.Report(new RunProgress("warning", 0, 0, $"{path} is not used: {problem}. It is made again."));
            else return run;
        }
        catch (UserErrorException damaged)
        {
            progress.Report(new RunProgress("warning", 0, 0, $"{damaged.Message} It is made again."));
        }

        return null;
    }

    private static bool Same(RunEnvironment one, RunEnvironment other) => JsonSerializer.Serialize(one) == JsonSerializer.Serialize(other);

    private static string FileName(string arm, ulong seed, string key) => Invariant($"{arm}-{seed}.{key[..12]}.json");
}
