using SafetyGate.Pocket;

namespace SafetyGate.CapabilitySpecs;

/// <summary>The metrics that gate what every run here was for.</summary>
public static class Capabilities
{
    public static PocketMetrics Metrics { get; } = new(new PocketSuites(PocketPaths.Find()));
}
