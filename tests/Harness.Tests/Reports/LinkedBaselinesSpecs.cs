using SafetyGate.Harness.Reports;

namespace SafetyGate.Harness.Tests.Reports;

/// <summary>Baselines that are links: what is approved must be what a diff of the repository shows.</summary>
public sealed class LinkedBaselinesSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public LinkedBaselinesSpecs()
    {
        Directory.CreateDirectory(Path.Combine(Root, "other"));
        Directory.CreateDirectory(_folder.File("elsewhere"));
        File.WriteAllText(_folder.File("elsewhere/a.verified.json"), "{}");
        File.WriteAllText(Path.Combine(Root, "other", "a.verified.json"), "{}");
    }

    private string Root => _folder.File("repository");

    private string Baselines => Path.Combine(Root, "baselines");

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("../elsewhere"), InlineData("../nowhere")]
    public void A_folder_that_leads_out_of_the_repository_is_named(string target)
    {
        Directory.CreateSymbolicLink(Baselines, target);
        if (target == "../nowhere") Assert.Empty(LinkedBaselines.Problems(Root, Baselines)); // nothing is approved there
        else Assert.Equal(["baselines is a link to ../elsewhere, outside of the repository, where no diff shows what is approved. Put in its place what it leads to, or name the folder with --baselines."], LinkedBaselines.Problems(Root, Baselines));
    }

    [Fact]
    public void A_file_or_a_folder_in_it_that_leads_out_is_named_and_what_stays_inside_is_not()
    {
        Directory.CreateDirectory(Path.Combine(Baselines, "specs"));
        File.WriteAllText(Path.Combine(Baselines, "own.verified.json"), "{}");
        File.CreateSymbolicLink(Path.Combine(Baselines, "inside.verified.json"), "../other/a.verified.json");
        Assert.Empty(LinkedBaselines.Problems(Root, Baselines));
        File.CreateSymbolicLink(Path.Combine(Baselines, "b.verified.json"), _folder.File("elsewhere/a.verified.json"));
        File.CreateSymbolicLink(Path.Combine(Baselines, "c.verified.json"), "b.verified.json"); // over another link
        File.CreateSymbolicLink(Path.Combine(Baselines, "d.verified.json"), "d.verified.json"); // a circle
        Directory.CreateSymbolicLink(Path.Combine(Baselines, "specs", "e"), _folder.File("elsewhere"));
        Assert.Equal(["b.verified.json", "c.verified.json", "d.verified.json", "specs/e"], LinkedBaselines.Problems(Root, Baselines).Select(problem => problem["baselines/".Length..problem.IndexOf(" is a link", StringComparison.Ordinal)]));
    }

    [Fact]
    public void A_folder_elsewhere_that_was_named_is_taken()
    {
        Directory.CreateSymbolicLink(_folder.File("named"), "elsewhere");
        Assert.Empty(LinkedBaselines.Problems(Root, _folder.File("named")));
        Assert.Empty(LinkedBaselines.Problems(Root, _folder.File("elsewhere")));
    }
}
