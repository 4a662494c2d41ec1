namespace SafetyGate.Harness.Endpoints;

/// <summary>Stops the requests to an endpoint that answers none of them any more, or that has only failed from the start.</summary>
/// <param name="options">After how many failures in a row, and after how long without any answer.</param>
/// <param name="time">The clock.</param>
internal sealed class CircuitBreaker(EndpointOptions options, TimeProvider time) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _hopeless = new();
    private readonly Dictionary<string, int> _failures = new(StringComparer.Ordinal);
    private long? _started;
    private int _inARow;
    private bool _hasAnswered;
    private string? _reason;

    /// <summary>Why nothing is asked any more; <c>null</c> while it is closed.</summary>
    public string? Reason
    {
        get
        {
            lock (_lock) return _reason;
        }
    }

    /// <summary>Ends what is under way when an endpoint that never answered is given up.</summary>
    public CancellationToken Hopeless => _hopeless.Token;

    /// <summary>Records that a request begins.</summary>
    public void Begins()
    {
        lock (_lock) _started ??= time.GetTimestamp();
    }

    /// <summary>Records an answer.</summary>
    public void Answered()
    {
        lock (_lock)
        {
            (_inARow, _hasAnswered) = (0, true);
            _failures.Clear();
        }
    }

    /// <summary>Records that one attempt failed, whether or not it is repeated.</summary>
    public void AttemptFailed(string why)
    {
        lock (_lock)
        {
            if (_hasAnswered || _reason is not null) return;
            _failures[why] = _failures.GetValueOrDefault(why) + 1;
            if (_started is not { } started || time.GetElapsedTime(started) is var elapsed && elapsed < options.GiveUpAfter) return;
            var (commonest, times) = _failures.OrderByDescending(failure => failure.Value).ThenBy(failure => failure.Key, StringComparer.Ordinal).First();
            var all = _failures.Values.Sum();
            _reason = Invariant($"given up: in {elapsed.TotalSeconds:0} s the endpoint answered nothing and failed {all} {(all == 1 ? "time" : "times")}; the commonest reason, {times} {(times == 1 ? "time" : "times")}: {commonest}");
        }

        _hopeless.Cancel();
    }

    /// <summary>Records that a response was not had, and that this is the endpoint's doing, not the prompt's.</summary>
    public void Failed(string why)
    {
        lock (_lock)
            if (++_inARow >= options.FailuresInARow)
                _reason ??= Invariant($"not asked: the endpoint gave no answer {_inARow} times in a row, the last time: {why}");
    }

    public void Dispose() => _hopeless.Dispose();
}
