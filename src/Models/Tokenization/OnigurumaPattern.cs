using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// Writes a pattern in Oniguruma's syntax (its Ruby dialect, which tokenizer files use) in .NET's, where the two differ: possessive
/// quantifiers, <c>{,n}</c>, sets within sets, POSIX classes, <c>\w</c>, <c>\h</c>, <c>\x{…}</c>. What cannot be said in .NET, or means
/// something else there, is refused.
/// </summary>
internal sealed class OnigurumaPattern
{
    // Oniguruma's word characters: letters, marks, digits, connecting punctuation, circled letters; outside a set those of Latin-1 by its
    // table of it, which has ² ³ ¹ ¼ ½ ¾ too.
    private const string WordInSet = @"\p{L}\p{M}\p{Nd}\p{Nl}\p{Pc}\u24B6-\u24E9", Word = WordInSet + @"\u00B2\u00B3\u00B9\u00BC-\u00BE";

    private static readonly Dictionary<string, string> PosixClasses = new(StringComparer.Ordinal)
    {
        ["digit"] = @"\p{Nd}", ["space"] = @"\s", ["word"] = WordInSet, ["cntrl"] = @"\p{Cc}", ["xdigit"] = "0-9A-Fa-f",
    };

    // Two letters that Oniguruma, whatever the case, also reads as one character, such as ß or ﬁ.
    private static readonly string[] Ligatures = ["ss", "ff", "fi", "fl", "st"];

    private readonly string pattern;
    private readonly StringBuilder written = new();
    private readonly Stack<(int Start, bool IgnoresCase)> groups = new();
    private readonly List<(int First, int Last)> named = [];
    private int at;

    // Within (?i: … ).
    private bool ignoresCase;

    // Where the last thing that a quantifier could follow begins in what is written; -1: nothing.
    private int atom = -1;

    private OnigurumaPattern(string pattern) => this.pattern = pattern;

    /// <summary>The pattern in .NET's syntax, and the ranges of characters that it names one by one, not by a class.</summary>
    /// <exception cref="ArgumentException">It has a construct that .NET lacks; the message names it.</exception>
    public static (string Pattern, IReadOnlyList<(int First, int Last)> Named) ToDotNet(string pattern)
    {
        var translation = new OnigurumaPattern(pattern);
        translation.Translate();
        return (translation.written.ToString(), translation.named);
    }

    /// <summary>Whether a translated pattern has a class of words, to which circled letters belong and other symbols do not.</summary>
    public static bool TellsWords(string translated) => translated.Contains(@"\u24B6-\u24E9", StringComparison.Ordinal);

    private void Translate()
    {
        while (at < pattern.Length)
        {
            switch (pattern[at])
            {
                case '\\':
                    Atom(Escape(inSet: false).Written);
                    break;
                case '[':
                    Atom(Set());
                    break;
                case '(':
                    groups.Push((written.Length, ignoresCase));
                    Group();
                    break;
                case ')':
                    written.Append(pattern[at++]);
                    (atom, ignoresCase) = groups.Count > 0 ? groups.Pop() : (-1, false); // an unbalanced one is .NET's to refuse
                    break;
                case '|':
                    written.Append(pattern[at++]);
                    atom = -1;
                    break;
                case '*' or '+' or '?':
                    Quantifier(pattern[at++].ToString(), isRange: false);
                    break;
                case '{' when Range() is { } range:
                    Quantifier(range, isRange: true);
                    break;
                case '^':
                    at++;
                    Atom(@"(?:\A|^(?!\z))"); // no line begins at the end of a text
                    break;
                case '#' or ' ' or '{' or '}':
                    Atom("\\" + pattern[at++]);
                    break;
                default:
                    if (ignoresCase && at > 0) RequireNoLigature(pattern[(at - 1)..(at + 1)]);
                    Atom(Character(pattern[at++]));
                    break;
            }
        }
    }

    // Whatever the case, Oniguruma reads the long s as an s; .NET does not.
    private string Character(char letter)
    {
        Name(letter, letter);
        return ignoresCase && letter is 's' or 'S' ? "[s\u017F]" : letter.ToString();
    }

    // Beyond ASCII the two take different letters for one another.
    private void Name(int first, int last)
    {
        if (ignoresCase && last > '\u007F' && first <= last && Enumerable.Range(first, last - first + 1).Any(code => IsLetter((char)code))) throw Unlike("(?i: with letters beyond ASCII");
        named.Add((first, last));
    }

    private static bool IsLetter(char code) => code > '\u007F' && CharUnicodeInfo.GetUnicodeCategory(code) is <= UnicodeCategory.EnclosingMark;

    private static void RequireNoLigature(string two)
    {
        if (Ligatures.Contains(two.ToLowerInvariant(), StringComparer.Ordinal)) throw Unlike($"(?i: with {two}");
    }

    private void Atom(string text)
    {
        atom = written.Length;
        written.Append(text);
    }

    private void Group()
    {
        written.Append(pattern[at++]);
        atom = -1;
        if (at >= pattern.Length || pattern[at] != '?') return;
        var end = at + 1;
        while (end < pattern.Length && pattern[end] is not (':' or '=' or '!' or '>' or ')' or '<')) end++;
        if (end >= pattern.Length) return;
        var head = pattern[at..(end + 1)];
        if (pattern[end] == '<')
        {
            if (end + 1 < pattern.Length && pattern[end + 1] is '=' or '!') head += pattern[++end];
            else (head, end) = head == "?<" && pattern.IndexOf('>', end) is > 0 and var close ? ("?:", close) : throw Unlike($"({head}"); // numbers of groups mean nothing here
        }
        else if (head.Skip(1).SkipLast(1).Any(letter => letter is not 'i') || head[^1] == ')')
        {
            // (?m) is a dot that matches line feeds in Ruby's dialect; options for the rest of a group end elsewhere.
            throw Unlike($"({head}");
        }

        ignoresCase |= head.Contains('i', StringComparison.Ordinal);
        written.Append(head);
        at = end + 1;
    }

    private void Quantifier(string quantifier, bool isRange)
    {
        if (atom < 0) throw new ArgumentException($"'{quantifier}' follows nothing");
        written.Append(quantifier);
        if (at >= pattern.Length) return;
        if (pattern[at] == '+' && !isRange)
        {
            at++;
            written.Insert(atom, "(?>").Append(')');
        }
        else if (pattern[at] == '?')
        {
            if (isRange && !quantifier.Contains(',', StringComparison.Ordinal)) throw Unlike(quantifier + "?");
            at++;
            written.Append('?');
        }

        // A quantifier of a quantified thing: .NET wants the thing in a group.
        if (at < pattern.Length && (pattern[at] is '*' or '+' or '?' || (pattern[at] == '{' && LooksLikeRange()))) written.Insert(atom, "(?:").Append(')');
    }

    private bool LooksLikeRange()
    {
        var before = at;
        var range = Range();
        at = before;
        return range is not null;
    }

    // {n}, {n,}, {,n}, {n,m}; anything else in braces is literal.
    private string? Range()
    {
        var end = pattern.IndexOf('}', at);
        if (end < 0) return null;
        var parts = pattern[(at + 1)..end].Split(',');
        if (parts.Length > 2 || parts.All(part => part.Length == 0) || parts.Any(part => part.Length > 6 || !part.All(char.IsAsciiDigit))) return null;
        at = end + 1;
        return parts.Length == 1 ? $"{{{parts[0]}}}" : $"{{{(parts[0].Length == 0 ? "0" : parts[0])},{parts[1]}}}";
    }

    // The escape at the place, in or out of a set, and the character that it names; -1: a class or a place.
    private (string Written, int Code) Escape(bool inSet)
    {
        if (at + 1 >= pattern.Length) throw new ArgumentException("the pattern ends in a backslash");
        var letter = pattern[at + 1];
        at += 2;
        switch (letter)
        {
            case 'w':
                return (inSet ? WordInSet : $"[{Word}]", -1);
            case 'W' when !inSet:
                return ($"[^{Word}]", -1);
            case 'h':
                return (inSet ? "0-9A-Fa-f" : "[0-9A-Fa-f]", -1);
            case 'H' when !inSet:
                return ("[^0-9A-Fa-f]", -1);
            case 'b' when !inSet:
                return ($"(?:(?<=[{Word}])(?![{Word}])|(?<![{Word}])(?=[{Word}]))", -1);
            case 'B' when !inSet:
                return ($"(?:(?<=[{Word}])(?=[{Word}])|(?<![{Word}])(?![{Word}]))", -1);
            case 'x' when at < pattern.Length && pattern[at] == '{':
                return Hexadecimal(pattern.IndexOf('}', at) is >= 0 and var end ? end + 1 : pattern.Length + 1, at + 1, 1);
            case 'u':
                return Hexadecimal(at + 4, at, 0);
            case 'x':
                return Hexadecimal(at + 2, at, 0) is { Code: < 0x80 } ascii ? ascii : throw Unlike(pattern[(at - 4)..at]); // a byte, not a character
            case 'p' or 'P':
                return (Property(letter), -1);
            case 'd' or 'D' or 's' or 'S':
            case 'A' or 'z' or 'Z' when !inSet:
                return ("\\" + letter, -1);
            case 'b' when inSet:
            case 't' or 'n' or 'r' or 'f' or 'v' or 'a' or 'e':
                return ("\\" + letter, Control(letter));
            default:
                if (char.IsAsciiLetterOrDigit(letter)) throw Unlike("\\" + letter);
                Name(letter, letter);
                return ("\\" + letter, letter);
        }
    }

    private static int Control(char letter) => letter switch { 't' => 9, 'n' => 10, 'v' => 11, 'f' => 12, 'r' => 13, 'a' => 7, 'b' => 8, _ => 27 };

    // The digits up to an end, with so many characters behind them.
    private (string Written, int Code) Hexadecimal(int end, int start, int behind)
    {
        var whole = pattern[(at - 2)..Math.Min(end, pattern.Length)];
        if (end > pattern.Length || !int.TryParse(pattern.AsSpan(start, end - behind - start), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code is > 0xFFFF or (>= 0xD800 and <= 0xDFFF))
            throw Unlike(whole);
        at = end;
        Name(code, code);
        return (Invariant($"\\u{code:X4}"), code);
    }

    // \p{^…} negates; names are .NET's own or refused by it.
    private string Property(char letter)
    {
        if (at >= pattern.Length || pattern[at] != '{') throw Unlike("\\" + letter);
        var end = pattern.IndexOf('}', at);
        if (end < 0) throw new ArgumentException("a class name has no end");
        var name = pattern[(at + 1)..end];
        at = end + 1;
        if (name.StartsWith('^')) (letter, name) = (letter == 'p' ? 'P' : 'p', name[1..]);
        return $"\\{letter}{{{name}}}";
    }

    // A set; sets within it are written out, since .NET reads their brackets as characters.
    private string Set()
    {
        var set = new StringBuilder("[");
        at++;
        if (at < pattern.Length && pattern[at] == '^')
        {
            set.Append('^');
            at++;
        }

        Members(set);
        if (ignoresCase && HasS(set.ToString())) set.Append('\u017F');
        return set.Append(']').ToString();
    }

    // Whether an s is among the members, those that are left out included.
    private static bool HasS(string set) => Regex.IsMatch("s", string.Concat("[", set.AsSpan(set.StartsWith("[^", StringComparison.Ordinal) ? 2 : 1), "]"), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);

    private void Members(StringBuilder set)
    {
        var (first, from, isRange) = (true, -1, false); // the character before, and whether it begins a range
        for (; ; first = false)
        {
            if (at >= pattern.Length) throw new ArgumentException("a set in brackets has no end");
            var code = -1;
            switch (pattern[at])
            {
                case ']' when !first:
                    at++;
                    return;
                case '[' when pattern.AsSpan(at).StartsWith("[:"):
                    set.Append(Posix());
                    break;
                case '[':
                    at++;
                    if (at < pattern.Length && pattern[at] == '^') throw Unlike("[…[^…]…]");
                    Members(set);
                    break;
                case '&' when pattern.AsSpan(at).StartsWith("&&"):
                    throw Unlike("&&");
                case '\\':
                    (var written, code) = Escape(inSet: true);
                    set.Append(written);
                    break;
                case ']' or '^':
                    code = pattern[at];
                    set.Append('\\').Append(pattern[at++]);
                    break;
                case '-' when at + 1 < pattern.Length && pattern[at + 1] == '[':
                    throw Unlike("-["); // .NET's subtraction
                case '-' when from >= 0 && at + 1 < pattern.Length && pattern[at + 1] != ']':
                    set.Append(pattern[at++]);
                    isRange = true;
                    continue;
                default:
                    code = pattern[at++];
                    set.Append((char)code);
                    break;
            }

            if (code >= 0) Name(isRange ? Math.Min(from, code) : code, code);
            (from, isRange) = (isRange ? -1 : code, false);
        }
    }

    private string Posix()
    {
        var end = pattern.IndexOf(":]", at, StringComparison.Ordinal);
        if (end < 0 || !PosixClasses.TryGetValue(pattern[(at + 2)..end], out var members)) throw Unlike(pattern[at..(end < 0 ? pattern.Length : end + 2)]);
        at = end + 2;
        return members;
    }

    private static ArgumentException Unlike(string construct) => new($"'{construct}' means something else in .NET, or nothing");
}
