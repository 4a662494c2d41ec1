namespace SafetyGate.Torch.Tests.Gradients;

/// <summary>A function of tensors of given shapes, whose gradient is compared with finite differences.</summary>
/// <param name="Name">What the test is called.</param>
/// <param name="Function">The function; its result may have any shape.</param>
/// <param name="Shapes">The shapes of its arguments.</param>
/// <param name="Low">The smallest argument.</param>
/// <param name="High">The largest argument.</param>
public sealed record GradientCase(string Name, Func<Tensor[], Tensor> Function, long[][] Shapes, double Low = -2, double High = 2)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Name} {string.Join(" ", Shapes.Select(s => $"({string.Join(",", s)})"))}";
}
