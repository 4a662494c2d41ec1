using SafetyGate.Core.Language;

namespace SafetyGate.Cli.Commands;

/// <summary>A model whose weights are loaded when it is first asked, and stay until it is disposed: never, if every response is stored.</summary>
/// <param name="identity">What is loaded.</param>
/// <param name="device">Where it computes.</param>
/// <param name="open">Loads it.</param>
internal sealed class LazyModel(ModelIdentity identity, string device, Func<ILanguageModel> open) : ILanguageModel, IDisposable
{
    private ILanguageModel? _model;

    /// <inheritdoc/>
    public ModelIdentity Identity => identity;

    /// <summary>Where it computes.</summary>
    public string Device => device;

    /// <summary>Prompts it was asked.</summary>
    public int Asked { get; private set; }

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The files changed since they were identified.</exception>
    public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        Asked += prompts.Count;
        return (_model ??= Opened()).GenerateAsync(prompts, sampling, cancellationToken);
    }

    public void Dispose() => (_model as IDisposable)?.Dispose();

    private ILanguageModel Opened()
    {
        var model = open();
        if (model.Identity == identity) return model;
        (model as IDisposable)?.Dispose();
        throw new UserErrorException($"The files of {identity.Name} changed between two readings; run the command again when nothing writes to them.");
    }
}
