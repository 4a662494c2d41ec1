using SafetyGate.Analysis.Curation;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Studies.Augmentation;

namespace SafetyGate.Studies.Seeds;

/// <summary>Rows for the patterns of validation failures mend the failing slice, and as many other rows do not.</summary>
internal sealed class AugmentationStudy : ISeedStudy
{
    private const double Margin = 0.03;
    private static readonly string[] Controls = ["no augmentation, rows repeated", "random augmentation", "rows like training errors"];

    public string Group => "patterns";

    public string Name => "patterns-augmentation";

    public string Title => "Targeted rows mend the failing slice";

    public string MustShow => "The failing slice improves over every control of the same size with an interval of the paired difference above 0, the other slices stay within a margin, and no validation row crosses (0 measured, a planted leak is caught).";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        var options = context.Quick ? new SumsLoopOptions { Steps = 26, ValidationItems = 100, TestItems = 160, TrainRows = 200, AddedRows = 200 } : new SumsLoopOptions();
        List<Figures> figures = [];
        foreach (var seed in context.Seeds) figures.Add(await context.KeptAsync(this, new { options, seed }, () => FiguresAsync(context, options, seed, cancellationToken)));
        return new()
        {
            Setup = Invariant($"{context.Seeds.Count} seeds. A model is taught to stop one step short in sums of four changes (from the aligned base, {options.Steps} steps of 32). Its validation failures give patterns, these {options.AddedRows} rows, and it is trained on from there for as many steps on {options.TrainRows} sums of three changes with these rows or with as many of a control: the training data again, new rows like them, rows like the training items it fails at. Greedy accuracy on the third split, read once."),
            Claims =
            [
                SeedClaim.Exact("seeds in which a pattern names the slice", Invariant($"{figures.Count} of {figures.Count}"), figures.Count(one => one.IsNamed), figures.All(one => one.IsNamed), figures.Count),
                .. Controls.Select((control, k) => SeedClaim.Above($"failing slice: targeted rows − {control}", [.. figures.Select(one => one.Slice[^1] - one.Slice[k + 1])], 0)),
                .. Controls.Select((control, k) => SeedClaim.Above($"other slices: targeted rows − {control}", [.. figures.Select(one => one.Rest[^1] - one.Rest[k + 1])], -Margin)),
                SeedClaim.Exact("rows that share a 13-gram or a template with validation or third split, or tell one of them again", "0", figures.Sum(one => one.Leaks), figures.All(one => one.Leaks == 0), figures.Count),
                SeedClaim.Exact("seeds in which a planted leak is caught", Invariant($"{figures.Count} of {figures.Count}"), figures.Count(one => one.IsPlantedLeakCaught), figures.All(one => one.IsPlantedLeakCaught), figures.Count, control: true),
            ],
            Tables =
            [
                new("Accuracy on the third split, mean over seeds", ["training", "failing slice", "other slices"],
                    [.. new[] { "failing model", Controls[0], Controls[1], Controls[2], "targeted rows" }.Select((name, k) => (string[])[name, Invariant($"{figures.Average(one => one.Slice[k]):0.000}"), Invariant($"{figures.Average(one => one.Rest[k]):0.000}")])]),
            ],
        };
    }

    private static async Task<Figures> FiguresAsync(SeedStudyContext context, SumsLoopOptions options, ulong seed, CancellationToken cancellationToken)
    {
        using var loop = new SumsLoop(context.Paths, context.Store, options, seed, context.Progress);
        var first = await loop.FailingAsync(cancellationToken);
        var patterns = await loop.PatternsAsync(await loop.EvaluateAsync(first, loop.Validation, cancellationToken), loop.Validation, cancellationToken);
        var isNamed = patterns.Patterns.Any(pattern => pattern.Slice.Any(share => share.ToString() == Invariant($"steps: {SumsLoopOptions.LongChanges}")));
        var (rows, report) = await loop.AugmentAsync(patterns, cancellationToken);
        var arms = new List<(string Name, IReadOnlyList<DraftRow>? Rows)>
        {
            ("failing", null), ("repeated", loop.Repeated()), ("random", loop.AtRandom()),
            ("training-errors", await loop.LikeTrainingErrorsAsync(first, cancellationToken)), ("targeted", SumsLoop.RowsOf(rows)),
        };
        var (slice, rest) = (new List<double>(), new List<double>());
        foreach (var (name, added) in arms)
        {
            var test = (await loop.EvaluateAsync(added is null ? first : await loop.TrainAsync(name, first, added, cancellationToken), loop.Test, cancellationToken)).Measurement;
            slice.Add(Rate(test.Items.Where(SumsLoop.IsLong)));
            rest.Add(Rate(test.Items.Where(item => !SumsLoop.IsLong(item))));
        }

        var leaking = new LeakGuard(loop.HeldOut).Count([.. rows.Select(row => row.Prompt), loop.Validation.Items[0].Prompt]);
        return new(isNamed, slice, rest, report.Leaks.Grams + report.Leaks.Templates + report.Leaks.Retold, leaking is { Grams: 1, Templates: 1, Retold: 1 });
    }

    private static double Rate(IEnumerable<ItemOutcome> items) => items.Average(item => item.Scores[0] ?? 0);

    private sealed record Figures(bool IsNamed, List<double> Slice, List<double> Rest, int Leaks, bool IsPlantedLeakCaught);
}
