using System.Diagnostics;
using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Tests.Files;

public sealed class BoundedFileSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_at_the_limit_is_read_and_one_byte_more_is_not()
    {
        var path = _folder.Write("x", "12345");
        Assert.Equal("12345"u8.ToArray(), BoundedFile.Read(path, 5));
        Assert.Equal($"{path} has 5 bytes; at most 4 are read. Split the file.", Assert.Throws<UserErrorException>(() => BoundedFile.Read(path, 4)).Message);
    }

    [Fact]
    public void A_stream_that_does_not_know_its_length_is_read_no_further_than_the_limit()
    {
        using var endless = new Endless();
        Assert.Contains("stream has more than 1,000 bytes", Assert.Throws<UserErrorException>(() => BoundedFile.Read(endless, "stream", 1000)).Message, StringComparison.Ordinal);
        Assert.True(endless.Given < 1 << 20);
    }

    [Fact]
    public void What_is_no_regular_file_is_refused_without_opening_it()
    {
        Assert.Contains("it is a folder", Refusal(_folder.Path), StringComparison.Ordinal);
        Assert.Contains("there is no such file", Refusal(_folder["none"]), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Refusal("a\0b"), StringComparison.Ordinal);
        if (!OperatingSystem.IsLinux()) return;
        Assert.Contains("a device", Refusal("/dev/zero"), StringComparison.Ordinal);
        var pipe = _folder["pipe"];
        using (var made = Process.Start("mkfifo", pipe)) made.WaitForExit();
        Assert.Equal(GateExitCode.CannotWrite, Assert.Throws<UserErrorException>(() => WholeFile.Write(pipe, [1])).ExitCode); // a file in its place would be no pipe
        Assert.Contains("a pipe", Refusal(pipe), StringComparison.Ordinal); // to open it would wait for a writer for ever
    }

    [Fact]
    public void Lines_end_at_line_feeds_only_and_a_mark_before_the_first_is_dropped()
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("\uFEFFa\u2028b\r\n\n \t\nlast"));
        var lines = BoundedLines.Read(stream).ToList();
        Assert.Equal(["a\u2028b\r", "", " \t", "last"], lines.Select(line => Encoding.UTF8.GetString(line.Utf8.Span)));
        Assert.Equal([1, 2, 3, 4], lines.Select(line => line.Number));
        Assert.Equal([false, true, true, false], lines.Select(line => line.IsBlank));
        Assert.Equal([true, true, true, false], lines.Select(line => line.IsEnded));
    }

    [Fact]
    public async Task Of_a_line_that_is_too_long_little_is_kept_and_the_next_ones_are_whole()
    {
        var bytes = new byte[300_000];
        Array.Fill(bytes, (byte)'x');
        using var stream = new MemoryStream([.. bytes, (byte)'\n', .. "next"u8]);
        var lines = BoundedLines.Read(stream, 1000).ToList();
        Assert.Equal([(1001, true), (4, false)], lines.Select(line => (line.Utf8.Length, line.IsTooLong)));
        stream.Position = 0;
        var whole = new List<BoundedLine>();
        await foreach (var line in BoundedLines.ReadAsync(stream, TestContext.Current.CancellationToken)) whole.Add(line);
        Assert.Equal([(1, 300_000, false), (2, 4, false)], whole.Select(line => (line.Number, line.Utf8.Length, line.IsTooLong)));
    }

    private static string Refusal(string path)
    {
        var error = Assert.Throws<UserErrorException>(() => BoundedFile.Read(path, 10));
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
        return error.Message;
    }

    private sealed class Endless : Stream
    {
        public long Given { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => Given; set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Given += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
