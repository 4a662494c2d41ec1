using TorchSharp;

namespace SafetyGate.Models.Engine;

/// <summary>By which operators decoders compute attention and norms on a device, in words.</summary>
internal static class DecoderOperators
{
    /// <summary>One line, with the reason where it is not the fast way, or where gradients may differ from run to run.</summary>
    public static string Words(torch.Device device)
    {
        if (device.type != DeviceType.CUDA) return $"attention and norms in parts: not applicable: {device.type}";
        var way = ScriptedOperators.Problem(device) is { } problem ? $"attention and norms in parts: {problem}" : "attention and norms by one operator each";
        return StrictForms.Problem(device) is { } order ? $"{way}; gradients may differ from run to run: {order}" : $"{way}, gradients summed in one order";
    }
}
