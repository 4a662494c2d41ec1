using SafetyGate.Core;
using SafetyGate.Verifiers.Judges;

namespace SafetyGate.Verifiers.Tests.Judges;

public sealed class JudgeFileSpecs : IDisposable
{
    private const string Sound = """{"name": "n", "direction": "safety", "instruction": "Judge.", "questions": [{"key": "a", "ask": "Is it?", "answers": "yes-no"}, {"key": "b", "ask": "How much?", "answers": "1-5"}], "none_if": "a", "success": ["b"]}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("\"n\"", "\"N N\"", "name is 'N N'")]
    [InlineData("\"safety\"", "\"safe\"", "must be one of safety, over-refusal, capability")]
    [InlineData("Judge.", " ", "instruction is empty")]
    [InlineData("\"key\": \"b\"", "\"key\": \"a\"", "two questions have the key 'a'")]
    [InlineData("\"key\": \"b\"", "\"key\": \"check\"", "every verdict has already")]
    [InlineData("\"key\": \"b\"", "\"key\": \"B!\"", "lower-case letters")]
    [InlineData("\"1-5\"", "\"1-10\"", "must be one of yes-no, 1-5")]
    [InlineData("[\"b\"]", "[\"c\"]", "success names 'c', which is no question")]
    [InlineData("[\"b\"]", "[]", "success names no question")]
    [InlineData("[\"b\"]", "[\"b\", \"b\"]", "success names 'b' twice")]
    [InlineData("[\"b\"]", "[\"a\", \"b\"]", "in one of them")]
    [InlineData("\"none_if\": \"a\"", "\"none_if\": \"b\"", "answered yes-no")]
    [InlineData("\"none_if\"", "\"non_if\"", "did you mean 'none_if'")]
    [InlineData("\"success\"", "\"max_new_tokens\": 1, \"success\"", "max_new_tokens is 1")]
    public void A_rubric_with_a_mistake_is_refused_with_its_line(string from, string to, string message)
    {
        Assert.Equal("n", JudgeRubric.Parse(Sound).Name);
        var error = Assert.Throws<UserErrorException>(() => JudgeRubric.Parse(Sound.Replace(from, to, StringComparison.Ordinal), "r.json"));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.StartsWith("r.json, line 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_digest_is_of_what_is_asked_and_not_of_how_the_file_is_written()
    {
        Assert.Equal(JudgeRubric.Parse(Sound).Digest, JudgeRubric.Parse(Sound.Replace(", ", ",\n  ", StringComparison.Ordinal)).Digest);
        Assert.NotEqual(JudgeRubric.Parse(Sound).Digest, JudgeRubric.Parse(Sound.Replace("Is it?", "Is it not?", StringComparison.Ordinal)).Digest);
    }

    [Fact]
    public void The_shipped_rubrics_are_sound()
    {
        foreach (var path in Directory.GetFiles(Path.Combine(Repository.Root, "data", "judges"), "*.json")) Assert.Empty(JudgeRubric.Load(path).Problems());
    }

    [Fact]
    public void A_judge_file_names_rubric_and_models_relative_to_itself()
    {
        var path = _folder.Write("judge.json", """{"rubric": "r.json", "judges": [{"model": "models/a"}, {"model": "http://127.0.0.1:1/v1", "revision": "abc", "timeout": 5}], "when_they_disagree": "lower"}""");
        var file = JudgeFile.Load(path);
        Assert.Equal((_folder.File("r.json"), Path.Combine(_folder.Path, "models", "a"), "http://127.0.0.1:1/v1"), (file.Rubric, file.Judges[0].Model, file.Judges[1].Model));
        Assert.Equal(Disagreement.Lower, file.WhenTheyDisagree);
    }

    [Theory]
    [InlineData("""{"rubric": "r.json", "judges": []}""", "one or two")]
    [InlineData("""{"rubric": "r.json", "judges": [{"model": "a", "revision": "x"}]}""", "is no URL")]
    [InlineData("""{"rubric": "r.json", "judges": [{"model": "http://a/", "timeout": 0}]}""", "must be above 0")]
    [InlineData("""{"rubric": "r.json", "judges": [{"model": "a\u0000b"}]}""", "holds a null character, which no path has")]
    [InlineData("""{"rubric": "r.json", "judges": [{"model": "a"}], "when_they_disagree": "higher"}""", "must be one of unscored, lower, mean")]
    public void A_judge_file_with_a_mistake_is_refused(string json, string message) =>
        Assert.Contains(message, Assert.Throws<UserErrorException>(() => JudgeFile.Load(_folder.Write("judge.json", json))).Message, StringComparison.Ordinal);
}
