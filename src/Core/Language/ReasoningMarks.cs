namespace SafetyGate.Core.Language;

/// <summary>
/// The marks that set a model's reasoning apart from its answer, in one list: tags (<c>&lt;think&gt;</c>, <c>&lt;seed:think&gt;</c>,
/// <c>&lt;|START_THINKING|&gt;</c>, <c>&lt;|begin_of_thought|&gt;</c> …), <c>[THINK]</c>, <c>◁think▷</c>, Gemma's channel, turns that are named
/// for it, and the tokens of Harmony's channels. Whoever reads a response, decodes tokens or looks at a prompt asks here.
/// </summary>
/// <remarks>Work is linear in the text: a mark is looked for where one can begin, and within a fixed number of characters.</remarks>
public static class ReasoningMarks
{
    private const int MostBlanks = 16, LongestName = 64, LongestAttributes = 200, LongestChannel = 60;

    private const string Channel = "<|channel|>", Message = "<|message|>";

    private static readonly string[] Harmony = [Channel, Message, "<|start|>"];

    private static readonly string[] GemmaTokens = ["<|channel>", "<channel|>"];

    // By what they name: tags of different kinds may stand in each other.
    private static readonly Dictionary<string, string> Nouns = new(StringComparer.OrdinalIgnoreCase)
    {
        ["think"] = "think", ["thinking"] = "think", ["thought"] = "thought", ["reasoning"] = "reasoning",
    };

    private static readonly HashSet<string> Endings = new(["end", "stop", "close"], StringComparer.OrdinalIgnoreCase);

    // With these a name is a switch or a matter, no place.
    private static readonly HashSet<string> Others = new(["no", "non", "not", "off", "on", "disable", "disabled", "enable", "enabled", "budget", "effort", "mode", "level", "experiment"], StringComparer.OrdinalIgnoreCase);

    // Marks that no rule of tags finds, whatever their case.
    private static readonly (string Text, string Kind, bool Opens)[] Fixed =
    [
        ("[THINK]", "[think]", true), ("[/THINK]", "[think]", false), // Magistral
        ("◁think▷", "◁think▷", true), ("◁/think▷", "◁think▷", false), // Kimi
        ("<|inner_prefix|>", "inner", true), ("<|inner_suffix|>", "inner", false), // Apertus
        ("<channel|>", "channel", false), // Gemma 4
        ("<|im_start|>think", Turn, true), ("<|im_start|>answer", Turn, false), // s1
        ("<|content|>", "think", false), // Solar Open, after <|think|>
        ("<start_working_out>", "working", true), ("<end_working_out>", "working", false), // prompted
        ("[BEGIN FINAL RESPONSE]", "final", false), // Apriel
    ];

    // Turns of the model that are not its answer: s1, HyperCLOVA.
    private const string Turn = "turn", ThinkingTurn = "assistant/think";

    /// <summary>What begins reasoning at the end of a prompt, or of a response, without a tag: what ends it, the reader of responses knows.</summary>
    public const string SlashThink = "/think\n", ReasoningSteps = "Here are my reasoning steps:\n";

    /// <summary>The marks of a text, in their order. The tokens of Harmony are not among them: what they mean, their channel says.</summary>
    /// <param name="text">A text.</param>
    public static IEnumerable<ReasoningMark> In(string text)
    {
        for (var at = 0; (at = Next(text, at)) >= 0;)
        {
            if (At(text, at) is not { } mark)
            {
                at++;
                continue;
            }

            yield return mark;
            at = mark.End;
        }
    }

    /// <summary>The mark that begins at a place; <c>null</c> where none does.</summary>
    /// <param name="text">A text.</param>
    /// <param name="at">The place.</param>
    public static ReasoningMark? At(string text, int at)
    {
        foreach (var (mark, kind, opens) in Fixed)
            if (string.Compare(text, at, mark, 0, mark.Length, StringComparison.OrdinalIgnoreCase) == 0 && (kind != Turn || IsEndOfName(text, at + mark.Length))) return new(kind, opens, at, at + mark.Length);
        return text[at] == '<' ? GemmaThought(text, at) ?? Tag(text, at) : null;
    }

    /// <summary>
    /// Whether a mark is spoken of and not made: it stands alone in quotes or in marks of code (<c>`&lt;think&gt;`</c>).
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="mark">A mark of it.</param>
    public static bool IsNamed(string text, ReasoningMark mark)
    {
        if (mark.Start == 0 || mark.End >= text.Length) return false;
        var (before, after) = (text[mark.Start - 1], text[mark.End]);
        if ((before, after) is ('\u201c', '\u201d') or ('\u2018', '\u2019') or ('\u00ab', '\u00bb') or ('\u300c', '\u300d')) return true;
        // A quotation may end before a mark, and another begin behind it.
        return before == after && before is '`' or '"' or '\'' && (mark.Start == 1 || !char.IsLetterOrDigit(text[mark.Start - 2])) && (mark.End + 1 == text.Length || !char.IsLetterOrDigit(text[mark.End + 1]));
    }

    /// <summary>
    /// Which of a tokenizer's tokens mark reasoning, so that they stay in the text of a response where other special tokens are left out.
    /// </summary>
    /// <param name="tokens">The special tokens.</param>
    public static IReadOnlySet<string> Among(IEnumerable<string> tokens)
    {
        var all = tokens.ToHashSet(StringComparer.Ordinal);
        return all.Where(token => IsMark(token.Trim()) || GemmaTokens.Contains(token, StringComparer.Ordinal) || (Harmony.Contains(token, StringComparer.Ordinal) && all.Contains(Channel))).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// The mark that a prompt ends with, blanks aside, as a template writes it for a model that is to reason first: what follows begins
    /// within the reasoning. Empty where there is none.
    /// </summary>
    /// <param name="prompt">A prompt, or its end.</param>
    public static string AtEnd(string prompt)
    {
        var end = prompt.TrimEnd();
        if (end.EndsWith(Message, StringComparison.Ordinal)) return EndOfChannel(end);
        if (end.EndsWith(ThinkingTurn, StringComparison.Ordinal)) return SlashThink;
        if (end.EndsWith(ReasoningSteps.TrimEnd(), StringComparison.Ordinal)) return ReasoningSteps;
        // A mark may hold a character that could begin another one.
        for (var at = end.Length; (at = Last(end, at)) >= 0 && end.Length - at <= LongestName + LongestAttributes + (4 * MostBlanks);)
            if (At(end, at) is { Opens: true } mark && mark.End == end.Length) return end[at..];
        return "";
    }

    /// <summary>
    /// The mark that a prompt itself leaves open, whatever a chat template adds: at the end of a plain text, or in an answer that is begun.
    /// Empty where there is none.
    /// </summary>
    /// <param name="prompt">A prompt.</param>
    public static string BegunBy(Prompt prompt)
    {
        if (prompt.Text is { } text) return AtEnd(text);
        if (prompt.Conversation!.Last is not { Role: "assistant", Content: var begun }) return "";
        return AtEnd(begun) is { Length: > 0 } mark ? mark : In(begun).LastOrDefault() is { Opens: true } last ? begun[last.Start..last.End] : "";
    }

    private static string EndOfChannel(string end)
    {
        var at = end.LastIndexOf(Channel, StringComparison.Ordinal);
        if (at < 0 || end.Length - at > Channel.Length + LongestChannel + Message.Length) return "";
        return end[(at + Channel.Length)..].TrimStart().StartsWith("final", StringComparison.Ordinal) ? "" : end[at..];
    }

    private static bool IsEndOfName(string text, int at) => at >= text.Length || !char.IsLetterOrDigit(text[at]);

    private static bool IsMark(string token) => token.Length > 0 && At(token, 0) is { } mark && mark.End == token.Length;

    private static int Next(string text, int from) => from >= text.Length ? -1 : text.AsSpan(from).IndexOfAny('<', '[', '◁') is >= 0 and var at ? from + at : -1;

    private static int Last(string text, int before) => before <= 0 ? -1 : text.AsSpan(0, before).LastIndexOfAny('<', '[', '◁');

    // <|channel>thought
    private static ReasoningMark? GemmaThought(string text, int at)
    {
        const string open = "<|channel>", name = "thought";
        if (string.CompareOrdinal(text, at, open, 0, open.Length) != 0) return null;
        var from = Blanks(text, at + open.Length);
        var end = from + name.Length;
        return string.CompareOrdinal(text, from, name, 0, name.Length) == 0 && IsEndOfName(text, end) ? new("channel", true, at, end) : null;
    }

    // <think>, < think >, <|think|>, <think type="a">, </think>, <|/think|>, <|END_THINKING|>
    private static ReasoningMark? Tag(string text, int at)
    {
        var from = Bar(text, Blanks(text, at + 1));
        from = Blanks(text, from);
        var closes = from < text.Length && text[from] == '/';
        if (closes) from = Blanks(text, from + 1);
        var end = from;
        while (end < text.Length && end - from < LongestName && IsOfName(text[end])) end++;
        if (end == from || KindOf(text.AsSpan(from, end - from), ref closes) is not { } kind) return null;
        return Close(text, end, closes) is >= 0 and var after ? new(kind, !closes, at, after) : null;
    }

    // The unit after the end of a tag; -1 where it has none. <think/> holds nothing.
    private static int Close(string text, int from, bool closes)
    {
        var at = from;
        if (!closes && at < text.Length && char.IsWhiteSpace(text[at]))
            while (at < text.Length && at - from <= LongestAttributes && text[at] is not ('<' or '>')) at++;
        else at = Bar(text, Blanks(text, at));
        return at < text.Length && text[at] == '>' && text[at - 1] != '/' ? at + 1 : -1;
    }

    private static string? KindOf(ReadOnlySpan<char> name, ref bool closes)
    {
        string? kind = null;
        foreach (var range in name.SplitAny(":_-▁"))
        {
            var word = name[range].ToString();
            if (Others.Contains(word)) return null;
            kind ??= Nouns.GetValueOrDefault(word);
            closes |= Endings.Contains(word);
        }

        return kind;
    }

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is ':' or '_' or '-' or '▁';

    private static int Bar(string text, int at) => at < text.Length && text[at] is '|' or '｜' ? at + 1 : at;

    private static int Blanks(string text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < MostBlanks && char.IsWhiteSpace(text[end])) end++;
        return end;
    }
}
