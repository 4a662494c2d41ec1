using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Runs;

/// <summary>Moves the output of a command to the places the run store reads.</summary>
/// <param name="directory">The run's folder.</param>
/// <param name="checkpoint">Where the command leaves the model, relative to it.</param>
/// <param name="metrics">Where it leaves its metrics, relative to it; <c>null</c> when it need not.</param>
internal sealed class ExternalRunFiles(string directory, string checkpoint, string? metrics)
{
    private readonly string _left = Path.GetFullPath(checkpoint, directory);
    private readonly string _kept = Path.Combine(directory, RunLayout.Checkpoint);

    private bool IsInPlace => string.Equals(Path.TrimEndingDirectorySeparator(_left), _kept, StringComparison.Ordinal);

    /// <summary>Restores files that an attempt killed at its end had already moved into place.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(directory);
        if (IsInPlace || !Directory.Exists(_kept)) return;
        if (Directory.Exists(_left)) Directory.Delete(_kept, recursive: true);
        else
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_left)!);
            Directory.Move(_kept, _left);
        }
    }

    /// <summary>Checks checkpoint and metrics and moves them into place; the problem, or <c>null</c>.</summary>
    public string? Collect()
    {
        if (new DirectoryInfo(_left).LinkTarget is { } target)
            return $"{_left} is a link to {target}; the checkpoint must lie in the run's folder itself";
        if (ExternalCheckpoint.ProblemOf(_left) is { } problem) return problem;
        var keptMetrics = Path.Combine(directory, RunLayout.Metrics);
        var leftMetrics = Path.GetFullPath(metrics ?? RunLayout.Metrics, directory);
        if (File.Exists(leftMetrics))
        {
            if (leftMetrics != keptMetrics) File.Copy(leftMetrics, keptMetrics, overwrite: true);
        }
        else if (metrics is not null) return $"it left no metrics: {leftMetrics} is missing";
        else File.WriteAllText(keptMetrics, "");

        if (!IsInPlace) Directory.Move(_left, _kept);
        foreach (var state in Directory.EnumerateDirectories(_kept, "checkpoint-*").ToList())
            if (Path.GetFileName(state)["checkpoint-".Length..] is { Length: > 0 } step && step.All(char.IsAsciiDigit))
                Directory.Delete(state, recursive: true);
        return null;
    }
}
