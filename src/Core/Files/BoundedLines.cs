using System.Runtime.CompilerServices;

namespace SafetyGate.Core.Files;

/// <summary>
/// Lines of a stream of untrusted bytes, one at a time, each of bounded length. Only <c>\n</c> ends a line: texts hold U+0085 and U+2028.
/// </summary>
internal static class BoundedLines
{
    /// <summary>Longest line that is read, in bytes.</summary>
    public const int Longest = 16 << 20;

    /// <summary>The lines with their numbers, from 1, without their ends; a byte-order mark before the first is dropped.</summary>
    /// <param name="stream">The stream; it stays open.</param>
    /// <param name="longest">Most bytes of a line that are kept; of a longer one, the first so many and one more are given.</param>
    public static IEnumerable<BoundedLine> Read(Stream stream, int longest = Longest)
    {
        var pending = new MemoryStream();
        var block = new byte[1 << 16];
        var number = 1;
        for (int read; (read = stream.Read(block)) > 0;)
            foreach (var line in Ended(pending, block.AsMemory(0, read), number, longest)) yield return line with { Number = number++ };
        if (pending.Length > 0) yield return Line(pending, number, longest, isEnded: false);
    }

    /// <summary>The same for a stream that may wait for its writer.</summary>
    public static async IAsyncEnumerable<BoundedLine> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pending = new MemoryStream();
        var block = new byte[1 << 16];
        var number = 1;
        for (int read; (read = await stream.ReadAsync(block, cancellationToken)) > 0;)
            foreach (var line in Ended(pending, block.AsMemory(0, read), number, Longest)) yield return line with { Number = number++ };
        if (pending.Length > 0) yield return Line(pending, number, Longest, isEnded: false);
    }

    // The lines that end in a block; what follows the last end stays pending.
    private static IEnumerable<BoundedLine> Ended(MemoryStream pending, ReadOnlyMemory<byte> block, int number, int longest)
    {
        for (int end; (end = block.Span.IndexOf((byte)'\n')) >= 0; block = block[(end + 1)..])
        {
            Keep(pending, block[..end], longest);
            yield return Line(pending, number++, longest, isEnded: true);
        }

        Keep(pending, block, longest);
    }

    // One byte over the limit is enough to know that the line is too long.
    private static void Keep(MemoryStream pending, ReadOnlyMemory<byte> part, int longest) =>
        pending.Write(part.Span[..(int)Math.Min(part.Length, longest + 1L - pending.Length)]);

    private static BoundedLine Line(MemoryStream pending, int number, int longest, bool isEnded)
    {
        var bytes = pending.ToArray();
        pending.SetLength(0);
        var content = number == 1 ? BoundedFile.WithoutMark(bytes) : bytes;
        return new(number, content, bytes.Length > longest, isEnded);
    }
}
