using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Baselines;

public sealed class ManifestSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("manifest").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static LoggedVerdict Ran(string spec, string test) =>
        LoggedVerdict.Of(new(spec, test), RunVerdicts.Decide(Fake.Ask(Fake.Table(560, 40, 0, 0))));

    [Fact]
    public void A_listed_spec_that_left_no_verdict_is_a_problem_and_so_is_one_that_is_not_listed()
    {
        var manifest = new SpecManifest { Entries = [new("A", "x"), new("A", "y")] };
        Assert.Empty(manifest.Problems([Ran("A", "x"), Ran("A", "y"), Ran("A", "x")]));
        Assert.Contains("A.y must run and left no verdict", Assert.Single(manifest.Problems([Ran("A", "x")])));
        Assert.Contains("B.z ran and is not on the list", Assert.Single(manifest.Problems([Ran("A", "x"), Ran("A", "y"), Ran("B", "z")])));
        Assert.Equal(2, manifest.Problems([]).Count);
    }

    [Fact]
    public void A_baseline_that_no_listed_spec_uses_is_a_problem()
    {
        var store = new BaselineStore(_folder);
        store.Receive(Documents.Key, Documents.Steady);
        store.Approve(Documents.Key, new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "first" });
        Assert.Contains("is not on the list", Assert.Single(new SpecManifest { Entries = [new("A", "x")] }.UnusedBaselines(store)));
        Assert.Empty(new SpecManifest { Entries = [new(Documents.Key.Spec, Documents.Key.Test)] }.UnusedBaselines(store));
    }

    [Fact]
    public void The_list_survives_its_file_in_order()
    {
        var path = SpecManifest.PathIn(_folder);
        new SpecManifest { Entries = [new("B", "y")] }.With(new("A", "x \"q\"")).With(new("B", "y")).Write(path);
        Assert.Equal([new ManifestEntry("A", "x \"q\""), new ManifestEntry("B", "y")], SpecManifest.Read(path).Entries);
    }

    [Theory]
    [InlineData("{\"format\": \"safetygate-specs/1\", \"specs\": []}", "demands nothing")]
    [InlineData("{\"format\": \"safetygate-specs/2\", \"specs\": []}", "this version reads")]
    [InlineData("{\"format\": \"safetygate-specs/1\", \"specs\": [{\"spec\": \"A\", \"test\": \"x\"}, {\"spec\": \"A\", \"test\": \"x\"}]}", "second time")]
    [InlineData("{\"format\": \"safetygate-specs/1\", \"specs\": [{\"spec\": \"A\"}]}", "lacks the key 'test'")]
    [InlineData("{\"format\": \"safetygate-specs/1\"", "not strict JSON")]
    public void A_damaged_list_demands_attention(string text, string says)
    {
        File.WriteAllText(SpecManifest.PathIn(_folder), text);
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => SpecManifest.Read(SpecManifest.PathIn(_folder))).Message);
    }

    [Fact]
    public void A_missing_list_is_not_an_empty_one() => Assert.Throws<UserErrorException>(() => SpecManifest.Read(SpecManifest.PathIn(_folder)));

    [Fact]
    public void Logs_of_several_assemblies_are_read_together_and_a_new_run_starts_anew()
    {
        EvaluationLog.Start(_folder, "First").Add(Ran("Old", "gone"));
        var first = EvaluationLog.Start(_folder, "First");
        first.Add(Ran("A", "x"));
        first.Add(Ran("A", "y"));
        EvaluationLog.Start(_folder, "Second").Add(Ran("B", "z"));
        var all = EvaluationLog.ReadAll(_folder);
        Assert.Equal(["A.x", "A.y", "B.z"], all.Select(v => $"{v.Spec}.{v.Test}"));
        Assert.Equal(Ran("A", "x"), all[0]);
        Assert.True(all[0] is { Fails: true, Verdict: Verdict.Regressed });
    }

    [Fact]
    public void A_damaged_log_is_refused_with_its_line()
    {
        EvaluationLog.Start(_folder, "First").Add(Ran("A", "x"));
        File.AppendAllText(Path.Combine(_folder, "verdicts.First.jsonl"), "{\"spec\": \"A\"");
        Assert.Contains("(line 2)", Assert.Throws<UserErrorException>(() => EvaluationLog.ReadAll(_folder)).Message);
    }

    [Fact]
    public void A_folder_without_logs_has_no_verdicts() => Assert.Empty(EvaluationLog.ReadAll(Path.Combine(_folder, "none")));
}
