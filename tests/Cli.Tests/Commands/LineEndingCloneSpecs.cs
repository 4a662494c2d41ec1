using System.Diagnostics;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Tests.Baselines;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>Checkouts in which git writes CRLF.</summary>
public sealed class LineEndingCloneSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Baselines_of_a_repository_without_attributes_are_the_approved_ones_in_a_clone_with_autocrlf()
    {
        Directory.CreateDirectory(_folder["origin", "baselines"]);
        ResultFile.Write(Documents.Steady with { Spec = "Specs", Test = "A" }, _folder["origin", "baselines", "Specs.A.received.json"]);
        Assert.Equal(GateExitCode.Passed, (await GateRun.OfAsync("approve", "--why", "the first", "--who", "x", "--baselines", _folder["origin", "baselines"])).ExitCode);
        Git(_folder["origin"], "init", "-q");
        Git(_folder["origin"], "-c", "core.autocrlf=false", "add", ".");
        Git(_folder["origin"], "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "approved");
        Git(_folder.Path, "-c", "core.autocrlf=true", "clone", "-q", "origin", "clone");

        var store = new BaselineStore(_folder["clone", "baselines"]);
        Assert.Contains("\r\n", File.ReadAllText(store.VerifiedPath(new("Specs", "A"))), StringComparison.Ordinal);
        Assert.Equal(("Specs.A.verified.json", BaselineStatus.Approved), Assert.Single(store.All()));
        Assert.Equal(Documents.Steady.Metrics[0].Measurement.BenchmarkDigest, store.Approved(new("Specs", "A"))!.Metrics[0].Measurement.BenchmarkDigest);
        Assert.Equal(new ManifestEntry("Specs", "A"), Assert.Single(SpecManifest.Read(SpecManifest.PathIn(store.Directory)).Entries));
    }

    [Fact]
    public void Every_text_file_of_this_repository_is_checked_out_with_LF_everywhere()
    {
        if (!Path.Exists(Path.Combine(Repository.Root, ".git"))) Assert.Skip("The sources are no git checkout.");
        var files = Git(Repository.Root, "ls-files", "--eol").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.True(files.Length > 1000);
        Assert.DoesNotContain(files, file => file.StartsWith("i/crlf", StringComparison.Ordinal) || file.StartsWith("i/mixed", StringComparison.Ordinal));
        Assert.All(files.Where(file => file.StartsWith("i/lf", StringComparison.Ordinal)), file => Assert.Contains("eol=lf", file, StringComparison.Ordinal));
    }

    private static string Git(string directory, params string[] args)
    {
        Process git;
        try
        {
            git = Process.Start(new ProcessStartInfo("git", ["-C", directory, "-c", "safe.directory=*", .. args]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not installed.");
            return "";
        }

        var error = git.StandardError.ReadToEndAsync();
        var text = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.True(git.ExitCode == 0, error.Result);
        git.Dispose();
        return text;
    }
}
