using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;
using Reply = SafetyGate.Harness.Tests.Endpoints.RudeServer.Reply;

namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>A server that is silent, slow or broken is left after a few attempts, not after all prompts.</summary>
public sealed class EndpointSilenceSpecs
{
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 16, Seed = 5 };
    private readonly FakeTime _time = new(TimeSpan.FromMinutes(1));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ChatClientLanguageModel ModelOf(RudeServer server, EndpointOptions options) =>
        new(new OpenAiChatClient(new OpenAiClientOptions { Address = server.Address }), new EndpointIdentity { ServedModel = "m" }, options, _time);

    private static Prompt[] Prompts(int count) => [.. Enumerable.Range(0, count).Select(i => Prompt.User(Invariant($"p{i}"), "why?"))];

    // Whoever asks is kept waiting until its own limit ends it.
    private RudeServer Silent(TimeSpan limit) => new(_ =>
    {
        ThreadPool.QueueUserWorkItem(_ => _time.EndUpTo(limit));
        return new Reply("", new TaskCompletionSource().Task);
    });

    [Fact]
    public void The_limits_are_minutes_and_not_hours()
    {
        var options = new EndpointOptions();
        Assert.Equal((TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), 1, 16), (options.RequestTimeout, options.TotalTimeout, options.TimeoutRetries, options.FailuresInARow));
        Assert.Equal(TimeSpan.FromHours(3), new EndpointOptions { RequestTimeout = TimeSpan.FromHours(1) }.TotalTimeout);
        Assert.Equal(5, new EndpointOptions { Concurrency = 1 }.FailuresInARow);
        Assert.Empty(options.Problems());
    }

    [Fact]
    public async Task A_server_that_accepts_and_never_answers_is_asked_for_its_models_twice()
    {
        await using var server = Silent(TimeSpan.FromMinutes(1));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => OpenAiEndpoint.ConnectAsync(new OpenAiClientOptions { Address = server.Address }, new EndpointIdentity(), new EndpointOptions(), _time, Cancellation));
        Assert.Equal((GateExitCode.MissingEngine, 2), (error.ExitCode, server.Requests.Count));
        Assert.Contains("no answer within 60 s (2 attempts)", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_left_after_a_few_prompts_and_the_rest_is_unscored_with_the_reason()
    {
        await using var server = Silent(TimeSpan.FromMinutes(2));
        using var model = ModelOf(server, new EndpointOptions { Concurrency = 1 });
        var responses = await model.GenerateAsync(Prompts(1000), Greedy, Cancellation);
        Assert.Equal(10, server.Requests.Count); // two attempts for each of five prompts
        Assert.All(responses, r => Assert.Equal(FinishReason.Error, r.FinishReason));
        Assert.All(responses.Take(5), r => Assert.Contains("no answer within 120 s (2 attempts)", r.Error, StringComparison.Ordinal));
        Assert.All(responses.Skip(5), r => Assert.Contains("not asked: the endpoint gave no answer 5 times in a row, the last time: no answer within 120 s", r.Error, StringComparison.Ordinal));
        Assert.Contains("not asked", Assert.Single(await model.GenerateAsync(Prompts(1), Greedy, Cancellation)).Error, StringComparison.Ordinal);
        Assert.Equal(10, server.Requests.Count);
    }

    [Fact]
    public async Task A_body_that_drips_ends_with_the_limit_of_its_request()
    {
        await using var server = new RudeServer(r =>
        {
            if (r.Number > 0) return Reply.Chat("quick");
            ThreadPool.QueueUserWorkItem(_ => _time.EndUpTo(TimeSpan.FromMinutes(2)));
            return new Reply("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", Drips: true);
        });
        using var model = ModelOf(server, new EndpointOptions());
        Assert.Equal("quick", Assert.Single(await model.GenerateAsync(Prompts(1), Greedy, Cancellation)).Text);
    }

    [Fact]
    public async Task A_response_is_given_up_when_all_its_attempts_together_take_too_long()
    {
        await using var server = new RudeServer(r =>
        {
            if (r.Number == 0) return Reply.Of(503, "busy");
            ThreadPool.QueueUserWorkItem(_ => _time.EndAll());
            return new Reply("", new TaskCompletionSource().Task);
        });
        using var model = ModelOf(server, new EndpointOptions { RequestTimeout = TimeSpan.FromHours(2), TotalTimeout = TimeSpan.FromHours(2), TimeoutRetries = 9 });
        var response = Assert.Single(await model.GenerateAsync(Prompts(1), Greedy, Cancellation));
        Assert.Equal((FinishReason.Error, 2), (response.FinishReason, server.Requests.Count));
    }

    [Theory]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(401)]
    public async Task Failures_in_a_row_end_the_requests_and_an_answer_between_them_starts_the_count_anew(int status)
    {
        await using var server = new RudeServer(r => r.Number is 0 or 3 ? Reply.Chat("well") : Reply.Of(status, ""));
        using var model = ModelOf(server, new EndpointOptions { Concurrency = 1, Retries = 0, FailuresInARow = 3 });
        var responses = await model.GenerateAsync(Prompts(20), Greedy, Cancellation);
        Assert.Equal(7, server.Requests.Count); // an answer, two failures, an answer, three failures
        Assert.Equal(2, responses.Count(r => r.FinishReason == FinishReason.Stop));
        Assert.Equal(13, responses.Count(r => r.Error?.StartsWith("not asked", StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task Prompts_that_are_refused_for_themselves_do_not_end_the_requests()
    {
        await using var server = new RudeServer(_ => Reply.Of(400, "too long"));
        using var model = ModelOf(server, new EndpointOptions { Concurrency = 1 });
        await model.GenerateAsync(Prompts(20), Greedy, Cancellation);
        Assert.Equal(20, server.Requests.Count);
    }

    [Theory]
    [InlineData(0, 0, 1, "TotalTimeout")]
    [InlineData(60, -1, 1, "TimeoutRetries")]
    [InlineData(60, 0, -1, "FailuresInARow")]
    public void Limits_that_are_none_are_problems(int total, int retries, int failures, string named) =>
        Assert.Contains(named, string.Join(' ', new EndpointOptions { RequestTimeout = TimeSpan.FromSeconds(50), TotalTimeout = TimeSpan.FromSeconds(total == 0 ? 1 : total), TimeoutRetries = retries, FailuresInARow = failures }.Problems()), StringComparison.Ordinal);
}
