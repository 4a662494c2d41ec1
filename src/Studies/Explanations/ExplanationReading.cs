using SafetyGate.Analysis.Explanations;
using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Probes;

namespace SafetyGate.Studies.Explanations;

/// <summary>
/// Two readers of word sequences that learn to predict answers, one pair from explanations alone and one from questions alone, the answer
/// hidden in both: the same texts, steps and settings.
/// </summary>
public sealed class ExplanationReading
{
    private const int Order = 5, Batch = 16;
    private const double Rounding = 1e-9; // of divisions
    private readonly List<NgramReader> _explanations, _questions;

    private ExplanationReading(List<NgramReader> explanations, List<NgramReader> questions) => (_explanations, _questions) = (explanations, questions);

    /// <summary>What the readers are, for results.</summary>
    public static IReadOnlyList<string> Names(ulong seed) => [Invariant($"word sequences to {Order}, seed {2 * seed}"), Invariant($"word sequences to {Order}, seed {(2 * seed) + 1}")];

    /// <summary>Trains the readers.</summary>
    /// <param name="items">Items to learn from; at least one.</param>
    /// <param name="steps">Updates of each reader.</param>
    /// <param name="seed">Seed of the pair.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="UserErrorException">There are fewer than two answers, or more than labels can be.</exception>
    public static ExplanationReading Train(IReadOnlyList<ExplainedText> items, int steps, ulong seed, CancellationToken cancellationToken)
    {
        List<string> answers = [.. items.Select(item => item.Answer).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (answers.Count is < 2 or > 200) throw new UserErrorException(Invariant($"The training items have {answers.Count} different answers; a reader chooses among 2 to 200. Take a column of short answers."));
        NgramReader Reader(Func<ExplainedText, string> text, ulong own) => new NgramReader([.. items.Select(text)], [.. items.Select(item => item.Answer)], answers,
            new NgramOptions { Order = Order, Steps = steps, BatchSize = Batch, Seed = own }).Train(cancellationToken);
        ulong[] seeds = [2 * seed, (2 * seed) + 1];
        return new([.. seeds.Select(own => Reader(Explanation, own))], [.. seeds.Select(own => Reader(Question, own))]);
    }

    /// <summary>What the readers make of an item.</summary>
    /// <param name="item">The item.</param>
    /// <param name="hardness">How hard it is.</param>
    /// <param name="explanation">Another explanation to be read in place of its own, with the answer that belongs to it: that one is hidden, or
    /// what is hidden would tell the answer.</param>
    public ExplainedItem Read(ExplainedText item, double hardness, ExplainedText? explanation = null)
    {
        string[] answers = [.. _explanations.Select(reader => Answer(reader, Explanation(explanation ?? item)))];
        return new()
        {
            Id = item.Id,
            Hardness = hardness,
            Answers = answers,
            FromExplanation = [.. answers.Select(answer => answer == item.Answer ? 1.0 : 0)],
            FromQuestion = [.. _questions.Select(reader => Answer(reader, Question(item)) == item.Answer ? 1.0 : 0)],
        };
    }

    /// <summary>The share of siblings that the explanation's rule answers; <c>null</c> with fewer than five.</summary>
    public static double? Generalizes(ExplainedText item, IReadOnlyList<SiblingQuestion> siblings)
    {
        if (siblings.Count < ExplanationResult.FewestSiblings) return null;
        var rule = StepRule.Of(item.Question, item.Explanation);
        return siblings.Average(sibling => rule.Apply(sibling.Question) is { } value && Math.Abs(value - sibling.Answer) <= Rounding * Math.Max(1, Math.Abs(sibling.Answer)) ? 1.0 : 0);
    }

    /// <summary>The words of a text in another order.</summary>
    public static string Shuffled(string text, RandomStream random)
    {
        var words = text.Split(' ');
        random.Shuffle(words);
        return string.Join(' ', words);
    }

    private static string Explanation(ExplainedText item) => AnswerMask.Hide(item.Explanation, item.Answer);

    private static string Question(ExplainedText item) => AnswerMask.Hide(item.Question, item.Answer);

    private static string Answer(NgramReader reader, string text)
    {
        var p = reader.Probabilities(text);
        return reader.Labels[Array.IndexOf(p, p.Max())];
    }
}
