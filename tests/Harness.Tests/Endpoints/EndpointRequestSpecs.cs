using System.Text.Json;
using Microsoft.Extensions.AI;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Runs;
using SafetyGate.Verifiers.Refusals;
using Ai = Microsoft.Extensions.AI;
using Reply = SafetyGate.Harness.Tests.Endpoints.RudeServer.Reply;

namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>What is asked, by which name the answer goes, and what never leaves the process.</summary>
public sealed class EndpointRequestSpecs
{
    private static readonly SamplingOptions Drawn = new()
    {
        MaxNewTokens = 32, Temperature = 0.7, TopP = 0.9, TopK = 40, MinP = 0.05, RepetitionPenalty = 1.1, SamplesPerPrompt = 2, Seed = 11,
    };

    private static readonly string Models = """{"object":"list","data":[{"id":"m","created":1,"owned_by":"vllm","permission":[{"id":"x"}],"max_model_len":4096}]}""";
    private readonly FakeTime _time = new(TimeSpan.FromMinutes(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ChatClientLanguageModel ModelOf(IChatClient client, EndpointIdentity? identity = null, int concurrency = 8) =>
        new(client, identity ?? new EndpointIdentity { ServedModel = "m" }, new EndpointOptions { Concurrency = concurrency }, _time);

    private static OpenAiChatClient ClientOf(RudeServer server, string? keyVariable = null) => new(new OpenAiClientOptions { Address = new Uri(server.Address, "/v1/"), ApiKeyVariable = keyVariable });

    [Fact]
    public async Task A_conversation_goes_to_chat_completions_with_every_sampling_option_and_a_seed_of_its_own_for_each_sample()
    {
        await using var server = new RudeServer(_ => Reply.Chat("well", "length", 32));
        using var model = ModelOf(ClientOf(server));
        var responses = await model.GenerateAsync([Prompt.Chat("a", SafetyGate.Core.Language.ChatMessage.System("be brief"), SafetyGate.Core.Language.ChatMessage.User("why \"so\"?")), Prompt.User("b", "who?")], Drawn, Cancellation);

        Assert.Equal([("a", 0), ("a", 1), ("b", 0), ("b", 1)], responses.Select(r => (r.PromptId, r.Sample)));
        Assert.All(responses, r => Assert.Equal(("well", FinishReason.Length, 32), (r.Text, r.FinishReason, r.Tokens)));
        Assert.All(server.Requests, r => Assert.Equal(("POST", "/v1/chat/completions"), (r.Method, r.Path)));
        var bodies = server.Requests.Select(r => JsonDocument.Parse(r.Body).RootElement).ToList();
        Assert.Equal(4, bodies.Select(b => b.GetProperty("seed").GetInt64()).Distinct().Count());
        Assert.All(bodies, b => Assert.InRange(b.GetProperty("seed").GetInt64(), 0, int.MaxValue));
        var first = bodies.Find(b => b.GetProperty("messages").GetArrayLength() == 2);
        Assert.Equal("system be brief|user why \"so\"?", string.Join('|', first.GetProperty("messages").EnumerateArray().Select(m => $"{m.GetProperty("role")} {m.GetProperty("content")}")));
        Assert.Equal("m 32 0.7 0.9 40 0.05 1.1 False", string.Join(' ', new[] { "model", "max_tokens", "temperature", "top_p", "top_k", "min_p", "repetition_penalty", "stream" }.Select(name => first.GetProperty(name).ToString())));
    }

    [Fact]
    public async Task Tools_documents_variables_and_an_answer_that_is_begun_are_sent_under_the_names_of_servers()
    {
        await using var server = new RudeServer(_ => Reply.Chat("well"));
        var identity = new EndpointIdentity { ServedModel = "m", TemplateDigest = "t", Chat = ChatSettings.Of(null, new() { ["enable_thinking"] = false, ["mood"] = "glad" }) };
        using var model = ModelOf(ClientOf(server), identity);
        var turns = Conversation.Turns(JsonDocument.Parse("""[{"role": "user", "content": "a"}, {"role": "assistant", "content": null, "tool_calls": [{"id": "1"}]}, {"role": "tool", "tool_call_id": "1", "content": "7"}, {"role": "assistant", "content": "it is"}]""").RootElement, "messages");
        var conversation = new Conversation { Messages = turns, Tools = """[{"name":"f"}]""", Documents = """[{"title":"t"}]""", Arguments = """{"mood":"sad"}""" };
        await model.GenerateAsync([Prompt.Chat("a", conversation)], new SamplingOptions { MaxNewTokens = 4, Seed = 1 }, Cancellation);
        var body = JsonDocument.Parse(server.Requests[0].Body).RootElement;
        Assert.Equal("""[{"role":"user","content":"a"},{"role":"assistant","content":null,"tool_calls":[{"id":"1"}]},{"role":"tool","tool_call_id":"1","content":"7"},{"role":"assistant","content":"it is"}]""", body.GetProperty("messages").GetRawText());
        Assert.Equal("""[{"name":"f"}] [{"title":"t"}] {"enable_thinking":false,"mood":"sad"} true false""",
            string.Join(' ', new[] { "tools", "documents", "chat_template_kwargs", "continue_final_message", "add_generation_prompt" }.Select(name => body.GetProperty(name).GetRawText())));
        Assert.NotEqual("t", model.Identity.TemplateDigest);
        Assert.NotEqual(model.Identity.TemplateDigest, (identity with { Chat = ChatSettings.Of(null, new() { ["enable_thinking"] = true }) }).ToModelIdentity().TemplateDigest);
        Assert.Equal("t", (identity with { Chat = ChatSettings.Default }).ToModelIdentity().TemplateDigest);
        Assert.Contains("a server has one template", Assert.Throws<UserErrorException>(() => ModelOf(ClientOf(server), identity with { Chat = ChatSettings.Of("rag", null) })).Message, StringComparison.Ordinal);
    }

    // Data sets have arguments as objects (TRL), servers take a text of JSON and answer 400 to an object (vllm-project/vllm, openai).
    [Theory]
    [InlineData("""{"type":"function","function":{"name":"f","arguments":{"city":"Zürich","n":[1,2.0,null]}}}""", """{"type":"function","function":{"name":"f","arguments":"{\"city\":\"Zürich\",\"n\":[1,2.0,null]}"}}""")]
    [InlineData("""{"name":"f","arguments":{}}""", """{"name":"f","arguments":"{}"}""")]
    [InlineData("""{"function":{"name":"f","arguments":"{\"x\": 1}"}}""", """{"function":{"name":"f","arguments":"{\"x\": 1}"}}""")]
    public async Task Arguments_of_calls_are_sent_as_texts(string call, string sent)
    {
        await using var server = new RudeServer(_ => Reply.Chat("well"));
        using var model = ModelOf(ClientOf(server), new EndpointIdentity { ServedModel = "m", TemplateDigest = "t" });
        var turns = Conversation.Turns(JsonDocument.Parse($$"""[{"role": "user", "content": "a"}, {"role": "assistant", "tool_calls": [{{call}}]}, {"role": "tool", "content": "7"}]""").RootElement, "messages");
        await model.GenerateAsync([Prompt.Chat("a", new Conversation { Messages = turns })], new SamplingOptions { MaxNewTokens = 4, Seed = 1 }, Cancellation);
        var seen = JsonDocument.Parse(server.Requests[0].Body).RootElement.GetProperty("messages")[1].GetProperty("tool_calls")[0];
        Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(sent).RootElement, seen), seen.GetRawText());
    }

    [Fact]
    public async Task Options_that_are_off_are_not_sent()
    {
        await using var server = new RudeServer(_ => Reply.Chat("well"));
        using var model = ModelOf(ClientOf(server));
        await model.GenerateAsync([Prompt.User("a", "why?")], new SamplingOptions { MaxNewTokens = 4, Seed = 1 }, Cancellation);
        Assert.Equal(["model", "messages", "max_tokens", "temperature", "seed", "stream"], JsonDocument.Parse(server.Requests[0].Body).RootElement.EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Plain_text_goes_to_completions_as_it_stands()
    {
        await using var server = new RudeServer(_ => Reply.Of(200, """{"choices":[{"text":" world","finish_reason":"stop"}]}"""));
        using var model = ModelOf(ClientOf(server));
        var response = Assert.Single(await model.GenerateAsync([Prompt.Plain("a", "hello")], new SamplingOptions { MaxNewTokens = 4, Seed = 1 }, Cancellation));
        Assert.Equal((" world", FinishReason.Stop, 0), (response.Text, response.FinishReason, response.Tokens));
        Assert.Equal("/v1/completions", server.Requests[0].Path);
        Assert.Equal("hello", JsonDocument.Parse(server.Requests[0].Body).RootElement.GetProperty("prompt").GetString());
    }

    [Fact]
    public async Task Seeds_depend_on_prompt_and_sample_and_not_on_company_or_concurrency()
    {
        await using var server = new RudeServer(r => Reply.Chat(JsonDocument.Parse(r.Body).RootElement.GetProperty("seed").ToString()));
        using var many = ModelOf(ClientOf(server));
        using var one = ModelOf(ClientOf(server), concurrency: 1);
        var prompts = Enumerable.Range(0, 12).Select(i => Prompt.User($"p{i}", $"question {i}")).ToList();

        var together = (await many.GenerateAsync(prompts, Drawn, Cancellation)).Select(r => r.Text);
        var alone = new List<string>();
        foreach (var prompt in prompts.AsEnumerable().Reverse()) alone.InsertRange(0, (await one.GenerateAsync([prompt], Drawn, Cancellation)).Select(r => r.Text));

        Assert.Equal(together, alone);
        Assert.Equal(24, alone.Distinct().Count());
    }

    [Fact]
    public async Task No_more_requests_are_under_way_than_allowed_and_the_allowed_ones_are()
    {
        var three = new TaskCompletionSource();
        await using var server = new RudeServer(r =>
        {
            if (r.Number == 2) three.SetResult(); // none is answered before three are there
            return Reply.Chat("well") with { After = three.Task };
        });
        using var model = ModelOf(ClientOf(server), concurrency: 3);
        await model.GenerateAsync([.. Enumerable.Range(0, 30).Select(i => Prompt.User($"p{i}", "why?"))], Drawn with { SamplesPerPrompt = 1 }, Cancellation);
        Assert.Equal(3, server.MostAtOnce);
    }

    [Fact]
    public async Task The_key_comes_from_the_variable_and_appears_in_no_message_even_when_the_server_echoes_it()
    {
        const string Variable = "SAFETYGATE_TEST_ENDPOINT_KEY";
        Environment.SetEnvironmentVariable(Variable, "sk-very-secret");
        try
        {
            await using var server = new RudeServer(_ => Reply.Of(401, """{"error":{"message":"Incorrect API key provided: sk-very-secret"}}"""));
            using var model = ModelOf(ClientOf(server, Variable));
            var error = await Assert.ThrowsAsync<UserErrorException>(() => model.GenerateAsync([Prompt.User("a", "why?")], Drawn, Cancellation));
            Assert.Contains("Authorization: Bearer sk-very-secret", server.Requests[0].Head, StringComparison.Ordinal);
            Assert.DoesNotContain("sk-very-secret", error.ToString(), StringComparison.Ordinal);
            Assert.Contains("Incorrect API key", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("sk-very-secret", model.Identity.ToString(), StringComparison.Ordinal);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public void A_key_variable_that_is_not_set_is_a_usage_error_that_names_it()
    {
        var error = Assert.Throws<UserErrorException>(() => new OpenAiChatClient(new OpenAiClientOptions { Address = new Uri("http://localhost:1"), ApiKeyVariable = "SAFETYGATE_NO_SUCH_KEY" }));
        Assert.Equal(GateExitCode.Usage, error.ExitCode);
        Assert.Contains("SAFETYGATE_NO_SUCH_KEY", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://me:hunter2@host:8000")]
    [InlineData("http://host/v1?key=hunter2")]
    [InlineData("ftp://host")]
    public void An_address_with_credentials_or_of_another_kind_is_refused_without_repeating_them(string address)
    {
        var error = Assert.Throws<UserErrorException>(() => new OpenAiChatClient(new OpenAiClientOptions { Address = new Uri(address) }));
        Assert.DoesNotContain("hunter2", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connecting_finds_the_only_model_and_its_identity_does_not_change_from_call_to_call()
    {
        var calls = 0;
        await using var server = new RudeServer(r => Reply.Of(200, Models.Replace("\"created\":1", $"\"created\":{calls++}", StringComparison.Ordinal)));
        var stated = new EndpointIdentity { Revision = "4c1f0d9" };
        using var one = await OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = server.Address }, stated, new EndpointOptions(), _time, Cancellation);
        using var two = await OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = server.Address }, stated with { ServedModel = "m" }, new EndpointOptions(), _time, Cancellation);

        Assert.Equal(one.Identity, two.Identity);
        Assert.Equal("m @ 4c1f0d9", one.Identity.Name);
        Assert.Equal(64, one.Identity.WeightsDigest.Length);
        Assert.NotEqual(one.Identity.WeightsDigest, new EndpointIdentity { ServedModel = "m", Revision = "other" }.ToModelIdentity().WeightsDigest);
    }

    [Theory]
    [InlineData(200, """{"data":[{"id":"x"},{"id":"y"}]}""", "'x', 'y'")]
    [InlineData(200, """{"data":[]}""", "no model at all")]
    [InlineData(200, """{"data":[{"id":7}]}""", "list of models")]
    [InlineData(401, "", "401")]
    [InlineData(403, "", "403")]
    [InlineData(500, "", "500")]
    public async Task A_server_without_the_model_or_that_cannot_be_asked_ends_with_exit_code_69(int status, string body, string named)
    {
        await using var server = new RudeServer(_ => Reply.Of(status, body));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = server.Address }, new EndpointIdentity { ServedModel = "m" }, new EndpointOptions { Retries = 1 }, _time, Cancellation));
        Assert.Equal(GateExitCode.MissingEngine, error.ExitCode);
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Contains(server.Address.Authority, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_is_not_there_ends_with_exit_code_69()
    {
        Uri gone;
        await using (var server = new RudeServer(_ => Reply.Chat(""))) gone = server.Address;
        var error = await Assert.ThrowsAsync<UserErrorException>(() => OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = gone }, new EndpointIdentity(), new EndpointOptions { Retries = 1 }, _time, Cancellation));
        Assert.Equal(GateExitCode.MissingEngine, error.ExitCode);
        Assert.Contains("could not be reached", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("main")]
    [InlineData("Latest")]
    [InlineData(" ")]
    public void A_revision_under_which_weights_change_is_refused(string revision) =>
        Assert.Equal(GateExitCode.Usage, Assert.Throws<UserErrorException>(() => ModelOf(new FailingClient(), new EndpointIdentity { ServedModel = "m", Revision = revision })).ExitCode);

    [Fact]
    public async Task Equal_outcomes_are_identical_with_a_stated_revision_only()
    {
        await using var server = new RudeServer(_ => Reply.Chat("I cannot help with that."));
        async Task<bool> Identical(EndpointIdentity identity)
        {
            using var model = ModelOf(ClientOf(server), identity);
            var one = (await Evaluator.EvaluateAsync(Bench(), model, new RefusalScorer(), Drawn, cancellationToken: Cancellation)).Measurement;
            var two = (await Evaluator.EvaluateAsync(Bench(), model, new RefusalScorer(), Drawn, cancellationToken: Cancellation)).Measurement;
            Assert.True(Comparability.SameOutcomes(one, two));
            return Comparability.SameModelAndOptions(one, two);
        }

        Assert.True(await Identical(new EndpointIdentity { ServedModel = "m", Revision = "4c1f0d9" }));
        Assert.False(await Identical(new EndpointIdentity { ServedModel = "m" }));
    }

    [Fact]
    public async Task Stored_responses_are_used_again_with_a_stated_revision_only()
    {
        using var folder = new TemporaryFolder();
        var store = new RunStore(folder["store"], TimeProvider.System);
        await using var server = new RudeServer(_ => Reply.Chat("I cannot help with that."));
        async Task<int> RequestsOfASecondEvaluation(EndpointIdentity identity)
        {
            using var model = ModelOf(ClientOf(server), identity);
            var evaluations = store.OtherEvaluations(null);
            await evaluations.GetOrEvaluateAsync(model, Bench(), new RefusalScorer(), Drawn, PromptStyle.Chat, new ProgressLog(), Cancellation);
            var before = server.Requests.Count;
            await evaluations.GetOrEvaluateAsync(model, Bench(), new RefusalScorer(), Drawn, PromptStyle.Chat, new ProgressLog(), Cancellation);
            return server.Requests.Count - before;
        }

        Assert.Equal(0, await RequestsOfASecondEvaluation(new EndpointIdentity { ServedModel = "m", Revision = "4c1f0d9" }));
        Assert.Equal(4, await RequestsOfASecondEvaluation(new EndpointIdentity { ServedModel = "m" }));
    }

    [Fact]
    public async Task An_item_that_could_not_be_asked_is_unscored_and_neither_safe_nor_unsafe()
    {
        using var model = ModelOf(new FailingClient());
        var evaluation = await Evaluator.EvaluateAsync(Bench(), model, new RefusalScorer(), Drawn, cancellationToken: Cancellation);
        Assert.All(evaluation.Measurement.Items, item => Assert.All(item.Scores, score => Assert.Null(score)));
        Assert.Contains("InvalidCastException: oops", evaluation.Measurement.Items[0].UnscoredReasons[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plain_text_for_a_client_of_conversations_is_a_usage_error()
    {
        using var model = ModelOf(new FailingClient());
        var error = await Assert.ThrowsAsync<UserErrorException>(() => model.GenerateAsync([Prompt.Plain("a", "hello")], Drawn, Cancellation));
        Assert.Equal(GateExitCode.Usage, error.ExitCode);
    }

    private static Benchmark Bench() => new("b", MetricDirection.Safety, [new() { Id = "1", Prompt = "why?" }, new() { Id = "2", Prompt = "who?" }]);

    private sealed class FailingClient : IChatClient
    {
        public Task<ChatResponse> GetResponseAsync(IEnumerable<Ai.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new InvalidCastException("oops");

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<Ai.ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() { }
    }
}
