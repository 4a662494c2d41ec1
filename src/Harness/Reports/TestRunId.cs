using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// Identity of a test run: <c>$SAFETYGATE_RUN</c>, else that of the CI's run, else that of the <c>dotnet test</c> which started the test
/// programs, else one of each program's own.
/// </summary>
public static class TestRunId
{
    /// <summary>The environment variable that names a run, such as one that several machines share.</summary>
    public const string Variable = "SAFETYGATE_RUN";

    /// <summary>
    /// The file beside a test program in which <c>dotnet test</c> leaves the identity of its run before it starts the program, and the
    /// program that it was taken.
    /// </summary>
    public const string Mark = "safetygate.run";

    private const string Taken = "taken";
    private const int LongestId = 120, DeepestBuild = 4; // bin/Release/net10.0/linux-x64, or bin/PROJECT/release

    // GitHub's attempt is part of the run: what an earlier attempt left in a folder that is used again must not count.
    private static readonly (string Name, string Prefix, string? Attempt)[] OfCi =
    [
        ("GITHUB_RUN_ID", "github", "GITHUB_RUN_ATTEMPT"), ("CI_PIPELINE_ID", "gitlab", null), ("BUILD_BUILDID", "azure", null),
        ("BUILD_TAG", "jenkins", null),
    ];

    /// <summary>The run that the environment names; <c>null</c> when it names none.</summary>
    /// <param name="variable">Value of an environment variable, or <c>null</c>.</param>
    /// <exception cref="UserErrorException">The value is no name of one line (exit code 64).</exception>
    public static string? Named(Func<string, string?> variable)
    {
        if (variable(Variable) is { Length: > 0 } given)
            return given.Length <= LongestId && !given.Any(c => char.IsControl(c) || char.IsWhiteSpace(c)) ? given
                : throw new UserErrorException(Invariant($"{Variable} has {given.Length} characters, or a space or line end among them; it must be one word of at most {LongestId}, such as the number of the CI's run."), GateExitCode.Usage);
        foreach (var (name, prefix, attempt) in OfCi)
            if (variable(name) is { Length: > 0 } value)
                return Fit($"{prefix}-{value}{(attempt is not null && variable(attempt) is { Length: > 0 } number ? "-" + number : "")}");
        return null;
    }

    /// <summary>The run that a test program belongs to; its mark is taken.</summary>
    /// <param name="variable">Value of an environment variable, or <c>null</c>.</param>
    /// <param name="program">Folder of the program.</param>
    /// <param name="fresh">Gives an identity that no run has had.</param>
    /// <returns>The identity, and whether the program's folder has a mark of it.</returns>
    /// <exception cref="UserErrorException">As for <see cref="Named"/>.</exception>
    public static (string Id, bool IsMarked) Begin(Func<string, string?> variable, string program, Func<string> fresh)
    {
        bool isMarked;
        // A mark that was taken is that of an earlier start: the program was started again without `dotnet test`.
        var id = MarkIn(program) is { IsTaken: false, Id.Length: > 0 } left ? left.Id : fresh();
        try
        {
            id = Named(variable) ?? id;
        }
        finally
        {
            isMarked = Marked(Path.Combine(program, Mark), id); // a run that is named wrongly was started all the same
        }

        return (id, isMarked);
    }

    /// <summary>The mark beside a test program, without an identity where it is no whole one; <c>null</c> when there is none.</summary>
    internal static (string Id, bool IsTaken)? MarkIn(string program)
    {
        var path = Path.Combine(program, Mark);
        try
        {
            if (!File.Exists(path)) return null;
            var lines = File.ReadAllLines(path);
            return lines is [{ Length: > 0 } id, ..] ? (Fit(id), lines.Length > 1 && lines[1] == Taken) : ("", false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ("", false);
        }
    }

    /// <summary>
    /// Later marks beside other builds of a test program: of another configuration, framework or platform, below the folder of output that
    /// holds them all: <c>bin</c>, or another that the project names.
    /// </summary>
    /// <param name="program">Folder of the program.</param>
    /// <param name="assembly">Name of its assembly.</param>
    internal static IReadOnlyList<(string Program, string Id)> LaterBeside(string program, string assembly)
    {
        try
        {
            var own = new FileInfo(Path.Combine(program, Mark));
            if (!own.Exists || BuildsAround(own.Directory!) is not { } builds) return [];
            var options = new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = DeepestBuild, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
            return [.. builds.EnumerateFiles(Mark, options)
                .Where(mark => mark.FullName != own.FullName && mark.LastWriteTimeUtc > own.LastWriteTimeUtc && File.Exists(Path.Combine(mark.DirectoryName!, assembly + ".dll")))
                .OrderBy(mark => mark.FullName, StringComparer.Ordinal).Select(mark => (mark.DirectoryName!, MarkIn(mark.DirectoryName!)?.Id ?? ""))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // The folder bin, or, where a project puts its output elsewhere, the highest folder below the one with the sources; null where none is near.
    private static DirectoryInfo? BuildsAround(DirectoryInfo program)
    {
        for (var folder = program; folder is not null; folder = folder.Parent)
            if (folder.Name == "bin") return folder;
        var builds = program;
        for (var level = 0; level < DeepestBuild && builds.Parent is { } above; level++, builds = above)
            if (HoldsSources(above)) return builds;
        return null;
    }

    private static bool HoldsSources(DirectoryInfo folder) =>
        Directory.Exists(Path.Combine(folder.FullName, ".git")) || folder.EnumerateFiles().Any(file => file.Name == ".git" || file.Extension is ".sln" or ".slnx" or ".csproj" or ".fsproj" or ".vbproj");

    private static bool Marked(string path, string id)
    {
        try
        {
            WholeFile.Write(path, Encoding.UTF8.GetBytes($"{id}\n{Taken}\n"));
            return true;
        }
        catch (UserErrorException)
        {
            WholeFile.TryEmpty(path); // on a full disk: an earlier run's mark does not stay
            return false;
        }
    }

    private static string Fit(string text)
    {
        var word = string.Concat(text.Select(c => char.IsControl(c) || char.IsWhiteSpace(c) ? '-' : c));
        return word.Length <= LongestId ? word : word[..LongestId];
    }
}
