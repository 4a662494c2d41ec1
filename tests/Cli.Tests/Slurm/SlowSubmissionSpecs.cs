using SafetyGate.Cli.Tests.Runs;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Slurm;

/// <summary>Ctrl-C while <c>sbatch</c> speaks with the cluster. The commands of Slurm are scripts here, so that one of them is slow.</summary>
public sealed class SlowSubmissionSpecs : IDisposable
{
    private const int Sigint = 2;
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_job_whose_submission_was_interrupted_is_known_and_canceled()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Slurm's commands are shell scripts here");
        Command("sbatch", "touch begun; while [ ! -e go ]; do sleep 0.05; done; echo 77");
        Command("squeue", "[ -e canceled ] || echo '1|RUNNING|None'");
        Command("scancel", "echo $* >canceled");
        _folder.Write("cluster.json", """{"partition": "small"}""");
        var path = $"{_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        using var gate = GateProcess.StartIn(_folder.Path, _folder.File("store"), [("PATH", path)], "run", TinyRecipe.In(_folder, 1, steps: 5), "--on", "slurm", "--wait");
        while (!File.Exists(_folder["begun"]) && !gate.HasExited) await Task.Delay(20, Cancellation);
        _ = SlurmCluster.Kill(gate.Id, Sigint);
        await Task.Delay(300, Cancellation); // a command that gives up at once has given up by then
        _folder.Write("go", "");
        var canceled = await gate.WaitAsync(Cancellation);
        Assert.True(canceled.ExitCode == GateExitCode.Cancelled, canceled.Error);
        Assert.Contains("cancels job 77 ...", canceled.Error, StringComparison.Ordinal);
        Assert.Equal("77", File.ReadAllText(_folder["canceled"]).Trim());
    }

    private void Command(string name, string script)
    {
        var file = _folder.Write(name, $"#!/bin/sh\ncd \"$(dirname \"$0\")\"\n{script}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
