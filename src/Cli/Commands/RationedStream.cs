namespace SafetyGate.Cli.Commands;

/// <summary>A file read under a ration: a reader that takes more than it was given fails instead of filling the memory.</summary>
/// <param name="inner">The file; disposed with this stream.</param>
/// <param name="name">How to call it in messages.</param>
internal sealed class RationedStream(FileStream inner, string name) : Stream
{
    /// <summary>Bytes that may still be read.</summary>
    public long Ration { get; set; }

    /// <summary>What the ration is for, such as <c>its list of entries</c>.</summary>
    public string Purpose { get; set; } = "it";

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => inner.Length;

    /// <inheritdoc/>
    public override long Position
    {
        get => inner.Position;
        set => inner.Position = value;
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Ration -= read;
        return Ration >= 0 ? read : throw new UserErrorException($"{name} is refused: {Purpose} takes more bytes than any archive of results needs. Give the received file itself.");
    }

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
