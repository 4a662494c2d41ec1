namespace SafetyGate.Core.Files;

/// <summary>The value decides no weight, so it is no part of a run's key.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class NotInKeyAttribute : Attribute;
