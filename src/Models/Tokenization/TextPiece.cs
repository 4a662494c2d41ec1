namespace SafetyGate.Models.Tokenization;

/// <summary>A stretch of text on its way to ids.</summary>
/// <param name="Text">The text; no lone surrogates.</param>
/// <param name="Id">The id, when the piece is an added token and done with.</param>
/// <param name="Front">
/// How many of its first units the tokenizers library takes to come from the very start of the given text: the first character and what was
/// put before it or made of it. 0: that character is gone; <see cref="Later"/>: the piece was cut off later in the text, or nobody asks.
/// </param>
internal readonly record struct TextPiece(string Text, int? Id, int Front)
{
    /// <summary>The <see cref="Front"/> of a piece that begins later in the text.</summary>
    public const int Later = -1;

    /// <summary>Which part of the given text each unit comes from; <c>null</c> when nobody asks.</summary>
    public TextOrigins? Origins { get; init; }

    /// <summary>
    /// How many of its first units come from no character at all: what was put where a pattern matched nothing at the start. The library
    /// cannot change a text that has them.
    /// </summary>
    public int Unfounded { get; init; }

    /// <summary>A text that is not a part of another one.</summary>
    /// <param name="text">The text.</param>
    /// <param name="asksForFront">Whether a component asks which piece is at the start.</param>
    public static TextPiece Whole(string text, bool asksForFront) => new(text, null, asksForFront ? FirstLength(text) : Later);

    /// <summary>A part of the piece.</summary>
    public TextPiece Slice(int start, int stop, int? id = null) =>
        new(Text[start..stop], id, start < Front ? Of(Front, start, stop) : Later) { Origins = Origins?.Slice(start, stop), Unfounded = Of(Unfounded, start, stop) };

    /// <summary>The piece without its ends.</summary>
    public TextPiece Stripped(int start, int stop) => Slice(start, stop) with { Front = Front == Later ? Later : Of(Front, start, stop) };

    /// <summary>The piece behind a text that nobody wrote; it belongs to the piece's first character.</summary>
    public TextPiece Prepended(string prefix) => this with
    {
        Text = prefix + Text,
        Origins = Origins?.Prepended(prefix.Length),
        Front = Front > 0 ? Front + prefix.Length : Front,
        Unfounded = prefix.Length == 0 ? Math.Max(Unfounded, FirstLength(Text)) : Unfounded > 0 ? Unfounded + prefix.Length : 0,
    };

    /// <summary>The piece written anew.</summary>
    /// <param name="text">The new text.</param>
    /// <param name="parts">Which units of the old text each stretch of the new one was made of, in order, covering it.</param>
    /// <param name="steps">The same as the library counts it: stretches of the new text with the units of the old one that each replaces.</param>
    public TextPiece Rewritten(string text, Func<IEnumerable<(int Start, int Stop, int Length)>> parts, IEnumerable<(int Made, int Taken)> steps) =>
        this with { Text = text, Origins = Origins?.Rewritten(text.Length, parts()), Front = Front == Later ? Later : After(Front, steps), Unfounded = After(Unfounded, steps) };

    /// <summary>The piece, to be written anew as a whole, which the library cannot do to a text that begins in nothing.</summary>
    /// <exception cref="UserErrorException">It begins so.</exception>
    public TextPiece Founded() => Unfounded == 0 ? this
        : throw new UserErrorException("The tokenizer's normalizer puts a text at the start where its pattern matches nothing (or prepends an empty one), and a later component changes the text again; the tokenizers library fails there, so such a tokenizer is not used on this text.");

    // A unit that replaces none belongs to the one before it; at the very start it belongs to nothing. Stretches of equal length may be
    // the same text, of which a part is in front.
    private static int After(int front, IEnumerable<(int Made, int Taken)> steps)
    {
        var (kept, at) = (0, 0);
        foreach (var (made, taken) in steps)
        {
            if (made > 0 && (taken > 0 ? at >= front : at > front)) break;
            kept += made == taken ? Math.Min(made, front - at) : made;
            at += taken;
        }

        return kept;
    }

    private static int Of(int front, int start, int stop) => Math.Max(0, Math.Min(stop, front) - start);

    private static int FirstLength(string text) => text.Length == 0 ? 0 : char.IsHighSurrogate(text[0]) && text.Length > 1 ? 2 : 1;
}
