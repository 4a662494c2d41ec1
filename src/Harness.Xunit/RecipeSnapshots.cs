using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;

namespace SafetyGate.Harness.Xunit;

/// <summary>
/// The snapshots of a claim about a recipe: one for each training, <c>CLASS.TEST.training-N</c>, each a result like any other.
/// </summary>
internal sealed class RecipeSnapshots(MeasuredRecipe subject)
{
    private readonly BaselineStore _store = new(subject.Folders.Baselines);

    /// <summary>The command that approves all of them.</summary>
    public string ApproveCommand => BaselineStore.ApproveCommand(subject.Spec);

    /// <summary>
    /// The approved result of each training that has one; those beyond the trainings of now too, for a number that shrank is no small
    /// thing.
    /// </summary>
    /// <exception cref="UserErrorException">A file is damaged or is not the one that was approved.</exception>
    public IReadOnlyList<ResultDocument> Approved()
    {
        var found = new List<ResultDocument>();
        for (var number = 1; ; number++)
        {
            if (_store.Approved(subject.Spec.Training(number)) is { } document) found.Add(document);
            else if (number >= subject.Trainings.Count) return found;
        }
    }

    /// <summary>The result of each training that was approved first, in the same order.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Approved"/>.</exception>
    public IReadOnlyList<ResultDocument> FirstApproved() =>
        [.. Enumerable.Range(1, subject.Trainings.Count).Select(number => _store.FirstApproved(subject.Spec.Training(number))).OfType<ResultDocument>()];

    /// <summary>Leaves the result of each training beside its baseline.</summary>
    /// <returns>Path of the first.</returns>
    public string Receive(GateSettings settings) =>
        (subject.Whole ?? subject.Trainings).Select((training, i) => _store.Receive(subject.Spec.Training(i + 1), Document(training, settings))).ToList()[0];

    /// <summary>Removes the files of an earlier run.</summary>
    public void Discard()
    {
        if (!Directory.Exists(_store.Directory)) return;
        for (var number = 1; number <= subject.Trainings.Count; number++) _store.DiscardReceived(subject.Spec.Training(number));
    }

    /// <summary>One test has one set of snapshots.</summary>
    /// <exception cref="InvalidOperationException">The test has gated another metric before.</exception>
    public void Claim() => SnapshotClaims.Claim(_store, subject.Spec, subject.Metric.Name);

    private static ResultDocument Document(MeasuredTraining training, GateSettings settings)
    {
        var measurement = training.Now.Measurement;
        var model = measurement.Model with { Name = training.Recipe.Name }; // a name from a path would differ from machine to machine
        return new ResultDocument
        {
            Model = model,
            Recipe = training.Recipe,
            Metrics = [new MetricResult { Measurement = measurement with { Model = model }, Gate = settings }]
        };
    }
}
