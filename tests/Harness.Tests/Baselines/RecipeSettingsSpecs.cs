using System.Text;
using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>The settings of a recipe in a result file: which are kept, how long they may be, and that they are read back.</summary>
public sealed class RecipeSettingsSpecs
{
    [Fact]
    public void Settings_are_leaves_by_path_in_ordinal_order()
    {
        var settings = RecipeSettings.Of(JsonNode.Parse("""{"b":{"c":1.5,"a":"text"},"a":[true,{"x":null,"y":"z"}],"base":{"config":{"k":[1]},"configs":[2]}}""")!.AsObject());
        Assert.Equal(["a[0]", "a[1].y", "b.a", "b.c", "base.config", "base.configs[0]"], settings.Keys);
        Assert.Equal(["true", "z", "text", "1.5", "2"], settings.Where(one => one.Key != "base.config").Select(one => one.Value));
        Assert.Matches("^sha256 [0-9a-f]{64}$", settings["base.config"]);
    }

    [Theory]
    [InlineData(RecipeSettings.LongestValue, true)]
    [InlineData(RecipeSettings.LongestValue + 1, false)]
    public void A_value_that_is_too_long_is_kept_as_its_digest(int length, bool isKept)
    {
        var text = new string('x', length);
        var kept = RecipeSettings.Of(new JsonObject { ["text"] = text })["text"];
        if (isKept) Assert.Equal(text, kept);
        else Assert.Matches("^sha256 [0-9a-f]{64}$", kept);
    }

    [Theory]
    [InlineData(RecipeSettings.Most)]
    [InlineData(RecipeSettings.Most + 1)]
    public void No_more_than_the_first_settings_are_kept(int count)
    {
        var recipe = new JsonObject();
        for (var i = count - 1; i >= 0; i--) recipe[Invariant($"s{i:0000}")] = i;
        var settings = RecipeSettings.Of(recipe);
        Assert.Equal(Enumerable.Range(0, RecipeSettings.Most).Select(i => Invariant($"s{i:0000}")), settings.Keys);
    }

    [Fact]
    public void A_file_has_a_line_for_each_in_order_and_reads_them_back()
    {
        var document = WithSettings(Enumerable.Range(0, RecipeSettings.Most).Reverse());
        var bytes = ResultFile.Bytes(document);
        Assert.Contains("\"settings\": {\n    \"s0000\": \"0\",\n    \"s0001\": \"1\",\n", Encoding.UTF8.GetString(bytes), StringComparison.Ordinal);
        var read = ResultFile.Read(bytes, "f").Recipe!.Settings;
        Assert.Equal(document.Recipe!.Settings.OrderBy(one => one.Key, StringComparer.Ordinal), read);
        Assert.Equal(bytes, ResultFile.Bytes(document with { Recipe = document.Recipe with { Settings = read } }));
        Assert.Contains($"has {RecipeSettings.Most + 1} settings; at most {RecipeSettings.Most} are kept.",
            Assert.Throws<UserErrorException>(() => ResultFile.Read(ResultFile.Bytes(WithSettings(Enumerable.Range(0, RecipeSettings.Most + 1))), "f")).Message, StringComparison.Ordinal);
    }

    private static ResultDocument WithSettings(IEnumerable<int> numbers) => Documents.Steady with
    {
        Recipe = Documents.Steady.Recipe! with { Settings = numbers.ToDictionary(i => Invariant($"s{i:0000}"), i => Invariant($"{i}")) },
    };
}
