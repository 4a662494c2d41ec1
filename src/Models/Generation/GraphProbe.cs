using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Generation;

/// <summary>
/// Tries recorded steps in a child process of this program, so that a crash takes nothing along: the child generates with a small random
/// model, recorded and operator by operator, and writes what came of it.
/// </summary>
public static class GraphProbe
{
    /// <summary>The environment variable of a child: number of the device, a space, and the file for its answer.</summary>
    public const string Variable = "SAFETYGATE_GRAPH_PROBE";

    private const string Right = "recorded steps drew the tokens of their operators";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3); // a first load of CUDA's libraries from a slow disk

    /// <summary>Answers and ends the process, if it is a child that was asked; called before a program's own code.</summary>
    /// <param name="caller">The assembly that calls; only the program's own answers.</param>
    public static void AnswerIfAsked(Assembly caller)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { Length: > 0 } asked || Assembly.GetEntryAssembly() != caller) return;
        string? problem;
        var place = asked.Split(' ', 2);
        try
        {
            TensorEngine.Attach();
            problem = Try(int.Parse(place[0], NumberStyles.None, CultureInfo.InvariantCulture));
        }
        catch (Exception e)
        {
            problem = e.Message;
        }
        WholeFile.Create(place[^1], Encoding.UTF8.GetBytes(problem is null ? Right : FirstLine(problem)));
        Environment.Exit(0);
    }

    /// <summary>Asks a child of this program.</summary>
    /// <param name="deviceIndex">Number of the device.</param>
    internal static GraphAnswer Ask(int deviceIndex)
    {
        if (Program() is not { } program)
            return NotAsked("this program has no part that tries recorded steps; run 'gate doctor' with the same libtorch once");
        var folder = Directory.CreateTempSubdirectory("safetygate-");
        try
        {
            var answer = Path.Combine(folder.FullName, "answer");
            program.Environment[Variable] = Invariant($"{deviceIndex} {answer}");
            return Heard(program, answer, Patience);
        }
        catch (Exception e) when (e is Win32Exception or IOException or UnauthorizedAccessException)
        {
            return NotAsked($"the trial in a child process cannot be started: {FirstLine(e.Message)}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Starts a child and reads its answer.</summary>
    /// <param name="program">How to start it.</param>
    /// <param name="answerFile">Where it writes its answer.</param>
    /// <param name="patience">How long it may take.</param>
    internal static GraphAnswer Heard(ProcessStartInfo program, string answerFile, TimeSpan patience)
    {
        (program.RedirectStandardOutput, program.RedirectStandardError, program.RedirectStandardInput) = (true, true, true);
        using var child = Process.Start(program) ?? throw new IOException("no process was started");
        var lastWords = "";
        child.ErrorDataReceived += (_, line) => lastWords = line.Data is { Length: > 0 } said ? said : lastWords;
        child.OutputDataReceived += (_, _) => { };
        child.BeginErrorReadLine();
        child.BeginOutputReadLine();
        child.StandardInput.Close();
        if (!child.WaitForExit(patience))
        {
            child.Kill(entireProcessTree: true);
            return new(new(false, Invariant($"the trial in a child process took more than {patience.TotalSeconds:0} seconds")), IsFinal: false);
        }
        child.WaitForExit();
        var answer = File.Exists(answerFile) ? BoundedFile.ReadText(answerFile, 4096).Trim() : "";
        if (answer == Right) return new(new(true, $"{Right} in a trial"), IsFinal: true);
        if (answer.Length > 0) return new(new(false, $"the trial in a child process failed: {answer}"), IsFinal: true);
        return new(new(false, Invariant($"the trial in a child process ended with status {child.ExitCode} and no answer{(lastWords.Length > 0 ? ": " + FirstLine(lastWords) : "")}")), IsFinal: true);
    }

    // Generates recorded and operator by operator; the problem, or null.
    private static string? Try(int deviceIndex)
    {
        TensorEngine.Start();
        var calls = new CudaCalls(TensorEngine.Started.Cuda);
        if (calls.Find() is { Count: > 0 } missing) return $"{missing[0]} is missing";
        var device = torch.device(DeviceType.CUDA, deviceIndex);
        foreach (var dtype in (ScalarType[])[ScalarType.Float32, ScalarType.BFloat16])
            if (Try(device, dtype, () => new CudaGraphs(calls, device)) is { } problem) return problem;
        return null;
    }

    /// <summary>Generates in one number type, with given recorders and operator by operator; the problem, or <c>null</c>.</summary>
    internal static string? Try(Device device, ScalarType dtype, Func<IStepRecorder> recorder)
    {
        using var decoder = DecoderFactory.Create(DecoderConfig.ParseText(Model, "the trial's model"), seed: 1, device, dtype);
        foreach (var temperature in (double[])[0, 1])
        {
            var decoding = new StepDecoding(recorder());
            var (expected, made) = (Generate(decoder, temperature, new StepDecoding(null)), Generate(decoder, temperature, decoding));
            if (decoding.WhyLost is { } reason) return reason;
            if (decoding.Confirmed == 0) return "no step was recorded";
            if (!expected.SequenceEqual(made)) return "recorded steps drew other tokens than their operators";
        }
        return null;
    }

    // Prompts of several lengths, and more tokens than there is room for at first: 2,700, in both number types and at both temperatures 10,800.
    private static List<string> Generate(IDecoder decoder, double temperature, StepDecoding decoding)
    {
        var generator = new TokenGenerator(decoder, []) { Steps = decoding };
        List<GenerationRequest> requests = [.. Enumerable.Range(1, 9).Select(i => new GenerationRequest { Key = Invariant($"{i}"), PromptIds = [.. Enumerable.Range(i, 3 * i)] })];
        var sampling = new SamplingOptions { MaxNewTokens = 300, Temperature = temperature, Seed = 1 };
        return [.. generator.Generate(requests, sampling, CancellationToken.None).Select(one => string.Join(' ', one.NewIds))];
    }

    private static GraphAnswer NotAsked(string reason) => new(new(false, reason), IsFinal: false);

    private static ProcessStartInfo? Program()
    {
        if (Assembly.GetEntryAssembly() is not { } entry || Environment.ProcessPath is not { Length: > 0 } path
            || entry.GetType("SafetyGate.Models.Generation.GraphProbeModule") is null) return null;
        var start = new ProcessStartInfo(path) { UseShellExecute = false, CreateNoWindow = true };
        if (Path.GetFileNameWithoutExtension(path) == "dotnet") start.ArgumentList.Add(entry.Location);
        return start;
    }

    private static string FirstLine(string text) => text.Trim().Split('\n', 2)[0].Trim() is var line && line.Length > 500 ? line[..500] : line;

    private const string Model = """
        {"model_type": "llama", "vocab_size": 512, "hidden_size": 64, "intermediate_size": 128, "num_hidden_layers": 2,
         "num_attention_heads": 4, "num_key_value_heads": 2, "max_position_embeddings": 1024, "initializer_range": 0.2}
        """;
}
