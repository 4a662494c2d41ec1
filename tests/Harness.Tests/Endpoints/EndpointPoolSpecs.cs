using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Endpoints;

namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>Several servers of one model: prompts are shared, what one fails at goes to the others, and a busy one gets less.</summary>
public sealed class EndpointPoolSpecs
{
    private const string Models = """{"data":[{"id":"m","owned_by":"us"}]}""";
    private static readonly SamplingOptions Sampling = new() { MaxNewTokens = 8, Temperature = 1, Seed = 5, SamplesPerPrompt = 2 };
    private static readonly EndpointOptions Options = new() { Concurrency = 4, Retries = 3, FirstDelay = TimeSpan.FromMilliseconds(20) };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Two_servers_share_the_prompts_and_give_the_responses_of_one()
    {
        await using var one = Server(_ => null);
        await using var a = Server(_ => null);
        await using var b = Server(_ => null);
        var prompts = Prompts(60);
        using var single = await EndpointPool.ConnectAsync([At(one)], new(), Options, TimeProvider.System, Cancellation);
        using var pool = await EndpointPool.ConnectAsync([At(a), At(b)], new(), Options, TimeProvider.System, Cancellation);
        var expected = await single.GenerateAsync(prompts, Sampling, Cancellation);
        Assert.Equal(expected, await pool.GenerateAsync(prompts, Sampling, Cancellation));
        Assert.Equal(120, expected.Select(response => response.Text).Distinct().Count()); // each sample has a seed of its own
        Assert.Equal(single.Identity, pool.Identity);
        Assert.Equal(120, Asked(a) + Asked(b));
        Assert.InRange(Asked(a), 1, 119);
        Assert.InRange(a.MostAtOnce, 1, 5);
        Assert.Empty(pool.Notes);
    }

    [Fact]
    public async Task A_server_that_dies_is_given_up_and_every_prompt_is_answered_by_the_other()
    {
        var asked = 0;
        await using var dying = Server(_ => Interlocked.Increment(ref asked) > 10 ? new RudeServer.Reply("") : null);
        // The sound one answers when the other has been given up, or it might answer everything before that.
        var givenUp = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var sound = Server(_ => null, after: givenUp.Task);
        using var pool = await EndpointPool.ConnectAsync([At(dying), At(sound)], new(), Options, TimeProvider.System, Cancellation);
        var asking = pool.GenerateAsync(Prompts(60), Sampling, Cancellation);
        for (var tries = 0; tries < 3000 && pool.Notes.Count == 0; tries++) await Task.Delay(10, Cancellation);
        givenUp.SetResult();
        var responses = await asking;
        Assert.All(responses, response => Assert.Equal(FinishReason.Stop, response.FinishReason));
        Assert.StartsWith(dying.Address.GetLeftPart(UriPartial.Authority) + " is given up, and its requests go to the others: ", Assert.Single(pool.Notes), StringComparison.Ordinal);
        var before = Asked(dying);
        await pool.GenerateAsync(Prompts(5), Sampling, Cancellation);
        Assert.Equal(before, Asked(dying));
    }

    [Fact]
    public void A_busy_server_gets_half_as_many_and_rests_as_long_as_it_says_and_gets_more_as_it_answers()
    {
        var clock = new ManualClock();
        var lane = new ServerLane(null!, "a", new EndpointOptions { Concurrency = 8, Retries = 2 }, clock);
        Assert.Equal(8, Room(lane));
        var round = lane.Round;
        lane.Failed(Busy(TimeSpan.FromSeconds(5)), round);
        lane.Failed(Busy(TimeSpan.FromSeconds(50)), round); // began before the first failure: says nothing new
        Assert.Equal((0, TimeSpan.FromSeconds(5)), (Room(lane), lane.Rest));
        clock.Now += TimeSpan.FromSeconds(5);
        Assert.Equal(4, Room(lane));
        for (var answer = 0; answer < 5; answer++) lane.Answered();
        Assert.Equal(5, Room(lane));
        for (var answer = 0; answer < 100; answer++) lane.Answered();
        Assert.Equal(8, Room(lane));
        foreach (var rest in (double[])[1, 2])
        {
            lane.Failed(Busy(null), lane.Round);
            Assert.Equal(TimeSpan.FromSeconds(rest), lane.Rest);
            clock.Now += lane.Rest;
        }

        Assert.Null(lane.GivenUp);
        lane.Failed(Busy(null), lane.Round);
        Assert.Equal("busy", lane.GivenUp);
        Assert.Equal(0, Room(lane));
    }

    [Fact]
    public void A_server_that_asks_for_too_long_a_rest_or_refuses_before_any_answer_is_given_up_at_once()
    {
        var asks = new ServerLane(null!, "a", Options, new ManualClock());
        asks.Failed(Busy(TimeSpan.FromHours(1)), asks.Round);
        Assert.Equal("busy", asks.GivenUp);
        var refuses = new ServerLane(null!, "a", Options, new ManualClock());
        refuses.Failed(new EndpointException("no key", isTransient: false) { Status = System.Net.HttpStatusCode.Unauthorized }, refuses.Round);
        Assert.Equal("no key", refuses.GivenUp);
    }

    private static EndpointException Busy(TimeSpan? rest) => new("busy", isTransient: true)
    {
        Status = System.Net.HttpStatusCode.TooManyRequests, RetryAfter = rest is { } time ? new(time) : null,
    };

    private static int Room(ServerLane lane)
    {
        while (lane.MayTake) lane.UnderWay++;
        var room = lane.UnderWay;
        lane.UnderWay = 0;
        return room;
    }

    private sealed class ManualClock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromSeconds(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }

    [Fact]
    public async Task When_no_server_is_left_the_rest_is_an_error_with_the_reason()
    {
        await using var a = Server(_ => RudeServer.Reply.Of(503, """{"error":"out of memory"}"""));
        await using var b = Server(_ => new RudeServer.Reply(""));
        using var pool = await EndpointPool.ConnectAsync([At(a), At(b)], new(), Options, TimeProvider.System, Cancellation);
        var responses = await pool.GenerateAsync(Prompts(40), Sampling, Cancellation);
        Assert.All(responses, response => Assert.Equal(FinishReason.Error, response.FinishReason));
        Assert.Contains(responses, response => response.Error!.StartsWith("not asked: no endpoint is left; the last reason: ", StringComparison.Ordinal));
        Assert.Equal(2, pool.Notes.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(7)]
    [InlineData(30)]
    public async Task A_rest_that_ends_between_two_looks_at_the_clock_holds_nothing_up(int milliseconds)
    {
        await using var busy = Server(_ => RudeServer.Reply.Of(503, """{"error":"busy"}"""));
        using var pool = await EndpointPool.ConnectAsync([At(busy)], new(), Options, new SteppingClock(TimeSpan.FromMilliseconds(milliseconds)), Cancellation);
        var responses = await pool.GenerateAsync(Prompts(20), Sampling, Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);
        Assert.All(responses, response => Assert.Equal(FinishReason.Error, response.FinishReason));
        Assert.Single(pool.Notes);
    }

    [Fact]
    public async Task A_prompt_that_is_refused_is_no_failure_of_the_server()
    {
        await using var a = Server(body => body.Contains("prompt 3 ", StringComparison.Ordinal) ? RudeServer.Reply.Of(400, """{"error":"too long"}""") : null);
        await using var b = Server(body => body.Contains("prompt 3 ", StringComparison.Ordinal) ? RudeServer.Reply.Of(400, """{"error":"too long"}""") : null);
        using var pool = await EndpointPool.ConnectAsync([At(a), At(b)], new(), Options, TimeProvider.System, Cancellation);
        var responses = await pool.GenerateAsync(Prompts(10), Sampling, Cancellation);
        Assert.Equal(["3", "3"], responses.Where(response => response.FinishReason == FinishReason.Error).Select(response => response.PromptId));
        Assert.Empty(pool.Notes);
    }

    // After one failure a server that fails again is given up, unless it answered in between; that it refuses a prompt is an answer.
    [Fact]
    public async Task Refused_prompts_between_failures_keep_a_server()
    {
        var asked = 0;
        await using var server = Server(_ => Interlocked.Increment(ref asked) % 2 == 1 ? RudeServer.Reply.Of(503, """{"error":"busy"}""") : RudeServer.Reply.Of(400, """{"error":"too long"}"""));
        using var pool = await EndpointPool.ConnectAsync([At(server)], new(), Options with { Concurrency = 1, Retries = 1 }, TimeProvider.System, Cancellation);
        var responses = await pool.GenerateAsync(Prompts(6), Sampling with { SamplesPerPrompt = 1 }, Cancellation);
        Assert.All(responses, response => Assert.DoesNotContain("not asked", response.Error, StringComparison.Ordinal));
        Assert.Empty(pool.Notes);
    }

    // The first attempt, and when all others are answered as many as either server has before it is given up.
    [Fact]
    public async Task A_prompt_is_tried_again_as_often_as_all_servers_together_allow()
    {
        RudeServer.Reply? Fails(string body) => body.Contains("prompt 0 ", StringComparison.Ordinal) ? RudeServer.Reply.Of(503, """{"error":"busy"}""") : null;
        await using var a = Server(Fails);
        await using var b = Server(Fails);
        using var pool = await EndpointPool.ConnectAsync([At(a), At(b)], new(), Options with { Concurrency = 1, Retries = 1, FirstDelay = TimeSpan.FromTicks(1) }, TimeProvider.System, Cancellation);
        var responses = await pool.GenerateAsync(Prompts(40), Sampling with { SamplesPerPrompt = 1 }, Cancellation);
        var failed = Assert.Single(responses, response => response.FinishReason == FinishReason.Error);
        Assert.Equal(("0", true), (failed.PromptId, failed.Error!.EndsWith("(5 attempts on 2 servers)", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Servers_of_different_models_are_refused_and_one_that_is_down_is_left_out()
    {
        await using var a = Server(_ => null);
        await using var other = Server(_ => null, """{"data":[{"id":"m","owned_by":"them"}]}""");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => EndpointPool.ConnectAsync([At(a), At(other)], new(), Options, TimeProvider.System, Cancellation));
        Assert.Contains("do not serve the same", error.Message, StringComparison.Ordinal);
        var down = new OpenAiClientOptions { Address = new("http://127.0.0.1:9") };
        using var pool = await EndpointPool.ConnectAsync([down, At(a)], new(), Options, TimeProvider.System, Cancellation);
        Assert.StartsWith("left out: The endpoint http://127.0.0.1:9 cannot be used", Assert.Single(pool.Notes), StringComparison.Ordinal);
        Assert.All(await pool.GenerateAsync(Prompts(4), Sampling, Cancellation), response => Assert.Equal(FinishReason.Stop, response.FinishReason));
        await Assert.ThrowsAsync<UserErrorException>(() => EndpointPool.ConnectAsync([down, down], new(), Options, TimeProvider.System, Cancellation));
    }

    private static OpenAiClientOptions At(RudeServer server) => new() { Address = server.Address };

    private static int Asked(RudeServer server) => server.Requests.Count(request => request.Path.EndsWith("/completions", StringComparison.Ordinal));

    private static List<Prompt> Prompts(int count) => [.. Enumerable.Range(0, count).Select(i => Prompt.User(Invariant($"{i}"), Invariant($"prompt {i} ?")))];

    // Answers with what decides a response: prompt and seed.
    private static RudeServer Server(Func<string, RudeServer.Reply?> fails, string models = Models, Task? after = null) => new(request =>
    {
        if (request.Path.EndsWith("/models", StringComparison.Ordinal)) return RudeServer.Reply.Of(200, models);
        if (fails(request.Body) is { } reply) return reply;
        var asked = JsonDocument.Parse(request.Body).RootElement;
        return RudeServer.Reply.Chat(asked.GetProperty("messages")[0].GetProperty("content").GetString() + asked.GetProperty("seed")) with { After = after };
    });

    // Each look takes as long.
    private sealed class SteppingClock(TimeSpan step) : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Add(ref _ticks, step.Ticks);
    }
}
