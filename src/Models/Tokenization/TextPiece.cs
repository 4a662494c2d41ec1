namespace SafetyGate.Models.Tokenization;

/// <summary>A stretch of text on its way to ids.</summary>
/// <param name="Text">The text; no lone surrogates.</param>
/// <param name="Id">The id, when the piece is an added token and done with.</param>
/// <param name="AtStart">Whether the piece starts where the whole text starts.</param>
internal readonly record struct TextPiece(string Text, int? Id, bool AtStart)
{
    /// <summary>Which part of the given text each unit comes from; <c>null</c> when nobody asks.</summary>
    public TextOrigins? Origins { get; init; }

    /// <summary>A part of the piece.</summary>
    public TextPiece Slice(int start, int stop, int? id = null) =>
        new(Text[start..stop], id, AtStart && start == 0) { Origins = Origins?.Slice(start, stop) };

    /// <summary>The piece behind a text that nobody wrote; it belongs to the piece's first character.</summary>
    public TextPiece Prepended(string prefix) => this with { Text = prefix + Text, Origins = Origins?.Prepended(prefix.Length) };

    /// <summary>The piece written anew.</summary>
    /// <param name="text">The new text.</param>
    /// <param name="parts">Which units of the old text each stretch of the new one was made of, in order, covering it.</param>
    public TextPiece Rewritten(string text, Func<IEnumerable<(int Start, int Stop, int Length)>> parts) =>
        this with { Text = text, Origins = Origins?.Rewritten(text.Length, parts()) };
}
