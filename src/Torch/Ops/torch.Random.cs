namespace TorchSharp;

public static partial class torch
{
    /// <summary>1 with each element's probability, else 0.</summary>
    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);
}
