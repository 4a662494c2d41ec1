using System.Text.Json.Serialization;
using SafetyGate.Core.Files;

namespace SafetyGate.Trainers.Grpo;

/// <summary>Limits that a reward is clipped to.</summary>
/// <param name="Least">The least reward.</param>
/// <param name="Most">The largest reward, above the least.</param>
[ReadByItself, JsonConverter(typeof(RewardRangeJson))]
public sealed record RewardRange(double Least, double Most);
