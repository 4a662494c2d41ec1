using SafetyGate.Core.Runs;
using TorchSharp;

namespace SafetyGate.Models.Generation;

/// <summary>Whether the steps of generation are recorded as CUDA graphs on a device, and the reason.</summary>
/// <param name="Works">Whether they are.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record GraphSupport(bool Works, string Reason)
{
    /// <summary>The environment variable that switches recording off: <c>0</c>.</summary>
    public const string Variable = "SAFETYGATE_CUDA_GRAPHS";

    private static readonly Lock Turn = new();
    private static readonly Dictionary<string, GraphSupport> Known = [];
    private static readonly Dictionary<string, CudaGraphs> Recorders = []; // one stream a device: memory that steps free is kept by stream

    /// <summary>Support on a device. The first time on a machine, a child process of this program tries a small model.</summary>
    /// <param name="device">The device.</param>
    /// <param name="anew">Whether an answer that is remembered is found again.</param>
    /// <exception cref="UserErrorException">The engine cannot be loaded (exit code 69).</exception>
    public static GraphSupport Of(torch.Device device, bool anew = false)
    {
        lock (Turn)
        {
            if (!anew && Known.TryGetValue(device.ToString(), out var known)) return known;
            var calls = new CudaCalls(device.type == DeviceType.CUDA ? TensorEngine.Started.Cuda : 0);
            return Known[device.ToString()] = Decide(device.type, Environment.GetEnvironmentVariable(Variable), () => calls.Find(),
                () => Answers(device, calls), anew, () => GraphProbe.Ask(Math.Max(device.index, 0)));
        }
    }

    /// <summary>How a generator on a device takes its steps; <c>null</c> on the CPU, which has a way of its own.</summary>
    internal static StepDecoding? DecodingOn(torch.Device device)
    {
        if (device.type == DeviceType.CPU) return null;
        if (!Of(device).Works) return new StepDecoding(null);
        lock (Turn)
        {
            if (!Recorders.TryGetValue(device.ToString(), out var recorder))
            {
                var calls = new CudaCalls(TensorEngine.Started.Cuda);
                _ = calls.Find();
                Recorders[device.ToString()] = recorder = new CudaGraphs(calls, device);
            }
            return new StepDecoding(recorder, reason =>
            {
                lock (Turn) Known[device.ToString()] = new GraphSupport(false, reason); // for this process; another model may do better
            });
        }
    }

    /// <summary>The decision, from what it depends on.</summary>
    /// <param name="type">Kind of device.</param>
    /// <param name="variable">Value of <see cref="Variable"/>.</param>
    /// <param name="missing">Symbols that the libraries lack.</param>
    /// <param name="answers">Remembered answers; asked only where recording is possible at all.</param>
    /// <param name="anew">Whether a remembered answer is not taken.</param>
    /// <param name="probe">Tries it.</param>
    internal static GraphSupport Decide(DeviceType type, string? variable, Func<IReadOnlyList<string>> missing, Func<GraphAnswers> answers,
        bool anew, Func<GraphAnswer> probe)
    {
        if (type != DeviceType.CUDA) return new(false, $"not applicable: {type}");
        if (variable == "0") return new(false, $"switched off: {Variable} is \"0\"");
        if (missing() is { Count: > 0 } lacking) return new(false, $"the libraries of this libtorch lack {string.Join(", ", lacking)}");
        var store = answers();
        if (!anew && store.Find() is { } remembered) return remembered;
        var answer = probe();
        if (answer.IsFinal) store.Keep(answer.Support);
        return answer.Support;
    }

    private static GraphAnswers Answers(torch.Device device, CudaCalls calls)
    {
        var environment = TensorEngine.Describe(device, torch.ScalarType.Float32) with { Threads = 0 };
        var key = $"{TensorEngine.Digest(environment)}\n{calls.Machine(Math.Max(device.index, 0))}";
        var folder = StoreLocation.CacheFromEnvironment() is { } cache ? Path.Combine(cache, "graphs") : null;
        return new(folder, Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(key))));
    }
}
