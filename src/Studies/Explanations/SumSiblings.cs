using System.Globalization;
using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;

namespace SafetyGate.Studies.Explanations;

/// <summary>Siblings of a sum of the embedded world: the same story with other numbers, and their answers.</summary>
public static class SumSiblings
{
    private const int Largest = 20, LargestChange = 5, Tries = 200;
    private static readonly string[] Losses = ["loses", "gives away", "drops"];

    /// <summary>Draws siblings.</summary>
    /// <param name="question">The question: a start, changes, and what is asked, each with a full stop or question mark of its own.</param>
    /// <param name="count">How many.</param>
    /// <param name="random">Source of the numbers.</param>
    /// <returns>Questions with their answers; fewer where the story leaves no other numbers.</returns>
    public static IReadOnlyList<SiblingQuestion> Of(string question, int count, RandomStream random)
    {
        var sentences = question.Split(" . ");
        List<SiblingQuestion> found = [];
        for (var i = 0; i < Tries && found.Count < count; i++)
        {
            var total = 3 + random.Next(15);
            List<string> told = [Renumbered(sentences[0], total)];
            foreach (var sentence in sentences[1..^1])
            {
                var amount = 1 + random.Next(LargestChange);
                total += Losses.Any(loss => sentence.Contains(loss, StringComparison.Ordinal)) ? -amount : amount;
                told.Add(Renumbered(sentence, amount));
                if (total is < 0 or > Largest) break;
            }

            if (total is < 0 or > Largest || told.Count < sentences.Length - 1) continue;
            var sibling = string.Join(" . ", [.. told, sentences[^1]]);
            if (sibling != question) found.Add(new(sibling, total));
        }

        return found;
    }

    private static string Renumbered(string sentence, int number) =>
        string.Join(' ', sentence.Split(' ').Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out _) ? number.ToString(CultureInfo.InvariantCulture) : word));
}
