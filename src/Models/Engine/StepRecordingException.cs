namespace SafetyGate.Models.Engine;

/// <summary>A step that cannot be recorded or repeated. Never fatal: the same step runs operator by operator.</summary>
/// <param name="reason">What failed, as part of a sentence.</param>
/// <param name="cause">The error of an operator, if one caused it.</param>
internal sealed class StepRecordingException(string reason, Exception? cause = null) : Exception(reason, cause);
