using System.Text;
using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Tests.Runs;

namespace SafetyGate.Harness.Tests.Baselines;

/// <summary>Names of files that are made of the names of specs: portable, readable, and of one test each.</summary>
public sealed class PortableNameSpecs : IDisposable
{
    private static readonly string[] Devices = ["CON", "prn", "AUX", "nul", "COM1", "lpt9"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("OwnStyleSumsSpecs", "Sums_improve_on_the_untuned_reference")]
    [InlineData("A", "x.training-12")]
    [InlineData("HarmfulRequestSpecs", "The_tuned_model_refuses_rate=0.5")]
    [InlineData("Specs", "Holds_suite=pocket-direct,(greedy)")]
    public void A_name_that_every_file_system_takes_stays_as_it_is(string spec, string test) => Assert.Equal($"{spec}.{test}", new BaselineKey(spec, test).FileStem);

    public static TheoryData<string, string> Pairs => new()
    {
        { "a:b", "a*b" }, { "a/b", "a-b" }, { "a b", "a-b" }, { "Überläufer", "Uberlaufer" }, { "漢字", "かな" }, { "漢字", "--" }, { "e\u0301", "\u00e9" }, { "Å", "\u212b" },
        { "x", "x " }, { "x", "x." }, { "x.", "x " }, { "\u00adx", "x" }, { "a\u202eb", "a\u200bb" }, { "😀", "😁" }, { "a\0b", "a\u0001b" }, { "a%2Fb", "a/b" },
        { "suite=A", "suite=a" }, { "suite=ß", "suite=ss" }, { "suite=İ", "suite=i" }, { new string('x', 400), new string('x', 401) }, { new string('ü', 230), new string('ü', 230) + "a" },
    };

    [Theory, MemberData(nameof(Pairs))]
    public void Names_that_differ_have_files_that_differ_where_case_does_not_count_either(string one, string other)
    {
        foreach (var (first, second) in new[] { (new BaselineKey("Specs", one), new BaselineKey("Specs", other)), (new(one, "Holds"), new(other, "Holds")) })
        {
            if (first.Spec != "Specs" && one.Contains('=', StringComparison.Ordinal)) continue;
            Assert.NotEqual(first.FileStem, second.FileStem, StringComparer.OrdinalIgnoreCase);
            Portable(first.FileStem);
            Portable(second.FileStem);
        }
    }

    [Fact]
    public void The_digest_of_a_name_is_no_other_name()
    {
        var stem = new BaselineKey("Specs", "a:b").FileStem;
        Assert.NotEqual(stem, new BaselineKey("Specs", stem["Specs.".Length..]).FileStem);
        Assert.NotEqual(new BaselineKey("A", "\ud800").FileStem, new BaselineKey("A", "\udc00").FileStem);
        Assert.NotEqual(new BaselineKey("A.B", "C").FileStem, new BaselineKey("A", "B.C").FileStem);
        Assert.NotEqual(new BaselineKey("A", "B.C").FileStem, new BaselineKey("A-B", "C").FileStem);
    }

    [Fact]
    public void A_stem_of_two_hundred_characters_stays_and_a_longer_one_is_cut_to_as_many()
    {
        Assert.Equal("S." + new string('x', 198), new BaselineKey("S", new string('x', 198)).FileStem);
        var cut = new BaselineKey("S", new string('x', 199)).FileStem;
        Assert.Equal((200, "S." + new string('x', 185) + "~"), (cut.Length, cut[..188]));
    }

    [Fact]
    public void Two_tests_of_one_file_but_for_case_are_not_approved_together()
    {
        var store = new BaselineStore(_folder["baselines"]);
        var request = new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "both" };
        var e = Assert.Throws<UserErrorException>(() => store.ApproveAll([(new("Specs", "Holds"), null), (new("specs", "holds"), null), (new("Specs", "Other"), null)], request, []));
        Assert.Equal("Specs.Holds and specs.holds are one file where upper and lower case do not count; nothing is approved. Rename one of the two tests.", e.Message);
        Assert.Equal(GateExitCode.NotComparable, e.ExitCode);
    }

    [Fact]
    public void No_name_is_that_of_a_device()
    {
        foreach (var device in Devices)
        {
            Portable(new BaselineKey(device, "x").FileStem);
            Portable(new BaselineKey(device, device).FileStem);
        }
    }

    [Fact]
    public void Ten_thousand_names_by_chance_have_as_many_files()
    {
        var random = new RandomStream(11, "portable names");
        const string Letters = "ab:*/\\. -_=~é漢\u0301\uD83D";
        var keys = Enumerable.Range(0, 10_000).Select(_ => new BaselineKey(Word(), Word())).Distinct().ToList();
        Assert.Equal(keys.Count, keys.Select(key => key.FileStem).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        foreach (var key in keys) Portable(key.FileStem);

        string Word() => "x" + string.Concat(Enumerable.Range(0, 1 + random.Next(6)).Select(_ => Letters[random.Next(Letters.Length)]));
    }

    [Fact]
    public void Tests_whose_names_were_folded_into_one_have_a_baseline_and_an_entry_each()
    {
        var store = new BaselineStore(_folder["baselines"]);
        BaselineKey[] keys = [new("Specs", "Holds_suite=a:b"), new("Specs", "Holds_suite=a*b"), new("Specs", "Holds_suite=漢"), new("Specs", "Holds_suite=字")];
        foreach (var key in keys)
        {
            store.Receive(key, Documents.Steady);
            store.Approve(key, new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = key.Test });
            SpecManifest.Add(SpecManifest.PathIn(store.Directory), ManifestEntry.Of(key));
        }

        var manifest = SpecManifest.Read(SpecManifest.PathIn(store.Directory));
        Assert.Equal(keys.Select(key => key.Test), keys.Select(key => store.NoteOf(key)!.Why));
        Assert.Equal(4, manifest.Entries.Count);
        Assert.Contains("Holds_suite=a*b must run and left no verdict", Assert.Single(manifest.Problems([.. keys.Where((_, i) => i != 1).Select(ManifestEntry.Of)])), StringComparison.Ordinal);
        Assert.Equal(keys.ToHashSet(), keys.Select(key => store.Approved(key)!).Select(d => new BaselineKey(d.Spec!, d.Test!)).ToHashSet());
    }

    [Fact]
    public void A_baseline_under_the_files_of_another_but_for_case_is_refused_and_overwrites_nothing()
    {
        var store = new BaselineStore(_folder["baselines"]);
        store.Receive(new("Specs", "Holds"), Documents.Steady);
        store.Approve(new("Specs", "Holds"), new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "first" });
        Assert.Contains("Specs.Holds.verified.json is in", Assert.Throws<UserErrorException>(() => store.Receive(new("specs", "holds"), Documents.Steady)).Message, StringComparison.Ordinal);
        ResultFile.Write(Documents.Steady with { Spec = "Specs", Test = "Other" }, store.VerifiedPath(new("Specs", "Holds")));
        store.Receive(new("Specs", "Holds"), Documents.Steady);
        var e = Assert.Throws<UserErrorException>(() => store.Approve(new("Specs", "Holds"), new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "again" }));
        Assert.Contains("is the baseline of Specs.Other", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_from_elsewhere_is_not_approved_beside_a_name_that_differs_by_case_alone()
    {
        var store = new BaselineStore(_folder["baselines"]);
        var request = new ApprovalRequest { Who = "Ada", When = DateTimeOffset.UnixEpoch, Why = "from an artifact" };
        var artifact = _folder["artifact.json"];
        store.Receive(new("Specs", "Holds"), Documents.Steady);
        ResultFile.Write(Documents.Steady with { Spec = "specs", Test = "holds" }, artifact);
        var e = Assert.Throws<UserErrorException>(() => store.Approve(new("specs", "holds"), request, artifact));
        Assert.StartsWith("Specs.Holds.received.json is in", e.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(store.VerifiedPath(new("specs", "holds"))));
    }

    [Theory]
    [InlineData("../../etc/run"), InlineData("a/b"), InlineData("con"), InlineData("sft: style")]
    public void The_drift_of_a_run_stays_in_its_folder(string recipe)
    {
        var drift = new RunDrift { Recipe = recipe, Seed = 3, Steps = 1, Digest = new string('a', 64), Metrics = [], Bounds = [] };
        Portable(drift.FileName[..^".drift.json".Length]);
        Assert.Equal("sft.3.drift.json", (drift with { Recipe = "sft" }).FileName);
    }

    private static void Portable(string stem)
    {
        Assert.Matches("^[-A-Za-z0-9_=.,()~]+$", stem);
        Assert.True(Encoding.UTF8.GetByteCount(stem + ".verified.json.approval.md.tmp1234567") <= 255, stem);
        Assert.DoesNotContain(stem.Split('.')[0], Devices, StringComparer.OrdinalIgnoreCase);
        Assert.False(stem.StartsWith('.'), stem);
    }
}
