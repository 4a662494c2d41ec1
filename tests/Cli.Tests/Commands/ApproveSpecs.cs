using System.IO.Compression;
using System.Text;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Tests.Baselines;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>From what CI handed out to an approved baseline.</summary>
public sealed class ApproveSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Baselines => _folder.File("baselines");

    private BaselineStore Store => new(Baselines);

    private static ResultDocument Steady(string test) => Documents.Steady with { Spec = "Specs", Test = test };

    [Theory]
    [InlineData("artifact/baselines/Specs.A.received.json")]
    [InlineData("../../../etc/Specs.A.received.json")]
    [InlineData("/etc/Specs.A.received.json")]
    [InlineData("..\\..\\Specs.A.received.json")]
    [InlineData("deep/Specs.A.verified.json/../whatever.received.json")]
    public async Task A_zip_from_CI_is_approved_under_the_name_its_content_says_wherever_its_entries_point(string entry)
    {
        var before = Entries(_folder.Path);
        var zip = Zip("artifact.zip", (entry, ResultFile.Bytes(Steady("A"))), ("artifact/report.html", Encoding.UTF8.GetBytes("<p>")));
        var run = await ApproveAsync("Specs.A", "--from", zip);
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
        Assert.Equal(["Specs.A.verified.json", "Specs.A.verified.json.approval.md", "specs/Specs.A.json", "specs/Specs.A.json.approval.md"], Entries(Baselines));
        Assert.Equal([.. before, "artifact.zip", "baselines/Specs.A.verified.json", "baselines/Specs.A.verified.json.approval.md", "baselines/specs/Specs.A.json", "baselines/specs/Specs.A.json.approval.md"], Entries(_folder.Path));
        Assert.Equal(ResultFile.Bytes(Steady("A")), File.ReadAllBytes(Store.VerifiedPath(new("Specs", "A"))));
        Assert.Equal(("ci", "seen in the artifact"), (Store.NoteOf(new("Specs", "A"))!.Who, Store.NoteOf(new("Specs", "A"))!.Why));
    }

    [Fact]
    public async Task A_spec_that_names_a_path_stays_in_the_folder()
    {
        var zip = Zip("artifact.zip", ("x.received.json", ResultFile.Bytes(Documents.Steady with { Spec = "../../etc", Test = "cron.d/x" })));
        Assert.Equal(GateExitCode.Passed, (await ApproveAsync("--from", zip)).ExitCode);
        Assert.All(Entries(Baselines), name => Assert.DoesNotContain("..\\", name, StringComparison.Ordinal));
        Assert.Equal(["artifact.zip", .. Entries(Baselines).Select(name => "baselines/" + name)], Entries(_folder.Path));
    }

    [Fact]
    public async Task A_folder_or_a_single_file_will_do_and_all_of_it_is_approved_when_no_spec_is_named()
    {
        foreach (var test in new[] { "A", "B" })
        {
            Directory.CreateDirectory(_folder.File($"download/{test}"));
            ResultFile.Write(Steady(test), _folder.File($"download/{test}/Specs.{test}.received.json"));
        }

        Assert.Equal(GateExitCode.Passed, (await ApproveAsync("Specs.A", "--from", _folder.File("download/A/Specs.A.received.json"))).ExitCode);
        Assert.Single(SpecManifest.Read(SpecManifest.PathIn(Baselines)).Entries);
        Assert.Equal(GateExitCode.Passed, (await ApproveAsync("--from", _folder.File("download"))).ExitCode);
        Assert.Equal(2, Store.All().Count(file => file.Status == BaselineStatus.Approved));
        Assert.True(File.Exists(_folder.File("download/A/Specs.A.received.json"))); // what was downloaded is left alone
    }

    [Fact]
    public async Task The_first_approved_result_is_kept_as_the_anchor_until_another_is_pinned_by_name()
    {
        async Task<GateRun> Approve(string model, string scorer, params string[] more)
        {
            var document = Documents.Of(new string('1', 600), model) with { Spec = "Specs", Test = "A" };
            var metric = document.Metrics[0];
            ResultFile.Write(document with { Metrics = [metric with { Measurement = metric.Measurement with { ScorerVersion = scorer }, Gate = metric.Gate! with { Anchor = AnchorKind.FirstApproved } }] }, _folder.File("r.received.json"));
            return await ApproveAsync(["--from", _folder.File("r.received.json"), .. more]);
        }

        async Task<GateRun> Check() => await GateRun.OfAsync("check", "--baselines", Baselines, "--log", _folder.Path);
        string Problems(GateRun run) => string.Join('\n', run.Out.Split('\n').Where(line => line.Contains("first", StringComparison.Ordinal)));

        Assert.Equal(GateExitCode.Passed, (await Approve("one", "1")).ExitCode);
        Assert.Equal(GateExitCode.Passed, (await Approve("two", "1")).ExitCode);
        Assert.Equal(["Specs.A.first.json", "Specs.A.verified.json", "Specs.A.verified.json.approval.md", "specs/Specs.A.json", "specs/Specs.A.json.approval.md"], Entries(Baselines));
        Assert.Equal(("one", "two"), (Store.FirstApproved(new("Specs", "A"))!.Model.Name, Store.Approved(new("Specs", "A"))!.Model.Name));
        Assert.Equal("", Problems(await Check()));

        var other = await Approve("three", "2");
        Assert.Equal(GateExitCode.BadInput, other.ExitCode);
        Assert.Contains("approve with --new-anchor and say why", other.Error, StringComparison.Ordinal);
        File.Delete(Path.Combine(Baselines, "Specs.A.first.json"));
        var check = await Check();
        Assert.Contains("Specs.A.first.json is gone; the approval note Specs.A.verified.json.approval.md records ", Problems(check), StringComparison.Ordinal);
        Assert.Equal(GateExitCode.NotComparable, check.ExitCode);
        Assert.Equal(GateExitCode.Passed, (await Approve("three", "2", "--new-anchor")).ExitCode);
        Assert.Equal("three", Store.FirstApproved(new("Specs", "A"))!.Model.Name);
        Assert.Equal("", Problems(await Check()));
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { "partial", "the result holds 500 items, the current baseline of the same benchmark 600: it is partial. The full item budget must be evaluated." },
        { "unscored", "2 of 600 items are unscored" },
        { "uncovered", "only 93.33 % of the items are scored; at least 95 % must be." },
        { "underpowered", "133 items would do at this margin; a margin of 2.5 points would do with these items." },
        { "bare", "does not name its spec and test" },
        { "ungated", "no gate is recorded with it" },
        { "foreign", "There is nothing to approve for 'Specs.A'" },
        { "twice", "holds 2 results for Specs.A; choose one with --from FILE." },
        { "damaged", "artifact.zip: b.received.json, line 1: this is not strict JSON" },
        { "edited", "does not follow from the items, so one of the two was edited" },
    };

    [Theory, MemberData(nameof(Refusals))]
    public async Task What_may_not_be_approved_is_refused_whole_and_changes_nothing(string kind, string says)
    {
        ResultFile.Write(Steady("A"), _folder.File("first.received.json"));
        Assert.Equal(GateExitCode.Passed, (await ApproveAsync("--from", _folder.File("first.received.json"))).ExitCode);
        var standing = Entries(Baselines).Select(name => File.ReadAllText(Path.Combine(Baselines, name))).ToList();
        ResultDocument Outcomes(string outcomes) => Documents.Of(outcomes) with { Spec = "Specs", Test = "A" };
        var bytes = kind switch
        {
            "partial" => ResultFile.Bytes(Outcomes(new string('1', 500))),
            "unscored" => ResultFile.Bytes(Outcomes(new string('1', 598) + "??")),
            "uncovered" => ResultFile.Bytes(Outcomes(new string('1', 560) + new string('?', 40))),
            "underpowered" => ResultFile.Bytes(Outcomes(new string('1', 120)) with { Test = "New" }),
            "bare" => ResultFile.Bytes(Steady("A") with { Spec = null, Test = null }),
            "ungated" => ResultFile.Bytes(Steady("A") with { Metrics = [new() { Measurement = Documents.Steady.Metrics[0].Measurement }] }),
            "foreign" => ResultFile.Bytes(Steady("A") with { Spec = "Others" }),
            "damaged" => "{\"format\": "u8.ToArray(),
            "edited" => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(ResultFile.Bytes(Steady("A"))).Replace("\"scores\": [0]", "\"scores\": [1]", StringComparison.Ordinal)),
            _ => ResultFile.Bytes(Steady("A")),
        };
        // A sound result comes first in the archive: it must not be approved on the way to the refused one.
        var sound = ("a.received.json", ResultFile.Bytes(Steady(kind == "twice" ? "A" : "Sound")));
        var run = await ApproveAsync([.. kind == "foreign" ? (string[])["Specs.A"] : [], "--from", Zip("artifact.zip", sound, ("b.received.json", bytes))]);

        Assert.NotEqual(GateExitCode.Passed, run.ExitCode);
        Assert.NotEqual(GateExitCode.Internal, run.ExitCode);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.Equal(standing, Entries(Baselines).Select(name => File.ReadAllText(Path.Combine(Baselines, name))));
    }

    [Theory]
    [InlineData("--accept-unscored", "2 of 600 items are unscored")]
    [InlineData("--accept-underpowered", "items would do at this margin")]
    [InlineData("--accept-regression", "Nothing is approved, because it would lower the bar.")]
    [InlineData("--new-anchor", "approve with --new-anchor and say why")]
    public async Task What_one_option_accepts_the_others_together_do_not(string option, string says)
    {
        string[] all = ["--accept-unscored", "--accept-underpowered", "--accept-regression", "--new-anchor"];
        var result = option switch
        {
            "--accept-unscored" => Of(new string('1', 598) + "??"),
            "--accept-underpowered" => Of(new string('1', 120)),
            "--accept-regression" => Of(new string('1', 500) + new string('0', 100)),
            _ => Of(new string('1', 600), "2"),
        };
        if (option is "--accept-regression" or "--new-anchor")
            foreach (var model in new[] { "one", "two" })
                Assert.Equal(GateExitCode.Passed, (await ReceivedAsync(Of(new string('1', 600), "1", model))).ExitCode);
        var refused = await ReceivedAsync(result, [.. all.Where(other => other != option)]);
        Assert.NotEqual(GateExitCode.Passed, refused.ExitCode);
        Assert.Contains(says, refused.Error, StringComparison.Ordinal);
        var accepted = await ReceivedAsync(result, option);
        Assert.True(accepted.ExitCode == GateExitCode.Passed, accepted.Error);

        static ResultDocument Of(string outcomes, string scorer = "1", string model = "one")
        {
            var document = Documents.Of(outcomes, model) with { Spec = "Specs", Test = "A" };
            var metric = document.Metrics[0];
            return document with { Metrics = [metric with { Measurement = metric.Measurement with { ScorerVersion = scorer }, Gate = metric.Gate! with { Anchor = AnchorKind.FirstApproved } }] };
        }

        async Task<GateRun> ReceivedAsync(ResultDocument document, params string[] more)
        {
            ResultFile.Write(document, _folder.File("r.received.json"));
            return await ApproveAsync(["--from", _folder.File("r.received.json"), .. more]);
        }
    }

    [Fact]
    public async Task The_name_of_a_spec_is_no_beginning_of_another_s()
    {
        var zip = Zip("artifact.zip", ("a.received.json", ResultFile.Bytes(Steady("A"))), ("b.received.json", ResultFile.Bytes(Steady("A") with { Spec = "SpecsOfMore" })));
        foreach (var name in new[] { "Spec", "Specs.", "" }) Assert.Equal(GateExitCode.NotComparable, (await ApproveAsync(name, "--from", zip)).ExitCode);
        Assert.Equal(GateExitCode.Passed, (await ApproveAsync("Specs", "--from", zip)).ExitCode);
        Assert.Equal(["Specs.A.verified.json"], Store.All().Select(file => file.File));
    }

    [Theory]
    [InlineData("Specs.B.verified.json"), InlineData("Specs.B.verified.json.approval.md"), InlineData("specs/Specs.B.json")]
    public async Task Of_several_results_none_is_approved_when_a_file_of_the_second_cannot_be_written(string unwritable)
    {
        ResultFile.Write(Steady("A"), _folder.File("first.received.json"));
        Assert.Equal(GateExitCode.Passed, (await ApproveAsync("--from", _folder.File("first.received.json"))).ExitCode);
        Directory.CreateDirectory(Path.Combine(Baselines, unwritable, "in the way"));
        var before = Entries(Baselines).ToDictionary(name => name, name => File.ReadAllText(Path.Combine(Baselines, name)));
        var run = await ApproveAsync("--from", Zip("artifact.zip", ("a.received.json", ResultFile.Bytes(Documents.Of(new string('1', 600)) with { Spec = "Specs", Test = "A" })),
            ("b.received.json", ResultFile.Bytes(Steady("B"))), ("c.received.json", ResultFile.Bytes(Steady("C")))));
        Assert.Equal(GateExitCode.CannotWrite, run.ExitCode);
        Assert.Contains("None of the 10 files is changed.", Assert.Single(run.Messages), StringComparison.Ordinal);
        Assert.Equal(before, Entries(Baselines).ToDictionary(name => name, name => File.ReadAllText(Path.Combine(Baselines, name))));
        Assert.DoesNotContain("approved", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_that_is_none_and_a_path_that_is_missing_are_users_mistakes()
    {
        var broken = await ApproveAsync("--from", _folder.Write("x.zip", "PK no more"));
        Assert.Equal(GateExitCode.BadInput, broken.ExitCode);
        Assert.Contains("x.zip is not a zip archive", Assert.Single(broken.Messages), StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, (await ApproveAsync("--from", _folder.File("gone.zip"))).ExitCode);
    }

    private Task<GateRun> ApproveAsync(params string[] more) =>
        GateRun.OfAsync(["approve", "--why", "seen in the artifact", "--who", "ci", "--baselines", Baselines, .. more]);

    private string Zip(string name, params (string Entry, byte[] Content)[] files)
    {
        using var archive = ZipFile.Open(_folder.File(name), ZipArchiveMode.Create);
        foreach (var (entry, content) in files)
        {
            using var stream = archive.CreateEntry(entry).Open();
            stream.Write(content);
        }

        return _folder.File(name);
    }

    private static List<string> Entries(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).Order(StringComparer.Ordinal)];
}
