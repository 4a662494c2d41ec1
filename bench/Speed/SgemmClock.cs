using System.Diagnostics;
using static TorchSharp.torch;

namespace SafetyGate.SpeedBench;

/// <summary>Times work in seconds and in sgemm-GFLOP: seconds times the rate a large float32 product reaches just before and after it.</summary>
/// <remarks>The product of the two cancels the machine's clock and most of the load of other processes.</remarks>
internal sealed class SgemmClock : IDisposable
{
    private const int Size = 2048;
    private const double Work = 2.0 * Size * Size * Size / 1e9;
    private readonly Tensor _left = randn(Size, Size).DetachFromDisposeScope();
    private readonly Tensor _right = randn(Size, Size).DetachFromDisposeScope();
    private double _before;
    private long _start;

    /// <summary>Rates measured so far, GFLOP/s.</summary>
    public List<double> Rates { get; } = [];

    /// <summary>Begins a measurement.</summary>
    public void Start()
    {
        _before = Rate();
        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>Ends it.</summary>
    public Timing Stop()
    {
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        return new Timing(seconds, seconds * (_before + Rate()) / 2);
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }

    private double Rate()
    {
        var start = Stopwatch.GetTimestamp();
        _left.matmul(_right).Dispose();
        Rates.Add(Work / Stopwatch.GetElapsedTime(start).TotalSeconds);
        return Rates[^1];
    }
}
