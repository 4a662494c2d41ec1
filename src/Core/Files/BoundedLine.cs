namespace SafetyGate.Core.Files;

/// <summary>One line of untrusted bytes.</summary>
/// <param name="Number">Number of the line, from 1.</param>
/// <param name="Utf8">Its bytes without the end.</param>
/// <param name="IsTooLong">Whether it is longer than the limit, and so not whole here.</param>
/// <param name="IsEnded">Whether <c>\n</c> follows; only the last line may lack it.</param>
internal readonly record struct BoundedLine(int Number, ReadOnlyMemory<byte> Utf8, bool IsTooLong, bool IsEnded)
{
    /// <summary>Whether it holds white space only.</summary>
    public bool IsBlank => Utf8.Span.IndexOfAnyExcept(" \t\r"u8) < 0;
}
