using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Cli.Commands;

/// <summary>The responses of an earlier evaluation by the same command, of which only those that ended in an error are asked again.</summary>
/// <remarks>They are taken only if the result beside them is of the same model, items and sampling, and holds their digests.</remarks>
internal sealed class EarlierResponses
{
    private readonly string _resultPath, _responsesPath;
    private readonly ResultDocument _result;
    private readonly ILookup<string, ScoredResponse> _responses;
    private readonly Dictionary<string, ItemOutcome> _kept = new(StringComparer.Ordinal);
    private (string Name, string Version) _scorer;

    /// <exception cref="UserErrorException">A file is missing or damaged.</exception>
    public EarlierResponses(string? resultPath, string? responsesPath)
    {
        if (resultPath is null || responsesPath is null)
            throw new UserErrorException("--retry-errors goes on from what the same command wrote before: give it with the same --out and --responses.", GateExitCode.Usage);
        (_resultPath, _responsesPath) = (resultPath, responsesPath);
        _result = ResultFile.ReadShard(resultPath);
        _responses = ResponseFile.Read(responsesPath).ToLookup(one => one.Response.PromptId, StringComparer.Ordinal);
    }

    /// <summary>Responses of the last suite that are asked again.</summary>
    public int Errors { get; private set; }

    /// <summary>True where the weights behind the earlier responses were not stated.</summary>
    public bool IsOfUnknownWeights => _result.Model.WeightsDigest.Length == 0;

    /// <summary>A model that answers what it answered before, and asks the given one for the rest.</summary>
    /// <param name="model">The model.</param>
    /// <param name="selected">The items.</param>
    /// <param name="sampling">How responses are drawn.</param>
    /// <param name="style">As conversations or plain text.</param>
    /// <exception cref="UserErrorException">The earlier evaluation was another one.</exception>
    public ILanguageModel Over(ILanguageModel model, SelectedItems selected, SamplingOptions sampling, PromptStyle style)
    {
        var metric = Evaluator.MetricName(selected.Whole.Name, sampling);
        var before = _result.Find(metric)?.Measurement ?? throw Other($"it has no metric '{metric}'");
        if (before.BenchmarkDigest != selected.Whole.Digest || !before.Items.Select(item => item.Id).SequenceEqual(selected.Asked.Items.Select(item => item.Id), StringComparer.Ordinal)) throw Other($"its items of '{metric}' are others");
        if (_result.Model with { Name = "" } != model.Identity with { Name = "" }) throw Other("its model is another, or is served in another way");
        if (before.Sampling != sampling || before.Style != style) throw Other($"'{metric}' was sampled otherwise");
        var known = new List<Response>();
        _kept.Clear();
        (Errors, _scorer) = (0, (before.Scorer, before.ScorerVersion));
        foreach (var item in before.Items)
        {
            List<ScoredResponse> samples = [.. _responses[IdOf(selected.Whole, item.Id)].OrderBy(one => one.Response.Sample)];
            if (!samples.Select(one => one.Response.Sample).SequenceEqual(Enumerable.Range(0, samples.Count))
                || !samples.Select(one => one.Digest).SequenceEqual(item.ResponseDigests, StringComparer.Ordinal)
                || !samples.Select(one => one.Score.Value).SequenceEqual(item.Scores)) throw Foreign(item.Id);
            var errors = samples.Count(one => one.Response.FinishReason == FinishReason.Error);
            if (samples.Any(one => SystemFingerprints.IsOfAnother(one.Response))) throw Other($"answers such as that to item '{item.Id}' were of another system than the first (system_fingerprint), and asking these again would join responses of two systems");
            Errors += errors;
            if (errors == 0) _kept[item.Id] = item;
            known.AddRange(samples.Select(one => one.Response with { PromptId = item.Id }));
        }

        return new ResumingModel(model, known, _ => { });
    }

    /// <summary>Checks that what was answered before is in the new result as it was.</summary>
    /// <param name="now">The new result of the last suite.</param>
    /// <param name="isDeterministic">Whether the scorer gives a response the same score each time.</param>
    /// <exception cref="UserErrorException">An answer has another text or, under the same version of the scorer, another score: one of the two files was changed.</exception>
    public void RequireKept(Measurement now, bool isDeterministic)
    {
        var sameScorer = isDeterministic && (now.Scorer, now.ScorerVersion) == _scorer;
        foreach (var item in now.Items)
            if (_kept.TryGetValue(item.Id, out var before)
                && (!item.ResponseDigests.SequenceEqual(before.ResponseDigests, StringComparer.Ordinal) || (sameScorer && !item.Scores.SequenceEqual(before.Scores)))) throw Foreign(item.Id);
    }

    private UserErrorException Foreign(string id) => new($"{_responsesPath} does not hold the responses to item '{id}' that {_resultPath} was computed from; evaluate again without --retry-errors.");

    private string IdOf(Benchmark suite, string id) => _result.Metrics.Count == 1 ? id : $"{suite.Name}/{id}";

    private UserErrorException Other(string why) => new($"{_resultPath} is the result of another evaluation: {why}. Leave --retry-errors out to evaluate anew.");
}
