using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Shortens long runs of blanks and line ends. They mean nothing, and patterns that try each of their places at each of their places would
/// take a time quadratic in their length.
/// </summary>
internal static class Runs
{
    private const int Kept = 16; // at each end

    /// <summary>The text with the ends of its long runs, and a line end between them where one was.</summary>
    public static string Shorten(string text) => Long.Replace(text, run => run.Value[..Kept] + (run.ValueSpan.Contains('\n') ? "\n" : "") + run.Value[^Kept..]);

    private static Regex Long => field ??= Pattern.Of(@"\s{33,}");
}
