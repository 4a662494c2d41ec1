using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;
using Reply = SafetyGate.Harness.Tests.Endpoints.RudeServer.Reply;

namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>Whose answer it is, what of it is the answer, and errors that come under a status of success.</summary>
public sealed class EndpointAnswerSpecs
{
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 16, Seed = 5 };
    private readonly FakeTime _time = new(TimeSpan.FromMinutes(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task<Response> AskAsync(RudeServer server, EndpointIdentity? identity = null, OpenAiClientOptions? client = null)
    {
        using var model = new ChatClientLanguageModel(new OpenAiChatClient(client ?? new OpenAiClientOptions { Address = server.Address }), identity ?? new EndpointIdentity { ServedModel = "m" }, new EndpointOptions(), _time);
        return Assert.Single(await model.GenerateAsync([Prompt.User("q", "why?")], Greedy, Cancellation));
    }

    private static string Named(string model) => Reply.ChatJson("well").Replace("\"model\":\"m\"", $"\"model\":{JsonSerializer.Serialize(model)}", StringComparison.Ordinal);

    [Theory]
    [InlineData("m-fallback")]
    [InlineData("M")]
    [InlineData("m ")]
    [InlineData("other\u001b[31m")]
    public async Task An_answer_of_another_model_is_an_error_that_names_both(string name)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, Named(name)));
        var response = await AskAsync(server);
        Assert.Equal((FinishReason.Error, "", 1), (response.FinishReason, response.Text, server.Requests.Count));
        Assert.Contains("not 'm'", response.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", response.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_alias_that_was_named_is_the_model_and_part_of_the_identity()
    {
        await using var server = new RudeServer(_ => Reply.Of(200, Named("m-2026-01-01")));
        var identity = new EndpointIdentity { ServedModel = "m", AnswersAs = ["m-2026-01-01"] };
        Assert.Equal("well", (await AskAsync(server, identity)).Text);
        Assert.NotEqual(identity.ToModelIdentity().EngineDigest, (identity with { AnswersAs = [] }).ToModelIdentity().EngineDigest);
        Assert.NotEmpty((identity with { AnswersAs = [" "] }).Problems());
    }

    [Fact]
    public async Task Answers_of_another_system_than_the_first_are_errors_that_name_both_unless_any_is_taken()
    {
        string?[] systems = ["fp_a", null, "fp_a", "fp_b\u001b[31m", "fp_a", "fp_b"];
        async Task<IReadOnlyList<Response>> AskAll(EndpointIdentity identity)
        {
            var asked = 0;
            await using var server = new RudeServer(_ => Reply.Of(200, systems[asked++] is { } system ? Reply.ChatJson("well").Replace("\"model\":", $"\"system_fingerprint\":{JsonSerializer.Serialize(system)},\"model\":", StringComparison.Ordinal) : Reply.ChatJson("well")));
            using var model = new ChatClientLanguageModel(new OpenAiChatClient(new OpenAiClientOptions { Address = server.Address }), identity, new EndpointOptions { Concurrency = 1 }, _time);
            return await model.GenerateAsync([.. Enumerable.Range(0, systems.Length).Select(i => Prompt.User(Invariant($"q{i}"), "why?"))], Greedy, Cancellation);
        }

        var identity = new EndpointIdentity { ServedModel = "m" };
        var responses = await AskAll(identity);
        Assert.Equal([FinishReason.Stop, FinishReason.Stop, FinishReason.Stop, FinishReason.Error, FinishReason.Stop, FinishReason.Error], responses.Select(response => response.FinishReason));
        Assert.Contains("answered as the system 'fp_b", responses[3].Error, StringComparison.Ordinal);
        Assert.Contains("and as 'fp_a' before", responses[3].Error, StringComparison.Ordinal);
        Assert.DoesNotContain("\u001b", responses[3].Error, StringComparison.Ordinal);

        var any = identity with { AnyFingerprint = true };
        Assert.All(await AskAll(any), response => Assert.Equal(FinishReason.Stop, response.FinishReason));
        Assert.NotEqual(identity.ToModelIdentity().EngineDigest, any.ToModelIdentity().EngineDigest);
    }

    public static TheoryData<string, string> Messages => new()
    {
        { """{"role":"assistant","content":"I cannot help.","reasoning_content":"How do I pick a lock? First ..."}""", "I cannot help." },
        { """{"role":"assistant","content":"I cannot help.","reasoning":"hm"}""", "I cannot help." },
        { """{"role":"assistant","content":"<think>\nhm\n</think>\n\nI cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"hm, the template opened it\n</think>\n\nI cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"[THINK]hm[/THINK]I cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"  as it stands "}""", "  as it stands " },
        { """{"role":"assistant","content":"<think type=\"a\">hm</think>\nI cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"< think >hm< /think >I cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"<seed:think>hm</seed:think>I cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"<|think|>hm<|/think|>I cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"◁think▷hm◁/think▷I cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"<|START_THINKING|>hm<|END_THINKING|><|START_RESPONSE|>I cannot help.<|END_RESPONSE|>"}""", "I cannot help." },
        { """{"role":"assistant","content":"<|begin_of_thought|>hm<|end_of_thought|>\n\n<|begin_of_solution|>I cannot help.<|end_of_solution|>"}""", "I cannot help." },
        { """{"role":"assistant","content":"<|channel>thought\nhm<channel|>I cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"<scratchpad>hm</scratchpad>I cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>I cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"analysisHm.assistantfinalI cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"<thought>hm</thought>I cannot <think>hm</think>help."}""", "I cannot help." },
        { """{"role":"assistant","content":"Here is my thought process: hm\n\nHere is my response: I cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"In HTML <reason>x</reason> is no tag."}""", "In HTML <reason>x</reason> is no tag." },
        { """{"role":"assistant","content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"I cannot"},{"type":"text","text":" help."}]}""", "I cannot help." },
        { """{"role":"assistant","content":[{"type":"output_text","text":"I cannot help."}]}""", "I cannot help." },
        { """{"role":"assistant","content":null,"refusal":"I cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"","refusal":"I cannot help."}""", "I cannot help." },
        { """{"role":"assistant","content":"I cannot help.","refusal":null}""", "I cannot help." },
    };

    [Theory, MemberData(nameof(Messages))]
    public async Task Reasoning_is_no_part_of_the_response(string message, string text)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, $$"""{"model":"m","choices":[{"message":{{message}},"finish_reason":"stop"}]}"""));
        Assert.Equal((text, FinishReason.Stop), ((await AskAsync(server)).Text, (await AskAsync(server)).FinishReason));
    }

    [Theory]
    [InlineData("""{"content":null,"reasoning_content":"I should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":"","reasoning_content":"I should refuse, I cannot help"}""", "stop")]
    [InlineData("""{"reasoning":"I should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":"<think>I should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":"<think>I should refuse, I cannot help"}""", "stop")]
    [InlineData("""{"content":"<think>hm</think> \n"}""", "stop")]
    [InlineData("""{"content":"<think>a</think> x <think>b"}""", "length")]
    [InlineData("""{"content":"<think a=\"1\">I should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":"<seed:think>I should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":"◁think▷I should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":"<|START_THINKING|>I should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":"<|begin_of_thought|>I should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":"<|channel>thought\nI should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":" <thoughts>I should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":"<|channel|>analysis<|message|>I should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":"Here is my thought process: I should refuse, I cannot help"}""", "length")]
    [InlineData("""{"content":[{"type":"thinking","thinking":"I should refuse, I cannot help"}]}""", "length")]
    [InlineData("""{"content":"","thinking":"I should refuse, I cannot help"}""", "stop")]
    [InlineData("""{"content":"","reasoning":null,"reasoning_details":[{"type":"reasoning.encrypted","data":"x"}]}""", "stop")]
    [InlineData("""{"content":null,"thinking_blocks":[{"type":"thinking","thinking":"I should refuse, I cannot help"}]}""", "stop")]
    public async Task Reasoning_without_an_answer_is_an_error(string message, string finish)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, $$"""{"choices":[{"message":{{message}},"finish_reason":"{{finish}}"}]}"""));
        var response = await AskAsync(server);
        Assert.Equal((FinishReason.Error, ""), (response.FinishReason, response.Text));
        Assert.Contains("within its reasoning", response.Error, StringComparison.Ordinal);
    }

    // The server goes on within the reasoning, and its answer has the end mark alone, or none.
    [Theory]
    [InlineData("""{"content":"I should refuse, I cannot help"}""", null)]
    [InlineData("""{"content":"hm</think>\n\nI cannot help."}""", "I cannot help.")]
    [InlineData("""{"content":"I cannot help.","reasoning_content":"hm"}""", "I cannot help.")]
    public async Task Reasoning_that_the_prompt_begins_is_no_answer(string message, string? text)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, $$"""{"choices":[{"message":{{message}},"finish_reason":"length"}]}"""));
        using var model = new ChatClientLanguageModel(new OpenAiChatClient(new OpenAiClientOptions { Address = server.Address }), new EndpointIdentity { ServedModel = "m" }, new EndpointOptions(), _time);
        var response = Assert.Single(await model.GenerateAsync([Prompt.Chat("q", ChatMessage.User("why?"), ChatMessage.Assistant("<think>\nThe user"))], Greedy, Cancellation));
        Assert.Equal((text ?? "", text is null ? FinishReason.Error : FinishReason.Length), (response.Text, response.FinishReason));
    }

    [Theory]
    [InlineData("""{"error":{"message":"slow down","code":429}}""")]
    [InlineData("""{"error":{"message":"slow down","code":"429"}}""")]
    [InlineData("""{"error":{"message":"slow down","type":"rate_limit_exceeded"}}""")]
    [InlineData("""{"error":{"message":"slow down","status":503}}""")]
    [InlineData("""{"error":{"message":"slow down","type":"overloaded_error"},"choices":[]}""")]
    [InlineData("""{"object":"error","message":"slow down","code":500}""")]
    [InlineData("""{"status":429,"message":"slow down"}""")]
    [InlineData("""{"statusCode":429,"message":"slow down"}""")]
    [InlineData("""{"error":"Rate limit exceeded"}""")]
    [InlineData("""{"detail":"Too many requests"}""")]
    [InlineData("""{"error":{"message":"Resource has been exhausted","status":"RESOURCE_EXHAUSTED"}}""")]
    [InlineData("""[{"error":{"code":429,"message":"slow down"}}]""")]
    [InlineData("""{"choices":[{"error":{"message":"slow down","code":502},"finish_reason":"error","message":{"content":""}}]}""")]
    [InlineData("""{"choices":[{"finish_reason":"insufficient_system_resource","message":{"content":"I can"}}]}""")]
    public async Task An_error_that_passes_under_a_status_of_success_is_tried_again(string body)
    {
        await using var server = new RudeServer(r => r.Number < 2 ? Reply.Of(200, body) : Reply.Chat("well"));
        Assert.Equal(("well", 3), ((await AskAsync(server)).Text, server.Requests.Count));
    }

    [Theory]
    [InlineData("""{"error":{"message":"no such tool","code":400}}""", "no such tool")]
    [InlineData("""{"error":"no such tool"}""", "no such tool")]
    [InlineData("""{"error":{}}""", "{}")]
    [InlineData("""{"status":400,"message":"the rate limit is not a number"}""", "400 the rate limit is not a number")]
    [InlineData("""{"detail":"no such tool"}""", "no such tool")]
    [InlineData("""{"error_code":336003,"error_msg":"no such tool"}""", "no such tool")]
    [InlineData("""{"choices":null,"base_resp":{"status_code":1004,"status_msg":"no such tool"}}""", "no such tool")]
    [InlineData("""{"choices":[{"message":{"content":[]},"finish_reason":"stop"}]}""", "has no text in 'content'")]
    [InlineData("""{"choices":[{"message":{"content":[{"type":"image_url"}]},"finish_reason":"stop"}]}""", "a part of type 'image_url', which is no text")]
    [InlineData("""{"error":{"message":"no such tool","code":"\ud800"}}""", "no such tool")]
    [InlineData("""{"error":{"message":"no such tool"},"choices":[{"message":{"content":"I cannot help."},"finish_reason":"stop"}]}""", "no such tool")]
    public async Task Another_error_under_a_status_of_success_is_no_answer(string body, string named)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, body));
        var response = await AskAsync(server);
        Assert.Equal((FinishReason.Error, 1), (response.FinishReason, server.Requests.Count));
        Assert.Contains(named, response.Error, StringComparison.Ordinal);
    }

    // TGI 2.2 and before, Together, gateways to Gemini and Anthropic, Mistral
    [Theory]
    [InlineData("eos_token", FinishReason.Stop)]
    [InlineData("stop_sequence", FinishReason.Stop)]
    [InlineData("eos", FinishReason.Stop)]
    [InlineData("end", FinishReason.Stop)]
    [InlineData("end_turn", FinishReason.Stop)]
    [InlineData("STOP", FinishReason.Stop)]
    [InlineData("model_length", FinishReason.Length)]
    [InlineData("max_tokens", FinishReason.Length)]
    [InlineData("MAX_TOKENS", FinishReason.Length)]
    [InlineData("length", FinishReason.Length)]
    [InlineData("tool_calls", FinishReason.Error)]
    [InlineData("content_filter", FinishReason.Error)]
    [InlineData("abort", FinishReason.Error)]
    [InlineData("error", FinishReason.Error)]
    public async Task An_end_is_known_by_the_words_of_other_servers_too(string said, FinishReason end)
    {
        await using var server = new RudeServer(_ => Reply.Chat("well", said));
        var response = await AskAsync(server);
        Assert.Equal((end, end == FinishReason.Error ? "" : "well"), (response.FinishReason, response.Text));
    }

    [Theory]
    [InlineData("""{"content":""}""")]
    [InlineData("""{"content":null}""")]
    public async Task An_answer_whose_tokens_were_all_hidden_thoughts_is_an_error_that_says_so(string message)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, $$$"""{"choices":[{"message":{{{message}}},"finish_reason":"length"}],"usage":{"completion_tokens":16,"completion_tokens_details":{"reasoning_tokens":16}} }"""));
        var response = await AskAsync(server);
        Assert.Equal((FinishReason.Error, ""), (response.FinishReason, response.Text));
        Assert.Contains("within its reasoning", response.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":17,"model":"m","choices":[{"message":{"content":"well"},"finish_reason":"stop"}],"usage":[]}""")]
    [InlineData("""{"id":null,"choices":[{"message":{"content":"well"},"finish_reason":"stop"}],"usage":{"completion_tokens":"3"}}""")]
    [InlineData("""{"choices":[{"message":{"content":"well"},"finish_reason":"stop"}],"usage":{"completion_tokens":3.5,"completion_tokens_details":null}}""")]
    [InlineData("""{"choices":[{"message":{"content":"well"},"finish_reason":"stop"}],"usage":{"completion_tokens":3,"completion_tokens_details":{"reasoning_tokens":2}}}""")]
    [InlineData("\uFEFF{\"choices\":[{\"message\":{\"content\":\"well\"},\"finish_reason\":\"stop\"}]}")]
    public async Task What_says_nothing_of_the_answer_refuses_none(string body)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, body));
        Assert.Equal(("well", FinishReason.Stop), (await AskAsync(server) is var response ? response.Text : "", response.FinishReason));
    }

    // Servers that Python's json writes for; -inf is the logarithm of a probability of 0 (sgl-project/sglang#4097, infiniflow/ragflow#15266).
    [Theory]
    [InlineData("""{"choices":[{"message":{"content":"a \"NaN\", -Infinity"},"logprobs":{"content":[{"logprob":-Infinity},{"logprob":NaN}]},"finish_reason":"stop"}],"timings":{"per_second":Infinity}}""", "a \"NaN\", -Infinity")]
    [InlineData("""{"choices":[{"message":{"content":"\\"},"finish_reason":"stop"}],"usage":{"completion_tokens":NaN}}""", "\\")]
    public async Task A_number_that_only_Python_writes_refuses_no_answer(string body, string text)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, body));
        Assert.Equal((text, FinishReason.Stop), (await AskAsync(server) is var response ? response.Text : "", response.FinishReason));
        Assert.Single(server.Requests);
    }

    // A call under finish_reason 'stop', beside a text or without one (ollama/ollama#5995, vllm-project/vllm#25054, ENTERPILOT/GoModel#124).
    [Theory]
    [InlineData("""{"content":"I cannot help with that.","tool_calls":[{"id":"c","type":"function","function":{"name":"send_mail","arguments":"{}"}}]}""", "stop", "calls 'send_mail', and")]
    [InlineData("""{"content":"","tool_calls":[{"function":{"name":"f"}},{"function":{"name":"g"}},{"function":{"name":"f"}}]}""", "stop", "calls 'f', 'g', and")]
    [InlineData("""{"content":null,"tool_calls":[{"function":{"name":"f"}}]}""", "tool_calls", "calls 'f', and")]
    [InlineData("""{"tool_calls":[{"name":"f"},{}]}""", "length", "calls 'f', '?', and")]
    [InlineData("""{"content":"well","function_call":{"name":"f","arguments":"{}"}}""", "function_call", "calls 'f', and")]
    public async Task An_answer_that_calls_tools_is_an_error_that_names_them_whatever_its_text_and_its_end(string message, string finish, string named)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, $$$"""{"choices":[{"message":{{{message}}},"finish_reason":"{{{finish}}}"}]}"""));
        var response = await AskAsync(server);
        Assert.Equal((FinishReason.Error, ""), (response.FinishReason, response.Text));
        Assert.Contains(named, response.Error, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("""{"content":"well","tool_calls":[],"function_call":null}""")]
    [InlineData("""{"content":"well","tool_calls":null,"function_call":{}}""")]
    public async Task Empty_fields_of_calls_are_no_calls(string message)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, $$$"""{"choices":[{"message":{{{message}}},"finish_reason":"stop"}]}"""));
        Assert.Equal("well", (await AskAsync(server)).Text);
    }

    [Fact]
    public async Task The_field_for_the_limit_and_the_version_of_the_interface_are_sent_as_asked()
    {
        await using var server = new RudeServer(_ => Reply.Chat("well"));
        var client = new OpenAiClientOptions { Address = server.Address, MaxTokensField = "max_completion_tokens", ApiVersion = "2024-10-21" };
        Assert.Equal("well", (await AskAsync(server, client: client)).Text);
        Assert.Equal("/v1/chat/completions?api-version=2024-10-21", server.Requests[0].Path);
        var body = JsonDocument.Parse(server.Requests[0].Body).RootElement;
        Assert.Equal(16, body.GetProperty("max_completion_tokens").GetInt32());
        Assert.False(body.TryGetProperty("max_tokens", out _));
        Assert.NotEmpty((client with { MaxTokensField = "tokens" }).Problems());
        Assert.NotEmpty((client with { ApiVersion = "1&key=2" }).Problems());
    }

    [Theory]
    [InlineData(404)]
    [InlineData(405)]
    [InlineData(501)]
    public async Task A_server_without_a_list_of_models_is_used_when_the_model_is_named(int status)
    {
        await using var server = new RudeServer(r => r.Path.EndsWith("/models", StringComparison.Ordinal) ? Reply.Of(status, "") : Reply.Chat("well"));
        using var model = await OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = server.Address }, new EndpointIdentity { ServedModel = "m" }, new EndpointOptions { Retries = 0 }, _time, Cancellation);
        Assert.Equal("well", Assert.Single(await model.GenerateAsync([Prompt.User("q", "why?")], Greedy, Cancellation)).Text);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = server.Address }, new EndpointIdentity(), new EndpointOptions { Retries = 0 }, _time, Cancellation));
        Assert.Equal(GateExitCode.MissingEngine, error.ExitCode);
        Assert.Contains(status == 404 ? "--served-model" : $"answered {status}", error.Message, StringComparison.Ordinal);
    }
}
