using SafetyGate.Core;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Harness.Tests.Baselines;

public sealed class ManifestSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("manifest").FullName;

    private string Specs => SpecManifest.PathIn(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ManifestEntry Ran(string spec, string test) => new(spec, test);

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
        Assert.Equal([Path.GetFileName(SpecManifest.FileOf(Specs, new("A", "x \"q\""))), "A.y.json", "B.y.json"], Directory.GetFiles(Specs).Select(Path.GetFileName).Order(StringComparer.Ordinal));
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
}
