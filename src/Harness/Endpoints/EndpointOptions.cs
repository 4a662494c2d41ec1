namespace SafetyGate.Harness.Endpoints;

/// <summary>Concurrency, timeouts and retries of requests to an endpoint. None of it changes the responses.</summary>
public sealed record EndpointOptions
{
    /// <summary>Requests under way at the same time. Default 8.</summary>
    public int Concurrency { get; init; } = 8;

    /// <summary>Longest time one request may take, from the connection to the last byte. Default 2 minutes.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Longest time one response may take, all attempts and the waits between them. Default 10 minutes, or three times
    /// <see cref="RequestTimeout"/> where that is more.
    /// </summary>
    public TimeSpan TotalTimeout
    {
        get => field > TimeSpan.Zero ? field : TimeSpan.FromTicks(Math.Max(TimeSpan.FromMinutes(10).Ticks, 3 * RequestTimeout.Ticks));
        init;
    }

    /// <summary>How often a request is repeated after the first try, when the failure may pass. Default 5.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>How often a request that timed out is repeated, within <see cref="Retries"/>. Default 1.</summary>
    public int TimeoutRetries { get; init; } = 1;

    /// <summary>
    /// After so many responses in a row that were not had (no connection, time-out, 429, 5xx, refusal, another model), the endpoint is
    /// asked no more and what remains is unscored. Default 5, or twice <see cref="Concurrency"/> where that is more.
    /// </summary>
    public int FailuresInARow
    {
        get => field != 0 ? field : Math.Max(5, 2 * Concurrency);
        init;
    }

    /// <summary>
    /// How long an endpoint that has answered nothing yet may only fail. The first failed attempt after that ends the requests, those that wait
    /// to be repeated too, and what remains is unscored with the commonest reason. Default 1 minute. A request still under way is no failure.
    /// </summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Wait before the first repetition; each further one waits twice as long. Between half and the whole of it is waited, drawn. Default 1
    /// s.
    /// </summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Ceiling of the doubling. Default 1 minute.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest <c>Retry-After</c> that is waited for; if a server requests more, the prompt fails. Default 5 minutes.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Concurrency is < 1 or > 1024) yield return Invariant($"{nameof(Concurrency)} is {Concurrency}; it must lie in [1, 1024].");
        if (RequestTimeout <= TimeSpan.Zero || RequestTimeout > TimeSpan.FromDays(1))
            yield return Invariant($"{nameof(RequestTimeout)} is {RequestTimeout}; it must be positive and a day at most.");
        if (TotalTimeout < RequestTimeout || TotalTimeout > TimeSpan.FromDays(7))
            yield return Invariant($"{nameof(TotalTimeout)} is {TotalTimeout}; it must be {nameof(RequestTimeout)} ({RequestTimeout}) or more, and a week at most.");
        if (TimeoutRetries is < 0 or > 30) yield return Invariant($"{nameof(TimeoutRetries)} is {TimeoutRetries}; it must lie in [0, 30].");
        if (FailuresInARow < 1) yield return Invariant($"{nameof(FailuresInARow)} is {FailuresInARow}; it must be 1 or more.");
        if (GiveUpAfter <= TimeSpan.Zero || GiveUpAfter > TimeSpan.FromDays(1))
            yield return Invariant($"{nameof(GiveUpAfter)} is {GiveUpAfter}; it must be positive and a day at most.");
        if (Retries is < 0 or > 30) yield return Invariant($"{nameof(Retries)} is {Retries}; it must lie in [0, 30].");
        if (FirstDelay < TimeSpan.Zero) yield return Invariant($"{nameof(FirstDelay)} is {FirstDelay}; it must not be negative.");
        if (LongestDelay < FirstDelay || LongestDelay > TimeSpan.FromDays(1)) yield return Invariant($"{nameof(LongestDelay)} is {LongestDelay}; it must be {nameof(FirstDelay)} ({FirstDelay}) or more, and a day at most.");
        if (LongestRetryAfter < TimeSpan.Zero || LongestRetryAfter > TimeSpan.FromDays(1))
            yield return Invariant($"{nameof(LongestRetryAfter)} is {LongestRetryAfter}; it must be 0 or more and a day at most.");
    }
}
