namespace SafetyGate.Models.Checkpoints;

/// <summary>The element types a safetensors header may name, and their widths.</summary>
internal static class SafetensorsDtype
{
    private static readonly Dictionary<string, int> BitsByName = new(StringComparer.Ordinal)
    {
        ["BOOL"] = 8, ["F4"] = 4, ["F6_E2M3"] = 6, ["F6_E3M2"] = 6, ["U8"] = 8, ["I8"] = 8,
        ["F8_E5M2"] = 8, ["F8_E4M3"] = 8, ["F8_E8M0"] = 8, ["F8_E4M3FNUZ"] = 8, ["F8_E5M2FNUZ"] = 8,
        ["I16"] = 16, ["U16"] = 16, ["F16"] = 16, ["BF16"] = 16, ["I32"] = 32, ["U32"] = 32, ["F32"] = 32,
        ["C64"] = 64, ["F64"] = 64, ["I64"] = 64, ["U64"] = 64,
    };

    /// <summary>All names, for messages.</summary>
    public static string Names { get; } = string.Join(", ", BitsByName.Keys);

    /// <summary>Width of one element in bits; false for a name the format does not have (names are case-sensitive).</summary>
    public static bool TryBits(string name, out int bits) => BitsByName.TryGetValue(name, out bits);
}
