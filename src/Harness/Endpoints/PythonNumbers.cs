namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// What Python's json writes for numbers that JSON does not have (NaN, Infinity, -Infinity), such as the logarithm of a probability of 0:
/// servers that write their answers with it send them.
/// </summary>
internal static class PythonNumbers
{
    private static readonly byte[][] Names = [[.. "NaN"u8], [.. "Infinity"u8], [.. "-Infinity"u8]];

    /// <summary>The JSON with <c>null</c> in their place; texts stay as they are.</summary>
    /// <returns><c>null</c> if there is none.</returns>
    public static byte[]? AsNull(ReadOnlySpan<byte> json)
    {
        var changed = new List<byte>(json.Length);
        var (isText, isChanged) = (false, false);
        for (var at = 0; at < json.Length; at++)
        {
            var rest = json[at..];
            if (!isText && NameAt(rest) is > 0 and var length)
            {
                changed.AddRange("null"u8);
                at += length - 1;
                isChanged = true;
                continue;
            }

            changed.Add(json[at]);
            if (json[at] == '"') isText = !isText;
            else if (isText && json[at] == '\\' && at + 1 < json.Length) changed.Add(json[++at]);
        }

        return isChanged ? [.. changed] : null;
    }

    private static int NameAt(ReadOnlySpan<byte> json)
    {
        foreach (var name in Names)
            if (json.StartsWith(name)) return name.Length;
        return 0;
    }
}
