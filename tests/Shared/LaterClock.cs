namespace SafetyGate.Tests;

/// <summary>A clock that is ahead, for files that must not count as just written.</summary>
internal sealed class LaterClock(double seconds = 60) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddSeconds(seconds);
}
