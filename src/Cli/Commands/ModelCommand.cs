using System.CommandLine;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate model info|logits|generate DIR</c>: look into a checkpoint.</summary>
internal static class ModelCommand
{
    public static Command Create(GateOutput output) => new("model", "Look into a checkpoint: what it is, its logits, what it generates.")
    {
        ModelInfoCommand.Create(output),
        ModelLogitsCommand.Create(output),
        ModelGenerateCommand.Create(output),
    };
}
