namespace SafetyGate.Cli.Tests.Demo;

/// <summary>A clock that is set.</summary>
internal sealed class DemoClock : TimeProvider
{
    public double Seconds { get; set; } = 1;

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => (long)(Seconds * 1_000_000);
}
