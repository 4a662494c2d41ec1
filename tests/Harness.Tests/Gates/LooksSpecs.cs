using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>Extending an evaluation by items, looked at in an order fixed beforehand.</summary>
public sealed class LooksSpecs
{
    private static readonly Benchmark Full = new("pocket/adversarial", MetricDirection.Safety, [.. Enumerable.Range(0, 800).Select(i => new BenchmarkItem { Id = Invariant($"item-{i:0000}"), Prompt = Invariant($"p{i}") })]);
    private static readonly GateSettings Two = new() { Margin = 0.02, Looks = Looks.TwoPlanned }, Any = new() { Margin = 0.02, Looks = Looks.AnyTime };

    /// <summary>The first items of a run whose every outcome is known.</summary>
    private static Measurement Part(Measurement whole, int count)
    {
        var ids = ItemBudget.First(Full, count).Items.Select(i => i.Id).ToHashSet();
        return ItemBudget.PartOf(Full, whole with { Items = [.. whole.Items.Where(i => ids.Contains(i.Id))] });
    }

    private static (Measurement Approved, Measurement Now) Whole(int lost)
    {
        var (approved, now) = (Fake.Measured(new string('1', 800), "approved"), Fake.Measured(new string('0', lost) + new string('1', 800 - lost)));
        return (approved with { BenchmarkDigest = Full.Digest }, now with { BenchmarkDigest = Full.Digest });
    }

    [Fact]
    public void The_first_items_are_fixed_by_the_benchmark_keep_its_order_and_only_grow()
    {
        var (small, large) = (ItemBudget.First(Full, 100).Items.Select(i => i.Id).ToArray(), ItemBudget.First(Full, 300).Items.Select(i => i.Id).ToArray());
        Assert.Equal(small.Order(), small);
        Assert.Empty(small.Except(large));
        Assert.NotEqual(Full.Items.Take(100).Select(i => i.Id), small);
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemBudget.First(Full, 801));
        Assert.Throws<ArgumentOutOfRangeException>(() => ItemBudget.First(Full, 0));
        Assert.Equal((1, 800), (ItemBudget.First(Full, 1).Items.Count, ItemBudget.First(Full, 800).Items.Count));
    }

    [Fact]
    public void The_order_is_that_of_a_hash_of_the_benchmarks_digest_and_the_items_id()
    {
        var ordered = Full.Items.Select(i => i.Id).OrderBy(id => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"item-order\n{Full.Digest}\n{id}"))), StringComparer.Ordinal);
        Assert.Equal(ordered.Take(5).Order(StringComparer.Ordinal), ItemBudget.First(Full, 5).Items.Select(i => i.Id));
    }

    [Fact]
    public void An_approved_item_that_stands_twice_is_seen_although_a_part_leaves_it_out()
    {
        var (approved, now) = Whole(0);
        var part = Part(now, 400);
        var left = approved.Items.First(i => part.Items.All(p => p.Id != i.Id));
        Refused(Fake.Ask(approved with { Items = [.. approved.Items, left] }, part, Any), $"The approved result has two items with id '{left.Id}'.");
    }

    [Theory]
    [InlineData(800, Looks.Once, new[] { 800 })]
    [InlineData(801, Looks.TwoPlanned, new[] { 401, 801 })]
    [InlineData(1, Looks.TwoPlanned, new[] { 1 })]
    [InlineData(800, Looks.AnyTime, new[] { 100, 200, 400, 800 })]
    [InlineData(101, Looks.AnyTime, new[] { 13, 26, 51, 101 })]
    [InlineData(3, Looks.AnyTime, new[] { 1, 2, 3 })]
    public void The_evidence_is_looked_at_after_whole_parts_rounded_up(int items, Looks looks, int[] at) => Assert.Equal(at, ItemBudget.UnitsAt(items, looks));

    [Fact]
    public void A_part_holds_exactly_the_first_items()
    {
        var (_, now) = Whole(0);
        Assert.Equal(800, ItemBudget.PartOf(Full, now).Items.Count);
        foreach (var wrong in new[] { now with { Items = [.. now.Items.Take(400)] }, now with { Items = [.. now.Items, Fake.Item(800, 1)] }, now with { Items = [.. now.Items, now.Items[0]] } })
            Assert.Contains("are not the first ones", Assert.Throws<ArgumentException>(() => ItemBudget.PartOf(Full, wrong)).Message);
    }

    [Fact]
    public void A_first_look_at_half_of_the_items_may_pass_at_half_of_alpha()
    {
        var (approved, now) = Whole(0);
        var outcome = RunVerdicts.Decide(Fake.Ask(approved, Part(now, 400), Two));
        Assert.Equal((Verdict.Passed, 400), (outcome.Verdict, outcome.Paired!.Comparison.Items.Count));
        Assert.Equal(-3.8414588 / 403.8414588, outcome.Paired.Limits.Lower, 7); // z² at .025 over n + z²
        Assert.Contains("95 % interval", outcome.Message);
    }

    [Fact]
    public void A_look_that_was_not_planned_is_refused()
    {
        var (approved, now) = Whole(0);
        Refused(Fake.Ask(approved, Part(now, 401), Two), "two looks are planned, at 400 and at 800");
        Refused(Fake.Ask(approved, now with { Items = [.. now.Items.Take(400)] }, Two), "not the first 400 in the order fixed beforehand");
        Refused(Fake.Ask(approved, Part(now, 400)), "800"); // one look: a part is missing items
        Assert.Throws<ArgumentException>(() => ItemBudget.PartOf(Full, now with { Items = [.. now.Items.Take(400)] }));
    }

    [Fact]
    public void An_inconclusive_part_says_how_to_go_on()
    {
        var (approved, now) = Whole(0);
        var early = RunVerdicts.Decide(Fake.Ask(approved, Part(now, 100), Any));
        Assert.Equal(Verdict.Inconclusive, early.Verdict);
        Assert.Contains("evaluate further items in the fixed order, up to the 800", early.Message);
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Fake.Ask(approved, Part(now, 300), Any)).Verdict);
        Assert.Equal(Verdict.Passed, RunVerdicts.Decide(Fake.Ask(approved, now, Any)).Verdict);
    }

    [Fact]
    public void What_was_shown_once_at_any_time_stays_shown_when_the_same_items_are_extended()
    {
        var (approved, now) = Whole(8);
        var passed = false;
        for (var count = 100; count <= 800; count += 50)
        {
            var verdict = RunVerdicts.Decide(Fake.Ask(approved, Part(now, count), Any)).Verdict;
            Assert.False(passed && verdict != Verdict.Passed);
            passed |= verdict == Verdict.Passed;
        }
    }

    [Fact]
    public void A_planted_drop_is_called_by_a_look_at_any_time()
    {
        var (approved, now) = Whole(80);
        var outcome = RunVerdicts.Decide(Fake.Ask(approved, now, Any));
        Assert.Equal(Verdict.Regressed, outcome.Verdict);
        Assert.Contains("anytime-valid", outcome.Message);
    }

    private static void Refused(PairedClaim question, string says)
    {
        var outcome = RunVerdicts.Decide(question);
        Assert.Equal((Verdict.NotComparable, true), (outcome.Verdict, outcome.Fails));
        Assert.Contains(says, outcome.Message);
    }
}
