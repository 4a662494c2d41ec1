using SafetyGate.Core;
using SafetyGate.Core.Files;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate doctor --verify</c> reads every file whose digest the machine keeps, and ends with 65 if one has another.</summary>
public sealed class DigestVerificationSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _digest;

    public DigestVerificationSpecs()
    {
        _model = TinyCheckpoint.In(_folder);
        var cache = new DigestCache(_folder["digests"], time: new LaterClock());
        using var checkpoint = CheckpointReader.Open(_model, cache);
        _digest = checkpoint.WeightsDigest();
        _ = cache.Sha256(Path.Combine(_model, "tokenizer.json"));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_that_are_as_before_are_counted() => AssertVerified(GateExitCode.Passed, verified: 2, failed: 0, removed: 0);

    [Fact]
    public void Weights_that_differ_from_their_entry_are_named()
    {
        foreach (var entry in Directory.GetFiles(_folder["digests"]))
            File.WriteAllText(entry, File.ReadAllText(entry).Replace(_digest, new string('f', 64), StringComparison.Ordinal));
        var message = Assert.Single(AssertVerified(GateExitCode.BadInput, verified: 1, failed: 1, removed: 0).Messages);
        Assert.Contains("model.safetensors", message, StringComparison.Ordinal);
        Assert.Contains(_digest, message, StringComparison.Ordinal);
        AssertVerified(GateExitCode.Passed, verified: 1, failed: 0, removed: 0); // its entry is gone
    }

    [Fact]
    public void Entries_of_files_that_changed_or_are_gone_are_removed()
    {
        File.AppendAllText(Path.Combine(_model, "tokenizer.json"), " ");
        File.Delete(Path.Combine(_model, "config.json"));
        AssertVerified(GateExitCode.Passed, verified: 0, failed: 0, removed: 2);
        Assert.Empty(Directory.GetFiles(_folder["digests"]));
    }

    [Fact]
    public void Weights_that_another_build_digested_are_not_verified_by_this_one()
    {
        foreach (var entry in Directory.GetFiles(_folder["digests"]))
            File.WriteAllText(entry, File.ReadAllText(entry).Replace(CheckpointReader.DigestKind, "weights of another build", StringComparison.Ordinal));
        AssertVerified(GateExitCode.Passed, verified: 1, failed: 0, removed: 1);
    }

    private GateRun AssertVerified(int exitCode, int verified, int failed, int removed)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var input = new MemoryStream();
        var code = Cli.Commands.DigestVerification.Run(new GateOutput(input, output, error, interactive: false), _folder["digests"]);
        var run = new GateRun(code, output.ToString(), error.ToString());
        Assert.Equal(exitCode, run.ExitCode);
        Assert.StartsWith(FormattableString.Invariant($"digests   {verified} computed anew and as before, {failed} not, {removed} removed"), run.Out, StringComparison.Ordinal);
        return run;
    }
}
