using System.Globalization;
using System.Numerics;
using SafetyGate.Core.Runs;

namespace SafetyGate.Verifiers.Tests.Math;

/// <summary>
/// Makes wrong answers from right ones: another sign, digit, place, neighbor, factor of ten, fraction, unit or number of answers. Every
/// answer it makes differs in value from the gold answer, or does not decide for it.
/// </summary>
internal sealed class PerturbedGolds(ulong seed)
{
    private static readonly string[] Frames = ["{0}", "\\boxed{{{0}}}", "The answer is {0}.", "#### {0}", "**{0}**", "$${0}$$", "So we get \\boxed{{{0}}} in the end.", "Final answer: {0}", "<answer>{0}</answer>", "Step 1: look.\nStep 2: add.\n\nThe final answer is ${0}$."];

    private readonly RandomStream _random = new(seed, "perturbed golds");

    /// <summary>The frames of a whole response around an answer.</summary>
    public static IEnumerable<string> Framed(string answer) => Frames.Select(f => string.Format(CultureInfo.InvariantCulture, f, answer));

    /// <summary>A wrong response, and the kind of its error.</summary>
    /// <param name="gold">A whole number, perhaps with commas.</param>
    public (string Kind, string Response) Wrong(string gold)
    {
        var value = BigInteger.Parse(gold.Replace(",", "", StringComparison.Ordinal), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        while (true)
        {
            var (kind, answer) = Answer(value);
            if (answer is null) continue;
            return (kind, string.Format(CultureInfo.InvariantCulture, Frames[_random.Next(Frames.Length)], answer));
        }
    }

    private (string Kind, string? Answer) Answer(BigInteger value)
    {
        var digits = BigInteger.Abs(value).ToString(CultureInfo.InvariantCulture);
        var other = value + (_random.Next(2) == 0 ? 1 : -1) * (1 + _random.Next(9));
        switch (_random.Next(24))
        {
            case 0: return ("sign", value.IsZero ? null : Text(-value));
            case 1: return ("off by one", Text(value + 1));
            case 2: return ("off by one", Text(value - 1));
            case 3: return ("factor 10", value.IsZero ? null : Text(value * 10));
            case 4: return ("tenth", value.IsZero ? null : $"{Text(value)}e-1");
            case 5: return ("digit", Text(Changed(value, digits)));
            case 6: return ("digits in another order", Swapped(value, digits));
            case 7: return ("a digit more", Text(value) + _random.Next(10).ToString(CultureInfo.InvariantCulture));
            case 8: return ("a digit less", digits.Length < 2 ? null : Text(value)[..^1]);
            case 9: return ("point", digits.Length < 2 || digits[^1] == '0' ? null : $"{Text(value)[..^1]}.{digits[^1]}");
            case 10: return ("reciprocal", BigInteger.Abs(value) < 2 ? null : $"\\frac{{1}}{{{Text(value)}}}");
            case 11: return ("numerator", value.IsZero ? null : $"\\frac{{{Text(value + 1)}}}{{{1}}}");
            case 12: return ("fraction", value.IsZero ? null : $"{Text(value)}/{2 + _random.Next(8)}");
            case 13: return ("percent", value.IsZero ? null : $"{Text(value)}\\%");
            case 14: return ("scale", value.IsZero ? null : $"{Text(value)} {(_random.Next(2) == 0 ? "thousand" : "million")}");
            case 15: return ("dozens", value.IsZero ? null : $"{Text(value)} dozen");
            case 16: return ("two answers", $"{Text(value)} or {Text(other)}");
            case 17: return ("two answers", $"{Text(other)}, {Text(value)}");
            case 18: return ("denied", $"not {Text(value)}");
            case 19: return ("a little more", $"{Text(value)}.{"00000000"[.._random.Next(8)]}1");
            case 20: return ("power", BigInteger.Abs(value) < 2 ? null : $"{Text(value)}^2");
            case 21: return ("bound", $"x > {Text(value)}");
            case 22: return ("variable", $"{Text(value)}x");
            default: return ("chain", $"{Text(other)} = {Text(value)}");
        }
    }

    private BigInteger Changed(BigInteger value, string digits)
    {
        var (at, by) = (_random.Next(digits.Length), 1 + _random.Next(9));
        var changed = digits.ToCharArray();
        changed[at] = (char)('0' + ((changed[at] - '0' + by) % 10));
        var made = BigInteger.Parse(changed, CultureInfo.InvariantCulture);
        return value.Sign < 0 ? -made : made;
    }

    private string? Swapped(BigInteger value, string digits)
    {
        if (digits.Length < 2) return null;
        var at = _random.Next(digits.Length - 1);
        if (digits[at] == digits[at + 1]) return null;
        var swapped = digits[..at] + digits[at + 1] + digits[at] + digits[(at + 2)..];
        return (value.Sign < 0 ? "-" : "") + swapped;
    }

    private static string Text(BigInteger value) => value.ToString(CultureInfo.InvariantCulture);
}
