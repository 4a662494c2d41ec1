using System.Reflection;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Xunit;

/// <summary>Where specs keep things.</summary>
public sealed record SpecFolders
{
    /// <summary>Approved and received snapshots: <c>$SAFETYGATE_BASELINES</c>, else <c>baselines/</c> at the repository's root.</summary>
    public required string Baselines { get; init; }

    /// <summary>
    /// Results of this test run's specs: <c>$SAFETYGATE_RESULTS</c>, else <c>artifacts/gate/</c> at the repository's root.
    /// </summary>
    public required string Results { get; init; }

    /// <summary>
    /// A folder of the repository with the specs' sources, whose commit is recorded with each verdict; by default that of the baselines.
    /// </summary>
    public string Sources
    {
        get => field ?? Path.GetDirectoryName(Path.GetFullPath(Baselines)) ?? Baselines;
        init;
    }

    /// <summary>The run store; see <see cref="StoreLocation"/>.</summary>
    public required string Store { get; init; }

    /// <summary>
    /// The baselines as of the target branch, <c>$SAFETYGATE_BASE</c>: the report lists what a change modifies in them. <c>null</c>: not
    /// known.
    /// </summary>
    public string? Base { get; init; }

    /// <summary>
    /// The file GitHub Actions shows as the summary of a job, <c>$GITHUB_STEP_SUMMARY</c>; the report is kept in it. <c>null</c>: none.
    /// </summary>
    public string? JobSummary { get; init; }

    /// <summary>
    /// The part of the fixtures of a test program that runs here, <c>$SAFETYGATE_SHARD</c>, such as <c>2/4</c>; specs of the others skip.
    /// <c>null</c>: all.
    /// </summary>
    public Shard? Shard { get; init; }

    /// <summary>True under GitHub Actions (<c>$GITHUB_ACTIONS</c>): failures are printed as annotations.</summary>
    public bool Annotates { get; init; }

    /// <summary>The folders for the specs of an assembly.</summary>
    /// <remarks>
    /// The root is the nearest folder with <c>.git</c>, a solution or <c>baselines/</c>, looked for upwards from the test program, or from
    /// where the project was built when its project file sets <c>SafetyGateEmbedProjectDirectory</c>.
    /// </remarks>
    /// <exception cref="UserErrorException">No root is found, and the variables are not set.</exception>
    public static SpecFolders For(Assembly specs)
    {
        var embedded = specs.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == "SafetyGate.ProjectDirectory")?.Value;
        return Resolve(Environment.GetEnvironmentVariable, Directory.Exists(embedded) ? embedded : AppContext.BaseDirectory,
            StoreLocation.FromEnvironment());
    }

    /// <summary>The folders for given variables.</summary>
    /// <param name="variable">Value of an environment variable, or <c>null</c>.</param>
    /// <param name="start">Where to look upwards from.</param>
    /// <param name="store">The run store.</param>
    /// <exception cref="UserErrorException">No root is found, and the variables are not set; or the shard is none (exit code 64).</exception>
    public static SpecFolders Resolve(Func<string, string?> variable, string start, string store)
    {
        var root = new Lazy<string>(() => RootAbove(start));
        return new SpecFolders
        {
            Baselines = variable("SAFETYGATE_BASELINES") is { Length: > 0 } baselines
                ? Path.GetFullPath(baselines)
                : Path.Combine(root.Value, "baselines"),
            Results = variable("SAFETYGATE_RESULTS") is { Length: > 0 } results
                ? Path.GetFullPath(results)
                : Path.Combine(root.Value, "artifacts", "gate"),
            Store = store,
            Sources = RepositoryRoot.Above(start)!,
            Base = variable("SAFETYGATE_BASE") is { Length: > 0 } known ? Path.GetFullPath(known) : null,
            JobSummary = variable("GITHUB_STEP_SUMMARY") is { Length: > 0 } summary ? summary : null,
            Shard = Shard.FromEnvironment(variable),
            Annotates = variable("GITHUB_ACTIONS") == "true",
        };
    }

    private static string RootAbove(string start) => RepositoryRoot.Above(start)
        ?? throw new UserErrorException($"No repository above {start}: no folder with .git, a solution or baselines/. Set SAFETYGATE_BASELINES and SAFETYGATE_RESULTS to folders.");
}
