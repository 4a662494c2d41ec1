using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Xunit;

/// <summary>The snapshot of one spec: received and verified files after Verify's conventions. All file handling of the verbs is here, so that Verify could take its place.</summary>
internal sealed class SpecSnapshots(MeasuredRun subject)
{
    private readonly BaselineStore _store = new(subject.Folders.Baselines);

    /// <summary>The approved result of this spec; <c>null</c> when there is none.</summary>
    /// <exception cref="UserErrorException">The file is damaged or is not the one that was approved.</exception>
    public ResultDocument? Approved() => _store.Approved(subject.Spec);

    /// <summary>The command that approves the received file.</summary>
    public string ApproveCommand => BaselineStore.ApproveCommand(subject.Spec);

    /// <summary>The approved measurement of another gated metric of the same recipe, from whatever spec holds it; <c>null</c> when none is approved.</summary>
    public MetricResult? ApprovedElsewhere(string metric)
    {
        foreach (var (file, _) in _store.All().Where(f => f.Status == BaselineStatus.Approved))
        {
            try
            {
                var document = ResultFile.Read(Path.Combine(_store.Directory, file));
                if (document.Recipe?.Name == subject.Recipe.Name && document.Find(metric) is { } found) return found;
            }
            catch (UserErrorException)
            {
                // A damaged file fails its own spec; here the metric keeps its place in the family with p = 1.
            }
        }

        return null;
    }

    /// <summary>Leaves the result beside the baseline to be looked at and approved.</summary>
    /// <returns>Path of the received file.</returns>
    public string Receive(GateSettings settings) => _store.Receive(subject.Spec, Document(settings));

    /// <summary>Removes what an earlier run left.</summary>
    public void Discard()
    {
        if (Directory.Exists(_store.Directory)) _store.DiscardReceived(subject.Spec);
    }

    /// <summary>One test has one snapshot, so it can gate one metric against a baseline.</summary>
    /// <exception cref="InvalidOperationException">The test has gated another metric before.</exception>
    public void Claim() => SnapshotClaims.Claim(_store, subject.Spec, subject.Subject.Metric.Name);

    private ResultDocument Document(GateSettings settings)
    {
        var measurement = (subject.Whole ?? subject.Subject.Now).Measurement;
        var model = measurement.Model with { Name = subject.Recipe.Name }; // a name from a path would differ from machine to machine
        return new ResultDocument { Model = model, Recipe = subject.Recipe, Metrics = [new MetricResult { Measurement = measurement with { Model = model }, Gate = settings }] };
    }
}
