using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Calibration;

/// <summary>Degrades a real result by a known amount, to see whether the gate detects it.</summary>
public static class PlantedDrop
{
    /// <summary>
    /// A copy in which good items turn bad by chance, so that the true drop is the given one: each item by itself, or, where items share
    /// behaviors, a whole behavior at once, all with the same probability.
    /// </summary>
    /// <param name="real">A measurement of one 0/1 sample an item; unscored items stay as they are.</param>
    /// <param name="drop">The drop of the rate over items, or over behaviors where items share them, as a share.</param>
    /// <param name="random">Decides which items or behaviors turn.</param>
    /// <exception cref="ArgumentException">Several samples an item, scores between 0 and 1, or a drop that is not above 0 or more than the
    /// rate.</exception>
    public static Measurement In(Measurement real, double drop, RandomStream random)
    {
        if (Problem(real, drop) is { } problem) throw new ArgumentException(problem, nameof(real));
        var probability = drop / Good(real);
        var turned = InferenceUnits.Group(real.Items, i => i.Behavior)
            .Where(unit => unit.Any(IsGood) && random.NextDouble() < probability)
            .SelectMany(unit => unit.Where(IsGood)).Select(i => i.Id).ToHashSet(StringComparer.Ordinal);
        return real with
        {
            Model = real.Model with { WeightsDigest = Planted(real.Model.WeightsDigest) },
            Items = [.. real.Items.Select(i => turned.Contains(i.Id) ? i with { Scores = [0], Overrides = [], ResponseDigests = [Planted(i.ResponseDigests[0])] } : i)],
        };
    }

    /// <summary>Why the drop cannot be planted, in one sentence; <c>null</c> when it can.</summary>
    public static string? Problem(Measurement real, double drop)
    {
        if (real.Items.Any(i => i.Scores.Count != 1 || i.Scores[0] is not (null or 0 or 1)))
            return $"'{real.Metric}' has several samples an item, or scores between 0 and 1; a drop is planted in one 0/1 score an item.";
        var share = InferenceUnits.Sizes(real) is null ? "its share of good items" : "its rate over behaviors";
        return drop > 0 && drop <= Good(real) ? null : Invariant($"A drop of {drop} was to be planted in '{real.Metric}'; it must be above 0 and at most {Good(real):0.####}, {share}.");
    }

    private static bool IsGood(ItemOutcome item) => item.Scores[0] == 1;

    private static double Good(Measurement real) => InferenceUnits.Values(real).Average();

    private static string Planted(string digest) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("planted\n" + digest)));
}
