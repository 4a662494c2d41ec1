using System.Globalization;
using SafetyGate.Analysis.Text;

namespace SafetyGate.Analysis.Patterns;

/// <summary>
/// What is true of items whatever was answered: their fields (numbers in quarters) and what a reader of the grammar knows; where it does not
/// know every question, the length of the question and the numbers in it too.
/// </summary>
/// <param name="Of">Properties of each item, in the order of the items.</param>
public sealed record ItemProperties(IReadOnlyList<IReadOnlyList<ItemProperty>> Of)
{
    private const int MostValues = 12, MostNumbers = 7;

    /// <summary>Reads them.</summary>
    /// <param name="items">The items.</param>
    /// <param name="reader">Knows the grammar of the questions; <c>null</c> for none.</param>
    public static ItemProperties Read(IReadOnlyList<AskedItem> items, IQuestionReader? reader = null)
    {
        List<ItemProperty>[] read = [.. items.Select(_ => new List<ItemProperty>())];
        foreach (var name in items.SelectMany(item => item.Fields.Select(field => field.Name)).Distinct(StringComparer.Ordinal))
            Add(name, [.. items.Select(item => item.Fields.Where(field => field.Name == name).Select(field => field.Value).FirstOrDefault())]);
        ReadQuestion?[] questions = [.. items.Select(item => reader?.Read(item.Prompt))];
        for (var i = 0; i < items.Count; i++)
            if (questions[i] is { } question) read[i].AddRange(question.Properties);
        if (questions.All(question => question is not null)) return new(read); // what is known of a grammar says more than lengths do
        Add("words of the question", [.. items.Select(item => Invariant($"{Tokens.Words(item.Prompt).Count}"))]);
        Add("numbers in the question", [.. items.Select(item => Tokens.WordCharacters(item.Prompt).Count(word => word.All(char.IsAsciiDigit)) is var count && count >= MostNumbers ? Invariant($"{MostNumbers} or more") : Invariant($"{count}"))]);
        return new(read);

        void Add(string name, IReadOnlyList<string?> values)
        {
            if (Binned(values) is not { } binned) return;
            for (var i = 0; i < values.Count; i++)
                if (binned[i] is { } value) read[i].Add(new(name, value));
        }
    }

    /// <summary>Whether an item has a property.</summary>
    public bool Has(int item, ItemProperty property) => Of[item].Contains(property);

    // Values that can recur; null for free text and for values that are the same throughout.
    private static IReadOnlyList<string?>? Binned(IReadOnlyList<string?> values)
    {
        var distinct = values.OfType<string>().Distinct(StringComparer.Ordinal).Take(MostValues + 1).Count();
        if (distinct < 2) return null;
        if (distinct <= MostValues) return values;
        double?[] numbers = [.. values.Select(value => value is null ? (double?)null : double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : double.NaN)];
        if (numbers.Any(number => number is double.NaN)) return null;
        double[] sorted = [.. numbers.OfType<double>().Order()];
        double[] cuts = [.. new[] { 1, 2, 3 }.Select(quarter => sorted[sorted.Length * quarter / 4]).Distinct()];
        return [.. numbers.Select(number => number is { } value ? Range(value, cuts) : null)];
    }

    private static string Range(double value, double[] cuts)
    {
        var above = cuts.Count(cut => value >= cut);
        return above == 0 ? Invariant($"below {cuts[0]:0.###}") : above == cuts.Length ? Invariant($"{cuts[^1]:0.###} or more") : Invariant($"{cuts[above - 1]:0.###} to {cuts[above]:0.###}");
    }
}
