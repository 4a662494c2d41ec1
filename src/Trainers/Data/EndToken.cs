using SafetyGate.Models;

namespace SafetyGate.Trainers.Data;

/// <summary>The one token a model is taught to end a plain completion with.</summary>
public static class EndToken
{
    /// <summary>
    /// The tokenizer's own end token (<c>eos_token</c> of the files beside it), else the first of <c>config.json</c>, else of
    /// <c>generation_config.json</c>; <c>null</c> when none is named.
    /// </summary>
    /// <remarks>
    /// A generation may stop at several tokens, of which some begin a text or end a turn; the tokenizer names the one that ends a text.
    /// </remarks>
    public static int? Of(PretrainedModel model) =>
        model.TokenizerEosId ?? model.Config.EosIds.Concat(model.GenerationConfig.EosIds).Select(id => (int?)id).FirstOrDefault();

    /// <inheritdoc cref="Of(PretrainedModel)"/>
    public static int? Of(ModelText model) =>
        model.TokenizerEosId ?? model.Config.EosIds.Concat(model.GenerationConfig.EosIds).Select(id => (int?)id).FirstOrDefault();
}
