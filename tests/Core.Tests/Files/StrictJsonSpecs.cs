using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Tests.Files;

public sealed class StrictJsonSpecs
{
    private static StrictJsonNode Read(string text) => StrictJson.Read(Encoding.UTF8.GetBytes(text), "file");

    [Fact]
    public void Thirty_two_levels_are_read_and_one_more_is_not()
    {
        static StrictJsonNode Nested(int levels) => Read(new string('[', levels) + new string(']', levels));
        Assert.Single(Nested(32).Elements);
        Assert.Throws<UserErrorException>(() => Nested(33));
    }

    [Theory]
    [InlineData("{\n  \"a\": 1,\n}", 3)]
    [InlineData("[1, 2]\n[3]", 2)]
    [InlineData("[1,\n2,\n\n/* three */ 3]", 4)]
    public void What_is_not_strict_is_told_in_a_sentence_with_its_line_once(string text, int line)
    {
        var e = Assert.Throws<UserErrorException>(() => Read(text));
        Assert.Matches(Invariant($@"^file, line {line}: this is not strict JSON: .+\.$"), e.Message);
        Assert.DoesNotContain("LineNumber", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "file, line 1: this is not strict JSON: it is empty; it must hold JSON.")]
    [InlineData("\uFEFF \n\n", "file, line 3: this is not strict JSON: it is empty; it must hold JSON.")]
    [InlineData("{\"a\":\n NaN}", "file, line 2: this is not strict JSON: it has NaN in line 2, which Python writes and JSON does not have; write a number or null in its place.")]
    [InlineData("[1, Infinity]", "file, line 1: this is not strict JSON: it has Infinity in line 1, which Python writes and JSON does not have; write a number or null in its place.")]
    [InlineData("[1, -Infinity]", "file, line 1: this is not strict JSON: it has -Infinity in line 1, which Python writes and JSON does not have; write a number or null in its place.")]
    [InlineData("[1, None]", "file, line 1: this is not strict JSON: 'N' is an invalid start of a value.")]
    public void What_other_programs_write_is_told_by_its_name(string text, string says) =>
        Assert.Equal(says, Assert.Throws<UserErrorException>(() => Read(text)).Message);

    [Fact]
    public void Every_value_knows_its_line()
    {
        var root = Read("\n{\"a\":\n[1, 2,\n\n3], \"b\": null}");
        Assert.Equal((2, 3, 5), (root.Line, root.Members[0].Value.Line, root.Members[1].Value.Line));
        Assert.Equal([3, 3, 5], root.Members[0].Value.Elements.Select(e => e.Line));
    }

    [Fact]
    public void A_file_that_is_not_there_or_too_large_is_refused_unread()
    {
        using var folder = new TemporaryFolder();
        var path = folder["x.json"];
        var missing = Assert.Throws<UserErrorException>(() => StrictJson.ReadFile(path));
        Assert.StartsWith(path + " cannot be read: ", missing.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, missing.ExitCode);
        using (var file = File.Create(path)) file.SetLength((128L << 20) + 1);
        Assert.Equal(path + " has 134,217,729 bytes; at most 134,217,728 are read. Split the file.", Assert.Throws<UserErrorException>(() => StrictJson.ReadFile(path)).Message);
    }
}
