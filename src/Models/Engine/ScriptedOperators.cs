using System.Collections.Concurrent;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Engine;

/// <summary>
/// Operators of libtorch that TorchSharp lacks, by a line of TorchScript each: attention and norms in one launch of a GPU, and without the tables
/// and the float32 copies that their parts leave for the way back. On the CPU the parts are as fast, and serve.
/// </summary>
/// <remarks>
/// One operator a function: what has several, such as a rotation, TorchScript watches for two calls and then compiles, so that a run and its
/// repetition would round differently. Numbers are part of the text, which is compiled once for each.
/// </remarks>
internal static class ScriptedOperators
{
    private const string AttentionText = """
        def masked(queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor) -> Tensor:
            return torch.scaled_dot_product_attention(queries, keys, values, mask, 0.0, False, scale=NUMBER)

        def causal(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            return torch.scaled_dot_product_attention(queries, keys, values, None, 0.0, True, scale=NUMBER, enable_gqa=True)

        def whole(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
            return torch.scaled_dot_product_attention(queries, keys, values, None, 0.0, False, scale=NUMBER)

        """;

    private const string NormText = """
        def weighted(x: Tensor, weight: Tensor) -> Tensor:
            return torch.rms_norm(x, [x.size(-1)], weight, NUMBER)

        def plain(x: Tensor) -> Tensor:
            return torch.rms_norm(x, [x.size(-1)], None, NUMBER)

        """;

    private static readonly ConcurrentDictionary<(string Text, double Number), jit.CompilationUnit> Units = new();
    private static readonly ConcurrentDictionary<string, string> Tried = new(); // by device; an empty text where they work
    private static readonly AsyncLocal<bool?> Choice = new();

    /// <summary>Whether models that are made now on a device use them: on a GPU, unless the trial fails.</summary>
    public static bool Serve(Device device) => Choice.Value ?? (device.type == DeviceType.CUDA && Problem(device) is null);

    /// <summary>Why they cannot be used on a device, in one line; <c>null</c> where they can. Tried once with a few numbers.</summary>
    public static string? Problem(Device device) => Tried.GetOrAdd(device.ToString(), _ => Trial(device)) is { Length: > 0 } problem ? problem : null;

    /// <summary>Softmax of the scaled scores, times the values.</summary>
    /// <param name="queriesBHTE">[B, H, T, E], not scaled. Borrowed.</param>
    /// <param name="keysBHSE">[B, H, S, E]; of as many heads as the queries, or of a divisor of them where causal. Borrowed.</param>
    /// <param name="valuesBHSE">As the keys. Borrowed.</param>
    /// <param name="maskBHTS">Added to the scores, of their number type; <c>null</c> for nothing. Borrowed.</param>
    /// <param name="isCausal">Whether each of T = S queries sees the keys up to its own; without a mask.</param>
    /// <param name="scale">Of the scores.</param>
    /// <returns>[B, H, T, E].</returns>
    public static Tensor Attention(Tensor queriesBHTE, Tensor keysBHSE, Tensor valuesBHSE, Tensor? maskBHTS, bool isCausal, double scale)
    {
        var unit = Unit(AttentionText, scale);
        return maskBHTS is not null ? unit.invoke<Tensor>("masked", queriesBHTE, keysBHSE, valuesBHSE, maskBHTS)
            : unit.invoke<Tensor>(isCausal ? "causal" : "whole", queriesBHTE, keysBHSE, valuesBHSE);
    }

    /// <summary>x / √(mean x² + ε) · w over the last axis, computed in float32 at least.</summary>
    /// <param name="x">[.., D]. Borrowed.</param>
    /// <param name="weight">[D], or <c>null</c> for none. Borrowed.</param>
    /// <param name="epsilon">ε.</param>
    public static Tensor RmsNorm(Tensor x, Tensor? weight, double epsilon) => weight is null
        ? Unit(NormText, epsilon).invoke<Tensor>("plain", x)
        : Unit(NormText, epsilon).invoke<Tensor>("weighted", x, weight);

    /// <summary>Decides for the models that this flow of calls makes, on any device, until disposed: for comparisons.</summary>
    internal static IDisposable Choose(bool use)
    {
        var before = Choice.Value;
        Choice.Value = use;
        return new Chosen(before);
    }

    /// <summary>A number as TorchScript reads a floating-point one.</summary>
    internal static string Literal(double number) =>
        number.ToString("R", CultureInfo.InvariantCulture) is var text && text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;

    private static jit.CompilationUnit Unit(string text, double number) =>
        Units.GetOrAdd((text, number), key => jit.compile(key.Text.Replace("NUMBER", Literal(key.Number), StringComparison.Ordinal)));

    private static string Trial(Device device)
    {
        try
        {
            using var scope = NewDisposeScope();
            using var gradients = enable_grad();
            var x = ones([1, 2, 8, 8], ScalarType.Float32, device).requires_grad_(true);
            var mixed = Attention(x, x, x, zeros([1, 1, 8, 16], ScalarType.Float32, device).narrow(-1, 0, 8), isCausal: false, 1)
                .Plus(Attention(x, x.narrow(1, 0, 1), x.narrow(1, 0, 1), null, isCausal: true, 1)).Plus(Attention(x, x, x, null, isCausal: false, 1));
            var sum = RmsNorm(RmsNorm(mixed, ones([8], ScalarType.Float32, device), 1), null, 1).sum();
            sum.backward();
            return float.IsFinite(sum.item<float>()) && float.IsFinite(x.grad!.sum().item<float>()) ? "" : "the trial gave no number";
        }
        catch (Exception e) when (e is System.Runtime.InteropServices.ExternalException or NotImplementedException or InvalidOperationException)
        {
            return e.Message.Trim().Split('\n', 2)[0].Trim() is { Length: > 0 } line ? line : e.GetType().Name;
        }
    }

    private sealed class Chosen(bool? before) : IDisposable
    {
        public void Dispose() => Choice.Value = before;
    }
}
