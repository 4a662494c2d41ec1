using SafetyGate.Models.Engine;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Modules;

/// <summary>A feed-forward block: down(act(gate x) · up x), or down(act(up x)) without a gate.</summary>
internal sealed class FeedForward : IFeedForward
{
    private readonly ProjectionGroup _inputs; // gate and up, or up alone
    private readonly Projection _down;
    private readonly GateActivation _activation;

    public FeedForward(ProjectionGroup inputs, Projection down, GateActivation activation) =>
        (_inputs, _down, _activation) = (inputs, down, activation);

    public IEnumerable<Projection> Projections => _inputs.Parts.Append(_down);

    public IEnumerable<ProjectionGroup> Groups => [_inputs];

    public Tensor Forward(Tensor inputBTD, bool isFrozen)
    {
        var outputs = isFrozen ? _inputs.Split(_inputs.Joined(inputBTD)) : _inputs.Forward(inputBTD);
        var active = Active(outputs[0]);
        return _down.Forward(outputs.Count == 1 ? active : active * outputs[1]);
    }

    private Tensor Active(Tensor x) => _activation switch
    {
        GateActivation.Silu => nn.functional.silu(x),
        GateActivation.Gelu => nn.functional.gelu(x),
        GateActivation.Relu => nn.functional.relu(x),
        _ => x.Times(0.5) * x.Plus(x.Times(0.044715) * x * x).Times(Math.Sqrt(2 / Math.PI)).tanh().Plus(1.0),
    };
}
