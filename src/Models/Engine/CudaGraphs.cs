using TorchSharp;

namespace SafetyGate.Models.Engine;

/// <summary>Records steps as CUDA graphs, on a stream of its own: the default stream cannot be recorded.</summary>
/// <remarks>
/// libtorch keeps freed memory by stream and gives it to later tensors of that stream alone. Operators free memory while a step is recorded,
/// and each repetition writes to it: so nothing that lives longer than a step is made between <see cref="Enter"/> and its end, and meanwhile
/// libtorch must not give that memory back to the driver (<see cref="WhileNoneIsEntered"/>).
/// </remarks>
internal sealed class CudaGraphs : IStepRecorder
{
    private const int Relaxed = 2; // cudaStreamCaptureModeRelaxed: libtorch may allocate while a step is recorded
    private readonly CudaCalls _calls;
    private readonly CudaCalls.Stream _own;
    private readonly nint _handle;
    private readonly sbyte _device;
    private static readonly Lock Gate = new();
    private static int s_entered;

    /// <summary>Takes a stream of a device.</summary>
    /// <param name="calls">The calls; none is missing.</param>
    /// <param name="device">The device.</param>
    internal CudaGraphs(CudaCalls calls, torch.Device device)
    {
        (_calls, _device) = (calls, (sbyte)Math.Max(device.index, 0));
        _own = calls.FromPool!(false, _device);
        _handle = calls.HandleOf!(in _own);
    }

    /// <summary>Does what would take memory away from recorded steps, unless there may be any.</summary>
    /// <returns>Whether it was done.</returns>
    internal static bool WhileNoneIsEntered(Action work)
    {
        lock (Gate)
        {
            if (s_entered > 0) return false;
            work();
            return true;
        }
    }

    /// <inheritdoc/>
    public IDisposable Enter()
    {
        // The device may be another than the thread's, and what is waited for is the thread's.
        var device = _calls.On(_device) ?? throw new StepRecordingException(Invariant($"the device {_device} cannot be made the thread's"));
        try
        {
            var before = _calls.Current!(_device);
            Wait();
            lock (Gate) s_entered++;
            _calls.SetCurrent!(_own);
            return new Leaving(this, before, device);
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public IRecordedStep Record(Action step)
    {
        Require(_calls.Begin!(_handle, Relaxed), "the stream cannot be recorded");
        Exception? failure = null;
        try
        {
            step();
        }
        catch (Exception e)
        {
            failure = e;
        }
        var ended = _calls.End!(_handle, out var graph); // always: a stream that is being recorded runs nothing
        if (failure is not null || ended != 0 || graph == 0)
        {
            if (graph != 0) _ = _calls.DestroyGraph!(graph);
            var reason = ended != 0 ? _calls.Text(ended) : failure?.Message ?? "nothing was recorded";
            _ = _calls.TakeError!();
            throw failure is OperationCanceledException ? failure : new StepRecordingException($"the step cannot be recorded: {FirstLine(reason)}", failure);
        }
        var status = _calls.Instantiate!(out var executable, graph, 0);
        _ = _calls.DestroyGraph!(graph);
        Require(status, "the recorded step cannot be prepared");
        return new Graph(this, executable);
    }

    private void Wait() => Require(_calls.WaitForDevice!(), "the device failed");

    private void Require(int status, string what)
    {
        if (status != 0) throw new StepRecordingException($"{what}: {_calls.Text(status)}");
    }

    private static string FirstLine(string text) => text.Split('\n', 2)[0].Trim();

    private sealed class Leaving(CudaGraphs owner, CudaCalls.Stream before, IDisposable device) : IDisposable
    {
        private bool _left;

        public void Dispose()
        {
            if (_left) return;
            _left = true;
            _ = owner._calls.WaitForDevice!(); // an error of the device is met again, and reported, by the next operator
            owner._calls.SetCurrent!(before);
            lock (Gate) s_entered--;
            device.Dispose();
        }
    }

    private sealed class Graph(CudaGraphs owner, nint executable) : IRecordedStep
    {
        private nint _executable = executable;

        public void Run() => owner.Require(owner._calls.Launch!(_executable, owner._handle), "the recorded step cannot be run");

        public void Dispose()
        {
            if (_executable == 0) return;
            _ = owner._calls.WaitFor!(owner._handle); // it may still run
            _ = owner._calls.DestroyExecutable!(_executable);
            _executable = 0;
        }
    }
}
