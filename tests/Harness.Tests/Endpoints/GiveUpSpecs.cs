using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;
using Reply = SafetyGate.Harness.Tests.Endpoints.RudeServer.Reply;

namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>An endpoint that has only failed is given up after a minute, whatever its failures ask for.</summary>
public sealed class GiveUpSpecs
{
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 16, Seed = 5 };
    private readonly WaitingTime _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ChatClientLanguageModel ModelOf(RudeServer server, EndpointOptions options) =>
        new(new OpenAiChatClient(new OpenAiClientOptions { Address = server.Address }), new EndpointIdentity { ServedModel = "m" }, options, _time);

    private static Prompt[] Prompts(int count) => [.. Enumerable.Range(0, count).Select(i => Prompt.User(Invariant($"p{i}"), "why?"))];

    [Fact]
    public async Task The_commonest_reason_is_told_of_a_server_that_only_fails()
    {
        await using var server = new RudeServer(r => Reply.Of(r.Number % 3 == 1 ? 502 : 503, ""));
        using var model = ModelOf(server, new EndpointOptions { Concurrency = 1, Retries = 30, LongestDelay = TimeSpan.FromSeconds(10) });
        var responses = await model.GenerateAsync(Prompts(500), Greedy, Cancellation);
        Assert.InRange(_time.Passed.TotalSeconds, 60, 75); // one wait beyond the minute at most
        Assert.All(responses, r => Assert.Equal(FinishReason.Error, r.FinishReason));
        Assert.All(responses, r => Assert.Matches(@"^given up: in (6|7)\d s the endpoint answered nothing and failed \d+ times; the commonest reason, \d+ times: .*503", r.Error));
        Assert.InRange(server.Requests.Count, 5, 20);
    }

    [Fact]
    public async Task A_server_that_asks_for_waits_is_not_waited_for_again_and_again()
    {
        await using var server = new RudeServer(_ => Reply.Of(429, "", "Retry-After: 50\r\n"));
        using var model = ModelOf(server, new EndpointOptions { Concurrency = 1 });
        await model.GenerateAsync(Prompts(100), Greedy, Cancellation);
        Assert.Equal((3, TimeSpan.FromSeconds(100)), (server.Requests.Count, _time.Passed));
    }

    [Fact]
    public async Task One_answer_shows_that_the_server_is_there()
    {
        await using var server = new RudeServer(r => r.Number % 10 == 9 ? Reply.Chat("well") : Reply.Of(503, ""));
        using var model = ModelOf(server, new EndpointOptions { Concurrency = 1, Retries = 30, FirstDelay = TimeSpan.FromSeconds(6), LongestDelay = TimeSpan.FromSeconds(6) });
        var responses = await model.GenerateAsync(Prompts(5), Greedy, Cancellation);
        Assert.True(_time.Passed > TimeSpan.FromMinutes(2));
        Assert.All(responses, r => Assert.Equal("well", r.Text));
    }

    [Fact]
    public async Task A_model_that_takes_long_to_answer_has_not_failed()
    {
        await using var server = new RudeServer(r =>
        {
            _time.Pass(TimeSpan.FromSeconds(90));
            return Reply.Chat("well");
        });
        using var model = ModelOf(server, new EndpointOptions { Concurrency = 1 });
        Assert.All(await model.GenerateAsync(Prompts(3), Greedy, Cancellation), r => Assert.Equal("well", r.Text));
    }

    [Fact]
    public async Task What_waits_to_be_repeated_ends_with_the_rest()
    {
        var first = new TaskCompletionSource();
        await using var server = new RudeServer(r =>
        {
            if (!r.Body.Contains("\"p0\"", StringComparison.Ordinal)) return Reply.Of(503, "");
            first.TrySetResult();
            return Reply.Of(503, "", "Retry-After: 299\r\n");
        });
        using var model = ModelOf(server, new EndpointOptions { Concurrency = 2, Retries = 30 });
        _time.Holds(TimeSpan.FromSeconds(299)); // for good
        var responses = await model.GenerateAsync([Prompt.User("p0", "p0"), Prompt.User("p1", "p1")], Greedy, Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.All(responses, r => Assert.StartsWith("given up", r.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0), InlineData(-1), InlineData(90_000)]
    public void A_limit_that_is_none_is_a_problem(int seconds) =>
        Assert.Contains("GiveUpAfter", string.Join(' ', new EndpointOptions { GiveUpAfter = TimeSpan.FromSeconds(seconds) }.Problems()), StringComparison.Ordinal);

    /// <summary>A clock on which each back-off is over at once and has taken its time; limits of requests never end.</summary>
    private sealed class WaitingTime : TimeProvider
    {
        private readonly Lock _lock = new();
        private TimeSpan _held = TimeSpan.MinValue;

        public TimeSpan Passed { get; private set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp()
        {
            lock (_lock) return Passed.Ticks;
        }

        public void Pass(TimeSpan time)
        {
            lock (_lock) Passed += time;
        }

        public void Holds(TimeSpan wait) => _held = wait;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime >= TimeSpan.FromSeconds(120) || dueTime < TimeSpan.Zero || dueTime == _held) return new Waiting();
            Pass(dueTime);
            ThreadPool.QueueUserWorkItem(_ => callback(state));
            return new Waiting();
        }

        private sealed class Waiting : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => false;

            public void Dispose() { }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
