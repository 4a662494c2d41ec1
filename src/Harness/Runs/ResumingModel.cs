using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Runs;

/// <summary>A model that generates only the missing responses. Prompts that ended in an error before are generated again.</summary>
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
            foreach (var prompt in unknown) _byPrompt.Remove(prompt.Id);
            foreach (var answer in answers)
            {
                if (!_byPrompt.TryGetValue(answer.PromptId, out var samples)) _byPrompt[answer.PromptId] = samples = [];
                samples.Add(answer);
            }

            save(_byPrompt.Values.SelectMany(r => r));
        }

        return [.. prompts.SelectMany(p => _byPrompt.GetValueOrDefault(p.Id) ?? [])];
    }

    private bool IsKnown(string id, int samples) =>
        _byPrompt.TryGetValue(id, out var found) && found.Select(r => r.Sample).SequenceEqual(Enumerable.Range(0, samples))
            && found.TrueForAll(r => r.FinishReason != FinishReason.Error);
}
