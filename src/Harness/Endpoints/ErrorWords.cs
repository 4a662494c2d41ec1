namespace SafetyGate.Harness.Endpoints;

/// <summary>Sanitizes the output of an external program for messages and result files.</summary>
internal static class ErrorWords
{
    private const int Longest = 300;

    /// <summary>The text on one line, without control characters and halves of characters, cut after 300.</summary>
    public static string OneLine(string text)
    {
        var line = string.Concat(text.Take(4 * Longest).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c)).Trim();
        return line.Length <= Longest ? line.TrimEnd('.') : line[..Longest] + "…";
    }
}
