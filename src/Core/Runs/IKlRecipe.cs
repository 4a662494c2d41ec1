using SafetyGate.Core.Language;

namespace SafetyGate.Core.Runs;

/// <summary>
/// A recipe whose trained model can be read beside its untuned reference, token by token, so that their KL can be measured.
/// </summary>
public interface IKlRecipe : IRecipe
{
    /// <summary>Opens a meter of KL(trained‖untuned). The caller disposes it.</summary>
    /// <param name="checkpointDirectory">The <c>checkpoint/</c> folder of the run.</param>
    IKlMeter OpenKlMeter(string checkpointDirectory);

    /// <summary>A meter over models that are open already, so that no weights are loaded twice.</summary>
    /// <param name="trained">The trained model, as this recipe opened it. Borrowed.</param>
    /// <param name="untuned">The untuned one, as this recipe opened it. Borrowed.</param>
    /// <returns>The meter, which the caller disposes; <c>null</c> for a recipe that opens its own.</returns>
    IKlMeter? KlMeterOver(ILanguageModel trained, ILanguageModel untuned) => null;
}
