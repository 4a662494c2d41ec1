using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// What the left side of an equation may be for the right side to be its value: <c>x</c>, <c>x_1</c>, <c>f(3)</c>, <c>AB</c>, <c>|AB|</c>,
/// <c>\angle ABC</c>, <c>\frac{AB}{CD}</c>, <c>S:T</c>, <c>m+n</c>, words. <c>2x</c> and <c>x^2</c> are none: their equations have other roots.
/// </summary>
internal static class Names
{
    /// <summary>The name in one spelling, empty for words; null where the text is none.</summary>
    public static string? Of(string side)
    {
        var text = side.Trim();
        if (Words.IsMatch(text)) return "";
        return Variable.IsMatch(text) || Quantity.IsMatch(text) || Sum.IsMatch(text) ? Layout.Replace(text, "") : null;
    }

    /// <summary>The name as an expression where it is one of variables: <c>x</c>, <c>m+n</c>; else null.</summary>
    public static ExactValue? Symbol(string name) => name.Length == 1 || Sum.IsMatch(name) ? LatexParser.Parse(name) : null;

    /// <summary>A variable or a function of one, which an inequality may bound.</summary>
    internal static Regex Variable => field ??= Pattern.Of(@"^(?:[a-zA-Z](?:_(?:\w|\{\w+\}))?|\\(?:theta|alpha|beta|lambda|mu|gamma|phi|omega|varphi|delta|epsilon|rho|tau|sigma)|[a-zA-Z] ?\( ?[a-zA-Z] ?\))$");

    // Of one object: AB, S_{ABC}, V_1. Of a call: f(3), P(A), gcd(4,6).
    private const string Thing = @"(?:[A-Z]{2,4}|[a-zA-Z](?:_(?:\w|\{[^{}]{1,40}\}))?|\\overline ?\{[A-Z]{2}\}|\|[A-Z]{2}\|)";

    private static Regex Quantity => field ??= Pattern.Of(@"^(?:[A-Z]{2,4}|[a-zA-Z]_\{[^{}]{1,40}\}|\|[A-Z]{2}\||\\(?:overline|overrightarrow|vec|widehat) ?\{[A-Za-z]{1,3}\}|m? ?\\(?:angle|triangle) ?\{?[A-Z]{1,3}\}?|\\frac ?\{" + Thing + @"\} ?\{" + Thing + @"\}|" + Thing + @" ?[:/] ?" + Thing
        + @"|(?:[a-zA-Z](?:_\w)?|\\?gcd|\\?lcm|\\?det|\\?deg|\\Pr) ?\( ?-?\w{1,6}(?: ?, ?-?\w{1,6}){0,3} ?\)|\\(?:sin|cos|tan) ?\(? ?(?:[A-Z]|\\(?:theta|alpha|beta|gamma|phi)) ?\)?)$");

    // a+b+c, m+n, xy: each variable once.
    private static Regex Sum => field ??= Pattern.Of(@"^(?!d ?[a-z]$)(?:([a-zA-Z])(?!.*\1)(?: ?[+*] ?| ?(?=[a-z]))){1,5}[a-zA-Z]$");

    private static Regex Words => field ??= Pattern.Of(@"^(?!.*\b(?:not|wrong|incorrect|never|neither|nor|least|most)\b)\u00ab?[A-Za-z]{3,}(?: (?:[A-Za-z]{2,}|a))*\u00bb?$");

    private static Regex Layout => field ??= Pattern.Of(@"[\s{}]|^m(?=\s*\\angle)");
}
