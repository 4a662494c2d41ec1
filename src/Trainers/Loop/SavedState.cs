using SafetyGate.Models.Checkpoints;
using static TorchSharp.torch;

namespace SafetyGate.Trainers.Loop;

/// <summary>A verified training state on disk, from which tensors are read one at a time, in parts.</summary>
public sealed class SavedState : IDisposable
{
    private readonly SafetensorsFile _file;

    internal SavedState(SafetensorsFile file, TrainingState facts) => (_file, Facts) = (file, facts);

    /// <summary>Everything but the tensors.</summary>
    public TrainingState Facts { get; }

    /// <summary>Overwrites a parameter with the saved one.</summary>
    /// <param name="name">Name of the parameter.</param>
    /// <param name="parameter">Contiguous. Borrowed.</param>
    /// <exception cref="UserErrorException">The state has no such parameter, or one of another shape or number type.</exception>
    public void FillWeight(string name, Tensor parameter) => Fill(TrainingStateFile.Weights + name, parameter);

    /// <summary>Overwrites a tensor of the optimizer with the saved one.</summary>
    /// <inheritdoc cref="FillWeight"/>
    public void FillMoment(string name, Tensor moment) => Fill(TrainingStateFile.Optimizer + name, moment);

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Fill(string name, Tensor tensor)
    {
        var entry = _file.Find(name) ?? throw new UserErrorException($"{_file.Path}: the training state has no tensor '{name}'.");
        if (!entry.Shape.SequenceEqual(tensor.shape) || TensorDtypes.FromName(entry.Dtype) != tensor.dtype)
            throw new UserErrorException($"{_file.Path}: the saved '{name}' is {entry.Dtype} {entry.ShapeText}; the run needs {tensor.dtype} [{string.Join(", ", tensor.shape)}].");
        TensorBytes.Fill(tensor, (offset, bytes) => _file.Read(entry, offset, bytes));
    }
}
