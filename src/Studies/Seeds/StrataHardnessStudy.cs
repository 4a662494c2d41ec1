using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;
using SafetyGate.Studies.Strata;

namespace SafetyGate.Studies.Seeds;

/// <summary>Measured hardness ranks planted hard items above easy ones.</summary>
internal sealed class StrataHardnessStudy : ISeedStudy
{
    private const double Needed = 0.9;
    private static readonly string[] Colors = ["red", "blue"], Shapes = ["round", "square"], Fillers = ["the", "small", "old", "thing", "on", "a", "table", "near", "window", "was"];

    public string Group => "strata";

    public string Name => "strata-hardness";

    public string Title => "Measured hardness finds planted hard items";

    public string MustShow => "measured hardness ranks planted hard items with AUC ≥ .9; items marked hard at random are at .5.";

    public async Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken)
    {
        var items = context.Quick ? 600 : 1500;
        var found = new List<HardnessAreas>();
        foreach (var seed in context.Seeds)
            found.Add(await context.Kept(this, new { seed, items }, () => Measure(seed, items, cancellationToken)));
        return new()
        {
            Setup = Invariant($"{items} short texts with one of two labels; for two thirds three words say it, for the hard third only whether two words agree, which no single word tells. Hardness is the mean of 1 − p(right label) of a reader of words trained on 8, 16 and 32 texts under five seeds, none of them among those that are ranked."),
            Claims =
            [
                SeedClaim.Above("planted hard items are ranked above easy ones: AUC", [.. found.Select(one => one.Planted)], Needed),
                SeedClaim.Near("items marked at random among the easy ones: AUC", [.. found.Select(one => one.Random)], 0.5, 0.1),
            ],
        };
    }

    private static HardnessAreas Measure(ulong seed, int count, CancellationToken cancellationToken)
    {
        var random = new RandomStream(seed, "strata-hardness");
        var all = Enumerable.Range(0, count).Select(i => Draw(i, random)).ToList();
        var questions = new StrataQuestions("planted", "", [.. all.Select(one => one.Item)]);
        var plan = new StrataPlan { Examples = 32, Steps = 60, Seeds = [.. Enumerable.Range(0, 5).Select(i => seed + (1000UL * (ulong)i))] };
        var (train, _) = HardnessMeasuring.Measure(new NgramLearner(["yes", "no"], order: 1), questions, new("none", "", []), plan, cancellationToken);
        var hard = all.Where(one => one.IsHard).Select(one => one.Item.Id).ToHashSet(StringComparer.Ordinal);
        var easy = train.Items.Where(item => !hard.Contains(item.Id)).Select(item => item.Hardness).ToList();
        return new(MeasuredHardness.Auc([.. train.Items.Where(item => hard.Contains(item.Id)).Select(item => item.Hardness)], easy), RandomMarks.Area(easy, random));
    }

    private static (StrataQuestion Item, bool IsHard) Draw(int number, RandomStream random)
    {
        var (isHard, isYes) = (random.Next(3) == 0, random.Next(2) == 0);
        var (color, shape) = (random.Next(2), random.Next(2));
        if (isHard && (color == shape) != isYes) shape = 1 - shape;
        List<string> words = [.. Enumerable.Range(0, 5).Select(_ => Fillers[random.Next(Fillers.Length)]), .. isHard ? [Colors[color], Shapes[shape]] : (string[])[isYes ? "plainly" : "hardly", isYes ? "surely" : "never", isYes ? "gladly" : "badly"]];
        random.Shuffle(words);
        var answer = isYes ? "yes" : "no";
        return (new() { Id = Invariant($"{number}"), Prompt = string.Join(' ', words), Answer = answer, Completion = answer, Hardness = 0 }, isHard);
    }
}
