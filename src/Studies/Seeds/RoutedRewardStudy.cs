using SafetyGate.Core.Runs;
using SafetyGate.Pocket.World;
using SafetyGate.Trainers.Data;

namespace SafetyGate.Studies.Seeds;

/// <summary>Whether a reward model of its own serves a category that has few prompts.</summary>
internal sealed class RoutedRewardStudy : ISeedStudy
{
    private const double Margin = 0.05, Rate = 1e-3;
    private const int Skew = 50;

    public string Group => "irl";

    public string Name => "irl-categories";

    public string Title => "A reward model for each category";

    public string MustShow => "With prompts skewed 50 : 1 over categories, training by category beats the pooled model on the rarest category (paired interval above 0), no category is worse than a margin, and shuffling the categories removes the gain.";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        var size = context.Quick ? new Size(Rare: 2, Samples: 3, Steps: 6, Held: 8) : new Size(Rare: 4, Samples: 4, Steps: 40, Held: 40);
        List<Figures> runs = [];
        foreach (var seed in context.Seeds)
        {
            context.Progress.Report(new RunProgress("categories", runs.Count, context.Seeds.Count, Invariant($"seed {seed}")));
            runs.Add(await context.Kept(this, new { seed, size }, () => Run(context, seed, size, cancellationToken)));
        }

        double[] gain = [.. runs.Select(run => run.ByCategory[^1] - run.Pooled[^1])];
        double[] shuffled = [.. runs.Select(run => run.Shuffled - run.Pooled[^1])];
        double[] same = [.. runs.Select(run => run.SameByCategory - run.SamePooled)];
        return new()
        {
            Setup = Invariant($"Demonstrations refuse, and how they do depends on the category: one of three of the world's refusals in the six large categories, the fourth in the rarest, which changes from seed to seed. {Skew * size.Rare} prompts in each large category, {size.Rare} in the rarest; {size.Samples} responses of the policy `models/pocket/small` at temperature 1 to each, and every response that is not the demonstration makes a pair. Reward models start from the same policy: {size.Steps} updates of 16 pairs for each category, and as many for the pooled one as for all of them together. Accuracy is the share of pairs ordered rightly, {size.Held} prompts of unseen behaviors a category. Shuffled: the prompts of training change their categories by lot, sizes kept."),
            Claims =
            [
                SeedClaim.Above("rarest category: by category − pooled", gain, 0),
                .. Enumerable.Range(0, 6).Select(i => SeedClaim.Above(Invariant($"large category {i + 1}: by category − pooled, not worse than {Margin}"), [.. runs.Select(run => run.ByCategory[i] - run.Pooled[i])], -Margin)),
                SeedClaim.NotAbove("rarest category: shuffled categories − pooled", shuffled, 0),
                SeedClaim.Above("rarest category: by category − shuffled categories", [.. gain.Zip(shuffled, (a, b) => a - b)], 0, control: true),
                SeedClaim.Above("rarest category where all categories refuse in the same words: by category − pooled", same, 0, required: false),
            ],
            Tables =
            [
                new("Accuracy by category, mean over seeds", ["category", "prompts", "pooled", "by category"],
                    [.. Enumerable.Range(0, 7).Select(i => (IReadOnlyList<string>)[i < 6 ? Invariant($"large {i + 1}") : "rarest", Invariant($"{(i < 6 ? Skew * size.Rare : size.Rare)}"), Invariant($"{runs.Average(run => run.Pooled[i]):0.000}"), Invariant($"{runs.Average(run => run.ByCategory[i]):0.000}")])]),
            ],
            Notes = "That categories ask for different refusals is planted: it is what one pooled model has to tell apart from few prompts. Where all refuse in the same words the last row says what is left.",
        };
    }

    private static Figures Run(SeedStudyContext context, ulong seed, Size size, CancellationToken cancellationToken)
    {
        var world = new PocketWorld();
        var random = new RandomStream(seed, "irl-categories");
        string[] names = [.. RequestCategories.All.Select(category => category.Name)];
        var rarest = (int)((seed - 1) % (ulong)names.Length);
        string[] order = [.. names.Where((_, i) => i != rarest), names[rarest]]; // the rarest last
        using var lab = new ShadowLab(context.Paths.Small);
        var training = order.SelectMany((category, i) => Prompts(world.HarmfulForTraining, category, i < 6 ? Skew * size.Rare : size.Rare).Select(prompt => (Category: i, Prompt: prompt))).ToList();
        var asked = order.SelectMany((category, i) => Prompts(world.HarmfulForEvaluation, category, size.Held).Select(prompt => (Category: i, Prompt: prompt))).ToList();
        var drawn = lab.Draw([.. training.Concat(asked).Select(row => row.Prompt)], size.Samples, random.NextUInt64(), cancellationToken);

        List<PreferencePair> PairsOf(int row, bool sameWords)
        {
            var (category, prompt) = row < training.Count ? training[row] : asked[row - training.Count];
            var demonstration = Replies.Refusals[sameWords ? 0 : category == 6 ? 3 : category % 3];
            return [.. drawn[row].Where(answer => answer != demonstration).Select((answer, i) => lab.Pair(Invariant($"{row}/{i}"), prompt, demonstration, answer))];
        }

        var pairs = Enumerable.Range(0, drawn.Count).Select(row => PairsOf(row, sameWords: false)).ToList();
        var samePairs = Enumerable.Range(0, drawn.Count).Select(row => PairsOf(row, sameWords: true)).ToList();
        int[] categories = [.. training.Select(row => row.Category)];
        var lots = (int[])categories.Clone();
        random.Shuffle(lots);
        IReadOnlyList<double> pooled = Accuracies(pairs, _ => true, 7 * size.Steps, Enumerable.Range(0, 7));
        double[] byCategory = [.. Enumerable.Range(0, 7).Select(i => Accuracies(pairs, row => categories[row] == i, size.Steps, [i])[0])];
        return new(pooled, byCategory, Accuracies(pairs, row => lots[row] == 6, size.Steps, [6])[0],
            Accuracies(samePairs, _ => true, 7 * size.Steps, [6])[0], Accuracies(samePairs, row => categories[row] == 6, size.Steps, [6])[0]);

        IReadOnlyList<double> Accuracies(List<List<PreferencePair>> all, Func<int, bool> belongs, int updates, IEnumerable<int> which)
        {
            using var model = lab.Train([.. Enumerable.Range(0, training.Count).Where(belongs).SelectMany(row => all[row])], updates, Rate, seed, cancellationToken);
            return [.. which.Select(i => ShadowLab.Accuracy(model, [.. Enumerable.Range(0, asked.Count).Where(row => asked[row].Category == i).SelectMany(row => all[training.Count + row])]))];
        }

        IReadOnlyList<string> Prompts(IReadOnlyList<Behavior> behaviors, string category, int count)
        {
            string[] all = [.. behaviors.Where(behavior => behavior.Category == category).SelectMany(behavior => Enumerable.Range(0, Askings.Patterns.Count).Select(asking => Askings.Ask(asking, behavior)))];
            random.Shuffle(all);
            return all[..count];
        }
    }

    private sealed record Size(int Rare, int Samples, int Steps, int Held);

    private sealed record Figures(IReadOnlyList<double> Pooled, IReadOnlyList<double> ByCategory, double Shuffled, double SamePooled, double SameByCategory);
}
