using SafetyGate.Models.Decoders;

namespace SafetyGate.Trainers.Loop;

/// <summary>
/// A training algorithm as <see cref="TrainingLoop"/> runs it: draws the data of a step, which leaves gradients and gives metrics.
/// </summary>
public interface ITrainingStep
{
    /// <summary>The model that is trained for its answers; the loop updates its parameters in place. Borrowed.</summary>
    IDecoder Policy { get; }

    /// <summary>
    /// The models whose trained parameters the loop updates, each under a prefix of its own in the saved state: the policy alone, without
    /// one, unless an algorithm trains others beside it.
    /// </summary>
    IReadOnlyList<TrainedModel> Models => [new("", Policy)];

    /// <summary>The frozen model whose weights decide the run too; <c>null</c> if there is none. Borrowed.</summary>
    IDecoder? Reference { get; }

    /// <summary>
    /// Everything besides options and first weights that decides the run, such as its rows: part of the digest by which a saved state is
    /// recognized.
    /// </summary>
    IEnumerable<string> Data { get; }

    /// <summary>
    /// Updates made on the data of one step, each with one call of <see cref="ITrainingBatch.Backward"/>; the most, where a batch may end early.
    /// </summary>
    int UpdatesPerStep { get; }

    /// <summary>The metric by which the run is followed, such as <c>loss</c>; every row has it.</summary>
    string LeadingMetric { get; }

    /// <summary>
    /// Value of the leading metric above which a policy is worse than one that knows nothing, so that a run that stays above it has
    /// diverged; <c>null</c> where there is none.
    /// </summary>
    double? DivergedAbove => null;

    /// <summary>Remedy besides a lower learning rate if a step is not finite, such as <c>raise beta</c>.</summary>
    string Remedy { get; }

    /// <summary>Passes over the data after a number of steps, with the fraction of the last.</summary>
    double Epochs(long steps);

    /// <summary>The data of a step: a function of the step, the seed and the weights, so that a resumed run draws the same.</summary>
    /// <param name="step">Steps done before.</param>
    /// <param name="cancellationToken">Ends the drawing; cancellation is thrown.</param>
    /// <returns>The data; the caller disposes it.</returns>
    ITrainingBatch Draw(long step, CancellationToken cancellationToken);

    /// <summary>Called after a step whose metrics are written, before its state is saved: for what is recorded on the way.</summary>
    /// <param name="step">Steps done, this one included. After an interruption steps come again.</param>
    /// <param name="directory">The run's folder; <c>null</c> where nothing is kept.</param>
    /// <param name="cancellationToken">Ends it; cancellation is thrown.</param>
    void AfterStep(long step, string? directory, CancellationToken cancellationToken)
    {
    }
}
