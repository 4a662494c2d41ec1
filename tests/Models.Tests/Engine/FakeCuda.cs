using System.Runtime.InteropServices;
using SafetyGate.Models.Engine;

namespace SafetyGate.Models.Tests.Engine;

/// <summary>CUDA as far as it is called: keeps the thread's device and stream, and what was called, in order. Reached by addresses, as the real one.</summary>
internal sealed class FakeCuda
{
    private const int Error = 2; // cudaErrorMemoryAllocation; any will do
    private static readonly nint Words = Marshal.StringToCoTaskMemUTF8("out of order");
    private readonly Dictionary<string, Delegate> _functions;

    public FakeCuda()
    {
        _functions = new(StringComparer.Ordinal)
        {
            ["_ZN3c104cuda17getStreamFromPoolEba"] = (CudaCalls.PoolFunction)((high, device) => new(device, high ? 99 : 7)),
            ["_ZN3c104cuda20getCurrentCUDAStreamEa"] = (CudaCalls.CurrentFunction)(device => new(device, 3)),
            ["_ZN3c104cuda20setCurrentCUDAStreamENS0_10CUDAStreamE"] = (CudaCalls.SetCurrentFunction)(stream => Called.Add($"stream {stream}")),
            ["_ZNK3c104cuda10CUDAStream6streamEv"] = (CudaCalls.HandleFunction)((in CudaCalls.Stream stream) => 1000),
            ["cudaStreamBeginCapture"] = (CudaCalls.BeginFunction)((stream, mode) => Answer($"begin {stream} {mode}")),
            ["cudaStreamEndCapture"] = (CudaCalls.EndFunction)((nint stream, out nint graph) => Given(out graph, 55, $"end {stream}")),
            ["cudaGraphInstantiateWithFlags"] = (CudaCalls.InstantiateFunction)((out nint executable, nint graph, ulong flags) => Given(out executable, 66, $"instantiate {graph} {flags}")),
            ["cudaGraphLaunch"] = (CudaCalls.LaunchFunction)((executable, stream) => Answer($"launch {executable} {stream}")),
            ["cudaGraphDestroy"] = (CudaCalls.HandleOnlyFunction)(graph => Answer($"destroy {graph}")),
            ["cudaGraphExecDestroy"] = (CudaCalls.HandleOnlyFunction)(executable => Answer($"destroy {executable}")),
            ["cudaStreamSynchronize"] = (CudaCalls.HandleOnlyFunction)(stream => Answer($"wait for stream {stream}")),
            ["cudaDeviceSynchronize"] = (CudaCalls.PlainFunction)(() => Answer($"wait for device {Device}")),
            ["cudaGetLastError"] = (CudaCalls.PlainFunction)(() => 0),
            ["cudaGetErrorString"] = (CudaCalls.TextFunction)(_ => Words),
            ["cudaDeviceGetAttribute"] = (CudaCalls.AttributeFunction)((out int value, int attribute, int device) => Given(out value, attribute == 75 ? 9 : device, "attribute")),
            ["cudaDriverGetVersion"] = (CudaCalls.VersionFunction)((out int version) => Given(out version, 12080, "driver")),
            ["cudaGetDevice"] = (CudaCalls.SelectedFunction)((out int device) => Given(out device, Device, "device?")),
            ["cudaSetDevice"] = (CudaCalls.SelectFunction)(device => Answer($"device {Device = device}")),
            ["cudaGetDeviceCount"] = (CudaCalls.VersionFunction)((out int count) => Given(out count, Count, "count")),
            ["cudaMemGetInfo"] = (CudaCalls.MemoryFunction)((out nuint free, out nuint total) => Given(out free, (nuint)Free, $"memory of {Device}") + Given(out total, 1000u, "")),
        };
    }

    public List<string> Called { get; } = [];

    /// <summary>What is called when it begins with this fails.</summary>
    public string Fault { get; set; } = "none";

    public int Device { get; private set; }

    public int Free { get; set; } = 300;

    public int Count { get; set; } = 2;

    public HashSet<string> Lacking { get; } = [];

    public CudaCalls Calls => new(name => Lacking.Contains(name) || !_functions.TryGetValue(name, out var function) ? 0 : Marshal.GetFunctionPointerForDelegate(function));

    public CudaCalls Found()
    {
        var calls = Calls;
        Assert.Empty(calls.Find());
        return calls;
    }

    private int Given<T>(out T place, T value, string what)
    {
        place = value;
        return what.Length == 0 ? 0 : Answer(what);
    }

    private int Answer(string what)
    {
        if (what is not ("attribute" or "driver" or "device?")) Called.Add(what);
        return what.StartsWith(Fault, StringComparison.Ordinal) ? Error : 0;
    }
}
