using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Tests.Gates;

namespace SafetyGate.Harness.Tests.Baselines;

public sealed class ManifestSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("manifest").FullName;

    private string Specs => SpecManifest.PathIn(_folder);

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
    public void The_list_is_one_file_a_test_and_survives_its_files_in_order()
    {
        SpecManifest.Add(Specs, new("B", "y"));
        SpecManifest.Add(Specs, new("A", "x \"q\""));
        SpecManifest.Add(Specs, new("B", "y"));
        SpecManifest.Add(Specs, new("A", "y"));
        Assert.Equal(Path.Combine(_folder, "specs"), Specs);
        Assert.Equal(["A.x--q-.json", "A.y.json", "B.y.json"], Directory.GetFiles(Specs).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.Equal([new ManifestEntry("A", "x \"q\""), new ManifestEntry("A", "y"), new ManifestEntry("B", "y")], SpecManifest.Read(Specs).Entries);
    }

    [Fact]
    public void All_trainings_of_a_claim_about_a_recipe_are_one_test()
    {
        var key = new BaselineKey("A", "x");
        Assert.Equal("A.x.training-12", key.Training(12).FileStem);
        Assert.Equal(key, key.Training(12).Whole);
        Assert.Equal(new ManifestEntry("A", "x"), ManifestEntry.Of(key.Training(3)));
        Assert.Equal(new BaselineKey("A", "x.training-0"), new BaselineKey("A", "x.training-0").Whole);
    }

    [Theory]
    [InlineData("{\"format\": \"safetygate-spec/2\", \"spec\": \"A\", \"test\": \"x\"}", "this version reads")]
    [InlineData("{\"format\": \"safetygate-spec/1\", \"spec\": \"A\", \"test\": \"y\"}", "whose file is A.y.json")]
    [InlineData("{\"format\": \"safetygate-spec/1\", \"spec\": \"A\"}", "lacks the key 'test'")]
    [InlineData("{\"format\": \"safetygate-spec/1\"", "not strict JSON")]
    [InlineData("", "not strict JSON")]
    public void A_damaged_entry_demands_attention(string text, string says)
    {
        SpecManifest.Add(Specs, new("A", "x"));
        File.WriteAllText(SpecManifest.FileOf(Specs, new("A", "x")), text);
        var e = Assert.Throws<UserErrorException>(() => SpecManifest.Read(Specs));
        Assert.Contains(says, e.Message);
        Assert.Contains("A.x.json", e.Message);
    }

    [Fact]
    public void Of_several_damaged_entries_the_first_by_name_is_told()
    {
        foreach (var test in new[] { "c", "a", "b" })
        {
            SpecManifest.Add(Specs, new("A", test));
            File.WriteAllText(SpecManifest.FileOf(Specs, new("A", test)), "{}");
        }

        Assert.Contains("A.a.json", Assert.Throws<UserErrorException>(() => SpecManifest.Read(Specs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_and_an_empty_list_demand_attention()
    {
        Assert.Contains("would let everything pass", Assert.Throws<UserErrorException>(() => SpecManifest.Read(Specs)).Message);
        Directory.CreateDirectory(Specs);
        Assert.Equal(GateExitCode.NotComparable, Assert.Throws<UserErrorException>(() => SpecManifest.Read(Specs)).ExitCode);
    }

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
    public void A_spec_class_that_two_test_programs_have_is_named()
    {
        EvaluationLog.Start(_folder, "First").Add(Ran("A", "x"));
        EvaluationLog.Start(_folder, "Second").Add(Ran("B", "x"));
        Assert.Empty(EvaluationLog.Namesakes(_folder));
        EvaluationLog.Start(_folder, "Third").Add(Ran("A", "y"));
        Assert.StartsWith("A is the name of spec classes in several test programs (verdicts.First.jsonl, verdicts.Third.jsonl).", Assert.Single(EvaluationLog.Namesakes(_folder)), StringComparison.Ordinal);
        Assert.Empty(EvaluationLog.Namesakes(Path.Combine(_folder, "none")));
    }

    [Fact]
    public void A_damaged_log_is_refused_with_its_line()
    {
        EvaluationLog.Start(_folder, "First").Add(Ran("A", "x"));
        File.AppendAllText(Path.Combine(_folder, "verdicts.First.jsonl"), "{\"spec\": \"A\"");
        Assert.Contains("(line 2)", Assert.Throws<UserErrorException>(() => EvaluationLog.ReadAll(_folder)).Message);
    }

    [Fact]
    public void A_verdict_that_fails_nothing_survives_its_log_and_an_empty_line_says_nothing()
    {
        var passed = Ran("A", "x") with { Verdict = Verdict.Passed, Reason = VerdictReason.WithinMargin, Fails = false };
        var log = EvaluationLog.Start(_folder, "First");
        log.Add(passed);
        File.AppendAllText(Path.Combine(_folder, "verdicts.First.jsonl"), "\n");
        log.Add(Ran("A", "y"));
        Assert.Equal([passed, Ran("A", "y")], EvaluationLog.ReadAll(_folder));
    }

    [Theory]
    [InlineData("\"fails\": true", "\"fails\": 1", "fails: must be true or false.")]
    [InlineData("\"verdict\": \"Regressed\"", "\"verdict\": \"Fine\"", "verdict: is 'Fine'; it must be one of: ")]
    [InlineData("\"kind\": \"Baseline\"", "\"kind\": 0", "kind: is the number 0; it must be a string.")]
    [InlineData("\"spec\"", "\"sepc\"", "sepc: is not a known key; did you mean 'spec'? Known here: spec, test, metric, kind, verdict, reason, fails, headline.")]
    public void A_damaged_field_of_a_log_is_named(string from, string to, string says)
    {
        EvaluationLog.Start(_folder, "First").Add(Ran("A", "x"));
        var path = Path.Combine(_folder, "verdicts.First.jsonl");
        Assert.Contains(from, File.ReadAllText(path), StringComparison.Ordinal);
        File.WriteAllText(path, File.ReadAllText(path).Replace(from, to, StringComparison.Ordinal));
        Assert.Contains($"{path} (line 1), line 1, {says}", Assert.Throws<UserErrorException>(() => EvaluationLog.ReadAll(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Logs_that_were_cut_off_are_told_in_order_of_name()
    {
        foreach (var (name, text) in new[] { ("Second", "{\"spec\""), ("First", "{}\n{"), ("Whole", "{}\n"), ("Empty", "") }) File.WriteAllText(Path.Combine(_folder, $"verdicts.{name}.jsonl"), text);
        Assert.Equal(["verdicts.First.jsonl", "verdicts.Second.jsonl"], EvaluationLog.CutOff(_folder).Select(Path.GetFileName));
        Assert.Empty(EvaluationLog.CutOff(Path.Combine(_folder, "none")));
    }

    [Fact]
    public void A_log_whose_folder_was_taken_away_cannot_be_written()
    {
        var folder = Path.Combine(_folder, "results");
        var log = EvaluationLog.Start(folder, "First");
        Directory.Delete(folder, recursive: true);
        var e = Assert.Throws<UserErrorException>(() => log.Add(Ran("A", "x")));
        Assert.StartsWith(Path.Combine(folder, "verdicts.First.jsonl") + " cannot be written: ", e.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.CannotWrite, e.ExitCode);
    }

    [Fact]
    public void A_folder_without_logs_has_no_verdicts() => Assert.Empty(EvaluationLog.ReadAll(Path.Combine(_folder, "none")));
}
