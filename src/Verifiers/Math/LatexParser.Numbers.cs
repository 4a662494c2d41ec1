using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <content>Numbers: digits in groups, decimals, repeating decimals, powers of ten, mixed numbers.</content>
internal sealed partial class LatexParser
{
    private ExactValue Number()
    {
        var start = _at;
        while (char.IsAsciiDigit(At(_at))) _at++;
        while (At(_at) == ',' && char.IsAsciiDigit(At(_at + 1)) && char.IsAsciiDigit(At(_at + 2)) && char.IsAsciiDigit(At(_at + 3)) && !char.IsAsciiDigit(At(_at + 4)) && _at - start is >= 1)
        {
            if (!ThousandsSoFar(text[start.._at])) throw new FormatException("a comma in a number is not a thousands separator");
            _at += 4;
        }

        var whole = text[start.._at].Replace(",", "", StringComparison.Ordinal);
        var fraction = "";
        if (At(_at) == '.' && char.IsAsciiDigit(At(_at + 1)))
        {
            var point = ++_at;
            while (char.IsAsciiDigit(At(_at))) _at++;
            fraction = text[point.._at];
        }

        if (Repeating.Match(text, _at) is { Success: true } period && (fraction.Length > 0 || At(_at) == '.'))
        {
            _at += period.Length;
            return RepeatingDecimal(whole, fraction, string.Concat(period.Groups.Values.Skip(1).Where(g => g.Success).Select(g => g.Value)));
        }

        if (whole.Length + fraction.Length is 0 or > 2000) throw new FormatException("not a number of a readable length");
        var value = ExactValue.Of(new Rational(BigInteger.Parse(whole + fraction, CultureInfo.InvariantCulture),
            BigInteger.Pow(10, fraction.Length)));
        if (At(_at) is 'e' or 'E' && Exponent.Match(text, _at) is { Success: true } exponent)
        {
            _at += exponent.Length;
            return value * ExactValue.Of(10)
                .Power(ExactValue.Of(int.Parse(exponent.Groups[1].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)));
        }

        return fraction.Length == 0 && MixedPart() is { } part ? value + part : value;
    }

    // 0.1\overline{6}: whole and fraction, then period / (10^f (10^p - 1)).
    private static ExactValue RepeatingDecimal(string whole, string fraction, string period)
    {
        if (whole.Length + fraction.Length + period.Length > 400) throw new FormatException("not a number of a readable length");
        var scale = BigInteger.Pow(10, fraction.Length);
        var lead = new Rational(BigInteger.Parse("0" + whole + fraction, CultureInfo.InvariantCulture), scale);
        return ExactValue.Of(lead + new Rational(BigInteger.Parse(period, CultureInfo.InvariantCulture),
            scale * (BigInteger.Pow(10, period.Length) - 1)));
    }

    // 3\frac{1}{2} and 3 1/2 are three and a half; 3\frac{x}{2} is a product.
    private ExactValue? MixedPart()
    {
        var match = Mixed.Match(text, _at);
        if (!match.Success) return null;
        var parts = match.Groups.Values.Skip(1).Where(g => g.Success).Select(g => BigInteger.Parse(g.Value, CultureInfo.InvariantCulture))
            .ToArray();
        if (parts[0] >= parts[1]) throw new FormatException("a whole number before an improper fraction");
        _at += match.Length;
        return ExactValue.Of(new Rational(parts[0], parts[1]));
    }

    private static bool ThousandsSoFar(string digits) =>
        digits.Split(',') is var groups && groups[0].Length is >= 1 and <= 3 && groups[0][0] != '0' && groups.Skip(1).All(g => g.Length == 3);

    private static Regex Repeating => field ??= Pattern.Of(@"\G(?:\.?(?:\\dot\s*\{?(?<first>[0-9])\}?(?<middle>[0-9]*)\\dot\s*\{?(?<last>[0-9])\}?|\\overline\s*\{\s*(?<digits>[0-9]+)\s*\}|\\overline\s*(?<digits>[0-9])|\\dot\s*\{\s*(?<digits>[0-9])\s*\})|(?:\.|(?<=\.[0-9]+))\((?<digits>[0-9]+)\))(?![0-9])");

    private static Regex Mixed => field ??= Pattern.Of(@"\G(?:\s*\\frac\s*(?:\{\s*(\d{1,9})\s*\}\s*\{\s*(\d{1,9})\s*\}|(\d)(\d))| +(\d{1,9})/(\d{1,9})(?![\d.]))");

    private static Regex Exponent => field ??= Pattern.Of(@"\G[eE]([+-]?[0-9]{1,4})(?![0-9.])");
}
