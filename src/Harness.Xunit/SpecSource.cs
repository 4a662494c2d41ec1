using SafetyGate.Harness.Reports;
using Xunit;

namespace SafetyGate.Harness.Xunit;

/// <summary>Source location of the running spec, from the repository's root, for annotations and code scanning.</summary>
internal static class SpecSource
{
    private const string Mapped = "/_/"; // the root's placeholder in a deterministic build

    /// <summary>The place; <c>null</c> when the compiler left none, or one outside the repository.</summary>
    public static ReportedSource? Current(SpecFolders folders) =>
        TestContext.Current.TestCase is { SourceFilePath: { } file, SourceLineNumber: { } line and > 0 }
            ? Of(file, line, Path.GetDirectoryName(Path.GetFullPath(folders.Baselines)) ?? "")
            : null;

    /// <summary>The place of a file that the compiler named.</summary>
    /// <param name="file">Path as compiled.</param>
    /// <param name="line">Line.</param>
    /// <param name="root">The repository's root.</param>
    public static ReportedSource? Of(string file, int line, string root)
    {
        if (file.StartsWith(Mapped, StringComparison.Ordinal)) return new(file[Mapped.Length..], line);
        var relative = Path.GetRelativePath(root, file).Replace('\\', '/');
        return Path.IsPathRooted(relative) || relative.StartsWith("../", StringComparison.Ordinal) ? null : new(relative, line);
    }
}
