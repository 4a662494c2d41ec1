using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

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
    private bool _inFunction;

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
            else if (Before() == '!' && FactorialNext.IsMatch(text, _at)) product *= Power(); // 3! 2!
            else if (char.IsAsciiDigit(next) || (next == '.' && char.IsAsciiDigit(At(_at + 1))) || (next == '{' && char.IsAsciiDigit(AfterBrace())))
                throw new FormatException("a number beside another one or behind a factor"); // 1 2, x2, {2}{3}
            else if (next == '\\' && (IsAt("\\rfloor") || IsAt("\\rceil"))) return product;
            else if (next is '(' or '\\' or '{' || (next == '|' && !_inBars) || char.IsAsciiLetter(next)) product *= Power();
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
                if (At(++_at) == '!') throw new FormatException("a double factorial");
                value = Factorial(value);
            }
            else if (Peek() == '^')
            {
                _at++;
                value = value.Power(Argument());
            }
            else if (_inFunction && Peek() == '\u00b0') value = Radians(value); // \sin(30°)
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

            if (Word() is "ln" or "lg") return Named(Word());
            if (char.IsAsciiLetter(At(_at + 1)) && char.IsAsciiLetter(At(_at + 2)) && Word() is not ("xyz" or "abc")) return Named(Word());
            _at++;
            if (c is 'f' or 'g' or 'h' or 'F' or 'G' && At(_at) == '(') return ExactValue.Of($"{c}({Group('(', ')')})"); // a function
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
            "sum" or "prod" => Series(command),
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

        if (word is "abs" or "floor" or "ceil" or "binom" or "gcd" or "lcm" or "min" or "max" or "mod") throw new FormatException($"'{word}' is a function");
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

        (var outer, _inFunction) = (_inFunction, true);
        var argument = Peek() switch { '(' => Group('(', ')'), '{' => Group('{', '}'), '[' => Group('[', ']'), _ => FunctionArgument() };
        if (Peek() == '\u00b0') argument = Radians(argument);
        _inFunction = outer;
        return ExactFunctions.Apply(name, logBase, argument).Power(ExactValue.Of(power));
    }

    // "\ln 2x" is ln(2x), "\sin x + 1" and "\sin x \cos x" end before what follows.
    private ExactValue FunctionArgument()
    {
        var argument = Signed();
        while ((char.IsAsciiLetter(Peek()) && Word().Length < 3) || (Peek() == '\\' && IsAt("\\pi")))
            argument *= Power();
        return argument;
    }

    private ExactValue Radians(ExactValue degrees)
    {
        _at++;
        return degrees * ExactValue.Of("pi") / ExactValue.Of(180);
    }

    private char AfterBrace()
    {
        var at = _at + 1;
        while (At(at) is ' ' or '{' or '-') at++;
        return At(at);
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

    // \sum_{k=0}^{n} F_k F_{n-k}: a symbol, equal to the same terms in another order under the same bounds.
    private ExactValue Series(string command)
    {
        if (Bounds.Match(text, _at) is not { Success: true } bounds) throw new FormatException($"\\{command} without bounds");
        _at += bounds.Length;
        var (from, to) = (Parse(bounds.Groups["from"].Value), Parse(bounds.Groups["to"].Value));
        return ExactValue.Of($"{command}({bounds.Groups["index"].Value} from {from} to {to} of {Product()})");
    }

    private static Regex Bounds => field ??= Pattern.Of(@"\G\s*_\s*\{\s*(?<index>[a-zA-Z])\s*=(?<from>[^{}=]{1,60})\}\s*\^\s*(?:\{(?<to>[^{}=]{1,60})\}|(?<to>[a-zA-Z0-9])|(?<to>\\infty))");

    private ExactValue Until(string close)
    {
        var value = Sum();
        Peek();
        if (!IsAt(close)) throw new FormatException($"no {close}");
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

    private char Before()
    {
        var at = _at - 1;
        while (at >= 0 && text[at] == ' ') at--;
        return at < 0 ? '\0' : text[at];
    }

    private static Regex FactorialNext => field ??= Pattern.Of(@"\G[0-9]+!");

    private char Peek()
    {
        while (At(_at) == ' ') _at++;
        return At(_at);
    }

    private bool IsAt(string command) => string.CompareOrdinal(text, _at, command, 0, command.Length) == 0;

    private char At(int index) => index < text.Length ? text[index] : '\0';
}
