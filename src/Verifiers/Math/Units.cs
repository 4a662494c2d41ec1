using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>Reads numbers and expressions with units, money, scales ("2.5 million") and words behind them.</summary>
internal static class Units
{
    /// <summary>The unit of a number with "percent" outside of its box or formula.</summary>
    public const string PercentOutside = "%?";

    /// <summary>An expression with its unit where one is written.</summary>
    public static MathValue.Expression Read(string s)
    {
        if (Scale.Match(s) is { Success: true } scale)
        {
            var factor = scale.Groups["scale"].Value.ToLowerInvariant() switch { "hundred" => 2, "thousand" => 3, "million" => 6, "billion" => 9, _ => 12 };
            var scaled = Read(scale.Groups["amount"].Value + (scale.Groups["unit"].Length > 0 ? $"\u00ab{scale.Groups["unit"].Value}\u00bb" : ""));
            return scaled with { Value = scaled.Value * ExactValue.Of(10).Power(ExactValue.Of(factor)) };
        }

        if (Compound.Match(s) is { Success: true } compound) return Parts(compound);
        if (Currency.Match(s) is { Success: true } money) return Money(money);
        if (s.EndsWith('\u00b0') && Trigonometric.IsMatch(s)) return new(LatexParser.Parse(s), null); // \sin 30°
        if (UnitAtEnd.Match(s) is { Success: true } unit && NameOf(unit.Groups["unit"].Value) is { Length: > 0 } name)
            return name != "%" && Quantity.IsMatch(unit.Groups["unit"].Value)
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
        if (Worded.Match(s) is not { Success: true } match || Quantity.IsMatch(match.Groups["words"].Value)) return null;
        var (amount, words) = (match.Groups["amount"].Value, match.Groups["words"].Value.Trim());
        if (words[0] is ',' or ';' && !words.TrimStart(',', ';', ' ').Contains(' ', StringComparison.Ordinal)) return null; // "3, none" is a list
        var unit = words[0] is ',' or '(' or '-' or ';' ? "" : NameOf(WordsEnd.Split(words.Trim(' ', '\u00ab', '\u00bb'))[0]);
        if (unit.Length is 1 or 2 && words[0] != '\u00ab' && unit is not ("kg" or "cm" or "mm" or "km" or "ml" or "mg")) return null; // 3 x, 5 ab: products
        if (Currency.Match(amount) is { Success: true } money) return Money(money);
        return new(LatexParser.Parse(amount), unit.Length == 0 ? null : unit);
    }

    /// <summary>The unit of values that are one value, where not two of them differ; <c>null</c> where none is written.</summary>
    public static string? Common(IEnumerable<MathValue.Expression> values)
    {
        var units = values.Select(v => v.Unit).OfType<string>().Distinct().ToList();
        return units.Count < 2 ? units.FirstOrDefault() : throw new FormatException("one value with two units");
    }

    // 2 hours 30 minutes are 150 minutes.
    private static MathValue.Expression Parts(Match match)
    {
        var (large, small) = (NameOf(match.Groups["large"].Value), NameOf(match.Groups["small"].Value));
        var factor = (large, small) switch { ("hour", "minute") or ("minute", "second") => 60, ("foot", "inch") => 12, ("day", "hour") => 24, ("week", "day") => 7, ("year", "month") => 12, ("yard", "foot") => 3, _ => throw new FormatException("two units that are not parts of each other") };
        return new((LatexParser.Parse(match.Groups["many"].Value) * ExactValue.Of(factor)) + LatexParser.Parse(match.Groups["few"].Value), small);
    }

    private static MathValue.Expression Money(Match match) =>
        new(LatexParser.Parse(match.Groups["minus"].Value + match.Groups["amount"].Value), NameOf(match.Groups["sign"].Value));

    private static string NameOf(string text)
    {
        var bare = Layout.Replace(text, "").Trim(' ', '.').ToLowerInvariant();
        // "square meters", "sq. m", "meters squared" and "m^2" are one unit.
        if (PowerBefore.Match(bare) is { Success: true } before) return NameOf(before.Groups[2].Value) + (before.Groups[1].Value[0] == 's' ? "^2" : "^3");
        if (PowerAfter.Match(bare) is { Success: true } after) return NameOf(after.Groups[1].Value) + (after.Groups[2].Value == "2" || after.Groups[3].Value == "squared" ? "^2" : "^3");
        return bare switch
        {
            "$" or "dollar" or "dollars" or "usd" or "us$" => "dollar",
            "\u00a2" or "cent" or "cents" => "cent",
            "\u20ac" or "euro" or "euros" or "eur" => "euro",
            "\u00a3" or "pound sterling" or "pounds sterling" or "pounds" or "gbp" => "pound",
            "\u00b0" or "degree" or "degrees" => "degree",
            "%" or "percent" or "per cent" or "pct" or "percentage" => "%",
            "m" or "meter" or "meters" or "metre" or "metres" => "meter",
            "cm" or "centimeter" or "centimeters" or "centimetre" or "centimetres" => "centimeter",
            "mm" or "millimeter" or "millimeters" or "millimetre" or "millimetres" => "millimeter",
            "km" or "kilometer" or "kilometers" or "kilometre" or "kilometres" => "kilometer",
            "kg" or "kgs" or "kilogram" or "kilograms" => "kilogram",
            "g" or "gram" or "grams" => "gram",
            "mg" or "milligram" or "milligrams" => "milligram",
            "l" or "liter" or "liters" or "litre" or "litres" => "liter",
            "ml" or "milliliter" or "milliliters" or "millilitre" or "millilitres" => "milliliter",
            "mi" or "mile" or "miles" => "mile",
            "yd" or "yard" or "yards" => "yard",
            "lb" or "lbs" => "lb",
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

    private static Regex Currency => field ??= Pattern.Of(@"^(?<minus>-?)\s*(?<sign>[$\u20ac\u00a3\u00a5\u20b9]|\u00ab?\s*(?:USD|EUR|GBP)\s*\u00bb?)\s*(?<amount>(?:(?<!^-.*)-)?[0-9].*)$");

    private static Regex Scale => field ??= Pattern.Of(@"^(?<amount>-?\s*[$\u20ac\u00a3\u00a5\u20b9]?\s*[0-9][0-9,.]*)\s*\u00ab?\s*(?<scale>hundred|thousand|million|billion|trillion)(?:\s+(?<unit>[a-z]+(?: [a-z]+){0,2}))?\s*\u00bb?$", RegexOptions.IgnoreCase);

    private static Regex UnitAtEnd => field ??= Pattern.Of(
        @"^(?<amount>.*[0-9a-z)}])\s*(?<unit>\u00b0|%|[$\u20ac\u00a3\u00a5\u20b9\u00a2]|\u00ab[^\u00ab\u00bb]+\u00bb(?:\^\{?[23]\}?)?|(?<=[0-9)}])(?:\s+[a-z]{3,}(?: [a-z]+){0,3}|\s*(?:cm|mm|km|kg|mg|ml|ft|hr|hrs|min|sec|mph|kph|lbs|pct|percent))(?:\^\{?[23]\}?)?)$",
        RegexOptions.IgnoreCase);

    private static Regex Worded => field ??= Pattern.Of(
        @"^(?:\u00ab\s*)?(?<amount>[-+]?\s*[$\u20ac\u00a3\u00a5\u20b9]?\s*(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?(?:/[0-9]+)?)(?<words>(?:\s*\u00ab|\s*,\s|\s*;\s|\s*\(|\s+-\s|\s+)[A-Za-z(][\sA-Za-z,()'\u2019;/\-\u00ab\u00bb]*(?:\^\{?[23]\}?)?)$");

    // Words that make a number another one, or several.
    private static Regex Quantity => field ??= Pattern.Of(
        @"\b(?:and|or|not|only|etc|others?|excluding|without|wrong|incorrect|false|never|neither|nor|either|versus|vs|instead|isn't|cannot|can't|minus|plus|times|less|more|fewer|half|halves|factorial|fold|ish|(?:six|seven|eigh|nin|twelf|hundred|thousand|million)ths?|quarters?|thirds?|fifths?|tenths?|dozens?|hundred|thousand|million|billion|trillion|percent|per\s?cent|squared|cubed|over|point|about|approx|approximately|roughly|nearly|maybe|perhaps|probably|if|unless|but|except|mod|modulo|remainder|negative|base|to|through|out of|is|was|am|pm|a\.m|p\.m|divided|multiplied|factorial|pi|sqrt|e|i|x|y|z|n|k|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|zero|because|jan|feb|mar|apr|aug|sept?|oct|nov|dec|january|february|march|april|may|june|july|august|september|october|november|december|sin|cos|tan|log|ln)\b",
        RegexOptions.IgnoreCase);

    private static Regex Trigonometric => field ??= Pattern.Of(@"\\?(?:sin|cos|tan|cot|sec|csc)[\s(0-9{^]");

    private static Regex Compound => field ??= Pattern.Of(@"^(?<many>[0-9]+)\s*\u00ab?\s*(?<large>[a-z]+)\s*\u00bb?\s*,?\s*(?:\u00ab?\s*and\s*\u00bb?\s*)?(?<few>[0-9]+(?:\.[0-9]+)?)\s*\u00ab?\s*(?<small>[a-z]+)\s*\u00bb?$");

    private static Regex Layout => field ??= Pattern.Of(@"[\u00ab\u00bb{}]");

    private static Regex PowerBefore => field ??= Pattern.Of(@"^(sq(?:uare|\.)?|cu(?:bic|\.)?)\s+([a-z]{1,20})$");

    private static Regex PowerAfter => field ??= Pattern.Of(@"^([a-z]{1,20})\s*(?:\^\s*([23])|\s(squared|cubed))$");

    private static Regex WordsEnd => field ??= Pattern.Of(@"\s*[,(;]|\s-\s");
}
