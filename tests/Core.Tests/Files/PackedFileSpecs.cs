using System.Text;
using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Core.Tests.Files;

/// <summary>Tables and archives under the name of a text file are named for what they are.</summary>
public sealed class PackedFileSpecs
{
    [Theory]
    [InlineData("50415231150415", "b.jsonl is a Parquet file; only text is read. Write it as JSON Lines.")]
    [InlineData("4152524F57310000FF", "b.jsonl is an Arrow file;")]
    [InlineData("1F8B0800000000", "b.jsonl is compressed by gzip; only text is read. Unpack it first.")]
    [InlineData("28B52FFD0400", "b.jsonl is compressed by Zstandard;")]
    [InlineData("FD377A585A0000", "b.jsonl is compressed by xz;")]
    [InlineData("425A6839314159265359FF", "b.jsonl is compressed by bzip2;")]
    [InlineData("504B03041400", "b.jsonl is a zip archive; only text is read. Write it as JSON Lines.")]
    public void They_are_refused_by_their_first_bytes(string bytes, string says)
    {
        var error = Assert.Throws<UserErrorException>(() => Read(Convert.FromHexString(bytes)));
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
        Assert.StartsWith(says, error.Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("PAR1,prompt\n1,a"), InlineData("BZh9,prompt\n1,a"), InlineData("ARROW1,prompt\n1,a")]
    public void Text_that_begins_with_the_same_letters_is_text(string text) => Assert.Equal("a", BenchmarkFile.Parse(Encoding.UTF8.GetBytes(text), "b.csv", new() { Direction = MetricDirection.Safety }).Items[0].Prompt);

    private static Benchmark Read(byte[] bytes) => BenchmarkFile.Parse(bytes, "b.jsonl", new() { Direction = MetricDirection.Safety });
}
