using System.Globalization;
using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

/// <content>Filters that make or write numbers.</content>
internal static partial class TemplateFilters
{
    private static object? FileSize(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var isBinary = PythonText.IsTrue(arguments.Bind("filesizeformat", ("binary", false))[0]);
        var bytes = Float(value, new Arguments([null], Arguments.None.Named), interpreter) is double number ? number : throw TemplateException.Value($"could not convert to float: {PythonText.Repr(value)}");
        double unit = isBinary ? 1024 : 1000;
        if (bytes == 1) return "1 Byte";
        if (bytes < unit) return $"{PythonText.Str(Int(bytes, Arguments.None, interpreter))} Bytes";
        string[] prefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
        var at = 0;
        while (at < prefixes.Length - 1 && bytes >= Math.Pow(unit, at + 2)) at++;
        var shown = PythonFormat.Percent("%.1f", unit * bytes / Math.Pow(unit, at + 2), interpreter.Budget);
        return $"{shown} {(isBinary ? prefixes[at].ToUpperInvariant() + "iB" : prefixes[at] + "B")}";
    }

    private static object Number(object? value, string filter) => value is UndefinedValue undefined ? throw undefined.Error()
        : PythonNumbers.IsNumber(value) ? value! : throw TemplateException.Type($"bad operand type for {filter}(): '{PythonText.TypeName(value)}'");

    private static object? Float(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var fallback = arguments.Bind("float", ("default", 0.0))[0];
        return value switch
        {
            UndefinedValue undefined => throw undefined.Error(),
            bool or BigInteger or double => PythonNumbers.Real(value),
            string text when ParseFloat(text) is { } number => number,
            _ => fallback,
        };
    }

    private static double? ParseFloat(string text)
    {
        var trimmed = PythonStrings.Strip(text, null, start: true, end: true);
        if (trimmed.Length > 5000) return null;
        switch (trimmed.TrimStart('+', '-').ToLowerInvariant())
        {
            case "inf" or "infinity" when trimmed.Length - trimmed.TrimStart('+', '-').Length <= 1: return trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            case "nan" when trimmed.Length <= 4: return double.NaN;
        }

        return WithoutUnderscores(trimmed) is { } digits && digits.All(c => char.IsAsciiDigit(c) || c is '.' or 'e' or 'E' or '+' or '-') &&
               double.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    // Underscores are allowed between digits only.
    private static string? WithoutUnderscores(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '_' && (i == 0 || i + 1 == text.Length || !char.IsAsciiDigit(text[i - 1]) || !char.IsAsciiDigit(text[i + 1]))) return null;
        return text.Replace("_", "", StringComparison.Ordinal);
    }

    private static object? Int(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("int", ("default", BigInteger.Zero), ("base", new BigInteger(10)));
        switch (value)
        {
            case UndefinedValue undefined: throw undefined.Error();
            case bool or BigInteger: return PythonNumbers.Whole(value);
            case double real: return double.IsFinite(real) ? new BigInteger(real) : bound[0];
            case string text:
                if (ParseInt(text, PythonStrings.Integer("int", bound[1])) is { } whole) return whole;
                return ParseFloat(text) is { } number && double.IsFinite(number) ? new BigInteger(number) : bound[0];
            default: return bound[0];
        }
    }

    private static BigInteger? ParseInt(string text, int radix)
    {
        var digits = PythonStrings.Strip(text, null, start: true, end: true);
        var negative = digits.StartsWith('-');
        if (digits.Length > 0 && digits[0] is '+' or '-') digits = digits[1..];
        if (digits.Length > 2 && digits[0] == '0' && (char.ToLowerInvariant(digits[1]), radix) is ('x', 16) or ('o', 8) or ('b', 2)) digits = digits[2..];
        if (WithoutUnderscores(digits) is not { Length: > 0 and <= 4300 } plain || radix is < 2 or > 36) return null;
        var sum = BigInteger.Zero;
        foreach (var c in plain)
        {
            var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10 : int.MaxValue;
            if (digit >= radix) return null;
            sum = sum * radix + digit;
        }

        return negative ? -sum : sum;
    }

    private static object? Round(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("round", ("precision", BigInteger.Zero), ("method", "common"));
        var (number, digits) = (Number(value, "round"), PythonStrings.Integer("round", bound[0]));
        if (Math.Abs(digits) > 400) throw TemplateException.Value("the precision of 'round' is at most 400");
        switch (bound[1] as string)
        {
            case "common":
                if (number is double real) return PythonNumbers.Round(real, digits);
                if (digits >= 0) return PythonNumbers.Whole(number);
                var unit = BigInteger.Pow(10, -digits);
                var whole = PythonNumbers.Whole(number);
                return (whole.Sign < 0 ? -1 : 1) * PythonNumbers.HalfEven(BigInteger.Abs(whole), unit) * unit;
            case "ceil" or "floor":
                var factor = Math.Pow(10, digits);
                var scaled = PythonNumbers.Real(number) * factor;
                return ((string?)bound[1] == "ceil" ? Math.Ceiling(scaled) : Math.Floor(scaled)) / factor;
            default: throw new TemplateException("FilterArgumentError: method must be common, ceil or floor");
        }
    }
}
