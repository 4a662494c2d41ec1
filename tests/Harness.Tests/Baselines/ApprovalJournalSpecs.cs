using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>An approval that a kill ends between any two of its steps.</summary>
public sealed class ApprovalJournalSpecs : IDisposable
{
    private const string Mark = "4711-1";
    private static readonly string[] Names = ["A.verified.json", "A.verified.json.approval.md", "specs/A.json"];
    private static readonly string[] Old = [.. Names.Take(2).Select(name => $"{name} old {name}")];
    private static readonly string[] New = [.. Names.Select(name => $"{name} new {name}")];
    private readonly TemporaryFolder _folder = new();

    public ApprovalJournalSpecs()
    {
        Directory.CreateDirectory(_folder["specs"]);
        foreach (var name in Names.Take(2)) _folder.Write(name, "old " + name); // the third is new
        _folder.Write("A.received.json", "received");
    }

    public void Dispose() => _folder.Dispose();

    private string Journal => _folder[$"approving.{Mark}.journal"];

    private Action[] Steps() =>
    [
        () => File.WriteAllText(Journal, "{\"Mark\": "),
        () => File.WriteAllText(Journal, Text(Names)),
        () => _folder.Write($"{Names[0]}.tmp{Mark}", "ne"),
        .. Names.Select(name => (Action)(() => _folder.Write($"{name}.tmp{Mark}", "new " + name))),
        .. Names.SelectMany(name => new Action[]
        {
            () => { if (File.Exists(_folder[name])) File.Move(_folder[name], _folder[$"{name}.old{Mark}"]); },
            () => File.Move(_folder[$"{name}.tmp{Mark}"], _folder[name]),
        }),
        .. Names.Select(name => (Action)(() => File.Delete(_folder[$"{name}.old{Mark}"]))),
        () => File.Delete(_folder["A.received.json"]),
    ];

    private static string Text(IEnumerable<string> names) =>
        JsonSerializer.Serialize(new ApprovalJournal(Mark, [.. names.Select(name => new ApprovalJournal.Entry(name, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("new " + name))), IsNew: name == Names[2]))], ["A.received.json"]));

    [Fact]
    public void A_kill_after_any_step_ends_with_all_files_or_none_and_with_nothing_else()
    {
        const int written = 6; // steps until all new files lie beside their places
        for (var kill = 1; kill <= Steps().Length; kill++)
        {
            using var specs = new ApprovalJournalSpecs();
            foreach (var step in specs.Steps().Take(kill)) step();
            Assert.Contains("an approval was interrupted", Assert.Single(ApprovalJournal.Problems(specs._folder.Path)), StringComparison.Ordinal);
            var done = Assert.Single(ApprovalJournal.Finish(specs._folder.Path));
            Assert.StartsWith(kill == 1 ? "an approval that was interrupted before it wrote anything" : kill < written ? "an approval that was interrupted before all of its files were written is taken back (A.verified.json, specs/A.json)" : "an approval that was interrupted is finished (A.verified.json, specs/A.json)", done, StringComparison.Ordinal);
            string[] expected = kill < written ? ["A.received.json received", .. Old] : New;
            Assert.Equal(expected, specs.Content().Order(StringComparer.Ordinal));
            Assert.Empty(ApprovalJournal.Finish(specs._folder.Path));
        }
    }

    [Theory]
    [InlineData(0), InlineData(1), InlineData(2)]
    public void A_new_file_that_is_in_its_place_already_is_taken_back_with_the_others_where_a_later_one_is_damaged(int place)
    {
        List<string> order = [.. Names.Take(2)];
        order.Insert(place, Names[2]); // the new one
        for (var moved = 0; moved < order.Count; moved++)
        {
            foreach (var damage in new[] { "ne", "", null })
            {
                using var specs = new ApprovalJournalSpecs();
                File.WriteAllText(specs.Journal, Text(order));
                foreach (var name in order) specs._folder.Write($"{name}.tmp{Mark}", "new " + name);
                foreach (var name in order.Take(moved))
                {
                    if (File.Exists(specs._folder[name])) File.Move(specs._folder[name], specs._folder[$"{name}.old{Mark}"]);
                    File.Move(specs._folder[$"{name}.tmp{Mark}"], specs._folder[name]);
                }

                var damaged = specs._folder[$"{order[^1]}.tmp{Mark}"];
                if (damage is null) File.Delete(damaged); else File.WriteAllText(damaged, damage);
                Assert.Contains("is taken back", Assert.Single(ApprovalJournal.Finish(specs._folder.Path)), StringComparison.Ordinal);
                Assert.Equal(["A.received.json received", .. Old], specs.Content().Order(StringComparer.Ordinal));
            }
        }
    }

    [Fact]
    public void A_file_that_had_its_content_before_stays_where_an_approval_is_taken_back()
    {
        _folder.Write(Names[0], "new " + Names[0]);
        ApprovalJournal.Write(_folder.Path, [(_folder[Names[0]], Encoding.UTF8.GetBytes("new " + Names[0]))], []);
        File.WriteAllText(Journal, Text(Names)); // killed before any file was written
        Assert.Contains("is taken back", Assert.Single(ApprovalJournal.Finish(_folder.Path)), StringComparison.Ordinal);
        Assert.Equal(["A.received.json received", $"{Names[0]} new {Names[0]}", Old[1]], Content().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_journal_never_reaches_outside_its_folder()
    {
        Directory.CreateDirectory(_folder["inner"]);
        File.WriteAllText(_folder["inner", $"approving.{Mark}.journal"], Text(["../A.verified.json"]));
        _folder.Write($"A.verified.json.old{Mark}", "older");
        Assert.Single(ApprovalJournal.Finish(_folder["inner"]));
        Assert.Equal("old A.verified.json", File.ReadAllText(_folder["A.verified.json"]));
        Assert.True(File.Exists(_folder[$"A.verified.json.old{Mark}"]));
        Assert.False(File.Exists(_folder["inner", $"approving.{Mark}.journal"]));
    }

    // A journal is a file of the repository, which anyone may have written.
    [Theory]
    [InlineData("file up"), InlineData("file rooted"), InlineData("file empty"), InlineData("received up"), InlineData("received back"), InlineData("received rooted"), InlineData("mark"), InlineData("no mark"), InlineData("no files"), InlineData("no received")]
    public void A_journal_that_names_what_is_outside_or_lacks_a_part_does_nothing(string kind)
    {
        var inner = Directory.CreateDirectory(_folder["inner"]).FullName;
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("old " + Names[0])));
        ApprovalJournal.Entry[] files = kind switch
        {
            "file up" => [new("../A.verified.json", hash, IsNew: true)],
            "file rooted" => [new(_folder[Names[0]], hash, IsNew: true)],
            "file empty" => [new("", hash)],
            "no files" => null!,
            _ => [],
        };
        string[] received = kind switch { "received up" => ["x/../../A.received.json"], "received back" => [@"..\A.received.json"], "received rooted" => [_folder["A.received.json"]], "no received" => null!, _ => [] };
        var mark = kind switch { "mark" => "1-1/../..", "no mark" => null!, _ => Mark };
        File.WriteAllText(Path.Combine(inner, $"approving.{Mark}.journal"), JsonSerializer.Serialize(new ApprovalJournal(mark, files, received)));
        File.WriteAllText(_folder[$"{Names[0]}.tmp{Mark}"], "other");
        Assert.StartsWith("an approval that was interrupted before it wrote anything is forgotten", Assert.Single(ApprovalJournal.Finish(inner)), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(inner));
        Assert.Equal("old " + Names[0], File.ReadAllText(_folder[Names[0]]));
        Assert.True(File.Exists(_folder["A.received.json"]) && File.Exists(_folder[$"{Names[0]}.tmp{Mark}"]));
    }

    [Theory, InlineData("a.tmp1-2", true), InlineData("a.old12-345", true), InlineData("a.tmp-2", false), InlineData("a.tmp1-", false), InlineData("a.tmp1", false), InlineData("a.tmpx-2", false), InlineData("a.tmp1-x", false), InlineData("a.new1-2", false), InlineData("tmp1-2", true)]
    public void Names_of_unfinished_files_are_known(string name, bool isUnfinished) => Assert.Equal(isUnfinished, ApprovalJournal.IsUnfinished(name));

    [Fact]
    public void A_journal_that_is_held_open_is_of_an_approval_that_goes_on()
    {
        File.WriteAllText(Journal, Text(Names));
        using (new FileStream(Journal, FileMode.Open, FileAccess.Write, FileShare.None))
        {
            var error = Assert.Throws<UserErrorException>(() => ApprovalJournal.Finish(_folder.Path));
            Assert.Equal(GateExitCode.CannotWrite, error.ExitCode);
            Assert.Contains("Another process approves results in", error.Message, StringComparison.Ordinal);
        }

        Assert.Empty(ApprovalJournal.Finish(_folder["nowhere"]));
        Assert.Empty(ApprovalJournal.Problems(_folder["nowhere"]));
    }

    [Fact]
    public void Files_that_lie_about_are_no_specs_of_the_list()
    {
        SpecManifest.Add(_folder["specs"], new("S", "T"));
        foreach (var name in new[] { $"S.T.json.tmp{Mark}", $"S.T.json.old{Mark}", $"S.T.json.approval.md.tmp{Mark}", ".DS_Store" }) File.WriteAllText(_folder["specs", name], "{");
        Assert.Single(SpecManifest.Read(_folder["specs"]).Entries);
        File.WriteAllText(_folder["specs", "S.T.json.tmpfoo-1"], "{"); // under any other name it is looked at
        Assert.Equal(GateExitCode.BadInput, Assert.Throws<UserErrorException>(() => SpecManifest.Read(_folder["specs"])).ExitCode);
    }

    [Fact]
    public void An_approval_leaves_no_journal_and_an_interrupted_one_is_a_problem_until_it_is_finished()
    {
        ApprovalJournal.Write(_folder.Path, [.. Names.Select(name => (_folder[name], Encoding.UTF8.GetBytes("new " + name)))], [_folder["A.received.json"]]);
        Assert.Equal(New.Order(StringComparer.Ordinal), Content().Order(StringComparer.Ordinal));
        Assert.Empty(ApprovalJournal.Problems(_folder.Path));
        Directory.CreateDirectory(_folder["B"]); // at the place of a file
        Assert.Throws<UserErrorException>(() => ApprovalJournal.Write(_folder.Path, [(_folder["C"], []), (_folder["B"], [])], []));
        Assert.Empty(ApprovalJournal.Problems(_folder.Path));
        Assert.False(File.Exists(_folder["C"]));
    }

    private IEnumerable<string> Content() => Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(path => $"{Path.GetRelativePath(_folder.Path, path)} {File.ReadAllText(path)}");
}
