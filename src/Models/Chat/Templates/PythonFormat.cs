using System.Globalization;
using System.Numerics;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Python's two formats: <c>'%s' % value</c> and <c>'{}'.format(value)</c>.</summary>
internal static partial class PythonFormat
{
    /// <summary>Printf-style formatting; the values are a tuple, a mapping or one value.</summary>
    public static string Percent(string format, object? values, TemplateBudget budget)
    {
        var result = new StringBuilder();
        var (used, items) = (0, values is TupleValue tuple ? tuple.Items : [values]);
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                result.Append(format[i]);
                continue;
            }

            char At() => i < format.Length ? format[i] : throw TemplateException.Value("incomplete format");
            object? NextItem() => used < items.Count ? items[used++] : throw TemplateException.Type("not enough arguments for format string");
            i++;
            object? value = null;
            var fromMapping = false;
            if (At() == '(')
            {
                var close = format.IndexOf(')', i);
                if (close < 0) throw TemplateException.Value("incomplete format key");
                if (values is not MappingValue mapping) throw TemplateException.Type("format requires a mapping");
                if (!mapping.TryGet(format[(i + 1)..close], out value)) throw new TemplateException($"KeyError: {PythonText.Repr(format[(i + 1)..close])}");
                (fromMapping, i) = (true, close + 1);
            }

            var flags = "";
            while (At() is '-' or '+' or ' ' or '#' or '0') flags += format[i++];
            int Number()
            {
                if (At() == '*')
                {
                    i++;
                    return PythonStrings.Integer("%", NextItem());
                }

                var start = i;
                while (char.IsAsciiDigit(At())) i++;
                return i == start ? 0 : int.TryParse(format.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
                    : throw TemplateException.Value("width too big");
            }

            var width = Number();
            int? precision = null;
            if (At() == '.')
            {
                i++;
                precision = Number();
            }

            while (At() is 'l' or 'h' or 'L') i++;
            if (At() == '%')
            {
                result.Append('%');
                continue;
            }

            if (!fromMapping) value = NextItem();
            budget.Make(Math.Max(0, width) + Math.Max(0, precision ?? 0));
            result.Append(One(At(), flags, width, precision, value));
        }

        if (used < items.Count && values is TupleValue or not MappingValue && used < items.Count && !(values is MappingValue or List<object?>))
            throw TemplateException.Type("not all arguments converted during string formatting");
        return result.ToString();
    }

    private static string One(char kind, string flags, int width, int? precision, object? value)
    {
        var sign = flags.Contains('+', StringComparison.Ordinal) ? "+" : flags.Contains(' ', StringComparison.Ordinal) ? " " : "";
        var alternate = flags.Contains('#', StringComparison.Ordinal);
        string text;
        var isNumber = true;
        switch (kind)
        {
            case 's' or 'r' or 'a':
                isNumber = false;
                text = kind == 's' ? PythonText.Str(value) : PythonText.Repr(value);
                if (precision is { } most && CodePoints.Length(text) > most) text = string.Concat(CodePoints.Of(text).Take(most));
                break;
            case 'c':
                isNumber = false;
                text = value is BigInteger code ? char.ConvertFromUtf32((int)code) : PythonStrings.Text("%c", value);
                break;
            case 'd' or 'i' or 'u':
                text = Signed(value is double real ? Truncated(real) : WholeOf("%d", value), v => v.ToString(CultureInfo.InvariantCulture).PadLeft(precision ?? 0, '0'), sign);
                break;
            case 'x' or 'X' or 'o':
                text = Signed(WholeOf($"%{kind}", value), v => (alternate ? kind == 'o' ? "0o" : "0" + kind : "") + InBase(v, kind == 'o' ? 8 : 16, kind == 'X'), sign);
                break;
            case 'e' or 'E' or 'f' or 'F' or 'g' or 'G':
                text = Float(kind, RealOf(value), precision ?? 6, sign, alternate);
                break;
            default: throw TemplateException.Value($"unsupported format character '{kind}'");
        }

        if (flags.Contains('-', StringComparison.Ordinal)) return PythonStrings.Pad(text, width, " ", '<');
        return isNumber && flags.Contains('0', StringComparison.Ordinal) ? ZeroPadded(text, width) : PythonStrings.Pad(text, width, " ", '>');
    }

    private static BigInteger WholeOf(string format, object? value) => PythonNumbers.IsWhole(value) ? PythonNumbers.Whole(value!)
        : value is UndefinedValue undefined ? throw undefined.Error() : throw TemplateException.Type($"{format} format: a real number is required, not {PythonText.TypeName(value)}");

    private static BigInteger Truncated(double real) => double.IsFinite(real) ? new BigInteger(real) : throw TemplateException.Value("cannot convert float to integer");

    private static double RealOf(object? value) => PythonNumbers.IsNumber(value) ? PythonNumbers.Real(value!)
        : value is UndefinedValue undefined ? throw undefined.Error() : throw TemplateException.Type($"must be real number, not {PythonText.TypeName(value)}");

    private static string Signed(BigInteger value, Func<BigInteger, string> digits, string plus) => (value.Sign < 0 ? "-" : plus) + digits(BigInteger.Abs(value));

    private static string InBase(BigInteger value, int radix, bool upper)
    {
        if (value.IsZero) return "0";
        var text = new StringBuilder();
        for (; value > 0; value /= radix) text.Insert(0, (upper ? "0123456789ABCDEF" : "0123456789abcdef")[(int)(value % radix)]);
        return text.ToString();
    }

    private static string ZeroPadded(string text, int width)
    {
        var prefix = text.Length > 0 && text[0] is '+' or '-' or ' ' ? 1 : 0;
        if (text.Length > prefix + 1 && text[prefix] == '0' && text[prefix + 1] is 'x' or 'X' or 'o' or 'b') prefix += 2;
        return text.Length >= width ? text : text[..prefix] + new string('0', width - text.Length) + text[prefix..];
    }

    private static string Float(char kind, double value, int precision, string plus, bool alternate)
    {
        if (precision > 1000) throw TemplateException.Value("precision too big");
        var lower = char.ToLowerInvariant(kind);
        var sign = double.IsNegative(value) ? "-" : plus;
        var size = Math.Abs(value);
        string text;
        if (double.IsNaN(value)) (sign, text) = (plus, "nan");
        else if (double.IsInfinity(value)) text = "inf";
        else if (lower == 'f') text = PythonNumbers.Fixed(size, precision);
        else if (lower == 'e') text = Exponential(size, precision);
        else
        {
            var digits = Math.Max(1, precision);
            var exponential = Exponential(size, digits - 1);
            var exponent = int.Parse(exponential.AsSpan(exponential.IndexOf('e', StringComparison.Ordinal) + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            if (exponent < -4 || exponent >= digits)
            {
                var mark = exponential.IndexOf('e', StringComparison.Ordinal);
                text = (alternate ? exponential[..mark] : WithoutZeros(exponential[..mark])) + exponential[mark..];
            }
            else text = alternate ? PythonNumbers.Fixed(size, digits - 1 - exponent) : WithoutZeros(PythonNumbers.Fixed(size, digits - 1 - exponent));
        }

        return sign + (char.IsUpper(kind) ? text.ToUpperInvariant() : text);
    }

    private static string WithoutZeros(string text) => text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;

    private static string Exponential(double size, int precision)
    {
        if (size == 0) return PythonNumbers.Fixed(0, precision) + "e+00";
        var (numerator, denominator) = PythonNumbers.Exact(size);
        var exponent = PythonText.Shortest(size).Exponent;
        while (true)
        {
            var shift = precision - exponent;
            var digits = (shift >= 0 ? PythonNumbers.HalfEven(numerator * BigInteger.Pow(10, shift), denominator)
                : PythonNumbers.HalfEven(numerator, denominator * BigInteger.Pow(10, -shift))).ToString(CultureInfo.InvariantCulture);
            if (digits.Length > precision + 1)
            {
                exponent++;
                continue;
            }

            return digits[..1] + (precision > 0 ? "." + digits[1..] : "") + "e" + (exponent < 0 ? "-" : "+") + Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
        }
    }

    private static string Numeric(object value, char kind, int? precision, string plus, bool alternate)
    {
        if (value is double || kind is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' or '%')
        {
            var real = PythonNumbers.Real(value);
            if (kind == '%') return Float('f', real * 100, precision ?? 6, plus, alternate) + "%";
            if (kind is '\0' or 'n' && precision is null) return (double.IsNegative(real) ? "" : plus) + PythonText.Float(real);
            if (kind is '\0' or 'n') return Float('g', real, precision!.Value, plus, alternate);
            return kind is 'e' or 'E' or 'f' or 'F' or 'g' or 'G' ? Float(kind, real, precision ?? 6, plus, alternate)
                : throw TemplateException.Value($"Unknown format code '{kind}' for object of type 'float'");
        }

        if (precision is not null) throw TemplateException.Value("Precision not allowed in integer format specifier");
        var whole = PythonNumbers.Whole(value);
        return kind switch
        {
            '\0' or 'd' or 'n' => Signed(whole, v => v.ToString(CultureInfo.InvariantCulture), plus),
            'b' => Signed(whole, v => (alternate ? "0b" : "") + InBase(v, 2, false), plus),
            'o' => Signed(whole, v => (alternate ? "0o" : "") + InBase(v, 8, false), plus),
            'x' or 'X' => Signed(whole, v => (alternate ? "0" + kind : "") + InBase(v, 16, kind == 'X'), plus),
            'c' when whole >= 0 && whole <= 0x10ffff && !(whole >= 0xd800 && whole <= 0xdfff) => char.ConvertFromUtf32((int)whole),
            _ => throw TemplateException.Value($"Unknown format code '{kind}' for object of type 'int'"),
        };
    }

    private static string Grouped(string number, char separator)
    {
        var start = number.Length > 0 && number[0] is '+' or '-' or ' ' ? 1 : 0;
        var end = start;
        while (end < number.Length && char.IsAsciiDigit(number[end])) end++;
        var result = new StringBuilder(number[start..end]);
        for (var at = result.Length - 3; at > 0; at -= 3) result.Insert(at, separator);
        return number[..start] + result + number[end..];
    }
}
