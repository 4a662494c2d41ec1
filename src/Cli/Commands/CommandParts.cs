using System.CommandLine;
using SafetyGate.Models;
using TorchSharp;

namespace SafetyGate.Cli.Commands;

/// <summary>Options that several commands share, so that they read alike everywhere.</summary>
internal static class CommandParts
{
    public static Option<string> JsonLinesOption(bool required = true) => new("--jsonl")
    {
        Description = "One JSON object a line in, one out: a file, or - for standard input.",
        HelpName = "FILE",
        Required = required,
    };

    public static Option<string?> OutOption() => new("--out")
    {
        Description = "Where to write the results; standard output when left out.",
        HelpName = "FILE",
    };

    public static Option<bool> JsonOption() => new("--json") { Description = "Print JSON and nothing else." };

    public static Argument<string> ModelDirectory(string description = "A model directory in Hugging Face layout.") =>
        new("DIR") { Description = description };

    public static Option<string?> AdapterOption() =>
        new("--adapter") { Description = "A PEFT adapter directory to put on the model.", HelpName = "DIR" };

    /// <summary>Loads a model directory, with the adapter that was given or that it has, and says what is to be known of it.</summary>
    public static PretrainedModel Load(GateOutput output, string directory, string? adapter, torch.ScalarType? dtype = null, torch.Device? device = null)
    {
        var model = PretrainedModel.Load(directory, device, dtype, adapter);
        if (model.AdapterNote is { } note) output.Error.WriteLine($"note: {note}");
        return model;
    }

    /// <summary>Writes a page to a file, or to standard output when none was named.</summary>
    public static async Task WriteAsync(GateOutput output, string? path, string text, CancellationToken cancellationToken)
    {
        if (path is null) output.Out.Write(text);
        else await WriteFileAsync(path, text, cancellationToken);
    }

    /// <summary>Writes a page to a file.</summary>
    /// <exception cref="UserErrorException">It cannot be written. Exit code 74.</exception>
    public static async Task WriteFileAsync(string path, string text, CancellationToken cancellationToken)
    {
        try
        {
            await File.WriteAllTextAsync(path, text, cancellationToken);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new UserErrorException($"'{path}' cannot be written: {problem.Message}", problem, GateExitCode.CannotWrite);
        }
    }
}
