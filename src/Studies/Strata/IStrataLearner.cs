using SafetyGate.Analysis.Strata;

namespace SafetyGate.Studies.Strata;

/// <summary>Learns from some items and answers others.</summary>
public interface IStrataLearner
{
    /// <summary>What it is, as results record it: trainer, model and settings; sizes and digests of data are added.</summary>
    StrataTraining Describe(StrataPlan plan);

    /// <summary>Learns, then answers.</summary>
    /// <param name="train">Items to learn from; none for the model as it is.</param>
    /// <param name="test">Items to answer.</param>
    /// <param name="plan">Steps and rates.</param>
    /// <param name="seed">Seed of the training.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>One answer for each test item, in order.</returns>
    /// <exception cref="UserErrorException">The items do not fit the learner, such as answers that are free text for a probe.</exception>
    IReadOnlyList<LearnerAnswer> Answer(IReadOnlyList<StrataQuestion> train, IReadOnlyList<StrataQuestion> test, StrataPlan plan, ulong seed, CancellationToken cancellationToken);
}
