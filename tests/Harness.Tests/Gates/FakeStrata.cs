using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>Trainings on easy and hard items by hand: the share of hard items each arm gets right; 90 % of easy ones.</summary>
internal static class FakeStrata
{
    public static StrataResult Result(double untrained, double easy, double hard, int seeds = 5) => new()
    {
        Benchmark = "order",
        BenchmarkDigest = new string('b', 64),
        Hardness = new() { Source = "column difficulty", EasyAtMost = 2, HardAtLeast = 4 },
        Training = new() { Trainer = "probe", Examples = 64, Steps = 200, Weights = "weights of base", Model = "base" },
        Items = [.. Enumerable.Range(0, 400).Select(i => new StratifiedItem(Invariant($"item-{i}"), i % 2 == 0 ? 2 : 4))],
        Arms =
        [
            Arm(TrainedOn.None, 0, untrained),
            .. Enumerable.Range(1, seeds).Select(seed => Arm(TrainedOn.Easy, (ulong)seed, easy)),
            .. Enumerable.Range(1, seeds).Select(seed => Arm(TrainedOn.Hard, (ulong)seed, hard)),
        ],
    };

    private static StrataArm Arm(TrainedOn trained, ulong seed, double share)
    {
        var random = new RandomStream(seed, $"fake/{trained}");
        return new() { TrainedOn = trained, Seed = seed, Scores = [.. Enumerable.Range(0, 400).Select(i => random.NextDouble() < (i % 2 == 0 ? 0.9 : share) ? 1.0 : 0)] };
    }
}
