using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Calibration;

/// <summary>
/// Power of a gate of one 0/1 sample an item: probabilities by enumeration, no normal approximation. Half of the items that differ are
/// lost, half gained, when nothing changed.
/// </summary>
public sealed record PowerAnswer
{
    /// <summary>Power at which a drop counts as detectable.</summary>
    public const double DetectionPower = 0.80;

    /// <summary>The question.</summary>
    public required PowerQuestion Question { get; init; }

    /// <summary>P(Passed) of an unchanged model with the given number of items; <c>null</c> without a number of items.</summary>
    public double? PassProbability { get; init; }

    /// <summary>
    /// True when an unchanged model passes often enough (<see cref="UnderpoweredGate.Target"/>); <c>null</c> without a number of items.
    /// </summary>
    public bool? CanWork => PassProbability is { } passes ? passes >= UnderpoweredGate.Target : null;

    /// <summary>
    /// Smallest number of items at which an unchanged model passes often enough; <c>null</c> when none up to
    /// <see cref="PowerQuestion.MostItems"/> does.
    /// </summary>
    public required int? FirstItems { get; init; }

    /// <summary>Items from which on it does at 101 successive sizes: power is a saw-tooth, so this is the number to plan with.</summary>
    public required int? PlannedItems { get; init; }

    /// <summary>
    /// Smallest margin, in tenths of a point, with which these items suffice; <c>null</c> when none does, or without a number of items.
    /// </summary>
    public double? SmallestMargin { get; init; }

    /// <summary>
    /// Smallest drop that is called Regressed with a probability of .80; <c>null</c> when none is, or without a number of items.
    /// </summary>
    public double? DropSeenAsRegressed { get; init; }

    /// <summary>
    /// Smallest drop that does not pass with a probability of .80; 0 when even an unchanged model seldom passes; <c>null</c> without a
    /// number of items.
    /// </summary>
    public double? DropSeenAsNotPassed { get; init; }

    /// <summary>P(Regressed) of the given drop; <c>null</c> without items or drop.</summary>
    public double? DropIsRegressed { get; init; }

    /// <summary>P(not Passed) of the given drop; <c>null</c> without items or drop.</summary>
    public double? DropIsNotPassed { get; init; }

    /// <summary>
    /// Items from which on the given drop is called Regressed with a probability of .80; <c>null</c> when none up to
    /// <see cref="PowerQuestion.MostItems"/>, or without a drop.
    /// </summary>
    public int? ItemsForRegressed { get; init; }

    /// <summary>
    /// Items from which on the given drop does not pass with a probability of .80, while an unchanged model passes often enough;
    /// <c>null</c> when none, or without a drop.
    /// </summary>
    public int? ItemsForNotPassed { get; init; }

    internal static PowerAnswer Of(PowerQuestion q)
    {
        var half = q.Discordance / 2;
        var size = MinimalSize.Find(half, half, q.Margin, q.Alpha, UnderpoweredGate.Target, PowerQuestion.MostItems);
        var answer = new PowerAnswer { Question = q, FirstItems = size?.First, PlannedItems = size?.Stays };
        if (q.Items is { } items)
        {
            answer = answer with
            {
                PassProbability = PairedPower.Passed(items, half, half, q.Margin, q.Alpha),
                SmallestMargin = Margin(margin => PairedPower.Passed(items, half, half, margin, q.Alpha)),
                DropSeenAsRegressed = PairedPower.DropSeenAsRegressed(items, half, q.Alpha / q.Family, DetectionPower),
                DropSeenAsNotPassed = PairedPower.DropSeenAsNotPassed(items, half, q.Margin, q.Alpha, DetectionPower),
            };
            if (q.Drop is { } seen)
                answer = answer with
                {
                    DropIsRegressed = PairedPower.Regressed(items, half + seen, half, q.Alpha / q.Family),
                    DropIsNotPassed = 1 - PairedPower.Passed(items, half + seen, half, q.Margin, q.Alpha)
                };
        }

        if (q.Drop is not { } drop) return answer;
        return answer with
        {
            ItemsForRegressed = Items(1, n => PairedPower.Regressed(n, half + drop, half, q.Alpha / q.Family) >= DetectionPower),
            ItemsForNotPassed = size is null
                ? null
                : Items(size.Stays, n => 1 - PairedPower.Passed(n, half + drop, half, q.Margin, q.Alpha) >= DetectionPower),
        };
    }

    /// <summary>The same where items share behaviors; numbers needed are of behaviors.</summary>
    internal static PowerAnswer OfBehaviors(PowerQuestion q)
    {
        var sizes = q.Sizes!;
        var flips = new ClusterFlips(q.Discordance / 2, q.Discordance / 2, q.Correlation);
        var planned = ClusteredPower.Size(sizes, flips, q.Margin, q.Alpha, UnderpoweredGate.Target, PowerQuestion.MostItems);
        var answer = new PowerAnswer { Question = q, FirstItems = planned, PlannedItems = planned };
        var dropped = q.Drop is { } drop ? ClusteredPower.WithDrop(flips, drop) : null;
        if (q.Items is not null)
        {
            answer = answer with
            {
                PassProbability = ClusteredPower.Passed(sizes, flips, q.Margin, q.Alpha),
                SmallestMargin = Margin(margin => ClusteredPower.Passed(sizes, flips, margin, q.Alpha)),
                DropSeenAsRegressed = ClusteredPower.DropSeenAsRegressed(sizes, flips, q.Alpha / q.Family, DetectionPower),
                DropSeenAsNotPassed = ClusteredPower.DropSeenAsNotPassed(sizes, flips, q.Margin, q.Alpha, DetectionPower),
            };
            if (dropped is not null)
                answer = answer with
                {
                    DropIsRegressed = ClusteredPower.Regressed(sizes, dropped, q.Alpha / q.Family),
                    DropIsNotPassed = 1 - ClusteredPower.Passed(sizes, dropped, q.Margin, q.Alpha)
                };
        }

        if (dropped is null) return answer;
        return answer with
        {
            ItemsForRegressed = ClusteredPower.Fewest(sizes, 1, PowerQuestion.MostItems,
                some => ClusteredPower.Regressed(some, dropped, q.Alpha / q.Family) >= DetectionPower),
            ItemsForNotPassed = planned is { } least ? ClusteredPower.Fewest(sizes, least, PowerQuestion.MostItems, some => 1 - ClusteredPower.Passed(some, dropped, q.Margin, q.Alpha) >= DetectionPower) : null,
        };
    }

    // P(Passed) rises with the margin.
    private static double? Margin(Func<double, double> passes)
    {
        bool Works(int tenths) => passes(tenths / 1000.0) >= UnderpoweredGate.Target;
        int low = 0, high = 1000;
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (Works(middle)) high = middle; else low = middle;
        }

        return high < 1000 ? high / 1000.0 : null;
    }

    // Doubling finds the region, halving the edge, and then the last size that fails: a saw-tooth goes back by a few items only.
    private static int? Items(int least, Func<int, bool> enough)
    {
        const int successive = 101;
        var high = least;
        while (!enough(high))
        {
            if (high == PowerQuestion.MostItems) return null;
            high = Math.Min(2 * high, PowerQuestion.MostItems);
        }

        var start = Math.Max(least, high / 2);
        var run = 0;
        for (var n = start; n <= PowerQuestion.MostItems + successive; n++)
        {
            run = enough(n) ? run + 1 : 0;
            if (run == successive) return n - successive + 1;
        }

        return null;
    }
}
