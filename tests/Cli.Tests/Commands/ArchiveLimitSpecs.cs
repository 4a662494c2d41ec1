using System.Globalization;
using System.IO.Compression;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>A small archive must not unpack to a large memory.</summary>
public sealed class ArchiveLimitSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 130, ' ', "more than 134,217,728 bytes")]
    [InlineData(3, 100, ' ', "is an array; it must be an object")]
    [InlineData(1, 100, '[', "not strict JSON")]
    [InlineData(1, 100, ',', "more than 4,000,000 values")]
    public async Task An_entry_is_read_no_further_than_a_result_can_be_long(int entries, int megabytes, char filling, string says)
    {
        var path = Archive(entries, stream => Fill(stream, megabytes, filling));
        var run = await ApproveAsync(path);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_are_many_entries_together()
    {
        // Whole results, so that only their sum can be refused.
        var result = "{\"format\": \"safetygate-result/1\"" + new string(' ', 90 << 20) + "}";
        var path = Archive(4, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(result)));
        Assert.Contains("lacks the key 'model'", (await ApproveAsync(path)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_list_of_entries_without_end_is_refused()
    {
        var path = _folder["many.zip"];
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
            for (var i = 0; i < 20_000; i++) zip.CreateEntry(new string('x', 900) + i.ToString(CultureInfo.InvariantCulture));
        Assert.Contains("its list of entries takes more bytes", (await ApproveAsync(path)).Error, StringComparison.Ordinal);
        using (var zip = ZipFile.Open(_folder["results.zip"], ZipArchiveMode.Create))
            for (var i = 0; i < 10_001; i++) zip.CreateEntry(i.ToString(CultureInfo.InvariantCulture) + ".received.json");
        Assert.Contains("holds 10,001 received results; at most 10,000", (await ApproveAsync(_folder["results.zip"])).Error, StringComparison.Ordinal);
    }

    private async Task<GateRun> ApproveAsync(string path)
    {
        var before = GC.GetTotalAllocatedBytes();
        var run = await GateRun.OfAsync("approve", "--from", path, "--why", "x", "--who", "y", "--baselines", _folder["baselines"]);
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Single(run.Messages);
        Assert.True(GC.GetTotalAllocatedBytes() - before < 2L << 30, "more memory than the limits of a result allow");
        return run;
    }

    private string Archive(int entries, Action<Stream> fill)
    {
        var path = _folder["bomb.zip"];
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        for (var i = 0; i < entries; i++)
            using (var entry = zip.CreateEntry(Invariant($"{i}.received.json"), CompressionLevel.Fastest).Open()) fill(entry);
        return path;
    }

    private static void Fill(Stream stream, int megabytes, char filling)
    {
        var block = new byte[1 << 20];
        for (var i = 0; i < block.Length; i += 2) (block[i], block[i + 1]) = filling == ',' ? ((byte)'0', (byte)',') : ((byte)filling, (byte)filling);
        stream.Write("["u8);
        for (var i = 0; i < megabytes; i++) stream.Write(block);
        stream.Write("0]"u8);
    }
}
