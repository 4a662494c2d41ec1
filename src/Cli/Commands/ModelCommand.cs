using System.CommandLine;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate model info|logits|generate|merge DIR</c>: look into a checkpoint, or merge an adapter into one.</summary>
internal static class ModelCommand
{
    public static Command Create(GateOutput output) => new("model", "Look into a checkpoint: what it is, its logits, what it generates; merge an adapter into it.")
    {
        ModelInfoCommand.Create(output),
        ModelLogitsCommand.Create(output),
        ModelGenerateCommand.Create(output),
        ModelMergeCommand.Create(output),
    };
}
