using SafetyGate.Harness.Statistics;
using SafetyGate.Studies.Safety.Summary;

namespace SafetyGate.Studies.Safety.Pages;

/// <summary>Numbers as a study's page shows them.</summary>
internal static class Shown
{
    public const string None = "–";

    /// <summary>A share in points, such as <c>+12.3</c>.</summary>
    public static string Points(double share) => Invariant($"{Zero(100 * share, 1):+0.0;-0.0;0.0}");

    /// <summary>A mean in points with its limits.</summary>
    public static string Points(SeedMean? mean) => mean is null ? None : Points(mean.Mean) + Limits(mean.Limits, Points);

    /// <summary>A share of 1.</summary>
    public static string Share(double? share) => share is { } value ? Invariant($"{value:0.000}") : None;

    /// <summary>A ratio, such as <c>0.12</c>.</summary>
    public static string Ratio(double ratio) => Invariant($"{Zero(ratio, 3):0.000}");

    /// <summary>Nats.</summary>
    public static string Nats(double nats) => nats >= 10 ? Invariant($"{nats:0.0}") : nats >= 0.1 ? Invariant($"{nats:0.00}") : Invariant($"{nats:0.0000}");

    /// <summary>The range of a figure over seeds.</summary>
    public static string Range(SeedMean? mean, Func<double, string> word) =>
        mean is null ? None : word(mean.Least) is var least && word(mean.Most) is var most && least == most ? least : $"{least} to {most}";

    /// <summary>Limits in brackets, or nothing.</summary>
    public static string Limits(Interval? limits, Func<double, string> word) => limits is { } known ? $" [{word(known.Lower)}, {word(known.Upper)}]" : "";

    /// <summary>Limits alone.</summary>
    public static string Interval(Interval? limits, Func<double, string> word) => limits is { } known ? $"{word(known.Lower)} to {word(known.Upper)}" : None;

    /// <summary>Things in a sentence.</summary>
    public static string List(IReadOnlyList<string> things) => things.Count switch
    {
        0 => "",
        1 => things[0],
        _ => string.Join(", ", things.Take(things.Count - 1)) + " and " + things[^1],
    };

    /// <summary>A text inside a cell of a table: a bar would end it.</summary>
    public static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    // No −0.0: a number that rounds to 0 is shown as 0.
    private static double Zero(double value, int digits) => Math.Round(value, digits) == 0 ? 0 : value;
}
