using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// One server of a pool: how many requests it gets at once, whether it rests, and whether it is given up. Used by one loop at a time.
/// </summary>
/// <param name="server">The server.</param>
/// <param name="name">Its address, for messages.</param>
/// <param name="options">Concurrency, retries and waits.</param>
/// <param name="time">The clock.</param>
/// <remarks>
/// Additive increase, multiplicative decrease, as TCP does it: half as many after a failure that may pass, one more after as many answers
/// as are under way. After a failure it rests, twice as long each time, and at least as long as the server asks.
/// </remarks>
internal sealed class ServerLane(ChatClientLanguageModel server, string name, EndpointOptions options, TimeProvider time)
{
    private const int RoundsOfSilence = 2;
    private readonly long _started = time.GetTimestamp();
    private double _most = options.Concurrency;
    private TimeSpan _restsUntil;
    private int _failedRounds;
    private bool _hasAnswered;

    public ChatClientLanguageModel Server => server;

    public string Name => name;

    /// <summary>Requests under way.</summary>
    public int UnderWay { get; set; }

    /// <summary>Number of the present round: requests that began before a failure say nothing about the server after it.</summary>
    public int Round { get; private set; }

    /// <summary>Why it is given up; <c>null</c> while it is not.</summary>
    public string? GivenUp { get; private set; }

    /// <summary>Share of what it may get that is under way.</summary>
    public double Load => UnderWay / Math.Floor(_most);

    /// <summary>How long it rests from now; zero if it does not.</summary>
    public TimeSpan Rest => _restsUntil - Elapsed is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    /// <summary>True if it may get a request when it does not rest.</summary>
    public bool HasRoom => GivenUp is null && UnderWay < (int)_most;

    /// <summary>True if it may get a request now.</summary>
    public bool MayTake => HasRoom && Rest == TimeSpan.Zero;

    private TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <summary>Records an answer, be it that a prompt is refused.</summary>
    public void Answered()
    {
        (_failedRounds, _hasAnswered) = (0, true);
        _most = Math.Min(options.Concurrency, _most + 1 / _most);
    }

    /// <summary>Records a failure that is the server's.</summary>
    /// <param name="failure">What happened.</param>
    /// <param name="round">The round in which the request began.</param>
    public void Failed(EndpointException failure, int round)
    {
        if (GivenUp is not null) return;
        if (failure.IsRefusal && !_hasAnswered) GivenUp = failure.Message;
        if (round != Round) return;
        Round++;
        _failedRounds++;
        _most = Math.Max(1, _most / 2);
        var asked = failure.RetryAfter is { Delta: { } delta } ? delta : failure.RetryAfter is { Date: { } date } ? date - time.GetUtcNow() : TimeSpan.Zero;
        var own = TimeSpan.FromSeconds(Math.Min(options.LongestDelay.TotalSeconds, options.FirstDelay.TotalSeconds * Math.Pow(2, _failedRounds - 1)));
        _restsUntil = Elapsed + (asked > own ? asked : own);
        // A server that says that it is busy is waited for longer than one that says nothing.
        if (_failedRounds > (failure.Status is null ? Math.Min(RoundsOfSilence, options.Retries) : options.Retries) || asked > options.LongestRetryAfter) GivenUp = failure.Message;
    }
}
