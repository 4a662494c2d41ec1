namespace SafetyGate.Harness.Statistics;

/// <summary>Two limits around an unknown number; which confidence and which sides is said by the method that made it.</summary>
/// <param name="Lower">Lower limit.</param>
/// <param name="Upper">Upper limit.</param>
public readonly record struct Interval(double Lower, double Upper)
{
    /// <summary>Upper minus lower limit.</summary>
    public double Width => Upper - Lower;

    /// <summary>True when the number lies inside, the limits included; false for NaN.</summary>
    public bool Contains(double value) => value >= Lower && value <= Upper;
}
