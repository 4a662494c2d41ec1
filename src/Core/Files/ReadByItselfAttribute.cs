namespace SafetyGate.Core.Files;

/// <summary>The type's own converter reads its JSON value as it stands and says what is wrong with it.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ReadByItselfAttribute : Attribute;
