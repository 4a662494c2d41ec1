namespace SafetyGate.Core.Files;

/// <summary>Keys that other trainers' files have and an object here has not, refused with what takes their place.</summary>
/// <param name="keys">The keys, by blanks; one that ends with * stands for all that begin so.</param>
/// <param name="instead">What is so here, or what to give instead, as the end of a sentence.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
internal sealed class AbsentKeysAttribute(string keys, string instead) : Attribute
{
    /// <summary>What is so here, or what to give instead.</summary>
    public string Instead { get; } = instead;

    /// <summary>Whether a key is one of them.</summary>
    /// <param name="key">The key.</param>
    public bool Has(string key) => keys.Split(' ').Any(one => one.EndsWith('*') ? key.StartsWith(one[..^1], StringComparison.Ordinal) : key == one);
}
