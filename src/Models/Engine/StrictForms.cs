using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Engine;

/// <summary>
/// The way back through a decoder's layers on a GPU with sums in one order, until disposed: attention's operator has such a form, and takes
/// it only where operators without one must throw. None of a layer's is without; a trial makes sure of it.
/// </summary>
internal sealed class StrictForms : IDisposable
{
    private static readonly ConcurrentDictionary<string, string> Tried = new(); // by device; an empty text where all operators have such a form
    private readonly Action<bool>? _strict;

    /// <param name="device">Where the operators run; on the CPU nothing changes.</param>
    public StrictForms(Device device)
    {
        if (device.type != DeviceType.CUDA || Problem(device) is not null) return;
        _strict = TensorEngine.Started.StrictForms;
        _strict?.Invoke(true);
    }

    /// <summary>Why sums may differ from run to run on a device, in one line; <c>null</c> where they do not. Tried once.</summary>
    public static string? Problem(Device device) => Tried.GetOrAdd(device.ToString(), _ => Trial(device)) is { Length: > 0 } problem ? problem : null;

    public void Dispose() => _strict?.Invoke(false);

    // What layers, adapters and mixtures of experts are made of, there and back.
    private static string Trial(Device device)
    {
        if (TensorEngine.Started.StrictForms is not { } strict) return "the engine cannot ask for it";
        try
        {
            using var scope = NewDisposeScope();
            using var gradients = enable_grad();
            strict(true);
            var weight = ones([16, 16], ScalarType.BFloat16, device).requires_grad_(true);
            var rows = tensor(new long[] { 0, 1, 1, 0, 3, 2, 1, 1 }, ScalarType.Int64, device);
            var x = nn.functional.linear(weight.index_select(0, rows), weight, weight.select(0, 0));
            var heads = x.view(1, 8, 2, 8).transpose(1, 2);
            if (ScriptedOperators.Problem(device) is null)
            {
                heads = ScriptedOperators.Attention(heads, heads.narrow(1, 0, 1), heads.narrow(1, 0, 1), null, isCausal: true, 1)
                    .Plus(ScriptedOperators.Attention(heads, heads, heads, zeros([1, 1, 8, 16], ScalarType.BFloat16, device).narrow(-1, 0, 8), isCausal: false, 1));
                x = ScriptedOperators.RmsNorm(x, weight.select(0, 1), 1);
            }
            var (weights, picked) = x.to(ScalarType.Float32).softmax(-1).topk(2, -1);
            var mixed = heads.transpose(1, 2).reshape(8, 16).Plus(cat([x.narrow(-1, 8, 8), x.narrow(-1, 0, 8)], -1).roll(8, -1) * nn.functional.silu(x));
            mixed = mixed.index_add(0, rows, mixed * weights.sum(-1, true).to(ScalarType.BFloat16), Scalars.Of(1L)).Plus(nn.functional.gelu(x).tanh());
            mixed = nn.functional.layer_norm(mixed, [16], weight.select(0, 2), weight.select(0, 3), 1).Plus(weight.norm(1, true, 2).squeeze(-1).to(ScalarType.BFloat16));
            mixed = mixed * x.gather(-1, picked.narrow(-1, 0, 1)) * (x.Times(2) * x).to(ScalarType.Float32).mean([-1L], true).Plus(1.0).rsqrt().to(ScalarType.BFloat16);
            mixed.sum().backward();
            return "";
        }
        catch (Exception e) when (e is ExternalException or NotImplementedException or InvalidOperationException)
        {
            return e.Message.Trim().Split('\n', 2)[0].Trim() is { Length: > 0 } line ? line : e.GetType().Name;
        }
        finally
        {
            strict(false);
        }
    }
}
