using System.Globalization;
using SafetyGate.Core.Benchmarks;

namespace SafetyGate.Harness.Evaluation;

/// <summary>One of several parts of a whole, written <c>2/4</c>: of four parts the second, each fourth element from the second on.</summary>
/// <remarks>Parts differ by one element at most, are the same wherever they are made, and together are the whole.</remarks>
public sealed record Shard
{
    /// <summary>The environment variable that gives the specs of a test program their part of the whole.</summary>
    public const string Variable = "SAFETYGATE_SHARD";

    /// <summary>Most parts.</summary>
    public const int Most = 10_000;

    /// <summary>A part.</summary>
    /// <param name="number">Which one, from 1.</param>
    /// <param name="count">How many there are.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number lies outside [1, <paramref name="count"/>], or there are too many.</exception>
    public Shard(int number, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(number, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Most);
        (Number, Count) = (number, count);
    }

    /// <summary>Which one, from 1.</summary>
    public int Number { get; }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>Reads <c>I/N</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="source">Where it was given, for the message.</param>
    /// <exception cref="UserErrorException">It is none (exit code 64).</exception>
    public static Shard Parse(string text, string source) =>
        text.Split('/') is [var number, var count]
        && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
        && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var n)
        && i >= 1 && i <= n && n <= Most
            ? new(i, n)
            : throw new UserErrorException(Invariant($"{source} is '{text}'; it must be I/N with 1 ≤ I ≤ N ≤ {Most}, such as 2/4 for the second of four parts."), GateExitCode.Usage);

    /// <summary>The part that the environment gives; <c>null</c> for the whole.</summary>
    /// <param name="variable">Value of an environment variable, or <c>null</c>.</param>
    /// <exception cref="UserErrorException">As for <see cref="Parse"/>.</exception>
    public static Shard? FromEnvironment(Func<string, string?> variable) =>
        variable(Variable) is { Length: > 0 } text ? Parse(text, Variable) : null;

    /// <summary>How many elements the part has of a whole of so many.</summary>
    public int SizeOf(int whole) => whole < Number ? 0 : ((whole - Number) / Count) + 1;

    /// <summary>The elements of the part, in their order.</summary>
    public IReadOnlyList<T> Of<T>(IReadOnlyList<T> whole) => [.. whole.Where((_, position) => position % Count == Number - 1)];

    /// <summary>The items of the part as a benchmark, under the name of the whole and a digest of its own.</summary>
    /// <exception cref="UserErrorException">The benchmark has fewer items than there are parts (exit code 64).</exception>
    public Benchmark Of(Benchmark whole) => whole.Items.Count >= Count
        ? new(whole.Name, whole.Direction, Of(whole.Items))
        : throw new UserErrorException(Invariant($"'{whole.Name}' has {whole.Items.Count} items, too few for {Count} shards; use {whole.Items.Count} at most."), GateExitCode.Usage);

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Number}/{Count}");
}
