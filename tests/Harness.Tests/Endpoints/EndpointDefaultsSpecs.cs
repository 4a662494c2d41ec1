using System.Text.Json;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;
using Reply = SafetyGate.Harness.Tests.Endpoints.RudeServer.Reply;

namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>What servers do that nobody asked for: settings of sampling of their own, and prompts that they cut.</summary>
public sealed class EndpointDefaultsSpecs
{
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 16, Seed = 5 };
    private static readonly string[] Settings = ["temperature", "top_p", "top_k", "min_p", "repetition_penalty", "repeat_penalty"];
    private readonly FakeTime _time = new(TimeSpan.FromMinutes(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // vLLM and SGLang take what a request leaves open from generation_config.json (NVIDIA-NeMo/RL#3497, EleutherAI/lm-evaluation-harness#3154),
    // llama.cpp from its command line (ggml-org/llama.cpp#4367). Others refuse settings that they do not know.
    [Theory]
    [InlineData("\"vllm\"", false, "temperature 0 top_p 1 top_k -1 min_p 0 repetition_penalty 1")]
    [InlineData("\"sglang\"", false, "temperature 0 top_p 1 top_k -1 min_p 0 repetition_penalty 1")]
    [InlineData("\"llamacpp\"", false, "temperature 0 top_p 1 top_k -1 min_p 0 repeat_penalty 1")]
    [InlineData("\"vllm\"", true, "temperature 0.7 top_p 0.9 top_k 40 min_p 0.05 repetition_penalty 1.1")]
    [InlineData("\"llamacpp\"", true, "temperature 0.7 top_p 0.9 top_k 40 min_p 0.05 repeat_penalty 1.1")]
    [InlineData("\"openai\"", false, "temperature 0")]
    [InlineData("\"openai\"", true, "temperature 0.7 top_p 0.9 top_k 40 min_p 0.05 repetition_penalty 1.1")]
    [InlineData("null", false, "temperature 0")]
    [InlineData("7", false, "temperature 0")]
    public async Task What_a_request_leaves_open_is_switched_off_by_name_where_the_server_has_defaults(string owner, bool isDrawn, string sent)
    {
        await using var server = new RudeServer(r => r.Path.EndsWith("/models", StringComparison.Ordinal) ? Reply.Of(200, $$"""{"data":[{"id":"m","owned_by":{{owner}}}]}""") : Reply.Chat("well"));
        using var model = await OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = server.Address }, new EndpointIdentity(), new EndpointOptions(), _time, Cancellation);
        var sampling = isDrawn ? Greedy with { Temperature = 0.7, TopP = 0.9, TopK = 40, MinP = 0.05, RepetitionPenalty = 1.1 } : Greedy;
        await model.GenerateAsync([Prompt.User("q", "why?")], sampling, Cancellation);
        var body = JsonDocument.Parse(server.Requests.Single(r => r.Method == "POST").Body).RootElement;
        Assert.Equal(sent, string.Join(' ', Settings.Where(name => body.TryGetProperty(name, out _)).Select(name => $"{name} {body.GetProperty(name).GetRawText()}")));
    }

    [Fact]
    public async Task Plain_text_and_other_clients_of_the_server_say_them_too()
    {
        await using var server = new RudeServer(r => r.Path.EndsWith("/models", StringComparison.Ordinal) ? Reply.Of(200, """{"data":[{"id":"m","owned_by":"vllm"}]}""") : Reply.Of(200, """{"choices":[{"text":"well","message":{"content":"well"},"finish_reason":"stop"}]}"""));
        using var model = await OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = server.Address }, new EndpointIdentity(), new EndpointOptions(), _time, Cancellation);
        await model.GenerateAsync([Prompt.Plain("q", "why")], Greedy, Cancellation);
        var (chat, _) = await OpenAiEndpoint.ConnectChatAsync(new OpenAiClientOptions { Address = server.Address }, "m", new EndpointOptions(), _time, Cancellation);
        using (chat) await chat.GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, "why?")], null, Cancellation);
        Assert.All(server.Requests.Where(r => r.Method == "POST"), r => Assert.Equal("1", JsonDocument.Parse(r.Body).RootElement.GetProperty("repetition_penalty").GetRawText()));
        Assert.Equal(2, server.Requests.Count(r => r.Method == "POST"));
    }

    // Ollama cuts a prompt to its context, 2,048 or 4,096 tokens unless told otherwise, and answers with a status of 200 (ollama/ollama#17889, #10368).
    [Theory]
    [InlineData(6000, """{"prompt_tokens":2050}""", false)]
    [InlineData(3900, """{"prompt_tokens":2048}""", false)]
    [InlineData(6000, """{"prompt_tokens":7900}""", true)]
    [InlineData(6000, """{"prompt_tokens":4000}""", true)] // tokens of several words
    [InlineData(6000, """{"prompt_tokens":0}""", true)] // counts nothing
    [InlineData(6000, """{"prompt_tokens":null}""", true)]
    [InlineData(6000, """{"prompt_tokens":255}""", true)] // no context is as short: a number that means nothing
    [InlineData(6000, """{"prompt_tokens":256}""", false)]
    [InlineData(6000, """{"prompt_tokens":300,"prompt_tokens_details":{"cached_tokens":7600}}""", true)]
    [InlineData(6000, """{"prompt_tokens":300,"cache_read_input_tokens":7600}""", true)]
    [InlineData(6000, """{"prompt_tokens":300,"cache_creation_input_tokens":7600}""", true)]
    [InlineData(6000, """{"prompt_tokens":300,"prompt_tokens_details":{"cached_tokens":1000}}""", false)]
    [InlineData(1, """{"prompt_tokens":1}""", true)]
    public async Task An_answer_to_a_prompt_that_the_server_cut_is_an_error_that_says_so(int words, string usage, bool isTaken)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, $$$"""{"choices":[{"message":{"content":"well"},"finish_reason":"stop"}],"usage":{{{usage}}} }"""));
        using var model = new ChatClientLanguageModel(new OpenAiChatClient(new OpenAiClientOptions { Address = server.Address }), new EndpointIdentity { ServedModel = "m" }, new EndpointOptions(), _time);
        var text = string.Join(' ', Enumerable.Repeat("it's, well-known -", words / 2)) + (words % 2 == 1 ? " so" : "");
        var response = Assert.Single(await model.GenerateAsync([Prompt.User("q", text)], Greedy, Cancellation));
        Assert.Equal(isTaken ? ("well", FinishReason.Stop) : ("", FinishReason.Error), (response.Text, response.FinishReason));
        if (!isTaken) Assert.Contains($"tokens in a prompt of {words} words, so it cut the prompt", response.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Words_are_counted_over_all_turns_and_in_plain_text()
    {
        await using var server = new RudeServer(_ => Reply.Of(200, """{"choices":[{"text":"well","message":{"content":"well"},"finish_reason":"stop"}],"usage":{"prompt_tokens":300}}"""));
        using var model = new ChatClientLanguageModel(new OpenAiChatClient(new OpenAiClientOptions { Address = server.Address }), new EndpointIdentity { ServedModel = "m" }, new EndpointOptions(), _time);
        var responses = await model.GenerateAsync([Prompt.Chat("a", ChatMessage.System(Words(200)), ChatMessage.User(Words(251))), Prompt.Plain("b", Words(451)), Prompt.User("c", Words(450))], Greedy, Cancellation);
        Assert.Equal([FinishReason.Error, FinishReason.Error, FinishReason.Stop], responses.Select(response => response.FinishReason));
    }

    private static string Words(int count) => string.Join(' ', Enumerable.Repeat("word", count));
}
