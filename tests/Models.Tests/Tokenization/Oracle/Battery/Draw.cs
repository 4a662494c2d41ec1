using SafetyGate.Core.Runs;

namespace SafetyGate.Models.Tests.Tokenization.Oracle.Battery;

/// <summary>Random choices of one stream.</summary>
internal sealed class Draw(RandomStream random)
{
    /// <summary>A whole number below a bound.</summary>
    public int Below(int bound) => random.Next(bound);

    /// <summary>True once in so many draws.</summary>
    public bool OneIn(int many) => random.Next(many) == 0;

    /// <summary>One of several.</summary>
    public T Of<T>(params ReadOnlySpan<T> several) => several[random.Next(several.Length)];

    /// <summary>One of several.</summary>
    public T From<T>(List<T> several) => several[random.Next(several.Count)];

    /// <summary>Either.</summary>
    public bool Either() => random.Next(2) == 0;

    /// <summary>A number of at least 0 and below 1.</summary>
    public double Share() => random.NextDouble();

    /// <summary>Several of a list, in its order.</summary>
    public IEnumerable<T> Some<T>(IReadOnlyList<T> several, int oneIn) => several.Where(_ => random.Next(oneIn) == 0);
}
