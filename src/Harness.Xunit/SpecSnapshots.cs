using SafetyGate.Core.Language;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// The snapshot of one spec: received and verified files after Verify's conventions. All file handling of the verbs is here, so that Verify
/// could take its place.
/// </summary>
/// <param name="folders">The spec folders.</param>
/// <param name="spec">The spec.</param>
/// <param name="recipe">The recipe whose run is gated.</param>
/// <param name="metric">The gated metric.</param>
internal sealed class SpecSnapshots(SpecFolders folders, BaselineKey spec, RecipeIdentity recipe, string metric)
{
    private readonly BaselineStore _store = new(folders.Baselines);

    /// <summary>The approved result of this spec; <c>null</c> when there is none.</summary>
    /// <exception cref="UserErrorException">The file is damaged or is not the one that was approved.</exception>
    public ResultDocument? Approved() => _store.Approved(spec);

    /// <summary>The result of this spec that was approved first; <c>null</c> when there is none.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Approved"/>.</exception>
    public ResultDocument? FirstApproved() => _store.FirstApproved(spec);

    /// <summary>The approved scores of people on responses of this recipe's models.</summary>
    /// <exception cref="UserErrorException">A file is damaged, or two contradict each other.</exception>
    public ApprovedOverrides Overrides() => _store.Overrides(spec, recipe.Name);

    /// <summary>The command that approves the received file.</summary>
    public string ApproveCommand => BaselineStore.ApproveCommand(spec);

    /// <summary>
    /// The approved measurement of another gated metric of the same recipe, from whatever spec holds it; <c>null</c> when none is approved.
    /// </summary>
    /// <returns>The result, and the first approved one of that spec when that is its anchor.</returns>
    public (MetricResult Approved, Measurement? First)? ApprovedElsewhere(string other)
    {
        foreach (var (file, _) in _store.All().Where(f => f.Status == BaselineStatus.Approved))
        {
            try
            {
                var document = ResultFile.Read(Path.Combine(_store.Directory, file));
                if (document.Recipe?.Name != recipe.Name || document.Find(other) is not { } found) continue;
                var first = found.Gate?.Anchor == AnchorKind.FirstApproved && document is { Spec: { } owner, Test: { } test }
                    ? _store.FirstApproved(new(owner, test))?.Find(other)
                    : null;
                return (found, first?.Measurement);
            }
            catch (UserErrorException)
            {
                // A damaged file fails its own spec; here the metric keeps its place in the family with p = 1.
            }
        }

        return null;
    }

    /// <summary>Leaves the result beside the baseline to be looked at and approved.</summary>
    /// <param name="measurement">What was measured.</param>
    /// <param name="settings">The rule.</param>
    /// <param name="modelName">The model's name in the file; the same on every machine.</param>
    /// <returns>Path of the received file.</returns>
    public string Receive(Measurement measurement, GateSettings settings, string modelName)
    {
        var model = measurement.Model with { Name = modelName };
        return _store.Receive(spec, new ResultDocument { Model = model, Recipe = recipe, Metrics = [new MetricResult { Measurement = measurement with { Model = model }, Gate = settings }] });
    }

    /// <summary>Leaves a measured KL beside the baseline to be looked at and approved.</summary>
    /// <returns>Path of the received file.</returns>
    public string Receive(ModelIdentity model, KlResult kl) =>
        _store.Receive(spec, new ResultDocument { Model = model with { Name = recipe.Name }, Recipe = recipe, Metrics = [], Kl = [kl] });

    /// <summary>Removes the files of an earlier run.</summary>
    public void Discard()
    {
        if (Directory.Exists(_store.Directory)) _store.DiscardReceived(spec);
    }

    /// <summary>One test has one snapshot, so it can gate one metric against a baseline.</summary>
    /// <exception cref="InvalidOperationException">The test has gated another metric before.</exception>
    public void Claim() => SnapshotClaims.Claim(_store, spec, metric);
}
