using System.Text.Json;
using SafetyGate.Harness.Endpoints;

namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>An answer of embeddings: one for each text that was sent, in any order.</summary>
public sealed class EmbeddingAnswerSpecs
{
    private static IReadOnlyList<float[]> Read(string data, int texts)
    {
        using var root = JsonDocument.Parse($$"""{"data":[{{data}}]}""");
        return CompletionReader.Embeddings(root.RootElement, texts);
    }

    [Fact]
    public void Each_text_has_the_one_of_its_number() =>
        Assert.Equal([[0.5f, 1], [0.25f]], Read("""{"index":1,"embedding":[0.25]},{"index":0,"embedding":[0.5,1]}""", 2));

    [Theory]
    [InlineData("""{"index":0,"embedding":[1]},{"index":0,"embedding":[2]},{"index":1,"embedding":[2]}""", "it has an embedding of no text, or two of one; 2 texts were sent")]
    [InlineData("""{"index":0,"embedding":[1]},{"index":2,"embedding":[2]}""", "it has an embedding of no text, or two of one; 2 texts were sent")]
    [InlineData("""{"index":-1,"embedding":[1]},{"index":1,"embedding":[2]}""", "it has an embedding of no text, or two of one; 2 texts were sent")]
    [InlineData("""{"index":1,"embedding":[1]}""", "it has no embedding of text 1 of 2")]
    [InlineData("""{"index":0,"embedding":[1]},{"index":1,"embedding":[1e39]}""", "the embedding of text 2 holds a number beyond a float's range")]
    public void Anything_else_is_refused(string data, string says) =>
        Assert.Equal(says, Assert.Throws<FormatException>(() => Read(data, 2)).Message);
}
