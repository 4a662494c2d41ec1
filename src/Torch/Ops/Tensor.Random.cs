using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>Normal numbers, in place.</summary>
        public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null) => Ops.normal_.InPlace(this, mean, std, generator);

        /// <summary>Uniform numbers in [from, to), in place.</summary>
        public Tensor uniform_(double from, double to, Generator? generator = null) => Ops.uniform_.InPlace(this, from, to, generator);

        /// <summary>Exponential numbers, in place.</summary>
        public Tensor exponential_(double lambda = 1, Generator? generator = null) => Ops.exponential_.InPlace(this, lambda, generator);

        /// <summary>1 with each element's probability, else 0.</summary>
        public Tensor bernoulli(Generator? generator = null) => Ops.bernoulli.Call(this, generator);

        /// <summary>1 with a probability, else 0, in place.</summary>
        public Tensor bernoulli_(double p = 0.5, Generator? generator = null) => Ops.bernoulli__float.InPlace(this, p, generator);

        /// <summary>1 with a probability, else 0, in place.</summary>
        public Tensor bernoulli_(Tensor p, Generator? generator = null) => Ops.bernoulli__Tensor.InPlace(this, p, generator);

        /// <summary>Integers in [from, to), in place.</summary>
        public Tensor random_(double from, double to, Generator? generator = null) => Ops.random__from.InPlace(this, (long)from, (long)to, generator);
    }
}
