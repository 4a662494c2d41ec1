namespace SafetyGate.Harness.Runs;

/// <summary>What a training run computes with. Part of the run's key: another engine, device or line of code trains again.</summary>
public sealed record RunEnvironment
{
    /// <summary>Engine and version, such as <c>libtorch 1.13.1</c>.</summary>
    public required string Engine { get; init; }

    /// <summary>Device, such as <c>cpu</c> or <c>cuda: NVIDIA H200</c>.</summary>
    public required string Device { get; init; }

    /// <summary>Number type of the arithmetic, such as <c>float32</c>.</summary>
    public required string Dtype { get; init; }

    /// <summary>Threads the engine uses.</summary>
    public required int Threads { get; init; }

    /// <summary>Digest of every product assembly the run executes and of the native shim; lower-case hex.</summary>
    public required string CodeDigest { get; init; }
}
