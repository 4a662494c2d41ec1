using SafetyGate.Models.Tokenization;
using SafetyGate.Trainers.Data;

namespace SafetyGate.Trainers.Tests.Data;

/// <summary>Plain texts that were copied with the tokens a tokenizer puts around them (unslothai/unsloth#2648, huggingface/trl#696).</summary>
public sealed class PlainTextSpecs : IDisposable
{
    // <s> 0, </s> 1, a 2, b 3; <s> before every text.
    private const string Tokenizer = """
        {"added_tokens":[{"id":0,"content":"<s>","special":true,"normalized":false},{"id":1,"content":"</s>","special":true,"normalized":false}],"pre_tokenizer":{"type":"WhitespaceSplit"},
         "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<s>":{"id":"<s>","ids":[0],"tokens":["<s>"]}}},
         "model":{"type":"WordLevel","unk_token":"a","vocab":{"<s>":0,"</s>":1,"a":2,"b":3}}}
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("a "), InlineData("<s>a ")]
    public void Training_and_asking_see_one_beginning(string prompt)
    {
        _folder.Write("tokenizer.json", Tokenizer);
        var encoder = new ExampleEncoder(TokenizerFile.Load(_folder.Path), null, PromptTemplate.Plain, eosId: 1);
        var example = encoder.PromptCompletion("row", prompt, "b</s>");
        Assert.Equal([0, 2], example.PromptIds);
        Assert.Equal([3, 1], example.CompletionIds);
        Assert.Equal([0, 2], encoder.Prompt(prompt));
        Assert.Equal([0, 2, 3, 1], encoder.Text("row", prompt + "b").CompletionIds);
    }

    // The end token is behind the completion, and not between it and its prompt.
    [Theory, InlineData("a ", new[] { 0, 2 }), InlineData("<s>a </s>", new[] { 0, 2, 1 })]
    public void A_tokenizer_that_ends_texts_ends_the_completion_alone(string prompt, int[] promptIds)
    {
        _folder.Write("tokenizer.json", Tokenizer.Replace("{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}", "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},{\"SpecialToken\":{\"id\":\"</s>\",\"type_id\":0}}", StringComparison.Ordinal)
            .Replace("\"special_tokens\":{", "\"special_tokens\":{\"</s>\":{\"id\":\"</s>\",\"ids\":[1],\"tokens\":[\"</s>\"]},", StringComparison.Ordinal));
        _folder.Write("tokenizer_config.json", """{"bos_token":"<s>","eos_token":"</s>"}""");
        var encoder = new ExampleEncoder(TokenizerFile.LoadForModel(_folder.Path), null, PromptTemplate.Plain, eosId: 1);
        foreach (var completion in new[] { "b", "b</s>" })
        {
            var example = encoder.PromptCompletion("row", prompt, completion);
            Assert.Equal(promptIds, example.PromptIds);
            Assert.Equal([3, 1], example.CompletionIds);
        }

        Assert.Equal([0, 2, 3, 1], encoder.Text("row", "a b").CompletionIds);
        Assert.Equal([3], encoder.Begun(new() { Id = "i", Prompt = prompt }, "b").CompletionIds);
        Assert.Contains("a prompt that has ended is not continued", Assert.Throws<Core.UserErrorException>(() => encoder.Prompt(prompt)).Message, StringComparison.Ordinal);
    }
}
