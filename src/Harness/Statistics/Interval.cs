namespace SafetyGate.Harness.Statistics;

/// <summary>Two limits around an unknown number; its confidence and sides are documented by the method that created it.</summary>
/// <param name="Lower">Lower limit.</param>
/// <param name="Upper">Upper limit.</param>
public readonly record struct Interval(double Lower, double Upper)
{
    /// <summary>Upper minus lower limit.</summary>
    public double Width => Upper - Lower;

    /// <summary>True if the number is inside, limits included; false for NaN.</summary>
    public bool Contains(double value) => value >= Lower && value <= Upper;
}
