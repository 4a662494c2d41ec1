using SafetyGate.Core.Runs;
using SafetyGate.Models.Engine;
using static TorchSharp.torch;

namespace SafetyGate.Models.Adapters;

/// <summary>
/// Drops numbers that go into an adapter's first matrix, in passes of training only. What is dropped is a function of seed, step, pass and
/// module: a resumed run drops the same, and a layer that is computed again within its pass too.
/// </summary>
internal sealed class AdapterDropout(double share, ulong seed)
{
    private long _step, _pass;
    private bool _active;

    /// <summary>Drops nothing.</summary>
    public static AdapterDropout None { get; } = new(0, 0);

    /// <summary>Share that is dropped.</summary>
    public double Share => share;

    /// <summary>Begins a step of training.</summary>
    public void BeginStep(long step) => (_step, _pass) = (step, 0);

    /// <summary>Begins a pass of the step.</summary>
    /// <returns>Its number in the step.</returns>
    public long BeginPass()
    {
        _active = true;
        return ++_pass;
    }

    /// <summary>Returns to a pass that has begun.</summary>
    public void Resume(long pass) => (_active, _pass) = (true, pass);

    /// <summary>Ends passes of training.</summary>
    public void End() => _active = false;

    /// <summary>The input with numbers dropped and the rest scaled up; the input itself outside training.</summary>
    public Tensor Apply(string module, Tensor input)
    {
        if (share == 0 || !_active) return input;
        Tensor kept;
        using (no_grad())
        {
            var stream = new RandomStream(seed, Invariant($"lora-dropout/{_step}/{_pass}/{module}"));
            kept = RandomTensors.Even(input.shape, stream.NextUInt64(), input.device).ge(Scalars.Of(share)).to(input.dtype).Times(1 / (1 - share));
        }

        return input * kept;
    }
}
