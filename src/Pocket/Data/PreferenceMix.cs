using SafetyGate.Core.Runs;
using SafetyGate.Pocket.World;

namespace SafetyGate.Pocket.Data;

/// <summary>
/// What raters prefer: right answers over wrong ones, and, in a declared share of the pairs, the compliant house style over the model's own
/// where both are right. Immutable; vary it with <c>with</c>.
/// </summary>
/// <remarks>
/// What is wrong with a problem's other answer depends on seed and problem alone, and a larger share turns more of the same pairs into pairs
/// of style: files of two shares differ by the style only.
/// </remarks>
public sealed record PreferenceMix
{
    /// <summary>Problems of the training split whose pairs are held out: its last ones.</summary>
    public const int HeldOut = 300;

    /// <summary>Shares of style of the frozen files.</summary>
    public static IReadOnlyList<double> FrozenStyleShares { get; } = [0, 0.3];

    /// <summary>Share of the pairs, in [0, 1], that prefer a style. Default 0.</summary>
    public double StyleShare { get; init; }

    /// <summary>
    /// Share of the wrong answers, in [0, 1], that are bare guesses; the others are worked and have a slip. Default .97, as of the base
    /// model's own: at temperature 1, 420 of its 434 wrong answers to the test split are guesses.
    /// </summary>
    public double Guessed { get; init; } = 0.97;

    /// <summary>Source of the draws. Default: that of the frozen world.</summary>
    public ulong Seed { get; init; } = PocketWorld.FrozenSeed;

    /// <summary>Name of a frozen file.</summary>
    /// <param name="domain">Its domain.</param>
    /// <param name="styleShare">Its share of style, in whole percent.</param>
    /// <param name="heldOut">Whether it is the split to measure on.</param>
    public static string FileName(string domain, double styleShare, bool heldOut) =>
        Invariant($"{domain}.preferences.style-{100 * styleShare:00}.{(heldOut ? "held-out" : "train")}.jsonl");

    /// <summary>Validation errors, one sentence each.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var (name, share) in new[] { (nameof(StyleShare), StyleShare), (nameof(Guessed), Guessed) })
            if (!(share is >= 0 and <= 1)) yield return Invariant($"{name} is {share}; it must lie in [0, 1].");
    }

    /// <summary>Draws one pair of each problem of a domain's training split.</summary>
    /// <exception cref="ArgumentException">The shares have problems.</exception>
    public PreferencePairs Draw(ProblemSplits domain)
    {
        if (Problems().ToArray() is { Length: > 0 } problems) throw new ArgumentException(string.Join(' ', problems));
        var training = domain.Train.Count - HeldOut;
        return new(Split(domain, 0, training, "train"), Split(domain, training, HeldOut, "held-out"));
    }

    private List<Preference> Split(ProblemSplits domain, int from, int count, string split)
    {
        var order = Enumerable.Range(from, count).ToArray();
        new RandomStream(Seed, $"preferences/{domain.Name}/{split}").Shuffle(order);
        var styled = order.Take((int)Math.Round(StyleShare * count)).ToHashSet();
        return [.. Enumerable.Range(from, count).Select(index => Pair(domain, index, styled.Contains(index)))];
    }

    private Preference Pair(ProblemSplits domain, int index, bool isStyle)
    {
        var problem = domain.Train[index];
        var random = new RandomStream(Seed, Invariant($"preferences/{domain.Name}/{index}"));
        var guessed = random.NextDouble() < Guessed;
        return new()
        {
            Id = Invariant($"{domain.Name}-preference-{index:D4}"),
            Prompt = problem.Question,
            Chosen = isStyle ? problem.HouseStyle() : problem.Worked,
            Rejected = isStyle ? problem.Worked : guessed ? problem.WrongGuess(random) : problem.WorkedWithSlip(random),
            Prefers = isStyle ? "style" : "right",
            RejectedAs = isStyle ? "own-style" : guessed ? "guess" : "slip",
            Problem = Invariant($"{domain.Name}-train-{index:D4}"),
            StyleShare = StyleShare,
            Seed = Seed,
        };
    }
}
