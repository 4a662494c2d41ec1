using System.Text.Json.Nodes;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Tests.Optimization;

/// <summary>The problem of optim.json: the mean over all entries of (X Wᵀ + b - Y)².</summary>
internal sealed class LeastSquares : IDisposable
{
    private readonly Tensor _x;
    private readonly Tensor _y;

    public LeastSquares(JsonNode inputs, ScalarType dtype)
    {
        (_x, _y) = (Matrix(inputs["X"]!, dtype), Matrix(inputs["Y"]!, dtype));
        (W, B) = (Matrix(inputs["W0"]!, dtype).requires_grad_(), Vector(inputs["b0"]!, dtype).requires_grad_());
    }

    public Tensor W { get; }

    public Tensor B { get; }

    public IReadOnlyList<KeyValuePair<string, Tensor>> Parameters => [KeyValuePair.Create("W", W), KeyValuePair.Create("b", B)];

    /// <summary>Sets the gradients of the loss and returns it.</summary>
    public double Backward()
    {
        using var scope = NewDisposeScope();
        W.grad = null;
        B.grad = null;
        var loss = (_x.matmul(W.transpose(0, 1)) + B - _y).square().mean();
        loss.backward();
        return Number(loss);
    }

    public static double Number(Tensor scalar)
    {
        using var scope = NewDisposeScope();
        return scalar.detach().to(ScalarType.Float64).item<double>();
    }

    public static void Expect(JsonNode expected, Tensor actual, double tolerance, string what)
    {
        using var scope = NewDisposeScope();
        var flat = actual.detach().to(ScalarType.Float64).reshape(-1);
        var numbers = Flat(expected).ToList();
        Assert.Equal(numbers.Count, flat.numel());
        for (var i = 0; i < numbers.Count; i++) Near.Equal(numbers[i], flat[i].item<double>(), tolerance, Invariant($"{what}[{i}]"));
    }

    public void Dispose()
    {
        foreach (var tensor in new[] { _x, _y, W, B }) tensor.Dispose();
    }

    private static Tensor Matrix(JsonNode rows, ScalarType dtype) =>
        tensor(Flat(rows).ToArray(), [rows.AsArray().Count, rows[0]!.AsArray().Count], dtype: dtype);

    private static Tensor Vector(JsonNode row, ScalarType dtype) => tensor(Flat(row).ToArray(), [row.AsArray().Count], dtype: dtype);

    private static IEnumerable<double> Flat(JsonNode node) => node is JsonArray list ? list.SelectMany(item => Flat(item!)) : [(double)node];
}
