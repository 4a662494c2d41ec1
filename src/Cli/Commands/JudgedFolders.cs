using SafetyGate.Harness.Baselines;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// What a command judges: the baselines and the results of the repository around the current folder, wherever the program itself lies, unless
/// options or environment variables name other folders.
/// </summary>
/// <param name="Repository">The repository around the current folder; <c>null</c> when options name every folder, or there is none and the
/// environment does.</param>
/// <param name="Baselines">Folder of the baselines.</param>
/// <param name="Results">Folder of the specs' results.</param>
internal sealed record JudgedFolders(string? Repository, string Baselines, string Results)
{
    public const string BaselinesVariable = "SAFETYGATE_BASELINES", ResultsVariable = "SAFETYGATE_RESULTS";

    /// <summary>The first line of the output.</summary>
    public string Words { get; private init; } = "";

    /// <summary>The folders for given options.</summary>
    /// <param name="baselines">Value of <c>--baselines</c>.</param>
    /// <param name="results">Value of <c>--log</c>.</param>
    /// <exception cref="UserErrorException">A folder is not named and there is no repository (exit code 64).</exception>
    public static JudgedFolders Of(string? baselines, string? results) =>
        Of(baselines, results, Environment.GetEnvironmentVariable, Environment.CurrentDirectory);

    /// <summary>The folders for a command that reads no results.</summary>
    /// <param name="baselines">Value of <c>--baselines</c>.</param>
    /// <exception cref="UserErrorException">As for <see cref="Of(string?, string?)"/>.</exception>
    public static JudgedFolders OfBaselines(string? baselines)
    {
        var judged = Of(baselines, ".");
        return judged with
        {
            Words = judged.Repository is { } root ? Line(root, judged.Baselines, null) : $"baselines   {Path.GetFullPath(judged.Baselines)}",
        };
    }

    internal static JudgedFolders Of(string? baselines, string? results, Func<string, string?> variable, string current)
    {
        var (namedBaselines, namedResults) = (Named(baselines, BaselinesVariable), Named(results, ResultsVariable));
        var root = baselines is not null && results is not null ? null
            : namedBaselines is not null && namedResults is not null ? RepositoryRoot.Above(current)
            : RootAbove(current);
        var judged = new JudgedFolders(root, namedBaselines ?? Path.Combine(root!, "baselines"), namedResults ?? Path.Combine(root!, "artifacts", "gate"));
        return judged with
        {
            Words = root is null
                ? $"baselines   {Path.GetFullPath(judged.Baselines)}, results {Path.GetFullPath(judged.Results)}"
                : Line(root, namedBaselines, namedResults),
        };

        string? Named(string? option, string name) => option ?? (variable(name) is { Length: > 0 } set ? set : null);
    }

    private static string Line(string root, string? baselines, string? results)
    {
        List<string> elsewhere = [];
        if (baselines is not null && !IsIn(root, baselines)) elsewhere.Add($"baselines {Path.GetFullPath(baselines)}");
        if (results is not null && !IsIn(root, results)) elsewhere.Add($"results {Path.GetFullPath(results)}");
        return $"repository  {root}{(elsewhere.Count == 0 ? "" : $" ({string.Join(", ", elsewhere)})")}";
    }

    private static bool IsIn(string root, string folder) =>
        Path.GetFullPath(folder).StartsWith(Path.TrimEndingDirectorySeparator(root) + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string RootAbove(string current) => RepositoryRoot.Above(current)
        ?? throw new UserErrorException($"No repository above {current}: no folder with .git, a solution or baselines/. Change into the repository that is to be judged, give --baselines and --log, or set {BaselinesVariable} and {ResultsVariable}.", GateExitCode.Usage);
}
