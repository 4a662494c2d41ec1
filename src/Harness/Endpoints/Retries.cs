using SafetyGate.Core.Runs;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// Repeats a request whose failure may pass: waits twice as long each time, with jitter, and at least as long as the server requests.
/// </summary>
internal sealed class Retries(EndpointOptions options, TimeProvider time)
{
    /// <summary>The answer of the first try that has one.</summary>
    /// <param name="request">One try.</param>
    /// <param name="jitter">Source of the jitter; of this request alone.</param>
    /// <param name="failed">Told of each attempt that failed.</param>
    /// <param name="cancellationToken">Cancellation is thrown as such; a time-out is a failure.</param>
    /// <exception cref="EndpointException">The last failure, or that the whole took too long.</exception>
    public async Task<T> RunAsync<T>(Func<CancellationToken, Task<T>> request, RandomStream jitter, Action<EndpointException> failed,
        CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.TotalTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        EndpointException? last = null;
        try
        {
            return await RepeatAsync(request, jitter, failure => failed(last = failure), either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var why = Invariant($"no answer within {options.TotalTimeout.TotalSeconds:0.###} s, all attempts together");
            throw last is null ? new EndpointException(why, isTransient: true, e) { IsTimeout = true } : Final(last, why);
        }
    }

    private async Task<T> RepeatAsync<T>(Func<CancellationToken, Task<T>> request, RandomStream jitter, Action<EndpointException> failed,
        CancellationToken cancellationToken)
    {
        var timedOut = 0;
        for (var attempt = 1; ; attempt++)
        {
            EndpointException failure;
            try
            {
                return await WithinLimitAsync(request, cancellationToken);
            }
            catch (EndpointException e)
            {
                failure = e;
            }

            failed(failure);
            cancellationToken.ThrowIfCancellationRequested();
            if (failure.IsTimeout) timedOut++;
            if (!failure.IsTransient || attempt > options.Retries || timedOut > options.TimeoutRetries)
                throw attempt == 1 ? failure : Final(failure, Invariant($"{attempt} attempts"));
            var asked = AskedFor(failure);
            if (asked > options.LongestRetryAfter)
                throw Final(failure, Invariant($"it requests a wait of {asked.TotalSeconds:F0} s, longer than the {options.LongestRetryAfter.TotalSeconds:F0} s allowed"));
            var own = OwnDelay(attempt, jitter);
            await Task.Delay(asked > own ? asked : own, time, cancellationToken);
        }
    }

    private static EndpointException Final(EndpointException failure, string why) =>
        new($"{failure.Message} ({why})", failure.IsTransient, failure)
        {
            Status = failure.Status,
            RetryAfter = failure.RetryAfter,
            IsTimeout = failure.IsTimeout,
        };

    private TimeSpan OwnDelay(int attempt, RandomStream jitter)
    {
        var doubled = Math.Min(options.LongestDelay.TotalSeconds, options.FirstDelay.TotalSeconds * Math.Pow(2, attempt - 1));
        return TimeSpan.FromSeconds(doubled * (1 + jitter.NextDouble()) / 2);
    }

    private TimeSpan AskedFor(EndpointException failure)
    {
        var asked = failure.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - time.GetUtcNow(),
            _ => TimeSpan.Zero,
        };
        return asked > TimeSpan.Zero ? asked : TimeSpan.Zero;
    }

    private async Task<T> WithinLimitAsync<T>(Func<CancellationToken, Task<T>> request, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            return await request(either.Token).WaitAsync(either.Token); // a client that ignores its token must not hold the evaluation
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new EndpointException(Invariant($"no answer within {options.RequestTimeout.TotalSeconds:0.###} s"), isTransient: true, e)
            {
                IsTimeout = true
            };
        }
        catch (HttpRequestException e) // of a client that is not ours
        {
            throw new EndpointException(e.Message, e.StatusCode is not { } status || EndpointException.IsTransientStatus(status), e)
            {
                Status = e.StatusCode
            };
        }
        catch (Exception e) when (e is IOException or TimeoutException)
        {
            throw new EndpointException(e.Message, isTransient: true, e);
        }
    }
}
