using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Generation;

namespace SafetyGate.Trainers.LogProbs;

/// <summary>
/// A <see cref="KlMeter"/> over two model directories: prompts are put to both as the policy's own tokenizer and template put them.
/// </summary>
public sealed class LocalKlMeter : IKlMeter
{
    private readonly LocalLanguageModel _policy, _reference;
    private readonly bool _owns;

    /// <summary>A meter over two loaded models.</summary>
    /// <param name="policy">The model that answers.</param>
    /// <param name="reference">The model it is compared with.</param>
    /// <param name="owns">Whether they are the meter's from now on; else they are borrowed.</param>
    /// <exception cref="UserErrorException">The two read text with different tokenizers or templates, so the same tokens would not mean the
    /// same.</exception>
    public LocalKlMeter(LocalLanguageModel policy, LocalLanguageModel reference, bool owns = true)
    {
        foreach (var (what, ours, theirs) in new[] { ("tokenizer", policy.Identity.TokenizerDigest, reference.Identity.TokenizerDigest), ("chat template", policy.Identity.TemplateDigest, reference.Identity.TemplateDigest) })
            if (ours != theirs) throw new UserErrorException($"'{policy.Identity.Name}' and '{reference.Identity.Name}' have different {what}s ({ours} and {theirs}); KL is defined only between policies over the same tokens. Give the model the policy was trained from.");
        (_policy, _reference, _owns) = (policy, reference, owns);
    }

    /// <summary>Loads both models; when the second fails the first is freed.</summary>
    /// <param name="policy">Loads the model that answers.</param>
    /// <param name="reference">Loads the model it is compared with.</param>
    public static LocalKlMeter Open(Func<LocalLanguageModel> policy, Func<LocalLanguageModel> reference)
    {
        LocalLanguageModel? first = null, second = null;
        try
        {
            return new(first = policy(), second = reference());
        }
        catch
        {
            first?.Dispose();
            second?.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<KlSample>> MeasureAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling,
        CancellationToken cancellationToken) =>
        Task.Run(
        () => new KlMeter(_policy.Model.Decoder, _reference.Model.Decoder, _policy.Model.GenerationConfig.EosIds,
            _policy.Model.GenerationConfig.PadId)
            .Samples([.. prompts.Select(prompt => new GenerationRequest { Key = prompt.Id, PromptIds = _policy.PromptIds(prompt) })],
                sampling, cancellationToken),
        cancellationToken);

    /// <summary>Frees both models, if they are the meter's.</summary>
    public void Dispose()
    {
        if (!_owns) return;
        _policy.Dispose();
        _reference.Dispose();
    }
}
