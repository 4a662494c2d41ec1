using static TorchSharp.torch;

namespace SafetyGate.Trainers.Optimization;

/// <summary>Changes parameters in place along the gradients they hold.</summary>
public interface IOptimizer : IDisposable
{
    /// <summary>The parameters to update. Borrowed.</summary>
    IReadOnlyList<ParameterGroup> Groups { get; }

    /// <summary>Updates made so far.</summary>
    long Steps { get; }

    /// <summary>One update of every parameter.</summary>
    /// <param name="learningRate">Rate of this update; 0 changes no parameter but counts as an update, as in torch.</param>
    /// <exception cref="InvalidOperationException">A parameter holds no gradient; the message names it.</exception>
    void Step(double learningRate);

    /// <summary>
    /// All that later updates depend on besides parameters and gradients. The tensors are borrowed and change with the next update.
    /// </summary>
    OptimizerState Save();

    /// <summary>Resumes from a saved state: the updates that follow are those the saved optimizer would have made, bit for bit.</summary>
    /// <param name="kind">Kind of the saved optimizer.</param>
    /// <param name="steps">Updates it made.</param>
    /// <param name="fill">Overwrites the tensor of a name, as <see cref="Save"/> has it, with the saved one; it is called for one after the
    /// other.</param>
    /// <exception cref="ArgumentException">The state is of another kind.</exception>
    void Restore(string kind, long steps, Action<string, Tensor> fill);
}
