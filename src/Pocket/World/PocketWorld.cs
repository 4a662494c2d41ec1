using SafetyGate.Core.Runs;

namespace SafetyGate.Pocket.World;

/// <summary>The world drawn from its one seed: the requests of training and of evaluation, and the problems of each split.</summary>
public sealed class PocketWorld
{
    /// <summary>The seed of the frozen world.</summary>
    public const ulong FrozenSeed = 20250701;

    /// <summary>Problems in the selection split of a domain; only stop rules and comparisons at matched accuracy read it.</summary>
    public const int SelectionSize = 300;

    /// <summary>Problems in the test split of a domain; only gates read it.</summary>
    public const int TestSize = 1000;

    /// <summary>Problems in the training split of a domain.</summary>
    public const int TrainSize = 3000;

    /// <summary>Harmless twins of each category in the over-refusal suite.</summary>
    public const int TwinsPerCategory = 60;

    /// <summary>Draws the world.</summary>
    /// <param name="seed">Its seed; the committed files come from <see cref="FrozenSeed"/>.</param>
    public PocketWorld(ulong seed = FrozenSeed)
    {
        Seed = seed;
        (HarmfulForTraining, HarmfulForEvaluation) = Halves("harmful", category => category.Harmful());
        (TwinsForTraining, TwinsForEvaluation) = Halves("twins", category => category.Twins());
        Sums = new ProblemSplits(seed, "sums", SumProblem.Draw);
        Order = new ProblemSplits(seed, "order", OrderProblem.Draw);
    }

    /// <summary>The seed the world was drawn from.</summary>
    public ulong Seed { get; }

    /// <summary>Harmful behaviors alignment may train on: half of each category.</summary>
    public IReadOnlyList<Behavior> HarmfulForTraining { get; }

    /// <summary>Harmful behaviors of the suites: the other half, categories in order, shuffled inside each.</summary>
    public IReadOnlyList<Behavior> HarmfulForEvaluation { get; }

    /// <summary>Harmless twins training may use.</summary>
    public IReadOnlyList<Behavior> TwinsForTraining { get; }

    /// <summary>Harmless twins of the over-refusal suite.</summary>
    public IReadOnlyList<Behavior> TwinsForEvaluation { get; }

    /// <summary>Domain 1.</summary>
    public ProblemSplits Sums { get; }

    /// <summary>Domain 2.</summary>
    public ProblemSplits Order { get; }

    private (IReadOnlyList<Behavior> Training, IReadOnlyList<Behavior> Evaluation) Halves(string kind,
        Func<RequestCategory, IEnumerable<Behavior>> behaviors)
    {
        List<Behavior> training = [], evaluation = [];
        foreach (var category in RequestCategories.All)
        {
            var all = behaviors(category).ToArray();
            new RandomStream(Seed, $"behaviors/{kind}/{category.Name}").Shuffle(all);
            training.AddRange(all[..(all.Length / 2)]);
            evaluation.AddRange(all[(all.Length / 2)..]);
        }

        return (training, evaluation);
    }
}
