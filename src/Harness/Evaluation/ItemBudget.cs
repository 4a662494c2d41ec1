using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Evaluation;

/// <summary>
/// The order in which the items of a benchmark are drawn when an evaluation is extended: by a hash of the benchmark's digest and the
/// item's id, so it is fixed before any response exists and does not follow the suites. Only items are added, never samples; items that
/// share a
/// behavior are drawn together, at the place of the first of them.
/// </summary>
public static class ItemBudget
{
    /// <summary>
    /// The first items in the fixed order, as a benchmark to be evaluated; inside it they keep the full benchmark's order.
    /// </summary>
    /// <param name="full">The whole benchmark.</param>
    /// <param name="count">How many; more where a behavior would be split.</param>
    public static Benchmark First(Benchmark full, int count)
    {
        if (count < 1 || count > full.Items.Count)
            throw new ArgumentOutOfRangeException(nameof(count), count,
                Invariant($"{count} items of '{full.Name}' were requested; it has {full.Items.Count}."));
        var drawn = Drawn(full, count);
        return new Benchmark(full.Name, full.Direction, [.. full.Items.Where(i => drawn.Contains(i.Id))]);
    }

    /// <summary>Items, or behaviors where items share them, of the first of two planned looks.</summary>
    public static int FirstLook(int units) => (units + 1) / 2;

    /// <summary>
    /// After how many items the evidence is looked at: once at all, twice as planned, or after an eighth, a quarter, a half and all when
    /// any time will do.
    /// </summary>
    /// <param name="full">The whole benchmark; a behavior is never split between looks.</param>
    /// <param name="looks">How often it may be looked at.</param>
    public static IReadOnlyList<int> LooksAt(Benchmark full, Looks looks) =>
        Items(InOrder(full.Items, i => i.Id, i => i.Behavior, full.Digest), looks);

    private static int[] Items(IReadOnlyList<IReadOnlyList<string>> units, Looks looks) =>
        [.. UnitsAt(units.Count, looks).Select(at => units.Take(at).Sum(unit => unit.Count))];

    /// <summary>The same in units: items, or behaviors where items share them.</summary>
    internal static IReadOnlyList<int> UnitsAt(int units, Looks looks) => looks switch
    {
        Looks.TwoPlanned when units > 1 => [FirstLook(units), units],
        Looks.AnyTime => [.. new[] { 8, 4, 2, 1 }.Select(share => (units + share - 1) / share).Distinct()],
        _ => [units],
    };

    /// <summary>
    /// A measurement of the first items, marked as part of the whole benchmark, so that it can be compared with a full baseline.
    /// </summary>
    /// <exception cref="ArgumentException">It does not hold exactly the first items.</exception>
    public static Measurement PartOf(Benchmark full, Measurement part)
    {
        var drawn = part.Items.Count > full.Items.Count ? [] : Drawn(full, part.Items.Count);
        if (!drawn.SetEquals(part.Items.Select(i => i.Id))) throw new ArgumentException(Invariant($"The measurement's {part.Items.Count} items are not the first ones of '{full.Name}' in the fixed order."), nameof(part));
        return part with { BenchmarkDigest = full.Digest };
    }

    /// <summary>Sort key of an item.</summary>
    internal static string Key(string benchmarkDigest, string id) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"item-order\n{benchmarkDigest}\n{id}")));

    /// <summary>The approved counterpart of a part of the items; the approved measurement itself when nothing is to be cut.</summary>
    /// <param name="approved">The full item budget.</param>
    /// <param name="now">All of it or its first items.</param>
    /// <param name="looks">Whether a part is allowed.</param>
    /// <param name="problem">Why the part is not one that was planned; <c>null</c> when all is well.</param>
    internal static Measurement Counterpart(Measurement approved, Measurement now, Looks looks, out string? problem)
    {
        problem = null;
        var (have, all) = (now.Items.Count, approved.Items.Count);
        if (looks == Looks.Once || have >= all || have == 0) return approved; // pairing reports the error
        var units = InOrder(approved.Items, i => i.Id, i => i.Behavior, approved.BenchmarkDigest);
        var drawn = Drawn(units, have);
        if (!drawn.SetEquals(now.Items.Select(i => i.Id))) problem = Invariant($"The present result holds {have} of {all} items, and they are not the first {have} in the order fixed beforehand.");
        else if (looks == Looks.TwoPlanned && Items(units, looks)[0] is var first && have != first)
            problem = Invariant($"The present result holds {have} of {all} items; two looks are planned, at {first} and at {all}.");
        return approved with { Items = [.. approved.Items.Where(i => drawn.Contains(i.Id))] };
    }

    /// <summary>Ids by unit in the fixed order: of each unit that of its first item.</summary>
    internal static IReadOnlyList<IReadOnlyList<string>> InOrder<T>(IEnumerable<T> items, Func<T, string> id, Func<T, string?> behavior,
        string benchmarkDigest) =>
        [.. InferenceUnits.Group(items, behavior).Select(unit => (IReadOnlyList<string>)[.. unit.Select(id)]).OrderBy(unit => unit.Select(i => Key(benchmarkDigest, i)).Min(StringComparer.Ordinal), StringComparer.Ordinal)];

    private static HashSet<string> Drawn(Benchmark full, int count) =>
        Drawn(InOrder(full.Items, i => i.Id, i => i.Behavior, full.Digest), count);

    // Whole units, until there are as many items as wanted.
    private static HashSet<string> Drawn(IReadOnlyList<IReadOnlyList<string>> units, int count)
    {
        var drawn = new HashSet<string>(StringComparer.Ordinal);
        foreach (var unit in units.TakeWhile(_ => drawn.Count < count)) drawn.UnionWith(unit);
        return drawn;
    }
}
