using System.Diagnostics;
using static TorchSharp.torch;

namespace SafetyGate.SpeedBench;

/// <summary>Times work in seconds and in sgemm-GFLOP: seconds times the rate a large float32 product reaches just before and after it.</summary>
/// <remarks>
/// The product of the two cancels the machine's clock. It does not cancel other processes: a large product loses more to them than small ones do,
/// so a busy machine flatters the work. <see cref="ProcessorShare"/> tells.
/// </remarks>
internal sealed class SgemmClock : IDisposable
{
    private const int Size = 2048;
    private const double Work = 2.0 * Size * Size * Size / 1e9;
    private readonly Tensor _left = randn(Size, Size).DetachFromDisposeScope();
    private readonly Tensor _right = randn(Size, Size).DetachFromDisposeScope();
    private readonly List<double> _processorRates = [];
    private double _wall, _processor;
    private TimeSpan _startProcessor;
    private long _start;

    /// <summary>Rates measured so far, GFLOP/s.</summary>
    public List<double> Rates { get; } = [];

    /// <summary>Processor time the products got, as a share of all threads' wall-clock time; near 1 on an idle machine.</summary>
    public double ProcessorShare => _processor / (_wall * get_num_threads());

    /// <summary>Begins a measurement.</summary>
    public void Start()
    {
        Measure();
        _startProcessor = Environment.CpuUsage.TotalTime;
        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>Ends it.</summary>
    public Timing Stop()
    {
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var processorSeconds = (Environment.CpuUsage.TotalTime - _startProcessor).TotalSeconds;
        Measure();
        return new Timing(seconds, seconds * (Rates[^2] + Rates[^1]) / 2, processorSeconds * (_processorRates[^2] + _processorRates[^1]) / 2);
    }

    public void Dispose()
    {
        _left.Dispose();
        _right.Dispose();
    }

    private void Measure()
    {
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        _left.matmul(_right).Dispose();
        var wall = Stopwatch.GetElapsedTime(start).TotalSeconds;
        _wall += wall;
        var processorSeconds = (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
        _processor += processorSeconds;
        Rates.Add(Work / wall);
        _processorRates.Add(Work / processorSeconds);
    }
}
