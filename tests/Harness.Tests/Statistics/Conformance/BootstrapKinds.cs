using System.Globalization;
using System.Text.Json;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics.Conformance;

internal static class BootstrapKinds
{
    public static void JudgeItems(JsonElement @case, Agreement agreement) => Exact(@case, [.. @case.GetProperty("input").Numbers("x").Select(x => new[] { x })], agreement);

    public static void JudgeClusters(JsonElement @case, Agreement agreement) => Exact(@case, @case.GetProperty("input").Rows("clusters"), agreement);

    // At the levels that the case asks for.
    private static void Exact(JsonElement @case, double[][] clusters, Agreement agreement)
    {
        var expected = @case.GetProperty("expected");
        var d = ResamplingDistribution.All(clusters);
        var a = ResamplingDistribution.Acceleration(ResamplingDistribution.Jackknife(clusters));
        agreement.Check(expected, Inputs.Fields(
            ("mean", d.Estimate), ("support", d.Points.Count()), ("se", d.StandardError), ("bootstrap_mean", d.Mean),
            ("percentile", Levels("percentile", level => d.Percentile(level))),
            ("bca", Levels("bca", level => d.BiasCorrectedAccelerated(level, a))),
            ("at_or_below_mean", d.AtOrBelowEstimate), ("z0", d.BiasCorrection), ("acceleration", a), ("degenerate", d.IsDegenerate),
            ("distribution", d.Points.Select(p => new[] { p.Value, p.Probability }).ToArray())));

        Dictionary<string, object?> Levels(string name, Func<double, Interval?> limits) =>
            expected.TryGetProperty(name, out var wanted) ? Inputs.Fields([.. wanted.EnumerateObject().Select(level => (level.Name, (object?)limits(Inputs.Decimal(level.Name))))]) : [];
    }

    /// <summary>Limits that are exact by convolution, and our own draws inside the bands.</summary>
    public static void JudgeLattice(JsonElement @case, Agreement agreement)
    {
        var (input, expected) = (@case.GetProperty("input"), @case.GetProperty("expected"));
        var counts = input.GetProperty("counts").EnumerateArray().Select(c => c.GetInt32()).ToArray();
        var (first, step) = (input.Number("first"), Fraction(input.GetProperty("step").GetString()!));
        Assert.Equal(input.Whole("n"), counts.Sum());
        var d = ResamplingDistribution.Lattice(counts, first, step);
        double[][] items = [.. counts.SelectMany((c, i) => Enumerable.Repeat(first + step * i, c)).Select(v => new[] { v })];
        var a = ResamplingDistribution.Acceleration(ResamplingDistribution.Jackknife(items));
        agreement.Check(expected.GetProperty("mean"), d.Estimate, "mean");
        if (expected.TryGetProperty("z0", out var z0)) agreement.Check(z0, d.BiasCorrection, "z0");
        if (expected.TryGetProperty("acceleration", out var acceleration)) agreement.Check(acceleration, a, "acceleration");
        if (expected.TryGetProperty("degenerate", out var degenerate)) agreement.Check(degenerate, d.IsDegenerate, "degenerate");
        foreach (var level in expected.GetProperty("limits").EnumerateObject())
        {
            var l = double.Parse(level.Name, CultureInfo.InvariantCulture);
            foreach (var (name, limits) in new[] { ("percentile", (Interval?)d.Percentile(l)), ("bca", d.BiasCorrectedAccelerated(l, a)) })
                if (level.Value.TryGetProperty(name, out var wanted)) agreement.Check(wanted.GetProperty("limits"), limits, $"limits.{level.Name}.{name}");
        }

        Bands(@case, items, a, agreement);
    }

    /// <summary>Our own draws inside the bands of what any correct implementation may print.</summary>
    public static void JudgeDraws(JsonElement @case, Agreement agreement)
    {
        var input = @case.GetProperty("input");
        var clusters = input.TryGetProperty("clusters", out _) ? input.Rows("clusters") : [.. input.Numbers("x").Select(x => new[] { x })];
        var a = ResamplingDistribution.Acceleration(ResamplingDistribution.Jackknife(clusters));
        agreement.Check(@case.GetProperty("expected").GetProperty("mean"), clusters.Sum(c => c.Sum()) / clusters.Sum(c => c.Length), "mean");
        agreement.Check(@case.GetProperty("expected").GetProperty("acceleration"), a, "acceleration");
        Bands(@case, clusters, a, agreement);
    }

    private static void Bands(JsonElement @case, double[][] clusters, double acceleration, Agreement agreement)
    {
        foreach (var resamples in new[] { 2000, 10000 })
        {
            var drawn = ResamplingDistribution.Drawn(clusters, resamples, new RandomStream(5, "bootstrap/" + @case.GetProperty("id").GetString()));
            foreach (var level in @case.GetProperty("expected").GetProperty("limits").EnumerateObject())
            {
                var l = double.Parse(level.Name, CultureInfo.InvariantCulture);
                foreach (var (name, limits) in new[] { ("percentile", (Interval?)drawn.Percentile(l)), ("bca", drawn.BiasCorrectedAccelerated(l, acceleration)) })
                {
                    if (!level.Value.TryGetProperty(name, out var wanted)) continue;
                    var band = wanted.GetProperty(Invariant($"band_{resamples}"));
                    var path = Invariant($"limits.{level.Name}.{name} of {resamples} draws");
                    if (limits is not { } found) agreement.Problems.Add(path + " do not exist");
                    else
                    {
                        Inside(band[0], found.Lower, path + ", lower", agreement);
                        Inside(band[1], found.Upper, path + ", upper", agreement);
                    }
                }
            }
        }
    }

    private static void Inside(JsonElement band, double value, string path, Agreement agreement)
    {
        const double rounding = 1e-6; // the bands are written with about twelve digits; resampled means are far coarser than this
        if (!(value >= band[0].GetDouble() - rounding && value <= band[1].GetDouble() + rounding)) agreement.Problems.Add(Invariant($"{path}: {value:R} is outside {band}"));
    }

    private static double Fraction(string text)
    {
        var parts = text.Split('/').Select(p => double.Parse(p, CultureInfo.InvariantCulture)).ToArray();
        return parts.Length == 1 ? parts[0] : parts[0] / parts[1];
    }
}
