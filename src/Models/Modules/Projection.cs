using SafetyGate.Models.Engine;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Modules;

/// <summary>A linear projection, y = x·Wᵀ + b, and what active adapters add to it.</summary>
/// <remarks>
/// Weight and bias are borrowed from the decoder's parameters and stay differentiable. Deltas are borrowed too: who adds one takes it off
/// again before it is freed. They change between passes only, and not while a cache of the decoder lives.
/// </remarks>
public sealed class Projection
{
    private readonly List<IProjectionDelta> _deltas = [];

    /// <summary>A projection over weights.</summary>
    /// <param name="name">Name of the module in the checkpoint, such as <c>model.layers.0.self_attn.q_proj</c>.</param>
    /// <param name="weight">[O, I]; [I, O] where inputs come first. Borrowed.</param>
    /// <param name="bias">[O], or none. Borrowed.</param>
    /// <param name="inputsFirst">Whether the weight is stored with its inputs first (GPT-2's Conv1D).</param>
    public Projection(string name, Tensor weight, Tensor? bias = null, bool inputsFirst = false) =>
        (Name, Weight, Bias, InputsFirst) = (name, weight, bias, inputsFirst);

    /// <summary>Name of the module in the checkpoint, without <c>.weight</c>.</summary>
    public string Name { get; }

    /// <summary>[O, I], or [I, O] where <see cref="InputsFirst"/>. Borrowed from the decoder's parameters.</summary>
    public Tensor Weight { get; }

    /// <summary>[O]; <c>null</c> for none. Borrowed from the decoder's parameters.</summary>
    public Tensor? Bias { get; }

    /// <summary>Whether the weight is stored with its inputs first.</summary>
    public bool InputsFirst { get; }

    /// <summary>I, features of an input.</summary>
    public long Inputs => Weight.shape[InputsFirst ? 0 : 1];

    /// <summary>O, features of an output.</summary>
    public long Outputs => Weight.shape[InputsFirst ? 1 : 0];

    /// <summary>What is added to the output, in the order it was added.</summary>
    public IReadOnlyList<IProjectionDelta> Deltas => _deltas;

    /// <summary>Adds a delta to every pass from now on. Borrowed.</summary>
    public void Add(IProjectionDelta delta) => _deltas.Add(delta);

    /// <summary>Takes a delta off again.</summary>
    /// <returns>Whether it was there.</returns>
    public bool Remove(IProjectionDelta delta) => _deltas.Remove(delta);

    /// <summary>The projection of an input, deltas included.</summary>
    /// <param name="inputBTI">[.., I]. Borrowed.</param>
    /// <returns>[.., O]. Belongs to the caller's dispose scope.</returns>
    public Tensor Forward(Tensor inputBTI)
    {
        var output = nn.functional.linear(inputBTI, PlainWeight(), Bias!);
        foreach (var delta in _deltas) output = output.Plus(delta.Of(inputBTI));
        return output;
    }

    /// <summary>The weight as [O, I]: itself, or a view of the caller's dispose scope.</summary>
    internal Tensor PlainWeight() => InputsFirst ? Weight.t() : Weight;

    /// <summary>The weight as [O, I] with all deltas in it: the weight itself, or a new tensor of the caller's dispose scope.</summary>
    internal Tensor MergedWeight() => Sum(PlainWeight(), _deltas.Select(delta => delta.Matrix()));

    /// <summary>Whether a delta has an offset.</summary>
    internal bool HasOffset => _deltas.Exists(delta => delta.Offset() is not null);

    /// <summary>The bias with all offsets in it, [O]: the bias itself, or a new tensor of the caller's dispose scope; zeros without any.</summary>
    internal Tensor MergedBias() =>
        Sum(Bias ?? zeros([Outputs], Weight.dtype, Weight.device), _deltas.Select(delta => delta.Offset()).OfType<Tensor>());

    private static Tensor Sum(Tensor start, IEnumerable<Tensor> added) => added.Aggregate(start, (sum, one) => sum.Plus(one));
}
