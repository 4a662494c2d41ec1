using System.Runtime.InteropServices;
using System.Text.Json;
using TorchSharp;
using static System.FormattableString;

namespace SafetyGate.Models.Tests.Decoders;

/// <summary>Between tensors, JSON and arrays; and comparisons as the conformance README defines them.</summary>
internal static class Numbers
{
    public static int[] Ints(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetInt32())];

    public static double[] Doubles(JsonElement list) => [.. list.EnumerateArray().Select(item => item.GetDouble())];

    public static torch.Tensor Ids(params IReadOnlyList<int>[] rows) =>
        torch.tensor(rows.SelectMany(row => row.Select(id => (long)id)).ToArray(), [rows.Length, rows[0].Count], torch.ScalarType.Int64);

    public static torch.Tensor Mask(params IReadOnlyList<int>[] rows) =>
        torch.tensor(rows.SelectMany(row => row.Select(flag => flag != 0)).ToArray(), [rows.Length, rows[0].Count], torch.ScalarType.Bool);

    public static double[] Of(torch.Tensor tensor)
    {
        using var plain = tensor.detach().to(torch.ScalarType.Float64).cpu().contiguous();
        return MemoryMarshal.Cast<byte, double>(plain.bytes).ToArray();
    }

    /// <summary>|difference| / max(1, |expected|) is at most the tolerance, everywhere.</summary>
    public static void Close(ReadOnlySpan<double> expected, ReadOnlySpan<double> actual, double tolerance, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        var (worst, at) = (0.0, -1);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Math.Abs(expected[i] - actual[i]) / Math.Max(1, Math.Abs(expected[i]));
            if (!(difference <= worst)) (worst, at) = (difference, i);
        }
        Assert.True(worst <= tolerance, at < 0 ? what : Invariant($"{what}[{at}] is {actual[at]:R}, expected {expected[at]:R}: off by {worst:G3}, allowed {tolerance:G3}"));
    }

    public static void Close(double expected, double actual, double tolerance, string what) => Close([expected], [actual], tolerance, what);
}
