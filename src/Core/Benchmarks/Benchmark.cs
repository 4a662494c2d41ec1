using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafetyGate.Core.Language;

namespace SafetyGate.Core.Benchmarks;

/// <summary>A named, ordered, frozen set of items with one direction. Its digest is part of every result's identity.</summary>
public sealed class Benchmark
{
    /// <summary>Makes a benchmark of items.</summary>
    /// <param name="name">Name, such as <c>pocket/direct</c>.</param>
    /// <param name="direction">Meaning of a score of 1.</param>
    /// <param name="items">The items, in evaluation order. Those that ask the same question get one behavior.</param>
    /// <exception cref="ArgumentException">No items, an empty prompt, a conversation that ends with no question, or two items
    /// that share an id.</exception>
    public Benchmark(string name, MetricDirection direction, IReadOnlyList<BenchmarkItem> items)
    {
        if (items.Count == 0)
            throw new ArgumentException($"Benchmark '{name}' has no items; a rate of nothing is not a measurement.", nameof(items));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var item in items)
        {
            if (string.IsNullOrWhiteSpace(item.Prompt))
                throw new ArgumentException($"Benchmark '{name}', item '{item.Id}': the prompt is empty.", nameof(items));
            if (item.Conversation?.WhyUnanswerable() is { } why)
                throw new ArgumentException($"Benchmark '{name}', item '{item.Id}': {why}.", nameof(items));
            if (!seen.Add(item.Id))
                throw new ArgumentException($"Benchmark '{name}' has two items with id '{item.Id}'; ids must be unique.", nameof(items));
        }

        items = RepeatedQuestions.Joined(items);
        (Name, Direction, Items, Digest) = (name, direction, items, DigestOf(items));
    }

    /// <summary>Name, such as <c>pocket/direct</c>.</summary>
    public string Name { get; }

    /// <summary>Meaning of a score of 1.</summary>
    public MetricDirection Direction { get; }

    /// <summary>The items, in evaluation order.</summary>
    public IReadOnlyList<BenchmarkItem> Items { get; }

    /// <summary>SHA-256 over every field of every item in order; lower-case hex. The name takes no part.</summary>
    public string Digest { get; }

    /// <summary>
    /// Suites pooled into one benchmark: ids become <c>suite/id</c>, <see cref="BenchmarkItem.Suite"/> the name of the suite.
    /// </summary>
    /// <param name="name">Name of the pool, such as <c>pocket/adversarial</c>.</param>
    /// <param name="suites">The suites, in order; of one direction, with different names.</param>
    /// <exception cref="ArgumentException">No suites, two directions, or two suites of one name.</exception>
    public static Benchmark Pool(string name, params IReadOnlyList<Benchmark> suites)
    {
        if (suites.Count == 0) throw new ArgumentException($"Pool '{name}' has no suites.", nameof(suites));
        if (suites.FirstOrDefault(s => s.Direction != suites[0].Direction) is { } other)
            throw new ArgumentException($"Pool '{name}': '{suites[0].Name}' measures {suites[0].Direction}, '{other.Name}' {other.Direction}; a pool has one direction.", nameof(suites));
        if (suites.GroupBy(s => s.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"Pool '{name}' has suite '{twice.Key}' twice.", nameof(suites));
        return new(name, suites[0].Direction,
            [.. suites.SelectMany(s => s.Items.Select(i => i with { Id = $"{s.Name}/{i.Id}", Suite = s.Name }))]);
    }

    /// <summary>
    /// The same items under one instruction: a system turn before each. Another digest, so that results with and without it, or under
    /// another one, are not comparable.
    /// </summary>
    /// <param name="instruction">The system prompt.</param>
    /// <exception cref="ArgumentException">The instruction is blank.</exception>
    /// <exception cref="UserErrorException">An item has a system turn of its own; the message names it.</exception>
    public Benchmark WithSystemPrompt(string instruction)
    {
        if (string.IsNullOrWhiteSpace(instruction)) throw new ArgumentException($"Benchmark '{Name}': the system prompt is blank; leave it out.", nameof(instruction));
        return new(Name, Direction, [.. Items.Select(item => item with { Conversation = Under(item) })]);

        Conversation Under(BenchmarkItem item)
        {
            try
            {
                return (item.Conversation ?? Conversation.Of(item.Prompt)).WithSystem(instruction);
            }
            catch (FormatException e)
            {
                throw new UserErrorException($"Benchmark '{Name}', item '{item.Id}': {e.Message}, so it takes no system prompt of the suite. Leave one of them out.", e);
            }
        }
    }

    /// <summary>The name, for test explorers.</summary>
    public override string ToString() => Name;

    private static string DigestOf(IReadOnlyList<BenchmarkItem> items)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var item in items)
        {
            string?[] fields = [item.Id, item.Prompt, item.Answer, item.Category, item.Suite, item.Behavior,
                item.Difficulty is { } d ? Invariant($"{d}") : null, .. item.Conversation is { } turns ? [turns.Text()] : Array.Empty<string?>()];
            hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(fields) + "\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
