using System.Text.RegularExpressions;
using SafetyGate.Analysis.Text;

namespace SafetyGate.Analysis.Curation;

/// <summary>
/// What validation texts hold, so that none of it reaches training: their 13-grams of words, and their templates (words in lower case,
/// numbers masked).
/// </summary>
public sealed partial class LeakGuard
{
    private readonly HashSet<string> _grams = new(StringComparer.Ordinal), _templates = new(StringComparer.Ordinal);
    private readonly int _length;

    /// <summary>A guard over texts.</summary>
    /// <param name="texts">The validation texts.</param>
    /// <param name="length">Words of a gram; a shorter text is its own only gram.</param>
    public LeakGuard(IEnumerable<string> texts, int length = GramOverlap.DefaultLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _length = length;
        foreach (var text in texts)
        {
            _grams.UnionWith(GramOverlap.Grams(text, length));
            if (TemplateOf(text) is { Length: > 0 } template) _templates.Add(template);
        }
    }

    /// <summary>The template of a text: its words in lower case, every number as <c>#</c>.</summary>
    public static string TemplateOf(string text) => string.Join(' ', Tokens.Words(Number().Replace(text.ToLowerInvariant(), "#")));

    /// <summary>Whether a text has a gram of the validation texts.</summary>
    public bool SharesGram(string text) => GramOverlap.Grams(text, _length).Any(_grams.Contains);

    /// <summary>Whether a text has the template of a validation text.</summary>
    public bool SharesTemplate(string text) => _templates.Contains(TemplateOf(text));

    /// <summary>How many of some texts share something.</summary>
    public LeakCount Count(IEnumerable<string> texts)
    {
        var (all, grams, templates) = (0, 0, 0);
        foreach (var text in texts)
        {
            all++;
            if (SharesGram(text)) grams++;
            if (SharesTemplate(text)) templates++;
        }

        return new() { Texts = all, Grams = grams, Templates = templates };
    }

    [GeneratedRegex(@"\d+(?:[.,]\d+)*", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
