using System.CommandLine;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using TorchSharp;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate model merge DIR --adapter DIR --out DIR</c>: writes the model that a base and an adapter are together.</summary>
internal static class ModelMergeCommand
{
    private static readonly Dictionary<string, torch.ScalarType> Dtypes = new(StringComparer.Ordinal)
    {
        ["float32"] = torch.ScalarType.Float32, ["bfloat16"] = torch.ScalarType.BFloat16, ["float16"] = torch.ScalarType.Float16,
    };

    public static Command Create(GateOutput output)
    {
        var (directory, adapter) = (CommandParts.ModelDirectory("A base, or an adapter directory that names its base."), CommandParts.AdapterOption());
        var destination = new Option<string>("--out") { Description = "A new directory for the merged model.", HelpName = "DIR", Required = true };
        var dtype = new Option<string>("--dtype")
        {
            Description = "Number type that is written. float32, in which gates compute, gives the results of the adapter beside its base; 16 bits round them.",
            DefaultValueFactory = _ => "float32",
        };
        dtype.AcceptOnlyFromAmong([.. Dtypes.Keys]);
        var command = new Command("merge", "Write the model that a base and an adapter are together.") { directory, adapter, destination, dtype };
        command.SetAction(parsed =>
        {
            using var model = CommandParts.Load(output, parsed.GetRequiredValue(directory), parsed.GetValue(adapter));
            if (model.AdapterDirectory is null) throw new UserErrorException($"{parsed.GetRequiredValue(directory)} has no adapter, so there is nothing to merge. Give one with --adapter.", GateExitCode.Usage);
            if (model.Decoder is AdaptedDecoder beside) beside.Merge(); // says why it cannot be
            CheckpointWriter.Write(parsed.GetRequiredValue(destination), model.Decoder.Parameters, model.Files(), Dtypes[parsed.GetValue(dtype)!]);
            output.Error.WriteLine($"{parsed.GetRequiredValue(destination)}: {model.BaseDirectory} with {model.AdapterDirectory} in its weights");
            return GateExitCode.Passed;
        });
        return command;
    }
}
