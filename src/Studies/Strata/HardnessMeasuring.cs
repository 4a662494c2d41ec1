using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;

namespace SafetyGate.Studies.Strata;

/// <summary>
/// Measures hardness where no column has it: small trainings on a third of the training items, which takes part in nothing else, say how far
/// the right answer of every other item is from certain.
/// </summary>
public static class HardnessMeasuring
{
    /// <summary>Name of the scale in results.</summary>
    public const string Source = "measured by small trainings";

    private static readonly int[] Sizes = [8, 16, 32];

    /// <summary>The items with their measured hardness.</summary>
    /// <param name="learner">The learner; its answers need probabilities.</param>
    /// <param name="train">Training items.</param>
    /// <param name="test">Test items.</param>
    /// <param name="plan">Steps and rates, and the seeds.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The remaining training items and the test items.</returns>
    /// <exception cref="UserErrorException">There are too few training items, or the learner's answers are free text.</exception>
    public static (StrataQuestions Train, StrataQuestions Test) Measure(IStrataLearner learner, StrataQuestions train, StrataQuestions test, StrataPlan plan, CancellationToken cancellationToken)
    {
        List<StrataQuestion> shuffled = [.. train.Items];
        new RandomStream(plan.Seeds[0], "strata/measuring").Shuffle(shuffled);
        var (pool, rest) = (shuffled.Take(shuffled.Count / 3).ToList(), shuffled.Skip(shuffled.Count / 3).ToList());
        if (pool.Count < Sizes[^1]) throw new UserErrorException(Invariant($"{train.Name} has {train.Items.Count} items; hardness is measured by trainings on up to {Sizes[^1]} items of a third of them, so {3 * Sizes[^1]} or more are needed. Give more items, or a column with --hardness."));
        List<StrataQuestion> asked = [.. rest, .. test.Items];
        var found = asked.Select(_ => new List<double>()).ToList();
        foreach (var seed in plan.Seeds)
            foreach (var size in Sizes)
            {
                List<StrataQuestion> drawn = [.. pool];
                new RandomStream(seed, Invariant($"strata/measuring/{size}")).Shuffle(drawn);
                var answers = learner.Answer([.. drawn.Take(size)], asked, plan, seed, cancellationToken);
                for (var i = 0; i < asked.Count; i++)
                    found[i].Add(answers[i].P ?? throw new UserErrorException($"Item '{asked[i].Id}' is answered by free text, which has no probability; hardness is measured on items with choices. Give a column of choices, or of hardness with --hardness."));
            }

        List<StrataQuestion> placed = [.. asked.Zip(found, (item, p) => item with { Hardness = MeasuredHardness.Of(p) })];
        return (train with { Items = placed[..rest.Count] }, test with { Items = placed[rest.Count..] });
    }
}
