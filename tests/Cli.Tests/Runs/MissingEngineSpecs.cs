using System.Diagnostics;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>Without the tensor engine a command ends with one line that names the file and what to do, and with exit code 69.</summary>
public sealed class MissingEngineSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_command_that_computes_names_the_missing_file()
    {
        var run = await RunAsync("model", "info", TinyCheckpoint.In(_folder));
        Assert.Equal(GateExitCode.MissingEngine, run.ExitCode);
        var message = Assert.Single(run.Messages);
        Assert.Contains("libLibTorchSharp.so is missing from", message, StringComparison.Ordinal);
        Assert.Contains("dotnet build", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_that_does_not_compute_works_all_the_same()
    {
        var run = await RunAsync("bound", "--safety", "0.95", "--kl", "0.01");
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.Contains("0.033648", run.Out, StringComparison.Ordinal); // the allowed drop of the theory's table
    }

    // The program of this build without the folder of its natives.
    private async Task<GateRun> RunAsync(params string[] args)
    {
        var program = Directory.CreateDirectory(_folder.File("program")).FullName;
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(ThisBuild.Gate)!))
            File.Copy(file, Path.Combine(program, Path.GetFileName(file)));
        var start = new ProcessStartInfo("dotnet", [Path.Combine(program, Path.GetFileName(ThisBuild.Gate)), .. args]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new(process.ExitCode, await output, await error);
    }
}
