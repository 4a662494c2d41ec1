using SafetyGate.Core.Language;

namespace SafetyGate.Verifiers;

/// <summary>
/// Code in what a response says: a mark of reasoning in it is spoken of and not made. Fences that a sentence stands before, and spans
/// between backticks within a line. Only what begins is looked for: an end that nothing began is believed, so that no thought is taken for
/// an answer.
/// </summary>
/// <remarks>Work is linear in the text: it is read once, in the order of its marks.</remarks>
internal sealed class Code(string text)
{
    private const string Fence = "```";
    private const int LongestSpan = 400;

    private readonly int _lastFence = text.LastIndexOf("\n" + Fence, StringComparison.Ordinal);
    private int _at;
    private bool _isFenced, _hasSpoken, _isInSpan, _isHeld;

    /// <summary>Whether a mark stands in code, or ends what began in the same code.</summary>
    /// <param name="mark">A mark where no reasoning is open, behind those asked about before.</param>
    public bool Holds(ReasoningMark mark)
    {
        for (; _at < mark.Start; _at++)
        {
            var isLine = _at == 0 || text[_at - 1] == '\n';
            if (isLine) _isInSpan = false;
            if (isLine && string.CompareOrdinal(text, _at, Fence, 0, Fence.Length) == 0)
            {
                (_isFenced, _isHeld) = (!_isFenced && _hasSpoken && _at < _lastFence, false);
                _at += Fence.Length - 1;
            }
            else if (!_isFenced && text[_at] == '`')
            {
                (_isInSpan, _isHeld) = (!_isInSpan, false);
            }

            _hasSpoken |= char.IsLetterOrDigit(text[_at]);
        }

        if (!_isFenced && !(_isInSpan && Closes(mark.End))) return false;
        if (mark.Opens) return _isHeld = true;
        return _isHeld;
    }

    /// <summary>Reasoning ended here.</summary>
    /// <param name="at">The unit after it.</param>
    public void GoOn(int at) => (_at, _isFenced, _isInSpan, _isHeld) = (at, false, false, false);

    private bool Closes(int from) =>
        text.AsSpan(from, System.Math.Min(LongestSpan, text.Length - from)).IndexOfAny('`', '\n') is >= 0 and var at && text[from + at] == '`';
}
