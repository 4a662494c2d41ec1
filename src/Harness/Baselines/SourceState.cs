using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Harness.Baselines;

/// <summary>The sources of a repository at one moment: the commit, and what the working tree has changed from it.</summary>
/// <param name="Commit">The commit; lower-case hex. <c>null</c>: no git, or none yet.</param>
/// <param name="Changes">
/// Digest of the differences of tracked files and of untracked sources; empty for none. <c>null</c>: git could not tell.
/// </param>
public sealed record SourceState(string? Commit, string? Changes)
{
    private const string Received = ".received.";
    private const long LargestRead = 256L << 20;

    // What a build reads. Logs and other output that appears while tests run are none.
    private static readonly HashSet<string> Programs = new(StringComparer.OrdinalIgnoreCase)
    {
        ".cs", ".fs", ".vb", ".razor", ".csproj", ".fsproj", ".vbproj", ".props", ".targets", ".sln", ".slnx",
    };

    private static readonly HashSet<string> Data = new(StringComparer.OrdinalIgnoreCase) { ".json", ".jsonl", ".csv", ".tsv", ".jinja", ".py" };

    private static readonly HashSet<string> Output = new(StringComparer.OrdinalIgnoreCase) { "bin", "obj", "artifacts", "TestResults", "node_modules" };

    // Settings of an outer git command, such as a hook, would point to another repository, or read the patterns below as names of files.
    private static readonly string[] OfAnOuterGit =
    [
        "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS",
        "GIT_ICASE_PATHSPECS", "GIT_EXTERNAL_DIFF", "GIT_ATTR_SOURCE",
    ];

    // A file that was changed shows by its time of change, which no program sets back, whatever the repository's configuration looks at.
    private static readonly string[] WholeStat = ["-c", "core.fsmonitor=false", "-c", "core.trustctime=true", "-c", "core.checkStat=default"];

    /// <summary>The state of the git repository around a folder.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="leftOut">Folders that are no sources: baselines, results, the run store.</param>
    public static SourceState Of(string root, params IEnumerable<string> leftOut)
    {
        if (TopOf(root) is not { } top) return new(null, null);
        var commit = Git(top, "rev-parse", "--verify", "--quiet", "HEAD^{commit}") is { } head ? Encoding.UTF8.GetString(head).Trim() : HeadOf(top);
        if (commit is null) return new(null, null);
        string[] excluded = [.. leftOut.Select(folder => Path.GetRelativePath(top, Path.GetFullPath(folder)).Replace('\\', '/'))
            .Where(path => path != "." && !path.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(path))];
        // What was changed in a submodule, too, whatever its configuration ignores: else any change in it is one and the same.
        var changed = Git(top, ["diff", "--no-ext-diff", "--no-textconv", "--no-color", "--binary", "--submodule=diff", "--ignore-submodules=untracked", "HEAD", "--", ":(top)",
            .. excluded.Select(path => $":(top,literal,exclude){path}"), $":(top,glob,exclude)**/*{Received}json"]);
        var hidden = Hidden(top, excluded);
        var untracked = Git(top, ["ls-files", "--others", "--exclude-standard", "-z", "--", ":(top)",
            .. excluded.Select(path => $":(top,literal,exclude){path}")]);
        if (changed is null || untracked is null || hidden is null) return new(commit, null);
        var added = Encoding.UTF8.GetString(untracked).Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(IsSource).Concat(hidden).Order(StringComparer.Ordinal).ToList();
        if (changed.Length == 0 && added.Count == 0) return new(commit, "");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(changed);
        foreach (var path in added) hash.AppendData(Encoding.UTF8.GetBytes(Described(top, path)));
        return new(commit, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>The program source that was changed last, for where there is no git; <c>null</c> when there is none.</summary>
    /// <param name="root">Folder of the sources; build output and hidden folders are left out.</param>
    public static (string Path, DateTimeOffset Changed)? Newest(string root)
    {
        (string, DateTimeOffset)? newest = null;
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        var folders = new Stack<string>([root]);
        while (folders.TryPop(out var folder))
        {
            foreach (var file in new DirectoryInfo(folder).EnumerateFiles("*", options))
                if (Programs.Contains(file.Extension) && (newest is not { } n || file.LastWriteTimeUtc > n.Item2)) newest = (file.FullName, file.LastWriteTimeUtc);
            foreach (var inner in new DirectoryInfo(folder).EnumerateDirectories("*", options))
                if (!Output.Contains(inner.Name) && !inner.Name.StartsWith('.')) folders.Push(inner.FullName);
        }

        return newest;
    }

    private static bool IsSource(string path) =>
        (Programs.Contains(Path.GetExtension(path)) || Data.Contains(Path.GetExtension(path)))
        && !path.EndsWith(Received + "json", StringComparison.Ordinal) && !path.Split('/').Any(Output.Contains);

    // Tracked files whose changes git was told not to look for (update-index --assume-unchanged and --skip-worktree) and that are changed.
    // A sparse checkout marks files so that are not there.
    private static List<string>? Hidden(string top, string[] excluded)
    {
        if (Git(top, ["ls-files", "-v", "--stage", "-z", "--", ":(top)", .. excluded.Select(path => $":(top,literal,exclude){path}")]) is not { } listed) return null;
        var changed = new List<string>();
        foreach (var entry in Encoding.UTF8.GetString(listed).Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var (tag, name) = (entry[0], entry.IndexOf('\t', StringComparison.Ordinal));
            if (!(char.IsAsciiLetterLower(tag) || tag == 'S') || name < 0 || entry[2..name].Split(' ') is not [_, var blob, _]) continue;
            var path = entry[(name + 1)..];
            if (!Path.Exists(Path.Combine(top, path)) ? tag == 'h' : Git(top, "hash-object", "--", path) is not { } now || Encoding.ASCII.GetString(now).Trim() != blob) changed.Add(path);
        }

        return changed;
    }

    // By content: a copy keeps size and time where it wants to. A file of many megabytes by what the file system knows of it.
    private static string Described(string top, string path)
    {
        var file = new FileInfo(Path.Combine(top, path));
        try
        {
            var content = !file.Exists ? "none" : file.Length > LargestRead ? FileState.Of(file.FullName).ToString() : Content(file.FullName);
            return $"\n{path}\n{content}\n";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"\n{path}\nunreadable\n";
        }
    }

    private static string Content(string path)
    {
        if (!FileState.IsRegularOrUnknown(path)) return "no file";
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    private static string? TopOf(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (Path.Exists(Path.Combine(folder.FullName, ".git"))) return folder.FullName;
        return null;
    }

    private static byte[]? Git(string directory, params string[] args)
    {
        var start = new ProcessStartInfo("git", ["-C", directory, "--no-optional-locks", .. WholeStat, .. args])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var name in OfAnOuterGit) start.Environment.Remove(name);
        try
        {
            using var git = Process.Start(start)!;
            var errors = git.StandardError.ReadToEndAsync();
            using var output = new MemoryStream();
            git.StandardOutput.BaseStream.CopyTo(output);
            git.WaitForExit();
            _ = errors.Result;
            return git.ExitCode == 0 ? output.ToArray() : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null; // no git on this machine
        }
    }

    // Where git is missing or refuses (a checkout of another user), its files say which commit is checked out.
    private static string? HeadOf(string top)
    {
        try
        {
            var folder = Path.Combine(top, ".git");
            if (File.Exists(folder) && After(File.ReadAllText(folder), "gitdir: ") is { } elsewhere) folder = Path.GetFullPath(elsewhere, top);
            var common = Path.Combine(folder, "commondir") is var path && File.Exists(path) ? Path.GetFullPath(File.ReadAllText(path).Trim(), folder) : folder;
            var head = File.ReadAllText(Path.Combine(folder, "HEAD"));
            if (After(head, "ref: ") is not { } name) return CommitIn(head);
            foreach (var place in new[] { folder, common })
                if (File.Exists(Path.Combine(place, name))) return CommitIn(File.ReadAllText(Path.Combine(place, name)));
            var packed = Path.Combine(common, "packed-refs");
            return File.Exists(packed)
                ? File.ReadLines(packed).Where(line => line.EndsWith(" " + name, StringComparison.Ordinal)).Select(line => CommitIn(line.Split(' ')[0])).FirstOrDefault()
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string? After(string text, string label) =>
        text.StartsWith(label, StringComparison.Ordinal) ? text[label.Length..].Trim() : null;

    private static string? CommitIn(string text) =>
        text.Trim() is { Length: 40 or 64 } digest && digest.All(char.IsAsciiHexDigitLower) ? digest : null;
}
