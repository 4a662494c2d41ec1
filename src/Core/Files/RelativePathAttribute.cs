namespace SafetyGate.Core.Files;

/// <summary>A path that is relative to the JSON file that has it; in memory it is absolute.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class RelativePathAttribute : Attribute;
