using System.Text.Json.Nodes;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Tests.Files;

public sealed class CanonicalJsonSpecs
{
    [Theory]
    [InlineData("""{ "b": 1, "a": [true, null] }""", """{"a":[true,null],"b":1}""")]
    [InlineData("""{"z":{"y":1,"x":2},"Z":3}""", """{"Z":3,"z":{"x":2,"y":1}}""")]
    [InlineData("[1.0, 1e0, 1, 0.10, -0, -0.0, 1E-3]", "[1,1,1,0.1,0,0,0.001]")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("\"\\u0061\"", "\"a\"")]
    public void One_value_has_one_spelling(string written, string canonical) => Assert.Equal(canonical, CanonicalJson.Write(JsonNode.Parse(written)));

    [Fact]
    public void Values_made_in_code_and_values_read_are_spelled_alike()
    {
        var made = new JsonObject { ["seed"] = ulong.MaxValue, ["rate"] = 3e-4, ["steps"] = 5, ["weight"] = 1.0, ["name"] = "é \" <" };
        Assert.Equal(CanonicalJson.Write(made), CanonicalJson.Write(JsonNode.Parse(made.ToJsonString())));
    }

    [Theory]
    [InlineData(double.NaN), InlineData(double.PositiveInfinity)]
    public void A_number_that_JSON_cannot_say_is_refused(double value) => Assert.Throws<ArgumentException>(() => CanonicalJson.Write(new JsonObject { ["x"] = value }));

    [Fact]
    public void Different_values_have_different_digests() =>
        Assert.NotEqual(CanonicalJson.Digest(JsonNode.Parse("""{"a":"1"}""")), CanonicalJson.Digest(JsonNode.Parse("""{"a":1}""")));
}
