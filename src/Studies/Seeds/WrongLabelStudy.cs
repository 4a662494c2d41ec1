using SafetyGate.Analysis.Curation;
using SafetyGate.Core.Runs;
using SafetyGate.Pocket.World;

namespace SafetyGate.Studies.Seeds;

/// <summary>Wrong and leaked rows among generated ones are rejected, and how many good ones with them.</summary>
internal sealed class WrongLabelStudy : ISeedStudy
{
    private const int Rows = 400, LeaksOfAKind = 40;
    private static readonly string[] Kinds = ["another answer", "a wrong step, the rest consistent", "a change misread, worked out consistently", "a step left out"];

    public string Group => "patterns";

    public string Name => "patterns-labels";

    public string Title => "Wrong labels in generated rows are rejected";

    public string MustShow => "95 % or more of injected wrong labels are rejected, and every planted leak; the share of good rows rejected is shown.";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        var figures = await context.KeptAsync(this, new { Rows, LeaksOfAKind, context.Seeds.Count }, () => FiguresAsync(context.Seeds, cancellationToken));
        return new()
        {
            Setup = Invariant($"{Rows} rows of the grammar of sums a seed, half of them spoiled in one of {Kinds.Length} ways, through form, steps, verifier, duplicates and leaks (against the frozen test split of 1,000), as `gate augment` has them. Leaks: {LeaksOfAKind} problems of that split a seed come back in each of {PlantedLeaks.Kinds.Count} ways, which the leak check alone has to see."),
            Claims =
            [
                SeedClaim.Exact("least share of wrong rows rejected", "0.95 or more in each seed", figures.Wrong.Min(), figures.Wrong.Min() >= 0.95, context.Seeds.Count) with { BySeed = figures.Wrong },
                SeedClaim.Exact("least share of planted leaks rejected", "1 in each seed", figures.Leaks.Min(), figures.Leaks.TrueForAll(share => share == 1), context.Seeds.Count) with { BySeed = figures.Leaks },
                SeedClaim.Above("share of good rows rejected", figures.Good, 0, required: false) with { Needs = "reported" },
            ],
            Tables = [new("Rejected, all seeds together", ["rows", "rejected by", "of"], [.. figures.Table])],
        };
    }

    private static async Task<Figures> FiguresAsync(IReadOnlyList<ulong> seeds, CancellationToken cancellationToken)
    {
        var (wrong, good, leaks, counts) = (new List<double>(), new List<double>(), new List<double>(), new SortedDictionary<string, (int All, SortedDictionary<string, int> By)>(StringComparer.Ordinal));
        string[] held = [.. new PocketWorld().Sums.Test.Select(problem => problem.Question)];
        var guard = new LeakGuard(held);
        foreach (var seed in seeds)
        {
            var random = new RandomStream(seed, "wrong-labels");
            IRowCheck[] checks = [new FormCheck(), new StepsCheck(), new ReaderCheck(new SumQuestions()), new DuplicateCheck([]), new LeakCheck(guard)];
            var strategy = new Strategy { Name = "s", Pattern = "p", Description = "", Wanted = [], Rows = Rows };
            int[] rejected = [0, 0];
            for (var i = 0; i < Rows; i++)
            {
                var (problem, kind) = (SumProblem.Draw(random), i % 2 == 0 ? -1 : i / 2 % Kinds.Length);
                var row = Spoiled(problem, kind, random);
                string? by = null;
                foreach (var check in checks)
                    if (by is null && await check.ProblemAsync(row, strategy, cancellationToken) is not null) by = check.Name;
                var name = kind < 0 ? "good" : Kinds[kind];
                var count = counts.TryGetValue(name, out var before) ? before : (0, new SortedDictionary<string, int>(StringComparer.Ordinal));
                if (by is not null) (count.Item2[by], rejected[kind < 0 ? 0 : 1]) = (count.Item2.GetValueOrDefault(by) + 1, rejected[kind < 0 ? 0 : 1] + 1);
                counts[name] = (count.Item1 + 1, count.Item2);
            }

            good.Add(2.0 * rejected[0] / Rows);
            wrong.Add(2.0 * rejected[1] / Rows);
            var planted = PlantedLeaks.Kinds.Select(kind => (kind.Name, Caught: Enumerable.Range(0, LeaksOfAKind).Count(_ => guard.Knows(kind.Of(held[random.Next(held.Length)], random))))).ToList();
            leaks.Add(planted.Min(kind => kind.Caught) / (double)LeaksOfAKind);
            foreach (var (name, caught) in planted)
            {
                var count = counts.TryGetValue("leak: " + name, out var before) ? before : (0, new SortedDictionary<string, int>(StringComparer.Ordinal));
                count.Item2["leak"] = count.Item2.GetValueOrDefault("leak") + caught;
                counts["leak: " + name] = (count.Item1 + LeaksOfAKind, count.Item2);
            }
        }

        return new(wrong, good, leaks, [.. counts.Select(pair => (List<string>)[pair.Key, string.Join(", ", pair.Value.By.Select(by => Invariant($"{by.Key} {by.Value}"))), Invariant($"{pair.Value.All}")])]);
    }

    private static DraftRow Spoiled(SumProblem problem, int kind, RandomStream random)
    {
        var question = new SumQuestions().Read(problem.Question)!;
        switch (kind)
        {
            case 0:
                var other = problem.WrongAnswer(random);
                return new(problem.Question, problem.Worked[..(problem.Worked.LastIndexOf("####", StringComparison.Ordinal) + 5)] + other, other);
            case 1 or 2:
                var at = random.Next(question.Steps.Count);
                var (total, words) = (question.Steps[0].Left, new List<string>());
                for (var i = 0; i < question.Steps.Count; i++)
                {
                    var (operation, amount) = (question.Steps[i].Operation, question.Steps[i].Right + (kind == 2 && i == at ? 1 : 0));
                    var after = (operation == '+' ? total + amount : total - amount) + (kind == 1 && i == at ? 1 : 0);
                    words.Add(Invariant($"{total} {operation} {amount} = {after} ."));
                    total = after;
                }

                return new(problem.Question, string.Join(' ', words) + Invariant($" #### {total}"), Invariant($"{total}"));
            case 3:
                var shorter = question.Steps.Take(question.Steps.Count - 1).ToList();
                return new(problem.Question, string.Join(' ', shorter.Select(step => Invariant($"{step.Left} {step.Operation} {step.Right} = {step.Result} ."))) + Invariant($" #### {shorter[^1].Result}"), Invariant($"{shorter[^1].Result}"));
            default:
                return new(problem.Question, problem.Worked, problem.Answer);
        }
    }

    private sealed record Figures(List<double> Wrong, List<double> Good, List<double> Leaks, List<List<string>> Table);
}
