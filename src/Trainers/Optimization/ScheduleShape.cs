using System.Text.Json.Serialization;

namespace SafetyGate.Trainers.Optimization;

/// <summary>Shape of the warm-up or the decay of <see cref="ScheduleKind.WarmupStableDecay"/>.</summary>
public enum ScheduleShape
{
    /// <summary>A straight line.</summary>
    Linear,

    /// <summary>Half a cosine.</summary>
    Cosine,

    /// <summary>One minus the root of what has passed (arXiv:2405.18392).</summary>
    [JsonStringEnumMemberName("1-sqrt")]
    OneMinusSqrt,
}
