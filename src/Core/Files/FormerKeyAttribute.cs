namespace SafetyGate.Core.Files;

/// <summary>A key that an object no longer has, refused with its new name.</summary>
/// <param name="former">The former key.</param>
/// <param name="now">The new key, or the new keys in words.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class FormerKeyAttribute(string former, string now) : Attribute
{
    /// <summary>The former key.</summary>
    public string Former { get; } = former;

    /// <summary>The new key, or the new keys in words.</summary>
    public string Now { get; } = now;
}
