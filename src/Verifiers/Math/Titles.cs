using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// Whether a line without "the answer is" may give a value by what it calls it. "Total cost: 5", "so x = 5", "area 5" may; "checksum: 5",
/// "page 5", "tolerance = 5" call it something that no question asks for, as far as is known here.
/// </summary>
internal static class Titles
{
    private const int ShortestClause = 4; // words

    /// <summary>Whether the line may give its value: it has no title, or one that names a quantity or a conclusion.</summary>
    public static bool MayGive(string line) =>
        (Title.Match(line) is not { Success: true } title || (IsKnown(title.Groups[1].Value) && !Reserved.IsMatch(title.Groups[1].Value)) || Single.IsMatch(title.Groups[1].Value))
        && (Heading.Match(line) is not { Success: true } heading || Quantity.IsMatch(heading.Groups[1].Value));

    // Of many words it is a clause and no title.
    private static bool IsKnown(string title) => Quantity.IsMatch(title) || title.Count(c => c == ' ') >= ShortestClause - 1;

    // Words, then a colon or an equals sign, then a value.
    private static Regex Title => field ??= Pattern.Of(@"^[\s*_#>(\-\u2022\u2192]*((?!(?:sqrt|frac|log|ln|sin|cos|tan|exp|pi)\b)[A-Za-z][A-Za-z.'-]*(?: [A-Za-z.'-]+){0,5})(?:[*_]*:[*_]*\s*(?=[^=]*$)|\s*=\s*)\S");

    // A word and a value: "page 5".
    private static Regex Heading => field ??= Pattern.Of(@"^[\s*_#>(\-\u2022\u2192]*((?!(?:sqrt|frac|log|ln|sin|cos|tan|exp|pi)\b)[A-Za-z][A-Za-z'-]+)\s+(?:\$[^$\n]+\$|\\\(.+?\\\)|\*\*[^*\n]+\*\*|[-+$]?[0-9][^ =]*(?: [a-z]{1,3}[\u00b2\u00b3]?)?|[(\[{][^A-Za-z]*[)\]}])[*_.\s]*$");

    private static Regex Single => field ??= Pattern.Of(@"(?:^|\s)[A-Za-z]$|^(?!ID$)[A-Z]{2,3}$");

    private static Regex Quantity => field ??= Pattern.Of(@"\b(?:answers?|ans|results?|solutions?|sol|conclusion|final(?:ly)?|therefore|thus|hence|so|then|altogether|overall|and|or|it's|that's|there's|here|he|she|we|they|i|total(?:s|ed)?|sums?|products?|differences?|quotients?|ratios?|remainder|values?|area|perimeter|volume|lengths?|widths?|heights?|depth|radius|diameter|circumference|distance|displacement|speed|velocity|acceleration|times?|duration|hours?|minutes?|days?|weeks?|months?|years?|costs?|price|profit|loss|revenue|income|earnings|salary|wages?|savings?|money|amount|balance|change|discount|interest|tax|tip|payment|probability|chance|odds|mean|median|mode|range|variance|deviation|averages?|slope|intercept|gradient|angles?|measure|degrees?|ages?|counts?|numbers?|quantity|how many|maximum|minimum|max|min|largest|smallest|greatest|least|highest|lowest|gcd|lcm|roots?|zeros?|factors?|coefficient|constant|term|digits?|limit|derivative|integral|determinant|rank|trace|vertex|center|centre|midpoint|point|coordinates?|domain|set|interval|equation|expression|function|polynomial|matrix|vector|weight|mass|temperature|rate|percent(?:age)?|fraction|proportion|share|population|score|points|surface|side|base|hypotenuse|leg|diagonal|is|are|equals?|be|get|gets|gives?|giving|has|have|had|left|leaves|leaving|remaining|remain|obtain|yields?|exactly|only|just|simply|option|choice|letter|people|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b", RegexOptions.IgnoreCase);

    // "sanity value", "lower limit", "page number": names of something else.
    private static Regex Reserved => field ??= Pattern.Of(@"\b(?:sanity|check|serial|page|line|version|seed|id|lower|upper|wrong|incorrect|bad|old|previous|dummy|tests?|trials?|attempts?|iterations?|tries|confidence|difficulty|sample|example|default|placeholder|random|initial|starting|temporary|temp|tentative|expected|estimated?|approximate|rough|errors?|processed|reference|baseline|target|input|given|known|hint|trap|other|alternate|false|rejected|discarded|guess|question|problem|exercise|step|part|case|not|half|partial|sub|intermediate|running)\b", RegexOptions.IgnoreCase);
}
