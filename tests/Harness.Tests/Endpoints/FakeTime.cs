namespace SafetyGate.Harness.Tests.Endpoints;

/// <summary>A clock whose waits of less than a limit are over at once and are written down; longer ones end when told to.</summary>
internal sealed class FakeTime(TimeSpan overAtOnceBelow) : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<FakeTimer> _pending = [];
    private readonly List<TimeSpan> _waited = [];

    public DateTimeOffset Now { get; init; } = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public IReadOnlyList<TimeSpan> Waited
    {
        get
        {
            lock (_lock) return [.. _waited];
        }
    }

    public override DateTimeOffset GetUtcNow() => Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new FakeTimer(this, callback, state, dueTime);
        lock (_lock)
        {
            if (dueTime >= overAtOnceBelow || dueTime < TimeSpan.Zero) _pending.Add(timer);
            else
            {
                _waited.Add(dueTime);
                ThreadPool.QueueUserWorkItem(_ => timer.Fire());
            }
        }

        return timer;
    }

    /// <summary>Ends every wait that is not over.</summary>
    public void EndAll() => EndUpTo(TimeSpan.MaxValue);

    /// <summary>Ends every wait of a length at most that is not over.</summary>
    public void EndUpTo(TimeSpan longest)
    {
        FakeTimer[] due;
        lock (_lock)
        {
            due = [.. _pending.Where(timer => timer.DueTime <= longest)];
            _pending.RemoveAll(due.Contains);
        }

        foreach (var timer in due) timer.Fire();
    }

    private sealed class FakeTimer(FakeTime owner, TimerCallback callback, object? state, TimeSpan dueTime) : ITimer
    {
        public TimeSpan DueTime => dueTime;

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
            lock (owner._lock) owner._pending.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
