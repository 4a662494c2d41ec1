using System.Globalization;
using System.Numerics;

namespace SafetyGate.Verifiers.Math;

/// <summary>Reads one expression in LaTeX or plain notation. Throws <see cref="FormatException"/> for whatever it does not know.</summary>
internal sealed partial class LatexParser(string text)
{
    private const int MaximumDepth = 1000;
    private static readonly string[] Functions = ["sin", "cos", "tan", "cot", "sec", "csc", "ln", "log", "lg", "arcsin", "arccos", "arctan",
        "sinh", "cosh", "tanh", "exp"];

    private int _at;
    private int _depth;
    private bool _inBars;

    /// <summary>The value of the whole text.</summary>
    public static ExactValue Parse(string text)
    {
        var parser = new LatexParser(text);
        var value = parser.Sum();
        return parser.Peek() == '\0' ? value : throw new FormatException($"'{text[parser._at..]}' is not understood");
    }

    private ExactValue Sum()
    {
        if (++_depth > MaximumDepth || !System.Runtime.CompilerServices.RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new FormatException("too deeply nested");
        var sum = Product();
        while (Peek() is '+' or '-')
        {
            var minus = text[_at++] == '-';
            var next = Product();
            sum = minus ? sum - next : sum + next;
        }

        _depth--;
        return sum;
    }

    private ExactValue Product()
    {
        var product = Signed();
        while (true)
        {
            var next = Peek();
            if (next == '*')
            {
                _at++;
                product *= Signed();
            }
            else if (next == '/')
            {
                _at++;
                product /= Signed();
            }
            else if ((char.IsAsciiDigit(next) || next == '.') && _at > 0 && (char.IsAsciiDigit(text[_at - 1]) || (text[_at - 1] == ' ' && char.IsAsciiDigit(text[..(_at - 1)].TrimEnd().LastOrDefault()))))
                throw new FormatException("two numbers beside each other");
            else if (next is '(' or '\\' or '{' || (next == '|' && !_inBars) || char.IsAsciiLetter(next) || char.IsAsciiDigit(next) || next == '.') product *= Power();
            else return product;
        }
    }

    private ExactValue Signed()
    {
        var minus = false;
        while (Peek() is '+' or '-') minus ^= text[_at++] == '-';
        var value = Power();
        return minus ? ExactValue.Of(-1) * value : value;
    }

    private ExactValue Power()
    {
        var value = Atom();
        while (true)
        {
            if (Peek() == '!')
            {
                _at++;
                value = Factorial(value);
            }
            else if (Peek() == '^')
            {
                _at++;
                value = value.Power(Argument());
            }
            else return value;
        }
    }

    private ExactValue Atom()
    {
        var c = Peek();
        if (char.IsAsciiDigit(c) || c == '.') return Number();
        if (c == '(') return Group('(', ')');
        if (c == '{') return Group('{', '}');
        if (c == '|') return Bars();
        if (char.IsAsciiLetter(c))
        {
            if (Word() is "pi")
            {
                _at += 2;
                return ExactValue.Of("pi");
            }

            if (char.IsAsciiLetter(At(_at + 1)) && char.IsAsciiLetter(At(_at + 2)) && Word() is not ("xyz" or "abc")) return Named(Word());
            _at++;
            return ExactValue.Of(c + Subscript());
        }

        if (c != '\\') throw new FormatException(c == '\0' ? "an expression ends too early" : $"'{c}' is not understood");
        _at++;
        var command = Word();
        _at += command.Length;
        return command switch
        {
            "frac" => Fraction(),
            "binom" => ExactFunctions.Binomial(Argument(), Argument()),
            "lfloor" => ExactFunctions.Floor(Until("\\rfloor")),
            "lceil" => ExactFunctions.Ceiling(Until("\\rceil")),
            "sqrt" => Root(),
            "pi" => ExactValue.Of("pi"),
            "alpha" or "beta" or "gamma" or "theta" or "lambda" or "mu" or "phi" or "omega" or "sigma" or "delta" or "epsilon" or "varphi" or "rho" or "tau" => ExactValue.Of(command),
            _ when Functions.Contains(command) => Function(command),
            _ => throw new FormatException($"'\\{command}' is not understood"),
        };
    }

    private ExactValue Named(string word)
    {
        if (word == "sqrt")
        {
            _at += word.Length;
            return Peek() == '(' ? Group('(', ')').Root(2) : throw new FormatException("sqrt without brackets");
        }

        if (word == "frac") throw new FormatException("frac without its backslash");
        if (Functions.Contains(word))
        {
            _at += word.Length;
            return Function(word);
        }

        throw new FormatException($"'{word}' is a word");
    }

    private ExactValue Function(string name)
    {
        ExactValue? logBase = null;
        if (At(_at) == '_' && name == "log")
        {
            _at++;
            logBase = At(_at) == '{' ? Group('{', '}') : char.IsAsciiDigit(At(_at)) ? ExactValue.Of(text[_at++] - '0') : Atom();
        }

        var power = 1;
        if (Peek() == '^')
        {
            _at++;
            power = Argument().Constant is { IsInteger: true, Sign: > 0 } p && p.Numerator <= 64
                ? (int)p.Numerator
                : throw new FormatException($"this power of {name} is not understood");
        }

        var argument = Peek() switch { '(' => Group('(', ')'), '{' => Group('{', '}'), '[' => Group('[', ']'), _ => FunctionArgument() };
        return ExactFunctions.Apply(name, logBase, argument).Power(ExactValue.Of(power));
    }

    // "\ln 2x" is ln(2x), "\sin x + 1" and "\sin x \cos x" end before what follows.
    private ExactValue FunctionArgument()
    {
        var argument = Signed();
        while ((char.IsAsciiLetter(Peek()) && Word().Length < 3) || (Peek() == '\\' && string.CompareOrdinal(text, _at, "\\pi", 0, 3) == 0))
            argument *= Power();
        return argument;
    }

    // \frac takes its arguments from left to right; the order of evaluation of C# is the same.
    private ExactValue Fraction()
    {
        var above = Argument();
        return above / Argument();
    }

    private ExactValue Bars()
    {
        _at++;
        (var outer, _inBars) = (_inBars, true);
        var value = Sum();
        _inBars = outer;
        if (Peek() != '|') throw new FormatException("'|' is not closed");
        _at++;
        return ExactFunctions.Absolute(value);
    }

    private ExactValue Until(string close)
    {
        var value = Sum();
        Peek();
        if (string.CompareOrdinal(text, _at, close, 0, close.Length) != 0) throw new FormatException($"no {close}");
        _at += close.Length;
        return value;
    }

    private ExactValue Root()
    {
        var degree = 2;
        if (Peek() == '[')
        {
            var end = text.IndexOf(']', _at);
            if (end < 0 || !int.TryParse(text.AsSpan(_at + 1, end - _at - 1), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out degree) || degree is < 1 or > 64)
                throw new FormatException("the degree of a root is not a small whole number");
            _at = end + 1;
        }

        return Argument().Root(degree);
    }

    // {group}, a single digit, a letter or a command: what LaTeX takes as one argument.
    private ExactValue Argument()
    {
        var c = Peek();
        if (c == '{') return Group('{', '}');
        if (c == '(') return Group('(', ')');
        if (c == '-')
        {
            _at++;
            return ExactValue.Of(-1) * Argument();
        }

        if (!char.IsAsciiDigit(c)) return Atom();
        // "\frac12" is one half; "2^10" outside braces is read as plain notation.
        if (_at >= 1 && text[_at - 1] == '^') return Number();
        _at++;
        return ExactValue.Of(c - '0');
    }

    private ExactValue Group(char open, char close)
    {
        _at = text.IndexOf(open, _at) + 1;
        (var outer, _inBars) = (_inBars, false);
        var value = Sum();
        _inBars = outer;
        if (Peek() != close) throw new FormatException($"'{open}' is not closed");
        _at++;
        return value;
    }

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

        if (Repeating().Match(text, _at) is { Success: true } period && (fraction.Length > 0 || At(_at) == '.'))
        {
            _at += period.Length;
            return RepeatingDecimal(whole, fraction, period.Groups["digits"].Value);
        }

        if (whole.Length + fraction.Length is 0 or > 2000) throw new FormatException("not a number of a readable length");
        var value = ExactValue.Of(new Rational(BigInteger.Parse(whole + fraction, CultureInfo.InvariantCulture),
            BigInteger.Pow(10, fraction.Length)));
        if (Exponent().Match(text, _at) is { Success: true } exponent)
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
        var match = System.Text.RegularExpressions.Regex.Match(text[_at..], @"^(?:\s*\\frac\s*(?:\{\s*(\d{1,9})\s*\}\s*\{\s*(\d{1,9})\s*\}|(\d)(\d))| +(\d{1,9})/(\d{1,9})(?![\d.]))");
        if (!match.Success) return null;
        var parts = match.Groups.Values.Skip(1).Where(g => g.Success).Select(g => BigInteger.Parse(g.Value, CultureInfo.InvariantCulture))
            .ToArray();
        if (parts[0] >= parts[1]) return null;
        _at += match.Length;
        return ExactValue.Of(new Rational(parts[0], parts[1]));
    }

    private static bool ThousandsSoFar(string digits) =>
        digits.Split(',') is var groups && groups[0].Length is >= 1 and <= 3 && groups.Skip(1).All(g => g.Length == 3);

    private static ExactValue Factorial(ExactValue value)
    {
        if (value.Constant is not { IsInteger: true, Sign: >= 0 } n || n.Numerator > 500)
            throw new FormatException("a factorial of something other than a small whole number");
        BigInteger product = 1;
        for (var i = 2; i <= n.Numerator; i++) product *= i;
        return ExactValue.Of(product);
    }

    private string Subscript()
    {
        if (At(_at) != '_') return "";
        var start = _at++;
        if (At(_at) == '{')
        {
            var end = text.IndexOf('}', _at);
            if (end < 0) throw new FormatException("'{' is not closed");
            _at = end + 1;
        }
        else _at++;
        return text[start..System.Math.Min(_at, text.Length)].Replace("{", "", StringComparison.Ordinal)
            .Replace("}", "", StringComparison.Ordinal);
    }

    private string Word()
    {
        var end = _at;
        while (char.IsAsciiLetter(At(end))) end++;
        return text[_at..end];
    }

    private char Peek()
    {
        while (At(_at) == ' ') _at++;
        return At(_at);
    }

    private char At(int index) => index < text.Length ? text[index] : '\0';

    [System.Text.RegularExpressions.GeneratedRegex(@"\G(?:\.?(?:\\overline\s*\{\s*(?<digits>[0-9]+)\s*\}|\\overline\s*(?<digits>[0-9])|\\dot\s*\{\s*(?<digits>[0-9])\s*\})|\.\((?<digits>[0-9]+)\))")]
    private static partial System.Text.RegularExpressions.Regex Repeating();

    [System.Text.RegularExpressions.GeneratedRegex(@"\G[eE]([+-]?[0-9]{1,4})(?![0-9.])")]
    private static partial System.Text.RegularExpressions.Regex Exponent();
}
