using System.Text.Json;

namespace SafetyGate.Models.Checkpoints;

/// <summary>
/// Tells weights that are quantized from a <c>quantization_config</c> that was left behind when they were widened: the tensors decide.
/// </summary>
internal static class QuantizedWeights
{
    // What GPTQ, AWQ, bitsandbytes, compressed-tensors and fp8 checkpoints have beside or in place of a weight.
    private static readonly string[] Signs =
    [
        ".qweight", ".qzeros", ".scales", ".g_idx", ".weight_scale", ".weight_scale_inv", ".input_scale", ".weight_packed", ".weight_zero_point",
        ".absmax", ".quant_map", ".nested_absmax", ".SCB", ".weight_format",
    ];

    /// <summary>Refuses quantized weights by name; a stale note beside full-precision weights is ignored.</summary>
    public static void Refuse(CheckpointReader checkpoint)
    {
        foreach (var (name, entry) in checkpoint.Tensors.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (!IsSign(name, entry)) continue;
            throw new UserErrorException($"{checkpoint.PathOf(name)}: the weights are quantized ({Method(checkpoint)}tensor '{SafetensorsHeader.Shown(entry.Name)}' of {entry.Dtype}); they must be {TensorDtypes.Names}. Save the model dequantized, or take the checkpoint it was quantized from.");
        }
    }

    private static bool IsSign(string name, SafetensorsEntry entry) =>
        entry.Dtype.StartsWith("F8", StringComparison.Ordinal) || entry.Dtype.StartsWith("F4", StringComparison.Ordinal)
            || Array.Exists(Signs, sign => name.EndsWith(sign, StringComparison.Ordinal)) || name.Contains(".quant_state.", StringComparison.Ordinal)
            || (name.EndsWith(".weight", StringComparison.Ordinal) && (entry.Dtype is "U8" or "I8" or "I32"));

    private static string Method(CheckpointReader checkpoint)
    {
        using var config = JsonDocument.Parse(checkpoint.ConfigJson);
        return config.RootElement.TryGetProperty("quantization_config", out var quantization) && quantization.ValueKind == JsonValueKind.Object
            && quantization.TryGetProperty("quant_method", out var method) && method.ValueKind == JsonValueKind.String
                ? $"{SafetensorsHeader.Shown(method.GetString()!)}, "
                : "";
    }
}
