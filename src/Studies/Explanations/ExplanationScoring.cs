using SafetyGate.Analysis.Explanations;
using SafetyGate.Analysis.Strata;
using SafetyGate.Models;

namespace SafetyGate.Studies.Explanations;

/// <summary>Scores the explanations of a file: readers learn from two thirds of it and read the others.</summary>
public static class ExplanationScoring
{
    private const int FewestRead = 10;

    /// <summary>Scores them.</summary>
    /// <param name="questions">Questions, answers and, as completions, explanations.</param>
    /// <param name="choice">Where strata end.</param>
    /// <param name="source">Where hardness comes from.</param>
    /// <param name="steps">Updates of each reader.</param>
    /// <param name="seed">Seed of the draw and of the readers.</param>
    /// <param name="reference">Says how grammatical explanations are; <c>null</c> for no reference. Borrowed.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="UserErrorException">There are too few items, none of them is easy or none hard, or their answers are no labels.</exception>
    public static ExplanationResult Of(StrataQuestions questions, StratumChoice choice, string source, int steps, ulong seed, PretrainedModel? reference, CancellationToken cancellationToken)
    {
        var (first, second) = questions.Halved(seed);
        List<StrataQuestion> all = [.. first.Items, .. second.Items];
        var learnt = 2 * all.Count / 3;
        if (all.Count - learnt < FewestRead) throw new UserErrorException(Invariant($"{questions.Name} has {all.Count} items; two thirds train the readers and {FewestRead} or more must remain. Give {3 * FewestRead} items or more."));
        ExplainedText Text(StrataQuestion item) => new(item.Id, item.Prompt, item.Answer, item.Completion);
        List<StrataQuestion> read = [.. all.Skip(learnt)];
        var scale = HardnessScale.Of(source, choice.For([.. read.Select(item => item.Hardness)]));
        foreach (var (stratum, name) in new[] { (Stratum.Easy, "easy"), (Stratum.Hard, "hard") })
            if (!read.Exists(item => scale.Of(item.Hardness) == stratum))
                throw new UserErrorException(Invariant($"{questions.Name}: none of the {read.Count} items that are read is {name} ({scale}; hardness goes from {read.Min(item => item.Hardness):0.####} to {read.Max(item => item.Hardness):0.####}). Move the cuts with --thresholds or --percentiles, or give items of that hardness."));
        var readers = ExplanationReading.Train([.. all.Take(learnt).Select(Text)], steps, seed, cancellationToken);
        var grammatical = reference is null ? null : Grammaticality.Of(reference, [.. read.Select(Text)], seed, cancellationToken);
        return new()
        {
            Data = questions.Name,
            DataDigest = questions.Digest,
            Hardness = scale,
            Readers = ExplanationReading.Names(seed),
            Items = [.. read.Select((item, at) => readers.Read(Text(item), item.Hardness) with
            {
                Generalizes = ExplanationReading.Generalizes(Text(item), item.Siblings),
                Grammatical = grammatical?[at],
            })],
        };
    }
}
