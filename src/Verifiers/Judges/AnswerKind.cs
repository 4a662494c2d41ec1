using System.Text.Json.Serialization;

namespace SafetyGate.Verifiers.Judges;

/// <summary>How a judge answers a question.</summary>
public enum AnswerKind
{
    /// <summary><c>"yes"</c> or <c>"no"</c>; worth 1 or 0.</summary>
    [JsonStringEnumMemberName("yes-no")]
    YesNo,

    /// <summary>A whole number from 1 to 5; worth 0 to 1 in steps of a quarter.</summary>
    [JsonStringEnumMemberName("1-5")]
    OneToFive,
}
