using SafetyGate.Models.Engine;
using SafetyGate.Models.Modules;
using static TorchSharp.torch;

namespace SafetyGate.Models.Adapters;

/// <summary>What an adapter adds to a linear module: s·B·(A·x), and with magnitudes the change of the rows' lengths. Borrows its tensors.</summary>
/// <remarks>
/// I inputs, O outputs, R the rank. With magnitudes m (DoRA, arXiv:2402.09353): y = m / ‖W + s·B·A‖ · (W·x + s·B·A·x), the norms of the rows
/// being constants to the gradient.
/// </remarks>
internal sealed class LoraDelta(Projection projection, LoraTarget target, Decoders.ParameterSet parameters, AdapterDropout dropout) : IProjectionDelta
{
    private readonly ScalarType _dtype = parameters[target.A].dtype;
    private readonly Tensor? _bias = parameters.TryGetValue(target.BBias, out var bias) ? bias : null;
    private readonly Tensor? _magnitude = parameters.TryGetValue(target.Magnitude, out var magnitude) ? magnitude : null;

    public Tensor Of(Tensor inputBTI)
    {
        var input = dropout.Apply(target.Module, inputBTI.to(_dtype));
        var addedBTO = nn.functional.linear(nn.functional.linear(input, target.FirstOf(parameters)).Times(target.Scale), target.SecondOf(parameters));
        if (_bias is not null) addedBTO = addedBTO.Plus(_bias.Times(target.Scale));
        if (_magnitude is not null)
        {
            var growthO = _magnitude / Lengths(projection, ProductDetached(), _dtype);
            addedBTO = (addedBTO * growthO).Plus(nn.functional.linear(input, Weight(projection, _dtype)) * growthO.Plus(-1.0));
        }

        return addedBTO.to(inputBTI.dtype);
    }

    public Tensor Matrix()
    {
        var product = Product();
        if (_magnitude is null) return product;
        var weight = Weight(projection, _dtype);
        var growthO1 = (_magnitude / Lengths(projection, product, _dtype)).unsqueeze(-1);
        return (weight.Plus(product) * growthO1) - weight;
    }

    public Tensor? Offset() => _bias?.Times(target.Scale);

    /// <summary>Lengths of the rows of W, or of W and a product; [O].</summary>
    public static Tensor Lengths(Projection projection, Tensor? product, ScalarType dtype)
    {
        using var noGradients = no_grad();
        using var scope = NewDisposeScope();
        var weight = Weight(projection, dtype);
        var sum = product is null ? weight : weight.Plus(product);
        return (sum * sum).sum(-1).sqrt().MoveToOuterDisposeScope();
    }

    private Tensor ProductDetached()
    {
        using var noGradients = no_grad();
        return Product();
    }

    private Tensor Product() => target.SecondOf(parameters).mm(target.FirstOf(parameters)).Times(target.Scale);

    private static Tensor Weight(Projection projection, ScalarType dtype) =>
        (projection.InputsFirst ? projection.Weight.t() : projection.Weight).to(dtype);
}
