namespace SafetyGate.Core.Files;

/// <summary>In JSON, the members of this object are members of the object that has it.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class FlattenAttribute : Attribute;
