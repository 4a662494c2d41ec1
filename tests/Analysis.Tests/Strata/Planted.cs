using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;

namespace SafetyGate.Analysis.Tests.Strata;

/// <summary>Results with accuracies that are known: the share of right items of each stratum and arm.</summary>
internal static class Planted
{
    public const int OfAStratum = 200;

    /// <summary>Items of hardness 0, 1 and 2; each arm right on its share of the hard items and on 90 % of the others.</summary>
    public static StrataResult Result(double untrained, double easy, double hard, int seeds = 5, double smallestGap = 0.05)
    {
        var items = Enumerable.Range(0, 3 * OfAStratum).Select(i => new StratifiedItem(Invariant($"item-{i}"), i % 3)).ToList();
        return new()
        {
            Benchmark = "planted",
            BenchmarkDigest = new string('b', 64),
            Hardness = new() { Source = "column hardness", EasyAtMost = 0, HardAtLeast = 2 },
            Training = new() { Trainer = "probe", Examples = 40, Steps = 100 },
            SmallestGap = smallestGap,
            Items = items,
            Arms =
            [
                Arm(TrainedOn.None, 0, untrained),
                .. Enumerable.Range(1, seeds).Select(seed => Arm(TrainedOn.Easy, (ulong)seed, easy)),
                .. Enumerable.Range(1, seeds).Select(seed => Arm(TrainedOn.Hard, (ulong)seed, hard)),
            ],
        };

        StrataArm Arm(TrainedOn trained, ulong seed, double share)
        {
            var random = new RandomStream(seed, $"planted/{trained}");
            return new() { TrainedOn = trained, Seed = seed, Scores = [.. items.Select(item => random.NextDouble() < (item.Hardness == 2 ? share : 0.9 - (0.2 * item.Hardness)) ? 1.0 : 0)] };
        }
    }
}
