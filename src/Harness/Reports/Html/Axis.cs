namespace SafetyGate.Harness.Reports.Html;

/// <summary>Values on a line of a plot.</summary>
/// <param name="Low">Value at <paramref name="From"/>.</param>
/// <param name="High">Value at <paramref name="To"/>; above <paramref name="Low"/>.</param>
/// <param name="From">Coordinate of the low end.</param>
/// <param name="To">Coordinate of the high end; smaller for an axis that points up.</param>
internal sealed record Axis(double Low, double High, double From, double To)
{
    /// <summary>An axis over values, with ends at round numbers. Equal values get room on both sides.</summary>
    public static Axis Over(IReadOnlyCollection<double> values, double from, double to)
    {
        var (low, high) = (values.Min(), values.Max());
        if (high - low < 1e-9 * Math.Max(1, Math.Abs(high)))
            (low, high) = (low - Math.Max(0.5, Math.Abs(low) / 2), high + Math.Max(0.5, Math.Abs(high) / 2));
        var step = Step(low, high);
        return new(Math.Floor(low / step) * step, Math.Ceiling(high / step) * step, from, to);
    }

    /// <summary>Coordinate of a value; values beyond the ends stay at them.</summary>
    public double At(double value) => From + (Math.Clamp(value, Low, High) - Low) / (High - Low) * (To - From);

    /// <summary>Round numbers from end to end.</summary>
    public IReadOnlyList<double> Ticks
    {
        get
        {
            var step = Step(Low, High);
            var first = Math.Ceiling(Low / step - 1e-9);
            var count = (int)Math.Floor(High / step + 1e-9 - first) + 1;
            return [.. Enumerable.Range(0, count).Select(i => (first + i) * step)];
        }
    }

    private static double Step(double low, double high)
    {
        var raw = (high - low) / 4;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        return (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
    }
}
