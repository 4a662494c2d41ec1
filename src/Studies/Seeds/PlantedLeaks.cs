using System.Text.RegularExpressions;
using SafetyGate.Core.Runs;

namespace SafetyGate.Studies.Seeds;

/// <summary>Ways in which a held-out sum can come back as a new row.</summary>
internal static partial class PlantedLeaks
{
    private static readonly string[] Words = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"];
    private static readonly (string Verb, string Other)[] Verbs = [("finds", "picks up"), ("gets", "is handed"), ("a friend gives", "somebody hands"), ("loses", "is robbed of"), ("gives away", "parts with"), ("drops", "mislays"), ("has", "owns"), ("does", "will")];

    /// <summary>The ways by name.</summary>
    public static IReadOnlyList<(string Name, Func<string, RandomStream, string> Of)> Kinds { get; } =
    [
        ("word for word", (text, _) => text),
        ("other case, spaces and punctuation", (text, _) => text.Replace(" .", ".  ", StringComparison.Ordinal).Replace(" ?", "?!", StringComparison.Ordinal).ToUpperInvariant()),
        ("inside of a longer task", (text, _) => $"read this well : {text} say the number only ."),
        ("other operands", (text, random) => Number().Replace(text, _ => Invariant($"{1 + random.Next(9)}"))),
        ("operands in another order", Permuted),
        ("numbers in words", (text, _) => Number().Replace(text, number => int.Parse(number.Value, System.Globalization.CultureInfo.InvariantCulture) is > 1 and var n ? Words[n] : number.Value)),
        ("changes in another order", Reordered),
        ("other verbs", (text, _) => Verbs.Aggregate(text, (told, pair) => told.Replace(pair.Verb, pair.Other, StringComparison.Ordinal))),
        ("another person and other things", (text, _) => text.Split(' ') is [var who, _, _, var what, ..] ? string.Join(' ', text.Split(' ').Select(word => word == who ? "zoe" : word == what ? "hats" : word)) : text),
    ];

    private static string Permuted(string text, RandomStream random)
    {
        string[] numbers = [.. Number().Matches(text).Select(match => match.Value)];
        random.Shuffle(numbers);
        var next = 0;
        return Number().Replace(text, _ => numbers[next++]);
    }

    // The first sentence and the question stay where they are.
    private static string Reordered(string text, RandomStream random)
    {
        var sentences = text.Split(" . ");
        string[] changes = sentences[1..^1];
        random.Shuffle(changes);
        return string.Join(" . ", [sentences[0], .. changes, sentences[^1]]);
    }

    [GeneratedRegex("[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex Number();
}
