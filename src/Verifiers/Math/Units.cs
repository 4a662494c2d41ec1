using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Reads numbers and expressions with units, money, scales ("2.5 million") and words behind them.</summary>
internal static partial class Units
{
    /// <summary>The unit of a number with "percent" outside of its box or formula.</summary>
    public const string PercentOutside = "%?";

    /// <summary>An expression with its unit where one is written.</summary>
    public static MathValue.Expression Read(string s)
    {
        if (Scale().Match(s) is { Success: true } scale)
        {
            var factor = scale.Groups["scale"].Value.ToLowerInvariant() switch { "hundred" => 2, "thousand" => 3, "million" => 6, "billion" => 9, _ => 12 };
            var scaled = Read(scale.Groups["amount"].Value + (scale.Groups["unit"].Length > 0 ? $"\u00ab{scale.Groups["unit"].Value}\u00bb" : ""));
            return scaled with { Value = scaled.Value * ExactValue.Of(10).Power(ExactValue.Of(factor)) };
        }

        if (Currency().Match(s) is { Success: true } money) return Money(money);
        if (s.EndsWith('\u00b0') && Trigonometric().IsMatch(s)) return new(LatexParser.Parse(s), null); // \sin 30°
        if (UnitAtEnd().Match(s) is { Success: true } unit && NameOf(unit.Groups["unit"].Value) is { Length: > 0 } name)
            return name != "%" && Quantity().IsMatch(unit.Groups["unit"].Value)
                ? throw new FormatException($"'{name}' is not a unit")
                : new(LatexParser.Parse(unit.Groups["amount"].Value), name);
        return new(LatexParser.Parse(s), null);
    }

    /// <summary>
    /// A number and words that do not change it: 72 clips; 18 per day; 73 (apples); 60 km/h; 72, in total, so the farmer earns that much.
    /// Null where the text is not that.
    /// </summary>
    public static MathValue.Expression? WithWords(string s)
    {
        if (Worded().Match(s) is not { Success: true } match || Quantity().IsMatch(match.Groups["words"].Value)) return null;
        var (amount, words) = (match.Groups["amount"].Value, match.Groups["words"].Value.Trim());
        if (words[0] is ',' or ';' && !words.TrimStart(',', ';', ' ').Contains(' ', StringComparison.Ordinal)) return null; // "3, none" is a list
        var unit = words[0] is ',' or '(' or '-' or ';' ? "" : NameOf(WordsEnd().Split(words.Trim(' ', '\u00ab', '\u00bb'))[0]);
        if (unit.Length is 1 or 2 && words[0] != '\u00ab' && unit is not ("kg" or "cm" or "mm" or "km" or "ml" or "mg")) return null; // 3 x, 5 ab: products
        if (Currency().Match(amount) is { Success: true } money) return Money(money);
        return new(LatexParser.Parse(amount), unit.Length == 0 ? null : unit);
    }

    private static MathValue.Expression Money(Match match) =>
        new(LatexParser.Parse(match.Groups["minus"].Value + match.Groups["amount"].Value), NameOf(match.Groups["sign"].Value));

    private static string NameOf(string text)
    {
        var bare = text.Trim(' ', '\u00ab', '\u00bb', '.').ToLowerInvariant();
        return bare switch
        {
            "$" or "dollar" or "dollars" or "usd" => "dollar",
            "\u20ac" or "euro" or "euros" => "euro",
            "\u00a3" or "pounds sterling" => "pound sterling",
            "\u00b0" or "degree" or "degrees" => "degree",
            "%" or "percent" or "per cent" or "pct" or "percentage" => "%",
            "m" or "meter" or "meters" or "metre" or "metres" => "meter",
            "cm" or "centimeter" or "centimeters" => "centimeter",
            "km" or "kilometer" or "kilometers" => "kilometer",
            "h" or "hr" or "hrs" or "hour" or "hours" => "hour",
            "min" or "mins" or "minute" or "minutes" => "minute",
            "s" or "sec" or "second" or "seconds" => "second",
            "feet" or "ft" or "foot" => "foot",
            "inch" or "inches" or "in" => "inch",
            "km/h" or "kph" or "kmh" or "km per hour" or "kilometers per hour" or "kilometres per hour" => "km/h",
            "mph" or "mi/h" or "miles/hour" or "miles per hour" => "mph",
            "m/s" or "meters per second" or "metres per second" => "m/s",
            _ => bare.Length > 3 && bare.EndsWith('s') && !bare.EndsWith("ss", StringComparison.Ordinal) ? bare[..^1] : bare,
        };
    }

    [GeneratedRegex(@"^(?<minus>-?)\s*(?<sign>[$\u20ac\u00a3])\s*(?<amount>(?:(?<!^-.*)-)?[0-9].*)$")]
    private static partial Regex Currency();

    [GeneratedRegex(@"^(?<amount>-?\s*[$\u20ac\u00a3]?\s*[0-9][0-9,.]*)\s*\u00ab?\s*(?<scale>hundred|thousand|million|billion|trillion)(?:\s+(?<unit>[a-z]+(?: [a-z]+){0,2}))?\s*\u00bb?$", RegexOptions.IgnoreCase)]
    private static partial Regex Scale();

    [GeneratedRegex(
        @"^(?<amount>.*[0-9a-z)}])\s*(?<unit>\u00b0|%|\$|\u20ac|\u00ab[^\u00ab\u00bb]+\u00bb(?:\^\{?[23]\}?)?|(?<=[0-9)}])(?:\s+[a-z]{3,}(?: [a-z]+){0,3}|\s*(?:cm|mm|km|kg|mg|ml|ft|hr|hrs|min|sec|mph|kph|lbs|pct|percent))(?:\^\{?[23]\}?)?)$",
        RegexOptions.IgnoreCase)]
    private static partial Regex UnitAtEnd();

    [GeneratedRegex(
        @"^(?:\u00ab\s*)?(?<amount>[-+]?\s*[$\u20ac\u00a3]?\s*(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:/[0-9]+)?)(?<words>(?:\s*\u00ab|\s*,\s|\s*;\s|\s*\(|\s+-\s|\s+)[A-Za-z(][\sA-Za-z,()'\u2019;/\-\u00ab\u00bb]*(?:\^\{?[23]\}?)?)$")]
    private static partial Regex Worded();

    // Words that make a number another one, or several.
    [GeneratedRegex(
        @"\b(?:or|not|wrong|incorrect|false|never|neither|nor|either|versus|vs|instead|isn't|cannot|can't|minus|plus|times|less|more|fewer|half|halves|factorial|fold|ish|(?:six|seven|eigh|nin|twelf|hundred|thousand|million)ths?|quarters?|thirds?|fifths?|tenths?|dozens?|hundred|thousand|million|billion|trillion|percent|per\s?cent|squared|cubed|over|point|about|approximately|roughly|nearly|maybe|perhaps|probably|if|unless|but|except|mod|modulo|remainder|negative|base|to|through|out of|is|was|am|pm|a\.m|p\.m|divided|multiplied|factorial|pi|sqrt|e|i|x|y|z|n|k|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zero|because|jan|feb|mar|apr|aug|sept?|oct|nov|dec|january|february|march|april|may|june|july|august|september|october|november|december|sin|cos|tan|log|ln)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Quantity();

    [GeneratedRegex(@"\\?(?:sin|cos|tan|cot|sec|csc)[\s(0-9{^]")]
    private static partial Regex Trigonometric();

    [GeneratedRegex(@"\s*[,(;]|\s-\s")]
    private static partial Regex WordsEnd();
}
