using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Tests.Files;

public sealed class JsonBoundsSpecs
{
    private static readonly JsonBounds Bounds = new(10, 4);

    private static string? Problem(string json) => Bounds.Problem(Encoding.UTF8.GetBytes(json));

    [Theory]
    [InlineData("[1,2,3,4,5,6,7,8,9]", null)]
    [InlineData("[1,2,3,4,5,6,7,8,9,10]", "more than 10 values")]
    [InlineData("{\"a\":{\"b\":[{}]}}", null)]
    [InlineData("{\"a\":{\"b\":[{\"c\":[]}]}}", "deeper than 4 levels")]
    [InlineData("[1e308]", null)]
    [InlineData("[1e309]", "the number 1e309 is beyond a double's range")]
    [InlineData("[-1e400]", "the number -1e400")]
    [InlineData("[1e-400]", null)]
    [InlineData("[\"\\ud83d\\ude00\"]", null)]
    [InlineData("[\"\\ud83d\"]", "half of a surrogate pair")]
    [InlineData("{\"\\udc00\": 1}", "half of a surrogate pair")]
    [InlineData("\uFEFF[1]", null)]
    [InlineData("not json", null)]
    [InlineData("[1", null)]
    public void What_no_reader_can_represent_is_found_and_the_grammar_is_left_to_the_reader(string json, string? problem)
    {
        if (problem is null) Assert.Null(Problem(json));
        else Assert.Contains(problem, Problem(json), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"a\": null, \"b\": [{\"c\": null}, [1]], \"d\": null}", false)]
    [InlineData("[null]", true)]
    [InlineData("{\"a\": [1, {\"b\": []}, null]}", true)]
    [InlineData("[[1], {\"a\": [2]}, null]", true)]
    public void A_null_in_a_list_is_found_where_lists_hold_none(string json, bool isFound)
    {
        Assert.Equal(isFound, JsonBounds.Record.Problem(Encoding.UTF8.GetBytes(json)) == "a list holds null.");
        Assert.Null(JsonBounds.Small.Problem(Encoding.UTF8.GetBytes(json)));
    }

    [Fact]
    public void A_number_of_a_hundred_thousand_digits_is_named_in_a_few() =>
        Assert.Equal("the number " + new string('9', 40) + "… is beyond a double's range.", Problem(new string('9', 100_000)));

    [Fact]
    public void What_is_not_UTF_8_is_found() => Assert.Contains("UTF-8", Bounds.Problem([(byte)'"', 0xC0, 0x80, (byte)'"']), StringComparison.Ordinal);

    /// <summary>What a hostile file can make a strict reader hold: looked through in the file's own bytes, nothing is built of it.</summary>
    [Fact]
    public void A_result_file_of_too_many_values_is_refused_before_anything_is_built_of_it()
    {
        var json = new byte[2 * JsonBounds.Result.MaximumValues + 3];
        for (var i = 1; i + 1 < json.Length; i += 2) (json[i], json[i + 1]) = ((byte)'0', (byte)',');
        (json[0], json[^2], json[^1]) = ((byte)'[', (byte)'0', (byte)']');
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<UserErrorException>(() => StrictJson.Read(json, "file"));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal("file: it holds more than 4,000,000 values; at most so many are read.", error.Message);
    }

    [Fact]
    public void A_value_knows_its_path_although_none_is_kept()
    {
        var root = StrictJson.Read("{\"a\": [{\"b\": [1, 2]}]}"u8, "file");
        var inner = root.Members[0].Value.Elements[0].Members[0].Value;
        Assert.Equal(["", "a", "a[0].b", "a[0].b[1]"], [root.Path, root.Members[0].Value.Path, inner.Path, inner.Elements[1].Path]);
    }
}
