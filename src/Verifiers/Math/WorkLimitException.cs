namespace SafetyGate.Verifiers.Math;

/// <summary>A comparison takes more steps than it may; nothing is known about its answer.</summary>
internal sealed class WorkLimitException() : Exception("reading it takes too many steps");
