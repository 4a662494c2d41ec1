using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>The contents of <c>\boxed{…}</c>, <c>\fbox{…}</c> and <c>\boxed 7</c>.</summary>
internal static class Boxes
{
    private const int LongestBetween = 100;

    /// <summary>Written behind a number with "percent" outside of its formula.</summary>
    public const string OutsidePercent = "\\text{%?}";

    private sealed record Box(string Content, int Start, int End);

    /// <summary>What the boxes of a text hold.</summary>
    /// <param name="Content">Content, of several joined with commas.</param>
    /// <param name="Start">Index of the first box that counts.</param>
    /// <param name="End">Index behind the last.</param>
    /// <param name="Denied">The sentence says that it is not what is in the box, or asks, or the box is a part of a larger formula.</param>
    public sealed record Found(string Content, int Start, int End, bool Denied);

    /// <summary>
    /// The last box; several in a row, with nothing but commas, "and" or names between them, are one list, and so are two of which the text
    /// cannot choose ("or maybe"). A box that is never closed counts to the end of its line. Null without boxes.
    /// </summary>
    public static Found? Last(string text)
    {
        var boxes = new List<Box>();
        for (var at = 0; Command.Match(text, at) is { Success: true } match;)
        {
            var box = Content(text, match.Index, match.Index + match.Length);
            if (box.Content.Trim().Length > 0) boxes.Add(box);
            at = System.Math.Max(box.End, match.Index + match.Length);
        }

        if (boxes.Count == 0) return null;
        var first = boxes.Count - 1;
        while (first > 0 && IsBetween(text, boxes[first - 1].End, boxes[first].Start)) first--;
        var before = text[System.Math.Max(0, boxes[first].Start - LongestBetween)..boxes[first].Start];
        var after = text[boxes[^1].End..System.Math.Min(text.Length, boxes[^1].End + LongestBetween)];
        var denied = Denial.IsMatch(before) || Refutation.IsMatch(after) || FactorBefore.IsMatch(before) || FactorAfter.IsMatch(after) || Claims.AreDisowned(text[..boxes[first].Start]) || Claims.AreReported(text[..boxes[first].Start], after) || OneOfLists(text, boxes[first..]);
        if (first == boxes.Count - 1) return new(WithPercent(text, boxes[^1]), boxes[^1].Start, boxes[^1].End, denied);
        var contents = boxes[first..].Select(b => (NameBefore.Match(text[System.Math.Max(0, b.Start - LongestBetween)..b.Start]) is { Success: true } name ? name.Groups[1].Value + " = " : "") + WithPercent(text, b)).Distinct().ToList();
        return new(string.Join(", ", contents), boxes[first].Start, boxes[^1].End, denied);
    }

    // \boxed{1, 2} or \boxed{2}: lists that the text cannot choose between are not one list.
    private static bool OneOfLists(string text, List<Box> boxes) =>
        boxes.Exists(b => AnswerReader.IsList(b.Content)) && boxes.Zip(boxes.Skip(1)).Any(p => Choice.IsMatch(text[p.First.End..p.Second.Start]));

    // \boxed{28}\% and \boxed{28} percent: where the question asks for the percentage, the 28 alone is right as well.
    private static string WithPercent(string text, Box box) =>
        box.Content.Any(char.IsAsciiDigit) && Percent.IsMatch(text[box.End..System.Math.Min(text.Length, box.End + LongestBetween)]) ? box.Content + OutsidePercent : box.Content;

    private static bool IsBetween(string text, int from, int to)
    {
        if (to - from > LongestBetween) return false;
        var between = Delimiters.Replace(text[from..to], m => m.Groups[1].Success ? $" {m.Groups[1].Value} " : " ").Trim();
        return Between.IsMatch(between) || (Choice.IsMatch(between) && !Correction.IsMatch(between));
    }

    private static Box Content(string text, int start, int after)
    {
        var open = after;
        while (open < text.Length && text[open] == ' ') open++;
        if (open >= text.Length || text[open] != '{')
        {
            var bare = Bare.Match(text, open);
            return new(bare.Value.Trim(), start, open + bare.Length);
        }

        var depth = 0;
        for (var i = open; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '{' or '}') i++; // \{ and \} are braces of a set
            else if (text[i] == '{') depth++;
            else if (text[i] == '}' && --depth == 0) return new(text[(open + 1)..i], start, i + 1);
        }

        var line = text.IndexOf('\n', open);
        return new(text[(open + 1)..(line < 0 ? text.Length : line)].TrimEnd('$', ' ', '.'), start, text.Length);
    }

    private static Regex Command => field ??= Pattern.Of(@"\\(?:boxed|fbox)(?![a-zA-Z])");

    private static Regex Bare => field ??= Pattern.Of(@"\G(?:[-+]?[0-9](?:[0-9.,/]*[0-9])?|[^$\n.;]*)");

    private static Regex Delimiters => field ??= Pattern.Of(@"\$+|\\[()\[\]]|\\(?:qquad|quad)|\\[,;: ]|\\(?:text|mbox|textrm|mathrm)\s*\{([^{}]*)\}|[*_]{2}");

    // Of the text between two boxes without its layout: nothing, a comma, "and", a name; "papers and", "for part (a) and".
    private static Regex Between => field ??= Pattern.Of(@"^(?:[,;&]|,?\s*(?:[a-z]{3,}\s+|for part \(?[a-z]\)?\s*,?\s*)?(?:and|or|und|et|y)\b)?\s*(?:[a-zA-Z](?:_(?:\w|\{\w+\}))?\s*=)?$|^[+;,&\s]+$");

    private static Regex Choice => field ??= Pattern.Of(@"\b(?:or|maybe|perhaps|possibly|alternatively|might|could|else|otherwise)\b", RegexOptions.IgnoreCase);

    private static Regex Correction => field ??= Pattern.Of(@"\b(?:but|wrong|not|no|actually|wait|instead|correct(?:ed|ion|ly)?|incorrect|mistake|therefore|so|thus|hence)\b|n't\b", RegexOptions.IgnoreCase);

    private static Regex Denial => field ??= Pattern.Of(@"(?:\bunequal to|\bnot|n't|\bcannot|\bnever|\bneither|\binstead of|\brather than|\b(?:anything|everything|all) but|\bother than|\bunlike(?:ly)?|\bexcept(?:ing)?(?: for)?|\b(?:far|away|apart|distinct|different|differs?) from|\bshort of|\bnowhere near|\bbesides|\bexcluding|\bsave for|\bdivisible by|\b(?:multiples?|divisors?|factors?|digits?) of|\bexceeds?|(?:n't|\bcannot|\bnever|\bnot|\bhardly|\bscarcely) (?:[a-z]+ ){0,3}be|\b(?:might|may|could)(?: [a-z]+)? (?:be|have been)|\b(?:fewer|less|more|greater|smaller|larger) than|(?<=^|[.!?:\n]\s{0,9}|\b(?:is|are|be)\s)(?:at least|at most|about|around|roughly|nearly|almost|close to|near|up to|under|over|below|above))\s*(?:(?:equal to|equal|to be|be|simply|just)\s*)?[\s$*\\(\[{]*$|\b(?:incorrect|wrong|mistaken|erroneous|false)\s+(?:answer|value|result|solution|guess|choice)\s*(?:is|was|would be|of|:)?[\s$*\\(\[{]*$|(?:\u4e0d\u662f|\u5e76\u975e|\u4e0d\u7b49\u4e8e|\u4e0d\u53ef\u80fd\u662f|\b(?:\u043d\u0435|nicht|kein|niet|pas|no es|n\u00e3o \u00e9|non \u00e8))[\s$*\\(\[{]*$", RegexOptions.IgnoreCase | RegexOptions.RightToLeft);

    private static Regex Refutation => field ??= Pattern.Of(@"^[ \t$*\\)\]}]*,?[ \t]*(?:or (?:more|less|fewer|so)\b|at (?:most|least|best|worst)\b|if\b|unless\b|said\b|give or take\b|was (?:marked|judged|graded)\b|is what (?:they|he|she|you|people|some)\b|is out\b)|^[\s$*\\)\]}]*(?:,?\s*(?:which|(?:but|and|though|although) (?:that|this|it))\s+)?(?:(?:is|was|are|would be|seems|looks)\s*(?:then |thus |therefore |also )?(?:not|wrong|incorrect|false|impossible|n't|ruled out|extraneous|excluded|rejected|discarded|invalid|inadmissible|too (?:large|small|big|low|high))\b|(?:isn't|wasn't|cannot|can't|does not|doesn't|do not|don't|did not|fails?|failed|turns? out (?:to be )?(?:wrong|false|incorrect))\b)", RegexOptions.IgnoreCase);

    // 2\boxed{5}, -\boxed{5}, \frac{1}{\boxed{5}}: what is asked for is not what is in the box.
    private static Regex FactorBefore => field ??= Pattern.Of(@"(?:[0-9]|[-+/^]|\\(?:cdot|times)\s*|\\[dt]?frac\s*(?:\{[^{}]*\}\s*)?\{\s*|\\sqrt\s*\{\s*|\\(?:[bx]?cancel|sout|st|not)\s*\{\s*|[\w})]\s*[-+*/]\s{0,4}|(?:\\neq?(?![a-zA-Z])|\\not\s*=|\u2260)[\s{]*)$");

    // \boxed{5}x, \boxed{5}^2, \boxed{5}.5, \boxed{5} + 1, \boxed{5} million, \boxed{5}?
    private static Regex FactorAfter => field ??= Pattern.Of(@"^(?:[\s$]*\\times(?![a-zA-Z])|[0-9^_!{]|[a-zA-Z](?![a-zA-Z])|\.[0-9]|\\(?:pi|[dt]?frac|sqrt|cdot|times)(?![a-zA-Z])|[ \t$]*[-+/][ \t]*\$?(?:[0-9(]|[a-z](?![a-z])|\\(?:[dt]?frac|sqrt|pi)(?![a-zA-Z]))|\s*(?:[<>\u2264\u2265\u2260]|\\(?:leq?|geq?|lt|gt|neq?)(?![a-zA-Z]))|[\s$]*(?:hundred|thousand|million|billion|trillion|dozens?)(?:ths?)?\b|[\s$)\]}*\\]*\?)");

    internal static Regex Percent => field ??= Pattern.Of(@"^[\s$]*(?:\\?%|(?:percent|pct|percentage|per\s?cent)\b)", RegexOptions.IgnoreCase);

    private static Regex NameBefore => field ??= Pattern.Of(@"(?<![a-zA-Z\\])([a-zA-Z](?:_(?:\w|\{\w+\}))?)\s*=\s*\$*\s*$", RegexOptions.RightToLeft);
}
