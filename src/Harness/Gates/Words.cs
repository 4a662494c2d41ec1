using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>How numbers are written in messages: without culture, in points, with a real minus sign.</summary>
internal static class Words
{
    /// <summary>A signed share as points: −3.25 points.</summary>
    public static string Points(double share) =>
        Invariant($"{(Math.Round(100 * share, 2) switch { > 0 => "+", < 0 => "−", _ => "±" })}{Math.Abs(100 * share):0.##} points");

    /// <summary>An unsigned share as points.</summary>
    public static string Unsigned(double share) => Invariant($"{100 * share:0.##} points");

    /// <summary>Wilson's interval beside another, as the rest of a sentence; empty if there is none.</summary>
    public static string Wilson(Interval? wilson) => wilson is { } limits ? Invariant($"; Wilson {limits.Lower:0.####} to {limits.Upper:0.####}") : "";

    /// <summary>A p value.</summary>
    public static string P(double p) => p >= 0.0001 ? Invariant($"{p:0.####}") : Invariant($"{p:0.0e+0}");

    /// <summary>External text on one line, truncated after a given number of characters.</summary>
    public static string OneLine(string text, int longest)
    {
        var line = string.Concat(text.Take(2 * longest).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
        return line.Length <= longest ? line : line[..longest] + "…";
    }
}
