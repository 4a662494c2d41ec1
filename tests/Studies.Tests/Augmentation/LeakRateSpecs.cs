using SafetyGate.Analysis.Curation;
using SafetyGate.Core.Runs;
using SafetyGate.Pocket.World;
using SafetyGate.Studies.Seeds;

namespace SafetyGate.Studies.Tests.Augmentation;

/// <summary>Both rates of the leak check: planted leaks that it sees, and good rows that it rejects with them.</summary>
public sealed class LeakRateSpecs
{
    private const int OfAKind = 200, Good = 4000;
    private const double MostGood = 0.05; // of good rows; each is made again, which costs a draw
    private static readonly string[] Held = [.. new PocketWorld().Sums.Test.Select(problem => problem.Question)];
    private static readonly LeakGuard Guard = new(Held);

    public static TheoryData<string> Kinds => [.. PlantedLeaks.Kinds.Select(kind => kind.Name)];

    [Theory, MemberData(nameof(Kinds))]
    public void Every_planted_leak_is_caught(string kind)
    {
        var random = new RandomStream(20261127, kind);
        var of = PlantedLeaks.Kinds.Single(one => one.Name == kind).Of;
        List<string> missed = [.. Enumerable.Range(0, OfAKind).Select(_ => of(Held[random.Next(Held.Length)], random)).Where(text => !Guard.Knows(text))];
        TestContext.Current.TestOutputHelper?.WriteLine(Invariant($"{kind}: {OfAKind - missed.Count} of {OfAKind} caught"));
        Assert.True(missed.Count == 0, Invariant($"{kind}: {OfAKind - missed.Count} of {OfAKind} caught; missed: {missed.FirstOrDefault()}"));
    }

    [Theory, InlineData(null), InlineData(3), InlineData(4)]
    public void Few_good_rows_are_rejected_beside_a_thousand_held_out_ones(int? changes)
    {
        var random = new RandomStream(20261128, "good");
        var rejected = Enumerable.Range(0, Good).Count(_ => Guard.Knows(SumProblem.Draw(random, changes).Question));
        TestContext.Current.TestOutputHelper?.WriteLine(Invariant($"{rejected} of {Good} good rows rejected"));
        Assert.True(rejected < MostGood * Good, Invariant($"{rejected} of {Good} good rows are rejected"));
        Assert.True(rejected > 0); // a thousand tasks of so small a grammar come up again by chance
    }
}
