namespace SafetyGate.Core.Language;

/// <summary>A place in a text where reasoning begins or ends.</summary>
/// <param name="Kind">What belongs together: a mark ends what a mark of its kind began.</param>
/// <param name="Opens">Whether reasoning begins here; else it ends.</param>
/// <param name="Start">Its first UTF-16 unit.</param>
/// <param name="End">The unit after its last.</param>
public readonly record struct ReasoningMark(string Kind, bool Opens, int Start, int End);
