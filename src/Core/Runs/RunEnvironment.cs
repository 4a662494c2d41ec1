using System.Text.Json.Serialization;

namespace SafetyGate.Core.Runs;

/// <summary>Compute environment of a training run. Part of the run's key: another engine, device or line of code trains again.</summary>
public sealed record RunEnvironment
{
    /// <summary>Engine and version, such as <c>libtorch 2.10.0, TorchSharp 0.107.0</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>Device, such as <c>cpu</c> or <c>cuda: NVIDIA H200</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Number type of the arithmetic, such as <c>float32</c>.</summary>
    public required string Dtype { get; init; }

    /// <summary>Threads the engine uses.</summary>
    public required int Threads { get; init; }

    /// <summary>Digest of the product assemblies whose code decides the result (<see cref="Runs.CodeDigest"/>); lower-case hex.</summary>
    public required string CodeDigest { get; init; }

    /// <summary>Native files of the engine, by name; absent where no engine of ours computes.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<NativeFile>? Natives { get; init; }
}
