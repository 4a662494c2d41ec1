using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Runs;

/// <summary>A model that generates only the missing responses, and those that ended in an error before.</summary>
/// <param name="inner">The model that generates.</param>
/// <param name="known">Responses of the same model to the same prompts under the same sampling.</param>
/// <param name="save">Called with all responses whenever there are new ones.</param>
public sealed class ResumingModel(ILanguageModel inner, IEnumerable<Response> known, Action<IEnumerable<Response>> save) : ILanguageModel
{
    private readonly Dictionary<string, List<Response>> _byPrompt =
        known.GroupBy(r => r.PromptId, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.OrderBy(r => r.Sample).ToList(), StringComparer.Ordinal);

    /// <inheritdoc/>
    public ModelIdentity Identity => inner.Identity;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling,
        CancellationToken cancellationToken)
    {
        var unknown = prompts.Where(p => !IsKnown(p.Id, sampling.SamplesPerPrompt)).ToList();
        if (unknown.Count > 0)
        {
            var answers = await inner.GenerateAsync(unknown, sampling, cancellationToken);
            foreach (var prompt in unknown) _byPrompt[prompt.Id] = Answered(prompt.Id, sampling.SamplesPerPrompt);
            var kept = unknown.SelectMany(prompt => _byPrompt[prompt.Id]).Select(answer => (answer.PromptId, answer.Sample)).ToHashSet();
            foreach (var answer in answers.Where(answer => !kept.Contains((answer.PromptId, answer.Sample))))
            {
                if (!_byPrompt.TryGetValue(answer.PromptId, out var samples)) _byPrompt[answer.PromptId] = samples = [];
                samples.Add(answer);
            }

            save(_byPrompt.Values.SelectMany(r => r));
        }

        return [.. prompts.SelectMany(p => (_byPrompt.GetValueOrDefault(p.Id) ?? []).OrderBy(r => r.Sample))];
    }

    // Samples that were answered stay as they are: a server that honors no seed would answer them in other words.
    private List<Response> Answered(string id, int samples) =>
        [.. (_byPrompt.GetValueOrDefault(id) ?? []).Where(r => r.FinishReason != FinishReason.Error && r.Sample >= 0 && r.Sample < samples)
            .GroupBy(r => r.Sample).Where(same => same.Count() == 1).Select(same => same.Single())];

    private bool IsKnown(string id, int samples) =>
        _byPrompt.TryGetValue(id, out var found) && found.Select(r => r.Sample).SequenceEqual(Enumerable.Range(0, samples))
            && found.TrueForAll(r => r.FinishReason != FinishReason.Error);
}
