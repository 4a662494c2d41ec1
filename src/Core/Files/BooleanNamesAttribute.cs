namespace SafetyGate.Core.Files;

/// <summary>Values of an enumeration that a file may also call true and false.</summary>
/// <param name="yes">Name of the value that true is.</param>
/// <param name="no">Name of the value that false is.</param>
[AttributeUsage(AttributeTargets.Enum)]
internal sealed class BooleanNamesAttribute(string yes, string no) : Attribute
{
    /// <summary>Name of the value that true is.</summary>
    public string Yes { get; } = yes;

    /// <summary>Name of the value that false is.</summary>
    public string No { get; } = no;
}
