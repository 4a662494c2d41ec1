namespace SafetyGate.Trainers.Data;

/// <summary>Examples that are left out of a run: told with their number, and refused when they are more than a share of all.</summary>
internal static class LeftOut
{
    private const int NamedExamples = 5;

    /// <summary>A sentence about examples that are left out; <c>null</c> for none.</summary>
    /// <param name="ids">Ids of those left out.</param>
    /// <param name="total">Examples in all.</param>
    /// <param name="what">What they are, such as <c>examples</c>.</param>
    /// <param name="why">Why they are left out, such as <c>have no token to learn</c>.</param>
    /// <param name="maximumShare">Most that may be left out, in [0, 1].</param>
    /// <param name="remedy">What to do besides raising that share, as a sentence.</param>
    /// <exception cref="UserErrorException">They are more than the share.</exception>
    public static string? Tell(IReadOnlyCollection<string> ids, int total, string what, string why, double maximumShare, string remedy)
    {
        if (ids.Count == 0) return null;
        var more = ids.Count > NamedExamples ? Invariant($" and {ids.Count - NamedExamples} more") : "";
        var told = Invariant($"{ids.Count} of {total} {what} ({(double)ids.Count / total:P1}) {why} and are left out: {string.Join(", ", ids.Take(NamedExamples))}{more}.");
        return ids.Count <= maximumShare * total
            ? told
            : throw new UserErrorException(Invariant($"{told} At most {maximumShare:P1} may be (max_dropped_share {maximumShare}). {remedy}"));
    }
}
