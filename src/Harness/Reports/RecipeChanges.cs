using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// In what the training runs differ from the approved ones: recipe, options, data, base, rewards. A change here is the usual cause of a red
/// verdict, and tells a reviewer who swapped what.
/// </summary>
internal static class RecipeChanges
{
    private const string None = "—";

    /// <summary>The differences, run by run.</summary>
    /// <param name="verdicts">The verdicts; those whose run records its settings are looked at.</param>
    /// <param name="approved">The approved recipe of a spec; <c>null</c> where there is none.</param>
    public static IReadOnlyList<RecipeChange> Of(IReadOnlyList<VerdictRecord> verdicts, Func<BaselineKey, RecipeIdentity?> approved)
    {
        var found = new List<RecipeChange>();
        foreach (var run in verdicts.Where(verdict => verdict.Run is { Settings.Count: > 0 }).GroupBy(verdict => verdict.Run!.Digest, StringComparer.Ordinal))
        {
            var before = run.Select(verdict => approved(new(verdict.Spec, verdict.Test))).OfType<RecipeIdentity>().DistinctBy(recipe => recipe.Digest, StringComparer.Ordinal);
            foreach (var recipe in before) found.AddRange(Between(recipe, run.First().Run!));
        }

        return [.. found.Distinct()];
    }

    private static IEnumerable<RecipeChange> Between(RecipeIdentity approved, ReportedRun now)
    {
        if (approved.Name != now.Name) yield return new(now.Name, "recipe", approved.Name, now.Name);
        if (approved.Settings.Count == 0)
        {
            if (approved.Name == now.Name && approved.Digest != now.RecipeDigest)
                yield return new(now.Name, "settings", "not recorded when it was approved; digest " + approved.Digest[..Math.Min(12, approved.Digest.Length)], "digest " + now.RecipeDigest[..Math.Min(12, now.RecipeDigest.Length)]);
            yield break;
        }

        foreach (var setting in approved.Settings.Keys.Union(now.Settings.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            var (a, b) = (approved.Settings.GetValueOrDefault(setting), now.Settings.GetValueOrDefault(setting));
            if (a != b) yield return new(now.Name, setting, a ?? None, b ?? None);
        }
    }
}
