using System.Security.Cryptography;
using System.Text;

namespace SafetyGate.Core.Benchmarks;

/// <summary>
/// Items that ask the same question are one observation, however they are named: they get one behavior, so that copied rows do not pass for
/// more evidence.
/// </summary>
internal static class RepeatedQuestions
{
    private const int NameDigits = 12;

    /// <summary>The items, each with the behavior of those that ask the same; the very list where no question is repeated.</summary>
    /// <param name="items">The items of a benchmark, in order. Line ends and spaces do not make another question.</param>
    public static IReadOnlyList<BenchmarkItem> Joined(IReadOnlyList<BenchmarkItem> items)
    {
        var questions = items.GroupBy(Question, StringComparer.Ordinal).Where(same => same.Skip(1).Any()).ToList();
        if (questions.Count == 0) return items;
        var units = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var same in questions)
            foreach (var item in same) units[Root(units, Unit(item))] = Root(units, Unit(same.First()));
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in items.Where(item => item.Behavior is not null)) names.TryAdd(Root(units, Unit(item)), item.Behavior!);
        foreach (var same in questions) names.TryAdd(Root(units, Unit(same.First())), "question " + Digest(same.Key));
        return [.. items.Select(item => units.ContainsKey(Unit(item)) ? item with { Behavior = names[Root(units, Unit(item))] } : item)];
    }

    private static string Question(BenchmarkItem item) =>
        item.Conversation?.Text() ?? string.Join(' ', item.Prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    // An item without a behavior is a unit of its own, until another one asks the same.
    private static string Unit(BenchmarkItem item) => item.Behavior is { } behavior ? "behavior " + behavior : "item " + item.Id;

    private static string Root(Dictionary<string, string> units, string unit)
    {
        while (units.TryGetValue(unit, out var other) && other != unit) unit = other;
        return unit;
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..NameDigits];
}
