using System.Text;
using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Analysis.Tests.Strata;
using SafetyGate.Core;

namespace SafetyGate.Analysis.Tests.Results;

public sealed class AnalysisFileSpecs
{
    private static readonly DynamicsResult Dynamics = new()
    {
        Data = "train",
        RecordDigest = new string('a', 64),
        Recorder = "a run",
        Items = [new() { Id = "a", P = [0.2, 0.9] }, new() { Id = "b", P = [0.1, 0.25], Triage = Triage.Wrong }],
    };

    [Fact]
    public void A_file_reads_back_to_the_same_bytes()
    {
        var bytes = AnalysisFile.Bytes(Planted.Result(0.4, 0.7, 0.8, seeds: 2));
        Assert.Equal(bytes, AnalysisFile.Bytes(AnalysisFile.Read<StrataResult>(bytes, "x")));
        var dynamics = AnalysisFile.Bytes(Dynamics);
        Assert.Equal(dynamics, AnalysisFile.Bytes(AnalysisFile.Read<DynamicsResult>(dynamics, "x")));
        Assert.Contains($"\"digest\": \"{AnalysisFile.Digest(Dynamics)}\"", Encoding.UTF8.GetString(dynamics), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.25", "0.26", "the file was edited")] // the evidence
    [InlineData("0.25", "1e999", "is beyond a double's range")]
    [InlineData("\"never_right\":1", "\"never_right\":0", "the file was edited")] // what people read
    [InlineData("safetygate.dynamics/1", "safetygate.strata/1", "a file of the kind 'safetygate.dynamics/1' is needed")]
    [InlineData("\"digest\"", "\"digested\"", "lacks the key 'digest'")]
    [InlineData("\"schema\"", "\"scheme\"", "lacks the key 'schema'")]
    public void An_edited_file_or_one_of_another_kind_is_refused(string from, string to, string says)
    {
        var text = Encoding.UTF8.GetString(AnalysisFile.Bytes(Dynamics));
        Assert.Contains(from, text, StringComparison.Ordinal);
        var spoiled = Encoding.UTF8.GetBytes(text.Replace(from, to, StringComparison.Ordinal));
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => AnalysisFile.Read<DynamicsResult>(spoiled, "x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_evidence_is_not_written() =>
        Assert.Contains("no item was right after any of 2 epochs", Assert.Throws<UserErrorException>(() => AnalysisFile.Bytes(Dynamics with { Items = [Dynamics.Items[1]] })).Message, StringComparison.Ordinal);
}
