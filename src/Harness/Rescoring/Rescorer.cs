using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Rescoring;

/// <summary>
/// Scores stored responses again, without any model. Nothing is guessed: a response that is not in the store is named. Scores of people hold
/// under the version of the scorer they were given for; under another one they are dropped, and counted.
/// </summary>
/// <param name="targets">The benchmarks that are known.</param>
/// <param name="scorers">The present scorers, found by the name a measurement records.</param>
public sealed class Rescorer(IReadOnlyList<RescoringTarget> targets, IReadOnlyList<IScorer> scorers)
{
    /// <summary>Scores an approved measurement again, from responses with the digests it records.</summary>
    /// <param name="approved">The measurement of a baseline.</param>
    /// <param name="archive">Where responses are looked up.</param>
    public RescoredMetric Approved(Measurement approved, ResponseArchive archive)
    {
        if (Problem(approved) is { } problem) return new() { Before = approved, Problem = problem };
        var (target, scorer) = Known(approved);
        List<Response> responses = [];
        List<string> missing = [];
        foreach (var item in approved.Items)
        {
            var (asked, id) = target.Source(item.Id);
            var found = item.ResponseDigests.Select((digest, sample) => archive.Find(asked.Digest, id, digest) is { } response ? response with { PromptId = item.Id, Sample = sample } : null).ToList();
            if (found.Contains(null)) missing.Add(item.Id);
            else responses.AddRange(found!);
        }

        var again = ApprovedOverrides.Of([("the baseline", approved)]).On(Again(target, approved, responses, scorer));
        var changed = Changed(approved, again).Where(item => !missing.Contains(item.Id)).ToList();
        if (missing.Count > 0)
            return new() { Before = approved, Changed = changed, Missing = missing, Problem = Invariant($"{missing.Count} of {approved.Items.Count} approved responses are not in the store ('{missing[0]}' first)") };
        return new() { Before = approved, After = again, Changed = changed };
    }

    /// <summary>Scores the responses of a stored run again.</summary>
    /// <param name="approved">The measurement it is compared with: same benchmark, way of sampling and scorer.</param>
    /// <param name="run">The run.</param>
    /// <param name="evaluations">The evaluations of the run.</param>
    /// <returns><c>null</c> if the run has no responses to this benchmark.</returns>
    /// <exception cref="UserErrorException">Stored responses are corrupt.</exception>
    public RescoredMetric? OfRun(Measurement approved, RunRecord run, IReadOnlyList<StoredEvaluation> evaluations)
    {
        if (Problem(approved) is not null) return null;
        var (target, scorer) = Known(approved);
        List<ScoredResponse> all = [];
        foreach (var asked in target.Asked)
        {
            if (evaluations.FirstOrDefault(e => Asked(e, asked, approved, run)) is not { } evaluation) return null;
            all.AddRange(evaluation.Read().Select(r => r with { Response = r.Response with { PromptId = target.IdOf(asked, r.Response.PromptId) } }));
        }

        var measured = approved with { Model = run.Model };
        var responses = all.Select(r => r.Response).ToList();
        // The scores written beside the responses are those of the scorer of then, under whose name and version the baseline was approved.
        var people = ApprovedOverrides.Of([("the baseline", approved)]);
        var before = people.On(Again(target, measured, responses, new RecordedScores(approved.Scorer, approved.ScorerVersion, all)));
        var after = people.On(Again(target, measured, responses, scorer));
        return new() { Before = before, After = after, Changed = Changed(before, after) };
    }

    private static bool Asked(StoredEvaluation evaluation, Benchmark benchmark, Measurement approved, RunRecord run)
    {
        var seed = approved.Sampling.IsGreedy
            ? 0
            : MetricEvaluations.SeedOf(CanonicalJson.Digest(run.Recipe), run.Model.WeightsDigest, benchmark.Digest);
        return evaluation.BenchmarkDigest == benchmark.Digest && evaluation.Model.WeightsDigest == run.Model.WeightsDigest
            && evaluation.Model.TemplateDigest == approved.Model.TemplateDigest && evaluation.Sampling == approved.Sampling with
            {
                Seed = seed
            };
    }

    private static Measurement Again(RescoringTarget target, Measurement measured, IReadOnlyList<Response> responses, IScorer scorer) =>
        Evaluator.Rescore(target.Benchmark, responses, scorer, measured.Sampling, measured.Model, measured.Style).Measurement with
        {
            Metric = measured.Metric
        };

    private static List<RescoredItem> Changed(Measurement before, Measurement after) =>
        [.. before.Items.Zip(after.Items).Where(pair => !pair.First.Scores.SequenceEqual(pair.Second.Scores)).Select(pair => new RescoredItem(pair.First.Id, pair.First.Scores, pair.Second.Scores))];

    private string? Problem(Measurement measurement)
    {
        if (targets.All(t => t.Benchmark.Digest != measurement.BenchmarkDigest)) return $"the benchmark '{measurement.Benchmark}' with digest {Short(measurement.BenchmarkDigest)} is not known here, so its prompts are not";
        if (scorers.All(s => s.Name != measurement.Scorer))
            return $"the scorer '{measurement.Scorer}' is not known here; known are {string.Join(", ", scorers.Select(s => s.Name))}";
        var ids = targets.First(t => t.Benchmark.Digest == measurement.BenchmarkDigest).Benchmark.Items.Select(i => i.Id);
        return ids.SequenceEqual(measurement.Items.Select(i => i.Id), StringComparer.Ordinal)
            ? null
            : $"its items are not those of the benchmark '{measurement.Benchmark}' in their order";
    }

    private (RescoringTarget Target, IScorer Scorer) Known(Measurement measurement) =>
        (targets.First(t => t.Benchmark.Digest == measurement.BenchmarkDigest), scorers.First(s => s.Name == measurement.Scorer));

    private static string Short(string digest) => digest.Length > 12 ? digest[..12] : digest;
}
