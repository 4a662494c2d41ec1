using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Decoders;

/// <summary>
/// A pass that keeps what goes into each layer and nothing from within; on the way back a layer is computed again, with gradients, when its
/// turn comes (arXiv:1604.06174).
/// </summary>
/// <remarks>The arithmetic is that of a pass that keeps everything, so the gradients are the same numbers.</remarks>
internal sealed class RecomputedPass : HiddenPass
{
    private readonly LlamaDecoder _decoder;
    private readonly IForwardPlan _plan;
    private readonly Tensor _idsBT;
    private readonly Tensor? _pickedM;
    private readonly IReadOnlyList<Tensor> _inputs;
    private readonly IReadOnlyList<IDisposable> _owned;

    private RecomputedPass(LlamaDecoder decoder, Tensor idsBT, IForwardPlan plan, Tensor? pickedM, IReadOnlyList<Tensor> inputs, Tensor hidden,
        IReadOnlyList<IDisposable> owned)
        : base(hidden) =>
        (_decoder, _idsBT, _plan, _pickedM, _inputs, _owned) = (decoder, idsBT, plan, pickedM, inputs, owned);

    /// <summary>Runs the layers without gradients.</summary>
    /// <param name="decoder">The decoder. Borrowed until the pass is disposed.</param>
    /// <param name="plan">Makes ids, plan and, of a pass over [1, N], the tokens whose states are wanted. What it makes lives as long as the
    /// pass.</param>
    public static RecomputedPass Run(LlamaDecoder decoder, Func<(Tensor IdsBT, IForwardPlan Plan, Tensor? PickedM)> plan)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var (idsBT, made, pickedM) = plan();
        var inputs = new List<Tensor> { decoder.Embed(idsBT, made) };
        for (var layer = 0; layer < decoder.Config.Layers; layer++)
        {
            using var inner = NewDisposeScope();
            inputs.Add(decoder.Layer(layer, inputs[^1], made).MoveToOuterDisposeScope());
        }

        var hidden = Last(decoder, inputs[^1], pickedM).detach();
        hidden.DetachFromDisposeScope();
        List<IDisposable> owned = [.. scope.DisposablesView];
        scope.Detach(owned);
        return new RecomputedPass(decoder, idsBT, made, pickedM, inputs, hidden, owned);
    }

    /// <inheritdoc/>
    protected override void Through(Tensor gradient)
    {
        using var gradients = enable_grad();
        for (var step = _inputs.Count; step >= 0; step--)
        {
            using var inner = NewDisposeScope();
            if (step == 0)
            {
                var embedded = _decoder.Embed(_idsBT, _plan);
                if (embedded.requires_grad) autograd.backward(embedded, gradient);
                return;
            }

            var input = _inputs[step - 1].detach().requires_grad_(true);
            var output = step == _inputs.Count ? Last(_decoder, input, _pickedM) : _decoder.Layer(step - 1, input, _plan);
            autograd.backward(output, gradient);
            if (step < _inputs.Count) gradient.Dispose();
            gradient = input.grad!.MoveToOuterDisposeScope();
            _inputs[step - 1].Dispose();
        }
    }

    /// <inheritdoc/>
    protected override void Free()
    {
        foreach (var tensor in _owned) tensor.Dispose();
    }

    private static Tensor Last(LlamaDecoder decoder, Tensor outputBTD, Tensor? pickedM)
    {
        var normedBTD = decoder.FinalNorm(outputBTD);
        return pickedM is null ? normedBTD : normedBTD.squeeze(0).index_select(0, pickedM);
    }
}
