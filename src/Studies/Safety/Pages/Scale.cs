namespace SafetyGate.Studies.Safety.Pages;

/// <summary>Values on a line of a plot.</summary>
/// <param name="Low">Value at <paramref name="From"/>.</param>
/// <param name="High">Value at <paramref name="To"/>; above <paramref name="Low"/>.</param>
/// <param name="Step">Distance of two ticks.</param>
/// <param name="From">Coordinate of the low end.</param>
/// <param name="To">Coordinate of the high end.</param>
internal sealed record Scale(double Low, double High, double Step, double From, double To)
{
    /// <summary>A scale over values, with ends at round numbers.</summary>
    public static Scale Over(IReadOnlyCollection<double> values, double from, double to)
    {
        var (low, high) = (values.Min(), values.Max());
        if (!(high - low > 1e-9)) (low, high) = (low - 0.5, high + 0.5);
        var raw = (high - low) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var step = (raw / power) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 } * power;
        return new(Math.Floor((low / step) + 1e-9) * step, Math.Ceiling((high / step) - 1e-9) * step, step, from, to);
    }

    /// <summary>Coordinate of a value.</summary>
    public double At(double value) => From + ((value - Low) / (High - Low) * (To - From));

    /// <summary>Round numbers from end to end.</summary>
    public IEnumerable<double> Ticks => Enumerable.Range(0, (int)Math.Round((High - Low) / Step) + 1).Select(i => Math.Round((Low + (i * Step)) / Step) * Step);
}
