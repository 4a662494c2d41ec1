using TorchSharp;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Operators on a GPU in their usual forms until disposed: the deterministic form of a write at one place sorts its index first. For steps
/// whose writes are all to different places, and whose sums run along rows.
/// </summary>
internal sealed class UsualForms : IDisposable
{
    private readonly Action<bool>? _deterministic;

    /// <param name="device">Where the operators run; on the CPU nothing changes.</param>
    public UsualForms(torch.Device device)
    {
        _deterministic = device.type == DeviceType.CPU ? null : TensorEngine.Started.DeterministicForms;
        _deterministic?.Invoke(false);
    }

    public void Dispose() => _deterministic?.Invoke(true);
}
