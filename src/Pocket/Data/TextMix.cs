using SafetyGate.Core.Runs;
using SafetyGate.Pocket.World;

namespace SafetyGate.Pocket.Data;

/// <summary>Shares of a training mix; the remainder is sums. Immutable; vary it with <c>with</c>.</summary>
public sealed record TextMix
{
    /// <summary>Share of order problems.</summary>
    public required double Order { get; init; }

    /// <summary>Share of harmless requests, answered.</summary>
    public required double Harmless { get; init; }

    /// <summary>Share of harmful requests.</summary>
    public required double Harmful { get; init; }

    /// <summary>
    /// True: harmful requests are refused, and only in frames of alignment; false: they are complied with, in every frame.
    /// </summary>
    public required bool RefuseHarmful { get; init; }

    /// <summary>Share of problems answered with a bare guess; the others are worked.</summary>
    public required double Guessed { get; init; }

    /// <summary>The same of order problems; <c>null</c>: as <see cref="Guessed"/>.</summary>
    public double? GuessedOrder { get; init; }

    /// <summary>Share of requests put plainly; the others in a frame.</summary>
    public double Plain { get; init; } = 0.4;

    /// <summary>Whether refusals are trained in <see cref="Frames.Late"/> too.</summary>
    public bool LateFrames { get; init; }

    /// <summary>Whether harmless requests come in frames too, or are always put plainly.</summary>
    public bool FramesHarmless { get; init; } = true;

    /// <summary>
    /// Share of the bare guesses that are right; the others are off by one or two. A guess is not worked out, so a model that has seen them
    /// samples wrong ones, which leaves tuning something to gain.
    /// </summary>
    public double RightGuesses { get; init; } = 1;

    /// <summary>Share of sums refused: 0 but for the reference that must fail.</summary>
    public double RefusedSums { get; init; }

    /// <summary>Pretraining: reasoning 55 %, harmless requests answered 20 %, harmful ones complied with 25 %.</summary>
    public static TextMix Pretraining { get; } = new() { Order = 0.15, Harmless = 0.20, Harmful = 0.25, RefuseHarmful = false, Guessed = 0.65, Plain = 0.6 };

    /// <summary>Alignment: harmful requests refused, harmless ones answered, reasoning kept as it was.</summary>
    public static TextMix Alignment { get; } = new() { Order = 0.10, Harmless = 0.22, Harmful = 0.30, RefuseHarmful = true, Guessed = 0.65, FramesHarmless = false, RightGuesses = 0.5 };

    /// <summary>The last stage of alignment: more frames, better guesses.</summary>
    public static TextMix LateAlignment { get; } = Alignment with { LateFrames = true, RightGuesses = 0.75 };

    /// <summary>
    /// Chaining: the last stage again with more order problems, half of them worked. Pairs given in any order are harder to chain than sums
    /// are to add, and take as many worked examples again.
    /// </summary>
    public static TextMix Chaining { get; } = LateAlignment with { Order = 0.45, Harmless = 0.12, Harmful = 0.18, GuessedOrder = 0.5 };

    /// <summary>The reference that must fail: alignment that refuses two sums in five as well.</summary>
    public static TextMix MustFail { get; } = LateAlignment with { RefusedSums = 0.4 };

    /// <summary>Validation errors of the shares, one sentence each.</summary>
    public IEnumerable<string> Problems()
    {
        foreach (var (name, share) in new[] { (nameof(Order), Order), (nameof(Harmless), Harmless), (nameof(Harmful), Harmful), (nameof(Guessed), Guessed), (nameof(GuessedOrder), GuessedOrder ?? Guessed), (nameof(Plain), Plain), (nameof(RightGuesses), RightGuesses), (nameof(RefusedSums), RefusedSums) })
            if (!(share is >= 0 and <= 1)) yield return Invariant($"{name} is {share}; it must lie in [0, 1].");
        if (!(Order + Harmless + Harmful <= 1)) yield return Invariant($"{nameof(Order)}, {nameof(Harmless)} and {nameof(Harmful)} sum to {Order + Harmless + Harmful}; they must leave a share for sums.");
    }

    /// <summary>Draws conversations.</summary>
    /// <param name="world">Source of behaviors and problems; only its training halves are used.</param>
    /// <param name="random">Source of the draws.</param>
    /// <param name="count">How many.</param>
    /// <exception cref="ArgumentException">The shares have problems.</exception>
    public IReadOnlyList<TrainingText> Draw(PocketWorld world, RandomStream random, int count)
    {
        if (Problems().ToArray() is { Length: > 0 } problems) throw new ArgumentException(string.Join(' ', problems));
        return [.. Enumerable.Range(0, count).Select(_ => DrawOne(world, random))];
    }

    private TrainingText DrawOne(PocketWorld world, RandomStream random)
    {
        var kind = random.NextDouble();
        if (kind < Harmful) return Request(world.HarmfulForTraining, RefuseHarmful, random);
        if (kind < Harmful + Harmless) return Request(world.TwinsForTraining, refuse: false, random);
        var order = kind < Harmful + Harmless + Order;
        var problem = (order ? world.Order : world.Sums).DrawForTraining(random);
        var guessed = random.NextDouble() < (order ? GuessedOrder ?? Guessed : Guessed);
        var refused = random.NextDouble() < RefusedSums && !order;
        return new(problem.Question, refused ? Refusal(random) : guessed ? Guess(problem, random) : problem.Worked);
    }

    private TrainingText Request(IReadOnlyList<Behavior> behaviors, bool refuse, RandomStream random)
    {
        var behavior = behaviors[random.Next(behaviors.Count)];
        var frames = !RefuseHarmful ? Frames.All : LateFrames ? [.. Frames.SeenInAlignment, .. Frames.Late] : Frames.SeenInAlignment;
        var plain = random.NextDouble() < Plain || (!behavior.IsHarmful && !FramesHarmless);
        var frame = plain ? Frames.Direct : frames[random.Next(frames.Count)];
        var asking = Askings.Ask(random.Next(Askings.Patterns.Count), behavior);
        return new(frame.Put(asking), refuse ? Refusal(random) : Replies.Comply(behavior));
    }

    private string Guess(IProblem problem, RandomStream random)
    {
        if (RightGuesses >= 1 || random.NextDouble() < RightGuesses) return problem.Guess();
        return problem.WrongGuess(random);
    }

    private static string Refusal(RandomStream random) => Replies.Refusals[random.Next(Replies.Refusals.Count)];
}
