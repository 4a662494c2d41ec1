using System.Globalization;
using System.Text.RegularExpressions;

namespace SafetyGate.Analysis.Curation;

/// <summary>What validation texts hold, so that none of it reaches training: what they say word for word, their templates, and what they say in other words.</summary>
/// <remarks>
/// Words are compared without punctuation, white space and case, as in arXiv:2005.14165 (appendix C): with punctuation the frame of a short
/// question (<c>. how many pens does bo have ?</c>) and one sentence more are a 13-gram, and every fifth good problem shares one with a
/// thousand held out. Numbers are compared by value, in digits or in words (two to twenty).
/// </remarks>
public sealed partial class LeakGuard
{
    // Of a text shorter than a gram: quoted by another text from so many words on (the shortest gram of arXiv:2005.14165), below only as a whole.
    private const int ShortestQuote = 8;

    // A word that more of the texts have than this belongs to the form of the task and tells nothing of one.
    private const double CommonAbove = 0.2;

    // The same numbers and more than half of the telling words are the same task; with fewer numbers four fifths of five words or more.
    private const int FewestNumbers = 2, FewestTellingWords = 5;
    private const double MostWords = 0.8;

    private static readonly string[] NumberWords = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"];
    private static readonly Dictionary<string, string> NumberOf = NumberWords.Select((word, i) => (word, Invariant($"{i + 2}"))).ToDictionary(pair => pair.word, pair => pair.Item2, StringComparer.Ordinal);

    private readonly Dictionary<int, HashSet<string>> _grams = [];
    private readonly HashSet<string> _whole = new(StringComparer.Ordinal), _templates = new(StringComparer.Ordinal), _shapes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<HashSet<string>>> _telling = new(StringComparer.Ordinal);
    private readonly int _length;

    /// <summary>A guard over texts.</summary>
    /// <param name="texts">The validation texts: tasks, and answers to them where there are some.</param>
    /// <param name="length">Words of a gram.</param>
    public LeakGuard(IEnumerable<string> texts, int length = GramOverlap.DefaultLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        _length = length;
        List<IReadOnlyList<string>> all = [.. texts.Select(WordsOf).Where(words => words.Count > 0)];
        var occurring = all.SelectMany(words => words.Where(word => !IsNumber(word)).Distinct()).GroupBy(word => word, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        var most = Math.Max(1, CommonAbove * all.Count);
        foreach (var words in all)
        {
            _whole.Add(Joined(words));
            if (words.Count >= Math.Min(ShortestQuote, length)) Known(Math.Min(length, words.Count)).UnionWith(Runs(words, Math.Min(length, words.Count)));
            if (Template(words) is { } template) _templates.Add(template);
            if (words.Count(IsNumber) >= FewestNumbers) _shapes.Add(Shape(words));
            HashSet<string> telling = new(words.Where(word => !IsNumber(word) && occurring[word] <= most), StringComparer.Ordinal);
            if (_telling.TryGetValue(Numbers(words), out var same)) same.Add(telling);
            else _telling[Numbers(words)] = [telling];
        }
    }

    /// <summary>Whether a text repeats a run of a validation text's words: a gram, or all of a shorter one.</summary>
    public bool SharesGram(string text)
    {
        var words = WordsOf(text);
        return _whole.Contains(Joined(words)) || _grams.Any(known => Runs(words, known.Key).Any(known.Value.Contains));
    }

    /// <summary>Whether a text is a validation text with other numbers.</summary>
    public bool SharesTemplate(string text) => Template(WordsOf(text)) is { } template && _templates.Contains(template);

    /// <summary>
    /// Whether a text has the numbers of a validation text, in any order, and most of the words that tell it from the others; or its numbers
    /// in the same places and other words throughout, such as another name.
    /// </summary>
    public bool Retells(string text)
    {
        var words = WordsOf(text);
        var numbers = words.Count(IsNumber);
        if (numbers >= FewestNumbers && _shapes.Contains(Shape(words))) return true;
        var own = words.ToHashSet(StringComparer.Ordinal);
        return _telling.TryGetValue(Numbers(words), out var same)
            && same.Exists(telling => telling.Count(own.Contains) is var shared && (numbers >= FewestNumbers ? 2 * shared > telling.Count : telling.Count >= FewestTellingWords && shared >= MostWords * telling.Count));
    }

    /// <summary>Whether a task is one that is held out, as it stands or in other numbers or words.</summary>
    public bool Knows(string task) => SharesGram(task) || SharesTemplate(task) || Retells(task);

    /// <summary>What some tasks share with the validation texts, and their answers, which may only not repeat one word for word.</summary>
    /// <param name="tasks">The tasks.</param>
    /// <param name="answers">Worked answers.</param>
    public LeakCount Count(IReadOnlyList<string> tasks, IReadOnlyList<string>? answers = null) => new()
    {
        Texts = tasks.Count + (answers?.Count ?? 0),
        Grams = tasks.Count(SharesGram) + (answers?.Count(SharesGram) ?? 0),
        Templates = tasks.Count(SharesTemplate),
        Retold = tasks.Count(Retells),
    };

    private HashSet<string> Known(int length) => _grams.TryGetValue(length, out var known) ? known : _grams[length] = new(StringComparer.Ordinal);

    private static IReadOnlyList<string> WordsOf(string text) => [.. Word().Matches(text.ToLowerInvariant()).Select(match => match.Value)
        .Select(word => IsNumber(word) ? word.Replace(",", "", StringComparison.Ordinal) : NumberOf.GetValueOrDefault(word, word))];

    private static bool IsNumber(string word) => char.IsAsciiDigit(word[0]);

    private static string Joined(IEnumerable<string> words) => string.Join(' ', words);

    private static IEnumerable<string> Runs(IReadOnlyList<string> words, int length) => Enumerable.Range(0, Math.Max(0, words.Count - length + 1)).Select(at => Joined(words.Skip(at).Take(length)));

    // Numbers alone are no template: every worked answer of three steps would have that of any other.
    private static string? Template(IReadOnlyList<string> words) => words.All(IsNumber) ? null : Joined(words.Select(word => IsNumber(word) ? "#" : word));

    private static string Numbers(IReadOnlyList<string> words) => Joined(words.Where(IsNumber).Order(StringComparer.Ordinal));

    // Each word by where it occurred first.
    private static string Shape(IReadOnlyList<string> words)
    {
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        return Joined(words.Select(word => IsNumber(word) ? word : places.TryGetValue(word, out var place) ? place : places[word] = "w" + places.Count.ToString(CultureInfo.InvariantCulture)));
    }

    [GeneratedRegex(@"[0-9]+(?:[.,][0-9]+)*|\w+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
