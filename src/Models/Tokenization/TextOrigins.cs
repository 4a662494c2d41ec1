namespace SafetyGate.Models.Tokenization;

/// <summary>
/// For each UTF-16 unit of a text on its way to ids, the range of the given text that it was made of. Ranges never go backwards. A unit of
/// a pair has the range of the whole character, so no token ends inside one.
/// </summary>
internal sealed class TextOrigins
{
    private readonly (int Start, int Stop)[] _ranges;
    private readonly int _from;

    private TextOrigins((int Start, int Stop)[] ranges, int from = 0) => (_ranges, _from) = (ranges, from);

    /// <summary>The origins of a text in itself.</summary>
    public static TextOrigins Of(string text)
    {
        var ranges = new (int, int)[text.Length];
        for (int at = 0, length; at < text.Length; at += length)
        {
            length = char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
            Array.Fill(ranges, (at, at + length), at, length);
        }

        return new(ranges);
    }

    /// <summary>Range of the given text behind some units.</summary>
    /// <param name="start">The first unit.</param>
    /// <param name="stop">The unit after the last; above <paramref name="start"/>.</param>
    public (int Start, int Stop) Of(int start, int stop) => (_ranges[_from + start].Start, _ranges[_from + stop - 1].Stop);

    public TextOrigins Slice(int start, int stop) => start == stop ? new([]) : new(_ranges, _from + start);

    public TextOrigins Prepended(int count)
    {
        if (_from == _ranges.Length) return new(new (int, int)[count]);
        return new([.. Enumerable.Repeat(_ranges[_from], count), .. _ranges.AsSpan(_from)]);
    }

    /// <summary>The origins of a text made of this one.</summary>
    /// <param name="length">Units of the new text.</param>
    /// <param name="parts">The units of this text each stretch was made of. A stretch of equal length is the same text unit by unit.</param>
    public TextOrigins Rewritten(int length, IEnumerable<(int Start, int Stop, int Length)> parts)
    {
        var ranges = new (int Start, int Stop)[length];
        var at = 0;
        foreach (var (start, stop, made) in parts)
        {
            for (var i = 0; i < made; i++) ranges[at++] = stop - start == made ? _ranges[_from + start + i] : Of(start, Math.Max(stop, start + 1));
        }

        return at == length ? new(ranges) : throw new InvalidOperationException(Invariant($"{at} of {length} units are accounted for."));
    }
}
