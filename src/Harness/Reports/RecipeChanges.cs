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
        foreach (var runs in verdicts.SelectMany(Runs).Where(run => run.Run.Settings.Count > 0).GroupBy(run => run.Run.Digest, StringComparer.Ordinal))
        {
            var before = runs.Select(run => approved(run.Baseline)).OfType<RecipeIdentity>().DistinctBy(recipe => recipe.Digest, StringComparer.Ordinal);
            foreach (var recipe in before) found.AddRange(Between(recipe, runs.First().Run));
        }

        return [.. found.Distinct()];
    }

    // Of a claim about a recipe, each training is held against the approved one of its number.
    private static IEnumerable<(BaselineKey Baseline, ReportedRun Run)> Runs(VerdictRecord verdict)
    {
        var key = new BaselineKey(verdict.Spec, verdict.Test);
        return verdict.Run is { } one ? [(key, one)] : verdict.Trainings.Select((run, i) => (key.Training(i + 1), run));
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
