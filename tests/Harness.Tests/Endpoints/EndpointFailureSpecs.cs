using System.Globalization;
using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;
using Reply = SafetyGate.Harness.Tests.Endpoints.RudeServer.Reply;

namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>What becomes of an answer that does not come, or not as it should: a later one, or an unscored item.</summary>
public sealed class EndpointFailureSpecs
{
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 16, Seed = 5 };
    private readonly FakeTime _time = new(TimeSpan.FromMinutes(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ChatClientLanguageModel ModelOf(RudeServer server, EndpointOptions? options = null, int most = 1 << 20) =>
        new(new OpenAiChatClient(new OpenAiClientOptions { Address = server.Address, MaxResponseBytes = most }), new EndpointIdentity { ServedModel = "m" }, options ?? new EndpointOptions(), _time);

    private async Task<Response> AskAsync(RudeServer server, EndpointOptions? options = null, int most = 1 << 20)
    {
        using var model = ModelOf(server, options, most);
        return Assert.Single(await model.GenerateAsync([Prompt.User("q", "why?")], Greedy, Cancellation));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(408)]
    public async Task A_failure_that_passes_is_tried_again_and_waited_for_twice_as_long_each_time(int status)
    {
        await using var server = new RudeServer(r => r.Number < 3 ? Reply.Of(status, "busy") : Reply.Chat("well"));

        var response = await AskAsync(server);

        Assert.Equal(("well", FinishReason.Stop, 4), (response.Text, response.FinishReason, server.Requests.Count));
        Assert.Equal(3, _time.Waited.Count);
        Assert.All(_time.Waited.Zip([1.0, 2.0, 4.0]), wait => Assert.InRange(wait.First.TotalSeconds, wait.Second / 2, wait.Second));
    }

    [Fact]
    public async Task A_failure_that_stays_is_an_error_after_the_last_retry_and_says_so()
    {
        await using var server = new RudeServer(_ => Reply.Of(503, """{"error":{"message":"overloaded"}}"""));

        var response = await AskAsync(server, new EndpointOptions { Retries = 2 });

        Assert.Equal((FinishReason.Error, "", 3), (response.FinishReason, response.Text, server.Requests.Count));
        Assert.Contains("503", response.Error, StringComparison.Ordinal);
        Assert.Contains("overloaded", response.Error, StringComparison.Ordinal);
        Assert.Contains("3 attempts", response.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_After_in_seconds_is_waited_for()
    {
        await using var server = new RudeServer(r => r.Number == 0 ? Reply.Of(429, "", "Retry-After: 57\r\n") : Reply.Chat("well"));
        Assert.Equal("well", (await AskAsync(server)).Text);
        Assert.Equal([TimeSpan.FromSeconds(57)], _time.Waited);
    }

    [Theory]
    [InlineData("Retry-After: 20.5\r\n", 20_500)]
    [InlineData("Retry-After: 21s\r\n", 21_000)]
    [InlineData("retry-after-ms: 22250\r\n", 22_250)]
    [InlineData("retry-after-ms: 22250\r\nRetry-After: 57\r\n", 22_250)]
    [InlineData("retry-after-ms: soon\r\nRetry-After: 57\r\n", 57_000)]
    public async Task A_wait_in_the_spelling_of_other_servers_is_waited_for(string header, int milliseconds)
    {
        await using var server = new RudeServer(r => r.Number == 0 ? Reply.Of(429, "", header) : Reply.Chat("well"));
        Assert.Equal("well", (await AskAsync(server)).Text);
        Assert.Equal([TimeSpan.FromMilliseconds(milliseconds)], _time.Waited);
    }

    // Gemini says it in the body alone (AtomicBot-ai/atomic-agent#106, dcdpr/jp#1061).
    [Theory]
    [InlineData("""{"error":{"code":429,"details":[{"@type":"type.googleapis.com/google.rpc.Help"},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.074s"}]}}""", "", 34_074)]
    [InlineData("""[{"error":{"code":429,"status":"RESOURCE_EXHAUSTED","details":[{"retryDelay":"9s"}]}}]""", "", 9_000)]
    [InlineData("""{"error":{"details":[{"retryDelay":"34s"}]}}""", "Retry-After: 57\r\n", 57_000)]
    public async Task A_wait_in_the_body_of_an_error_is_waited_for(string body, string header, int milliseconds)
    {
        await using var server = new RudeServer(r => r.Number == 0 ? Reply.Of(429, body, header) : Reply.Chat("well"));
        Assert.Equal("well", (await AskAsync(server)).Text);
        Assert.Equal([TimeSpan.FromMilliseconds(milliseconds)], _time.Waited);
    }

    [Theory]
    [InlineData("""{"error":{"details":[{"retryDelay":"-34s"},{"retryDelay":34},{"retryDelay":"soon"},7]}}""")]
    [InlineData("""{"error":{"details":{"retryDelay":"34s"}}}""")]
    [InlineData("""{"error":"retryDelay 34s"}""")]
    [InlineData("""["retryDelay"]""")]
    [InlineData("""{"error":{"details":[{"retryDelay":"34s""")]
    public async Task A_body_that_says_no_wait_leaves_our_own(string body)
    {
        await using var server = new RudeServer(r => r.Number == 0 ? Reply.Of(429, body) : Reply.Chat("well"));
        Assert.Equal("well", (await AskAsync(server)).Text);
        Assert.InRange(Assert.Single(_time.Waited).TotalSeconds, 0.5, 1);
    }

    [Theory]
    [InlineData("-5")]
    [InlineData("NaN")]
    [InlineData("1e3")]
    [InlineData("soon")]
    [InlineData("")]
    public async Task A_wait_that_is_none_leaves_our_own(string value)
    {
        await using var server = new RudeServer(r => r.Number == 0 ? Reply.Of(429, "", $"Retry-After: {value}\r\n") : Reply.Chat("well"));
        Assert.Equal("well", (await AskAsync(server)).Text);
        Assert.InRange(Assert.Single(_time.Waited).TotalSeconds, 0.5, 1);
    }

    [Fact]
    public async Task Retry_After_as_a_date_is_waited_for()
    {
        var date = _time.Now.AddSeconds(40).ToString("R", CultureInfo.InvariantCulture);
        await using var server = new RudeServer(r => r.Number == 0 ? Reply.Of(503, "", $"Retry-After: {date}\r\n") : Reply.Chat("well"));
        Assert.Equal("well", (await AskAsync(server)).Text);
        Assert.Equal([TimeSpan.FromSeconds(40)], _time.Waited);
    }

    [Fact]
    public async Task A_server_that_asks_to_wait_for_hours_is_given_up_for_this_prompt()
    {
        await using var server = new RudeServer(_ => Reply.Of(429, "", "Retry-After: 7200\r\n"));
        var response = await AskAsync(server);
        Assert.Equal((FinishReason.Error, 1), (response.FinishReason, server.Requests.Count));
        Assert.Contains("7200 s", response.Error, StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Halves => new()
    {
        { "closed inside a body of known length", "HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n{\"choices\":" },
        { "closed inside a body without a length", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n{\"choices\":[{\"message\":{\"content\":\"I am" },
        { "closed inside a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{\"choices\":" },
        { "closed inside the head", "HTTP/1.1 200 OK\r\nContent-Le" },
        { "closed without a word", "" },
        { "a page of HTML", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\nConnection: close\r\n\r\n<html>sorry</html>  " },
        { "nothing in it", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n" },
    };

    [Theory, MemberData(nameof(Halves))]
    public async Task Half_an_answer_is_tried_again_and_never_read(string what, string wire)
    {
        Assert.NotEmpty(what);
        await using var mended = new RudeServer(r => r.Number == 0 ? new Reply(wire) : Reply.Chat("whole"));
        Assert.Equal("whole", (await AskAsync(mended)).Text);

        await using var broken = new RudeServer(_ => new Reply(wire));
        var response = await AskAsync(broken, new EndpointOptions { Retries = 1 });
        Assert.Equal((FinishReason.Error, ""), (response.FinishReason, response.Text));
        Assert.Contains("/v1/chat/completions", response.Error, StringComparison.Ordinal);
    }

    // Gateways that stream whatever is asked for, pages of proxies and of log-ins, and bodies that are empty.
    [Theory]
    [InlineData(200, "data: {\"choices\":[{\"delta\":{\"content\":\"well\"}}]}\n\ndata: [DONE]\n\n", "answered with a stream of events, though it was asked for one answer", 1)]
    [InlineData(200, "\n: PROCESSING\n\ndata: {}\n\n", "answered with a stream of events", 1)]
    [InlineData(200, "<!DOCTYPE html>\n<html><head><title>\n Sign&nbsp;in &amp; go</title><style>b{}</style></head></html>", "answered with a page and not with JSON: Sign in & go; the address must be what stands before /v1", 6)]
    [InlineData(200, "<html><style>b{color:red}</style><b>sorry</b></html>", "answered with a page and not with JSON: sorry;", 6)]
    [InlineData(200, "<br>", "answered with a page and not with JSON: without a title;", 6)]
    [InlineData(200, " \n", "answered with nothing (an empty body)", 6)]
    [InlineData(502, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body><center><h1>502 Bad Gateway</h1></center><hr>nginx</body></html>", "answered 502 Status502: 502 Bad Gateway (6 attempts)", 6)]
    [InlineData(403, "<html><title>Access denied | example</title>", "answered 403 Status403: Access denied | example", 1)]
    public async Task What_is_no_JSON_is_named(int status, string body, string named, int attempts)
    {
        await using var server = new RudeServer(_ => Reply.Of(status, body));
        var said = "";
        try
        {
            said = (await AskAsync(server)).Error!;
        }
        catch (UserErrorException refused)
        {
            said = refused.Message;
        }

        Assert.Contains(named, said, StringComparison.Ordinal);
        Assert.DoesNotContain("<", said, StringComparison.Ordinal);
        Assert.Equal(attempts, server.Requests.Count);
    }

    [Theory]
    [InlineData("[]", "object")]
    [InlineData("{}", "choices")]
    [InlineData("""{"choices":[]}""", "0 choices")]
    [InlineData("""{"choices":{}}""", "not a Array")]
    [InlineData("""{"choices":[{"message":{"content":"a"},"finish_reason":"stop"},{"message":{"content":"b"},"finish_reason":"stop"}]}""", "2 choices")]
    [InlineData("""{"choices":[{"finish_reason":"stop"}]}""", "message")]
    [InlineData("""{"choices":[{"message":{"content":null},"finish_reason":"tool_calls"}]}""", "tool_calls")]
    [InlineData("""{"choices":[{"message":{"content":7},"finish_reason":"stop"}]}""", "content")]
    [InlineData("""{"choices":[{"message":{"content":"\ud800"},"finish_reason":"stop"}]}""", "no completion")]
    [InlineData("""{"choices":[{"message":{"content":"a"},"finish_reason":3}]}""", "finish_reason")]
    [InlineData("""{"object":"error","message":"the model is asleep"}""", "the model is asleep")]
    public async Task JSON_that_is_no_completion_is_an_error_and_not_asked_for_again(string body, string named)
    {
        await using var server = new RudeServer(_ => Reply.Of(200, body));
        var response = await AskAsync(server);
        Assert.Equal((FinishReason.Error, "", 1), (response.FinishReason, response.Text, server.Requests.Count));
        Assert.Contains(named, response.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_given_twice_is_refused_rather_than_one_of_them_chosen()
    {
        await using var server = new RudeServer(_ => Reply.Of(200, """{"choices":[{"message":{"content":"safe","content":"harm"},"finish_reason":"stop"}]}"""));
        Assert.Equal(FinishReason.Error, (await AskAsync(server, new EndpointOptions { Retries = 0 })).FinishReason);
    }

    [Theory]
    [InlineData("stop", FinishReason.Stop)]
    [InlineData("length", FinishReason.Length)]
    [InlineData("content_filter", FinishReason.Error)]
    [InlineData("tool_calls", FinishReason.Error)]
    [InlineData("abort", FinishReason.Error)]
    [InlineData("", FinishReason.Error)]
    public async Task Only_stop_and_length_end_a_response_well(string finish, FinishReason expected)
    {
        await using var server = new RudeServer(_ => Reply.Chat("I cannot help with that.", finish));
        var response = await AskAsync(server);
        Assert.Equal(expected, response.FinishReason);
        Assert.Equal(expected == FinishReason.Error, response.Text.Length == 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_answer_beyond_the_limit_is_not_read_to_its_end(bool saysItsLength)
    {
        var head = saysItsLength ? "HTTP/1.1 200 OK\r\nContent-Length: 6553600\r\n\r\n" : "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n";
        await using var server = new RudeServer(_ => new Reply(head, Repeat: 100));
        var response = await AskAsync(server, most: 4096);
        Assert.Equal((FinishReason.Error, 1), (response.FinishReason, server.Requests.Count));
        Assert.Contains("more than 4096 bytes", response.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_answer_times_out_and_is_asked_for_again()
    {
        var never = new TaskCompletionSource();
        await using var server = new RudeServer(r =>
        {
            if (r.Number > 0) return Reply.Chat("quick");
            ThreadPool.QueueUserWorkItem(_ => _time.EndUpTo(TimeSpan.FromHours(1)));
            return new Reply("", never.Task);
        });
        Assert.Equal("quick", (await AskAsync(server, new EndpointOptions { RequestTimeout = TimeSpan.FromHours(1) })).Text);
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task Cancellation_is_thrown_and_is_no_response()
    {
        using var cancel = new CancellationTokenSource();
        var never = new TaskCompletionSource();
        await using var server = new RudeServer(_ =>
        {
            cancel.Cancel();
            return new Reply("", never.Task);
        });
        using var model = ModelOf(server);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => model.GenerateAsync([Prompt.User("q", "why?")], Greedy, cancel.Token));
    }

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    public async Task A_refusal_before_any_answer_ends_the_work_with_exit_code_69(int status)
    {
        await using var server = new RudeServer(_ => Reply.Of(status, """{"error":{"message":"go away"}}"""));
        using var model = ModelOf(server);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => model.GenerateAsync([Prompt.User("q", "why?"), Prompt.User("r", "who?")], Greedy, Cancellation));
        Assert.Equal(GateExitCode.MissingEngine, error.ExitCode);
        Assert.Contains($"{server.Address.Authority}/v1/chat/completions answered {status}", error.Message, StringComparison.Ordinal);
        Assert.Contains("go away", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_after_an_answer_and_a_400_leave_their_own_prompts_unanswered_and_no_others()
    {
        await using var server = new RudeServer(r => r.Body.Contains("bad", StringComparison.Ordinal) ? Reply.Of(400, """{"message":"too long"}""") : r.Body.Contains("gone", StringComparison.Ordinal) ? Reply.Of(404, "") : Reply.Chat("fine"));
        using var model = ModelOf(server, new EndpointOptions { Concurrency = 1 });
        var responses = await model.GenerateAsync([Prompt.User("1", "good"), Prompt.User("2", "bad"), Prompt.User("3", "gone"), Prompt.User("4", "good")], Greedy, Cancellation);
        Assert.Equal([FinishReason.Stop, FinishReason.Error, FinishReason.Error, FinishReason.Stop], responses.Select(r => r.FinishReason));
        Assert.Contains("too long", responses[1].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        await using var server = new RudeServer(r => r.Number == 0 ? Reply.Of(307, "", "Location: /v1/chat/completions\r\n") : Reply.Chat("elsewhere"));
        var response = await AskAsync(server);
        Assert.Equal((FinishReason.Error, 1), (response.FinishReason, server.Requests.Count));
        Assert.Contains("answered 307 Status307: it points to '/v1/chat/completions', and redirects are not followed", response.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_compressed_answer_is_read_and_a_damaged_one_asked_for_again()
    {
        using var packed = new MemoryStream();
        using (var gzip = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(System.Text.Encoding.UTF8.GetBytes(Reply.ChatJson("whole")));
        var bytes = packed.ToArray();
        var head = System.Text.Encoding.ASCII.GetBytes(FormattableString.Invariant($"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {bytes.Length}\r\nConnection: close\r\n\r\n"));
        byte[] sound = [.. head, .. bytes], damaged = [.. head, .. bytes];
        damaged.AsSpan(head.Length + 12, 8).Fill(0xFF);
        await using var server = new RudeServer(r => new Reply("") { Bytes = r.Number == 0 ? damaged : sound });
        Assert.Equal(("whole", 2), ((await AskAsync(server)).Text, server.Requests.Count));
    }
}
