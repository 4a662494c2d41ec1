namespace SafetyGate.Harness.Endpoints;

/// <summary>Stops the requests to an endpoint that answers none of them any more.</summary>
/// <param name="most">So many failures in a row, without an answer between them, open it for good.</param>
internal sealed class CircuitBreaker(int most)
{
    private readonly Lock _lock = new();
    private int _inARow;
    private string? _reason;

    /// <summary>Why nothing is asked any more; <c>null</c> while it is closed.</summary>
    public string? Reason
    {
        get
        {
            lock (_lock) return _reason;
        }
    }

    /// <summary>Records an answer.</summary>
    public void Answered()
    {
        lock (_lock) _inARow = 0;
    }

    /// <summary>Records a failure that is the endpoint's, not the prompt's.</summary>
    public void Failed(string why)
    {
        lock (_lock)
            if (++_inARow >= most)
                _reason ??= Invariant($"not asked: the endpoint gave no answer {_inARow} times in a row, the last time: {why}");
    }
}
