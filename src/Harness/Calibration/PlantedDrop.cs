using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;

namespace SafetyGate.Harness.Calibration;

/// <summary>Degrades a real result by a known amount, to see whether the gate detects it.</summary>
public static class PlantedDrop
{
    /// <summary>
    /// A copy in which each good item turns bad by chance, all with the same probability, so that the true drop is the given one.
    /// </summary>
    /// <param name="real">A measurement of one 0/1 sample an item; unscored items stay as they are.</param>
    /// <param name="drop">The drop, as a share of all items.</param>
    /// <param name="random">Decides which items turn.</param>
    /// <exception cref="ArgumentException">Several samples an item, scores between 0 and 1, or a drop that is not above 0 or more than the
    /// share of good items.</exception>
    public static Measurement In(Measurement real, double drop, RandomStream random)
    {
        if (Problem(real, drop) is { } problem) throw new ArgumentException(problem, nameof(real));
        var good = Good(real);
        return real with
        {
            Model = real.Model with { WeightsDigest = Planted(real.Model.WeightsDigest) },
            Items = [.. real.Items.Select(i => i.Scores[0] == 1 && random.NextDouble() < drop / good ? i with { Scores = [0], ResponseDigests = [Planted(i.ResponseDigests[0])] } : i)],
        };
    }

    /// <summary>Why the drop cannot be planted, in one sentence; <c>null</c> when it can.</summary>
    public static string? Problem(Measurement real, double drop)
    {
        if (real.Items.Any(i => i.Scores.Count != 1 || i.Scores[0] is not (null or 0 or 1)))
            return $"'{real.Metric}' has several samples an item, or scores between 0 and 1; a drop is planted in one 0/1 score an item.";
        return drop > 0 && drop <= Good(real) ? null : Invariant($"A drop of {drop} was to be planted in '{real.Metric}'; it must be above 0 and at most {Good(real):0.####}, its share of good items.");
    }

    private static double Good(Measurement real) => (double)real.Items.Count(i => i.Scores[0] == 1) / real.Items.Count;

    private static string Planted(string digest) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("planted\n" + digest)));
}
