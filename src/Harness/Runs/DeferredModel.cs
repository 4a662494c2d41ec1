using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Runs;

/// <summary>A model with a known identity that is loaded on the first request: never, if every response is stored.</summary>
internal sealed class DeferredModel(ModelIdentity identity, Func<ILanguageModel> open) : ILanguageModel, IDisposable
{
    private ILanguageModel? _model;

    public ModelIdentity Identity => identity;

    /// <summary>The model itself, loaded now if it was not.</summary>
    public ILanguageModel Opened => _model ??= open();

    public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling,
        CancellationToken cancellationToken) =>
        Opened.GenerateAsync(prompts, sampling, cancellationToken);

    public void Dispose() => (_model as IDisposable)?.Dispose();
}
