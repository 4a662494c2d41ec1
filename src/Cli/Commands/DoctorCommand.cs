using System.CommandLine;
using System.Runtime.InteropServices;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Models;
using SafetyGate.Models.Generation;
using TorchSharp;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate doctor [DIR]</c>: the environment in use, and the contents and gaps of a model directory.</summary>
internal static class DoctorCommand
{
    public static Command Create(GateOutput output)
    {
        var directory = new Argument<string?>("DIR") { Description = "A model directory to look at.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("doctor", "Engine, device, threads and store in use; what a model directory is and lacks.") { directory };
        var verify = new Option<bool>("--verify")
        {
            Description = "Compute the digests of the engine's files and of DIR's weights anew; without DIR, of all files whose digests this "
                + "machine keeps. CUDA graphs are tried anew, too. Exit code 65 if one differs from before.",
        };
        var adapter = CommandParts.AdapterOption();
        command.Options.Add(verify);
        command.Options.Add(adapter);
        command.SetAction(parsed =>
        {
            var anew = MachineDigests.Verify = parsed.GetValue(verify);
            try
            {
                Machine(output, anew);
                if (parsed.GetValue(directory) is not { } model)
                    return anew ? DigestVerification.Run(output, MachineDigests.Folder) : GateExitCode.Passed;
                var code = ModelDirectory(output, model, parsed.GetValue(adapter));
                if (anew) output.Out.WriteLine("digests   of engine and weights computed anew; none differs from a kept one");
                return code;
            }
            finally
            {
                MachineDigests.Verify = false;
            }
        });
        return command;
    }

    private static void Machine(GateOutput output, bool anew)
    {
        var device = DefaultDevice.Open();
        var environment = TensorEngine.Describe(device, torch.ScalarType.Float32, typeof(DoctorCommand).Assembly);
        output.Out.WriteLine($"runtime   .NET {Environment.Version} on {RuntimeInformation.OSDescription}, {RuntimeInformation.ProcessArchitecture}");
        output.Out.WriteLine($"engine    {environment.Engine}{(TensorEngine.IsExpectedVersion ? "" : " (not the version TorchSharp is built for; that every call works is not guaranteed)")}");
        output.Out.WriteLine($"libtorch  {TensorEngine.Folder}");
        foreach (var file in environment.Natives ?? [])
            output.Out.WriteLine($"native    {file.Sha256} {file.Name}{(file.Change.Length == 0 ? "" : $" ({file.Change})")}");
        output.Out.WriteLine($"device    {environment.Device}{(torch.cuda.is_available() ? "" : " (no CUDA device is visible)")}");
        var graphs = GraphSupport.Of(device, anew);
        output.Out.WriteLine($"decoding  {(graphs.Works ? "steps recorded as CUDA graphs" : "operator by operator, no CUDA graphs")}: {graphs.Reason}");
        output.Out.WriteLine(Invariant($"threads   {environment.Threads} of {Environment.ProcessorCount} cores"));
        output.Out.WriteLine($"code      {environment.CodeDigest}");
        output.Out.WriteLine($"store     {StoreLocation.FromEnvironment()}{(Environment.GetEnvironmentVariable(StoreLocation.Variable) is null ? $" (set {StoreLocation.Variable} to move it)" : "")}");
    }

    private static int ModelDirectory(GateOutput output, string directory, string? adapter)
    {
        if (!Directory.Exists(directory)) throw new UserErrorException($"'{directory}' is not a directory.");
        foreach (var (file, meaning) in Files)
            output.Out.WriteLine($"{(File.Exists(Path.Combine(directory, file)) ? "has  " : "lacks"),-9} {file}: {meaning}");
        using var model = CommandParts.Load(output, directory, adapter);
        output.Out.WriteLine(Invariant($"model     {model.Config.ModelType}, {model.Decoder.Parameters.NumberCount:N0} parameters, weights {model.WeightsDigest}"));
        if (model.AdapterDirectory is { } put) output.Out.WriteLine($"adapter   {put}, on the weights of {model.BaseDirectory}");
        output.Out.WriteLine(!model.HasTokenizer ? "tokenizer none: only token ids can be given" : Invariant($"tokenizer {model.Tokenizer.VocabularySize} tokens"));
        output.Out.WriteLine(model.Chat is null ? "template  none: prompts must be plain text (gate eval --plain)" : "template  chat_template.jinja");
        return GateExitCode.Passed;
    }

    private static readonly (string File, string Meaning)[] Files =
    [
        ("config.json", "the architecture; needed"),
        ("adapter_config.json", "an adapter: it is put on the weights beside it, or on those of the base it names"),
        ("tokenizer.json", "text to token ids; needed to evaluate"),
        ("chat_template.jinja", "how a conversation is written; without it prompts are plain text"),
        ("generation_config.json", "end-of-sequence tokens; without it config.json's are used"),
    ];
}
