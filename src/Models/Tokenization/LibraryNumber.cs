using System.Globalization;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// Numbers as the tokenizers library's JSON reader takes them (serde_json without exact rounding): the digits as a whole number of 64 bits,
/// those beyond it left out, times or over a power of ten. Of 17 digits one in several is the neighbor of the nearest double, and where two
/// ways to cut a text have sums that close, it decides.
/// </summary>
internal static class LibraryNumber
{
    private const int LargestPower = 308;

    private static readonly double[] Powers = [.. Enumerable.Range(0, LargestPower + 1).Select(power => double.Parse(Invariant($"1e{power}"), CultureInfo.InvariantCulture))];

    /// <summary>The number of a JSON text; <c>null</c> when it is beyond a double.</summary>
    /// <param name="text">A number in JSON's syntax.</param>
    public static double? Parse(string text)
    {
        var negative = text.StartsWith('-');
        var at = negative ? 1 : 0;
        var (whole, exponent, fraction) = (0UL, 0, false);
        var full = false;
        for (; at < text.Length && text[at] is not ('e' or 'E'); at++)
        {
            if (text[at] == '.')
            {
                fraction = true;
                full = false;
                continue;
            }

            var digit = (ulong)(text[at] - '0');
            full |= whole > (ulong.MaxValue - digit) / 10;
            if (!full) whole = (whole * 10) + digit;
            if (full != fraction) exponent += full ? 1 : -1;
        }

        if (at < text.Length) exponent = Clamped(exponent + (long)Exponent(text.AsSpan(at + 1)));
        return Scaled(whole, exponent) is { } number ? (negative ? -number : number) : null;
    }

    private static double? Scaled(double number, int exponent)
    {
        while (number != 0 && exponent < -LargestPower)
        {
            number /= Powers[LargestPower];
            exponent += LargestPower;
        }

        if (number == 0) return number;
        if (exponent < 0) return number / Powers[-exponent];
        return exponent <= LargestPower && number * Powers[exponent] is var product && double.IsFinite(product) ? product : null;
    }

    private static int Exponent(ReadOnlySpan<char> text) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) ? exponent : text[0] == '-' ? int.MinValue / 2 : int.MaxValue / 2;

    private static int Clamped(long exponent) => (int)Math.Clamp(exponent, -1_000_000, 1_000_000);
}
