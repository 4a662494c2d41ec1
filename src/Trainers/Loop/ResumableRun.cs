using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Trainers.Optimization;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Loop;

/// <summary>Progress of a run, kept in its directory so that an interrupted run resumes as if it had not been interrupted.</summary>
internal sealed class ResumableRun : IDisposable
{
    private readonly string? _directory;
    private readonly string _digest;
    private readonly TrainedWeights _weights;
    private readonly IOptimizer _optimizer;
    private readonly MetricsLog? _metrics;

    private ResumableRun(string? directory, string digest, TrainedWeights weights, IOptimizer optimizer, IProgress<RunProgress>? progress)
    {
        (_directory, _digest, _weights, _optimizer) = (directory, digest, weights, optimizer);
        _metrics = directory is null ? null : Resume(directory, progress);
    }

    /// <summary>Steps done.</summary>
    public long Step { get; set; }

    /// <summary>Tokens read.</summary>
    public long Tokens { get; set; }

    /// <summary>The last measured accuracy.</summary>
    public double? Accuracy { get; set; }

    /// <summary>Whether the target accuracy was reached.</summary>
    public bool ReachedTarget { get; set; }

    /// <summary>Starts a run, or resumes from the state an interrupted attempt left.</summary>
    /// <param name="directory">The run's directory; <c>null</c> keeps nothing.</param>
    /// <param name="digest">Digest of what decides the run; a state of another one is refused.</param>
    /// <param name="weights">Take the saved ones. Borrowed.</param>
    /// <param name="optimizer">Takes the saved moments. Borrowed.</param>
    /// <param name="progress">Informed when a damaged state is set aside.</param>
    /// <exception cref="UserErrorException">The directory holds the state of another run.</exception>
    public static ResumableRun Open(string? directory, string digest, TrainedWeights weights, IOptimizer optimizer,
        IProgress<RunProgress>? progress) =>
        new(directory, digest, weights, optimizer, progress);

    /// <summary>Digest of what decides a run: its description, then the weights it starts from.</summary>
    /// <param name="parts">Description of options and data.</param>
    /// <param name="parameters">The weights of every model the run depends on.</param>
    public static string DigestOf(IEnumerable<string> parts, IEnumerable<KeyValuePair<string, Tensor>> parameters)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts) hash.AppendData(Encoding.UTF8.GetBytes(part));
        foreach (var (name, parameter) in parameters)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Invariant($"\n{name} {parameter.dtype} {string.Join(' ', parameter.shape)}\n")));
            TensorBytes.Read(parameter, parameter.dtype, bytes => hash.AppendData(bytes));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The values of a metric in the rows an earlier attempt left.</summary>
    public IReadOnlyList<double> Earlier(string name) => _directory is null ? [] : MetricsLog.Values(_directory, name);

    /// <summary>Writes a row of metrics.</summary>
    public void Append(JsonObject row) => _metrics?.Append(row);

    /// <summary>Saves the state.</summary>
    public void Save()
    {
        if (_directory is null) return;
        var optimizer = _optimizer.Save();
        var facts = new TrainingState
        {
            RunDigest = _digest,
            Step = Step,
            Tokens = Tokens,
            MetricsLength = _metrics!.Length,
            Accuracy = Accuracy,
            ReachedTarget = ReachedTarget,
            Optimizer = optimizer.Kind,
            OptimizerSteps = optimizer.Steps,
        };
        TrainingStateFile.Save(_directory, facts, _weights.Parameters, optimizer.Tensors);
    }

    /// <summary>Closes the metrics.</summary>
    public void Dispose() => _metrics?.Dispose();

    private MetricsLog Resume(string directory, IProgress<RunProgress>? progress)
    {
        SavedState? opened;
        try
        {
            opened = TrainingStateFile.Open(directory);
        }
        catch (UserErrorException e)
        {
            progress?.Report(new RunProgress("warning", 0, 0,
                $"starting over: {e.Message} It was moved to {TrainingStateFile.SetAside(directory)}."));
            opened = null;
        }

        if (opened is null) return MetricsLog.Open(directory, 0)!;
        using var saved = opened;
        if (saved.Facts.RunDigest != _digest)
            throw new UserErrorException($"{directory} has the state of another run (other options, data or first weights). Give an empty directory, or remove it.");
        if (MetricsLog.Open(directory, saved.Facts.MetricsLength) is not { } metrics)
        {
            progress?.Report(new RunProgress("warning", 0, 0, $"starting over: {MetricsLog.FileName} is shorter than the saved state records. The state was moved to {TrainingStateFile.SetAside(directory)}."));
            return MetricsLog.Open(directory, 0)!;
        }

        foreach (var (name, parameter) in _weights.Parameters) saved.FillWeight(name, parameter);
        _weights.Publish();
        _optimizer.Restore(saved.Facts.Optimizer, saved.Facts.OptimizerSteps, saved.FillMoment);
        (Step, Tokens, Accuracy, ReachedTarget) = (saved.Facts.Step, saved.Facts.Tokens, saved.Facts.Accuracy, saved.Facts.ReachedTarget);
        return metrics;
    }
}
