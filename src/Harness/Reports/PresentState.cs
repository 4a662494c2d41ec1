using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Reports;

/// <summary>What verdicts must be of to hold.</summary>
/// <param name="Run">The test run that the environment names; <c>null</c>: any one run.</param>
/// <param name="Root">The repository that is judged.</param>
/// <param name="Sources">The present state of its sources.</param>
public sealed record PresentState(string? Run, string Root, SourceState Sources)
{
    /// <summary>The state of the repository around the baselines.</summary>
    /// <param name="run">The test run that the environment names; <c>null</c>: any one run.</param>
    /// <param name="repository">The repository; <c>null</c>: the folder around the baselines.</param>
    /// <param name="baselines">Folder of the baselines.</param>
    /// <param name="leftOut">Further folders that are no sources: results, the run store.</param>
    public static PresentState Of(string? run, string? repository, string baselines, params IEnumerable<string> leftOut)
    {
        var root = repository ?? Path.GetDirectoryName(Path.GetFullPath(baselines)) ?? baselines;
        return new(run, root, SourceState.Of(root, [baselines, .. leftOut]));
    }
}
