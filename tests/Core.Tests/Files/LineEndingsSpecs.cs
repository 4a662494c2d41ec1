using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Tests.Files;

public sealed class LineEndingsSpecs
{
    [Theory]
    [InlineData("", ""), InlineData("a\n", "a\n"), InlineData("a\r\n\r\nb", "a\n\nb"), InlineData("a\rb\r", "a\rb\r"), InlineData("\r\r\n", "\r\n")]
    public void Only_line_ends_of_two_characters_become_one(string text, string normalized) =>
        Assert.Equal(normalized, Encoding.UTF8.GetString(LineEndings.Normalized(Encoding.UTF8.GetBytes(text))));

    [Fact]
    public void The_digest_of_a_text_is_that_of_its_bytes_with_LF()
    {
        var text = "{\n  \"a\": 1\n}\n"u8.ToArray();
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(text)), LineEndings.Sha256(text));
        Assert.Equal(LineEndings.Sha256(text), LineEndings.Sha256(CrLf(text)));
        Assert.NotEqual(LineEndings.Sha256(text), LineEndings.Sha256("{\n  \"a\": 2\n}\n"u8.ToArray()));
    }

    [Fact]
    public void A_difference_of_line_endings_alone_is_told_from_others_in_both_directions()
    {
        var (lf, crlf) = ("a\nb\n"u8.ToArray(), "a\r\nb\r\n"u8.ToArray());
        string Raw(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
        Assert.True(LineEndings.AloneDiffer(crlf, Raw(lf)));
        Assert.True(LineEndings.AloneDiffer(lf, Raw(crlf)));
        Assert.False(LineEndings.AloneDiffer(lf, Raw(lf)));
        Assert.False(LineEndings.AloneDiffer(crlf, Raw("a\nc\n"u8.ToArray())));
    }

    [Theory]
    [InlineData(BenchmarkFormat.Jsonl, "{\"id\":\"a\",\"prompt\":\"one\\r\\ntwo\"}\n{\"id\":\"b\",\"prompt\":\"three\"}\n")]
    [InlineData(BenchmarkFormat.Json, "[\n{\"id\":\"a\",\"prompt\":\"one\\r\\ntwo\"},\n{\"id\":\"b\",\"prompt\":\"three\"}\n]\n")]
    [InlineData(BenchmarkFormat.Csv, "id,prompt\na,\"one\ntwo\"\nb,\"three, \"\"four\"\"\"\n")]
    [InlineData(BenchmarkFormat.Tsv, "id\tprompt\na\t\"one\n\ntwo\"\nb\tthree\n")]
    public void A_benchmark_has_the_same_items_in_a_checkout_with_CRLF(BenchmarkFormat format, string text)
    {
        var options = new BenchmarkFileOptions { Name = "b", Format = format, Direction = MetricDirection.Safety };
        var (lf, crlf) = (BenchmarkFile.Parse(Encoding.UTF8.GetBytes(text), "x", options), BenchmarkFile.Parse(CrLf(Encoding.UTF8.GetBytes(text)), "x", options));
        Assert.Equal(lf.Items, crlf.Items);
        Assert.Equal(lf.Digest, crlf.Digest);
        Assert.Equal(format is BenchmarkFormat.Jsonl or BenchmarkFormat.Json, lf.Items[0].Prompt.Contains('\r', StringComparison.Ordinal)); // a carriage return in a JSON string is content
    }

    private static byte[] CrLf(byte[] text) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(text).Replace("\n", "\r\n", StringComparison.Ordinal));
}
