namespace SafetyGate.Harness.Evaluation;

/// <summary>Responses that the limit on new tokens ended, of so many.</summary>
/// <param name="Cut">Those that were cut.</param>
/// <param name="Responses">All of them.</param>
public sealed record CutResponses(int Cut, int Responses)
{
    /// <summary>Of some items; <c>null</c> where the result does not say it of each of them.</summary>
    /// <param name="items">The items.</param>
    public static CutResponses? Of(IEnumerable<ItemOutcome> items)
    {
        var (cut, responses) = (0, 0);
        foreach (var item in items)
        {
            if (item.Cut is not { } count) return null;
            (cut, responses) = (cut + count, responses + item.Scores.Count);
        }

        return new(cut, responses);
    }

    /// <summary>Of each suite, in the order of the items; empty where they name fewer than two.</summary>
    /// <param name="items">The items.</param>
    public static IReadOnlyList<(string Suite, CutResponses? Cut)> BySuite(IEnumerable<ItemOutcome> items)
    {
        var suites = items.GroupBy(item => item.Suite ?? "", StringComparer.Ordinal).ToList();
        return suites.Count < 2 ? [] : [.. suites.Select(suite => (suite.Key, Of(suite)))];
    }

    /// <summary>Both in words, where one is cut; <c>null</c> where none is known to be.</summary>
    /// <param name="now">Of the present result; <c>null</c> if it does not say.</param>
    /// <param name="before">Of the result it is compared with.</param>
    /// <param name="when">How to call the latter.</param>
    public static string? Words(CutResponses? now, CutResponses? before, string when) =>
        (now?.Cut ?? 0) + (before?.Cut ?? 0) == 0 ? null : $"{Words(now)} now, {Words(before)} {when}";

    /// <summary>In words, such as <c>3 of 200</c>.</summary>
    /// <param name="cut">The count; <c>null</c> if it is not known.</param>
    public static string Words(CutResponses? cut) => cut is null ? "not known" : cut.ToString();

    /// <inheritdoc/>
    public override string ToString() => Invariant($"{Cut} of {Responses}");
}
