using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Runs;

/// <summary>How much two stored runs, or two draws of one, differ, by the scores that were stored with their responses.</summary>
public static class StoredPairs
{
    /// <summary>Pairs the evaluations of one 0/1 sample an item that were drawn in the same way.</summary>
    /// <param name="root">The store.</param>
    /// <param name="first">Digest of a run.</param>
    /// <param name="second">Digest of another, or of the same one, whose draws under different seeds are then paired.</param>
    /// <exception cref="UserErrorException">There is no such run, its responses are corrupt, or two evaluations of one benchmark have other
    /// items.</exception>
    public static IReadOnlyList<StoredPair> Between(string root, string first, string second)
    {
        var a = Of(root, first);
        var b = first == second ? [] : Of(root, second);
        List<StoredPair> pairs = [];
        for (var i = 0; i < a.Count; i++)
        {
            var others = first == second ? a.Skip(i + 1).Where(e => e.Sampling.Seed != a[i].Sampling.Seed) : b;
            if (others.FirstOrDefault(e => IsAlike(a[i], e)) is { } other) pairs.Add(Pair(a[i], other));
        }

        return pairs;
    }

    private static List<StoredEvaluation> Of(string root, string digest) =>
        [.. StoredEvaluation.Folders(root, digest).SelectMany(StoredEvaluation.AllIn).Where(e => e.Sampling.SamplesPerPrompt == 1)];

    private static bool IsAlike(StoredEvaluation a, StoredEvaluation b) =>
        a.BenchmarkDigest == b.BenchmarkDigest && a.Style == b.Style && a.Model.TemplateDigest == b.Model.TemplateDigest
            && a.Sampling with { Seed = 0 } == b.Sampling with
        {
            Seed = 0
        };

    private static StoredPair Pair(StoredEvaluation a, StoredEvaluation b)
    {
        var (then, now) = (a.Read(), b.Read().ToDictionary(r => r.Response.PromptId, r => r.Score.Value, StringComparer.Ordinal));
        if (then.Count == 0 || then.Count != now.Count || then.Any(r => !now.ContainsKey(r.Response.PromptId)))
            throw new UserErrorException($"{a.ResponsesPath} and {b.ResponsesPath} are of one benchmark and do not hold the same items. Remove both; the next run of the specs generates them again.");
        var differ = then.Count(r => r.Score.Value is not { } x || now[r.Response.PromptId] is not { } y || x != y);
        var behaviors = a.Behaviors ?? b.Behaviors; // of one benchmark, whose digest covers them
        var pair = new StoredPair(a.BenchmarkDigest, a.Sampling, then.Count, (double)differ / then.Count)
        {
            HasBehaviors = behaviors is not null
        };
        var units = InferenceUnits.Group(then, r => behaviors?.GetValueOrDefault(r.Response.PromptId));
        if (units.Count == then.Count) return pair;
        double[] differences = [.. units.SelectMany(unit => unit).Select(r => (now[r.Response.PromptId] ?? 0) - (r.Score.Value ?? 1))];
        return pair with
        {
            Sizes = [.. units.Select(unit => unit.Count)],
            Correlation = ClusterFlips.Estimate(differences, [.. units.SelectMany((unit, number) => unit.Select(_ => number))]),
        };
    }
}
