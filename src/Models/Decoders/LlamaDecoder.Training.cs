using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>Passes with gradients, and the steps of a pass by which one is recomputed.</summary>
public sealed partial class LlamaDecoder
{
    /// <inheritdoc/>
    public HiddenPass TrainingPass(DecoderInput input, bool recompute)
    {
        if (!recompute) return new KeptPass(Hidden(input));
        RequireFits(input, null);
        return RecomputedPass.Run(this, () => (input.IdsBT, new ForwardPlan(this, input, null), null));
    }

    /// <inheritdoc/>
    public HiddenPass TrainingPass(CompletionInput input, bool recompute)
    {
        input.RequireSound();
        if (!recompute || !CanPack(input)) return new KeptPass(CompletionHidden(input));
        return RecomputedPass.Run(this, () =>
        {
            var plan = new CompletionPlan(this, input);
            return (plan.IdsBT, plan, plan.PredictingM);
        });
    }

    internal Tensor Embed(Tensor idsBT, IForwardPlan plan)
    {
        var hiddenBTD = _embedding.index_select(0, idsBT.reshape(-1)).view(idsBT.shape[0], idsBT.shape[1], Config.HiddenSize);
        if (plan.Noise is { } noise) hiddenBTD = noise.AddedTo(hiddenBTD);
        if (Config.EmbeddingScale != 1) hiddenBTD = hiddenBTD.Times(EmbeddingScale());
        return _positions is null
            ? hiddenBTD
            : hiddenBTD.Plus(_positions.index_select(0, plan.PositionsBT.reshape(-1)).view(-1, idsBT.shape[1], Config.HiddenSize));
    }

    internal Tensor Layer(int layer, Tensor hiddenBTD, IForwardPlan plan) => Layer(layer, hiddenBTD, plan, cache: null, lastOnly: false);

    internal Tensor FinalNorm(Tensor hiddenBTD) => _finalNorm.Forward(hiddenBTD);
}
