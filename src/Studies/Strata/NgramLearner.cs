using SafetyGate.Analysis.Strata;
using SafetyGate.Trainers.Probes;

namespace SafetyGate.Studies.Strata;

/// <summary>A reader of word sequences over a closed set of answers: all of the training file.</summary>
/// <param name="answers">The answers there are; two or more.</param>
/// <param name="order">Longest sequence of words.</param>
public sealed class NgramLearner(IReadOnlyList<string> answers, int order = 2) : IStrataLearner
{
    private const int MostAnswers = 200;

    /// <summary>A learner over the answers of a file.</summary>
    /// <exception cref="UserErrorException">There is one answer only, or so many that they are no labels.</exception>
    public static NgramLearner Over(IEnumerable<StrataQuestion> items)
    {
        List<string> answers = [.. items.Select(item => item.Answer).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return answers.Count is >= 2 and <= MostAnswers ? new(answers)
            : throw new UserErrorException(Invariant($"The training items have {answers.Count} different answers; the trainer ngram chooses among 2 to {MostAnswers}. Take another trainer, or a column of labels as the answer."));
    }

    /// <inheritdoc/>
    public StrataTraining Describe(StrataPlan plan) => new() { Trainer = "ngram", Scorer = "the likeliest of all answers", Settings = Invariant($"order {order}, rate {Rate(plan):R}, batch {Batch(plan)}") };

    /// <inheritdoc/>
    public IReadOnlyList<LearnerAnswer> Answer(IReadOnlyList<StrataQuestion> train, IReadOnlyList<StrataQuestion> test, StrataPlan plan, ulong seed, CancellationToken cancellationToken)
    {
        var chance = 1.0 / answers.Count;
        if (train.Count == 0) return [.. test.Select(_ => new LearnerAnswer(chance, chance))];
        var reader = new NgramReader([.. train.Select(item => item.Prompt)], [.. train.Select(item => item.Answer)], answers,
            new NgramOptions { Order = order, Steps = plan.Steps, BatchSize = Batch(plan), LearningRate = Rate(plan), Seed = seed }).Train(cancellationToken);
        return [.. test.Select(item =>
        {
            var p = reader.Probabilities(item.Prompt);
            var gold = ((List<string>)[.. answers]).IndexOf(item.Answer);
            return gold < 0 ? new LearnerAnswer(0, 0) : new LearnerAnswer(ChoiceScore.Of(p, gold), p[gold]);
        })];
    }

    private static double Rate(StrataPlan plan) => plan.LearningRate ?? 0.5;

    private static int Batch(StrataPlan plan) => plan.BatchSize ?? 16;
}
