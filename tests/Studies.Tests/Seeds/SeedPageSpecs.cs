using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Seeds;

namespace SafetyGate.Studies.Tests.Seeds;

public sealed class SeedPageSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private SeedStudyContext Context => new() { Paths = PocketPaths.Find(), Store = new RunStore(_folder["store"], TimeProvider.System), Seeds = [1, 2], Quick = true, Progress = new Silent() };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_page_has_the_command_every_claim_its_controls_and_the_verdict_of_each_section()
    {
        var results = await SeedStudyRun.RunAsync([new Planned([SeedClaim.Above("gain", [.2, .3, .25], 0), SeedClaim.Near("chance", [.5, .52], .5, .2)])], Context, TestContext.Current.CancellationToken);
        var page = SeedPage.ToMarkdown("./gate study seeds --seeds 2 --out docs/seeds.md", results);
        Assert.Contains("Written by `./gate study seeds --seeds 2 --out docs/seeds.md`", page, StringComparison.Ordinal);
        Assert.Contains("### A plan: yes", page, StringComparison.Ordinal);
        Assert.Contains("| gain | lower limit above 0 | 0.250 | 0.126 to 0.374 | 3 | 0.200, 0.300, 0.250 | yes |", page, StringComparison.Ordinal);
        Assert.Contains("| control: chance |", page, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(SeedPage.ToJson("x", results));
        Assert.Equal("yes", json.RootElement.GetProperty("sections")[0].GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task A_section_that_ends_with_an_error_is_no_on_the_page_and_the_others_go_on()
    {
        var results = await SeedStudyRun.RunAsync([new Planned(null), new Planned([SeedClaim.Above("gain", [.2, .3, .25], 0)])], Context, TestContext.Current.CancellationToken);
        Assert.Equal([SeedVerdict.No, SeedVerdict.Yes], results.Select(result => result.Section.Verdict));
        var page = SeedPage.ToMarkdown("x", results);
        Assert.Contains("| the section runs to its end | no error |  |  | 2 |  | no: the model is missing |", page, StringComparison.Ordinal);
        Assert.Contains("| gain | lower limit above 0 | 0.250 |", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SeedVerdict.Yes, .2, .3, .25)]
    [InlineData(SeedVerdict.No, -.2, -.3, -.25)]
    [InlineData(SeedVerdict.Inconclusive, -.2, .3, .25)]
    [InlineData(SeedVerdict.Inconclusive, .2)]
    [InlineData(SeedVerdict.Yes, .2, .2)]
    [InlineData(SeedVerdict.No, 0d, 0d)]
    public void A_claim_above_a_limit_is_decided_by_its_interval(SeedVerdict expected, params double[] bySeed) =>
        Assert.Equal(expected, SeedClaim.Above("x", bySeed, 0).Verdict);

    [Theory]
    [InlineData(SeedVerdict.Yes, .49, .5, .51)]
    [InlineData(SeedVerdict.No, .89, .9, .91)]
    [InlineData(SeedVerdict.Inconclusive, .3, .5, .7)]
    public void A_control_is_decided_by_its_interval(SeedVerdict expected, params double[] bySeed) =>
        Assert.Equal(expected, SeedClaim.Near("x", bySeed, .5, .1).Verdict);

    [Theory]
    [InlineData(SeedVerdict.Yes, -.2, .3, .25)]
    [InlineData(SeedVerdict.No, .2, .3, .25)]
    [InlineData(SeedVerdict.Inconclusive, -.2)]
    [InlineData(SeedVerdict.No, .2, .2)]
    public void A_control_that_must_not_rise_is_no_where_its_interval_lies_above(SeedVerdict expected, params double[] bySeed) =>
        Assert.Equal(expected, SeedClaim.NotAbove("x", bySeed, 0).Verdict);

    [Fact]
    public void A_section_is_as_good_as_its_worst_required_claim()
    {
        var (yes, no, open) = (SeedClaim.Above("a", [.2, .3], -1), SeedClaim.Exact("b", "n", 0, false, 1), SeedClaim.Above("c", [.2], 0));
        SeedVerdict Of(params SeedClaim[] claims) => new SeedSection { Setup = "", Claims = claims }.Verdict;
        Assert.Equal(SeedVerdict.Yes, Of(yes, no with { IsRequired = false }));
        Assert.Equal(SeedVerdict.Inconclusive, Of(yes, open));
        Assert.Equal(SeedVerdict.No, Of(yes, open, no));
    }

    [Fact]
    public async Task Figures_that_were_kept_are_not_computed_again()
    {
        var (study, computed) = (new Planned([]), 0);
        for (var i = 0; i < 2; i++)
            Assert.Equal([1, double.NaN], (await Context.Kept(study, new { Seed = 1 }, () => new Figures([++computed, double.NaN]))).Values);
        Assert.Equal([2, double.NaN], (await Context.Kept(study, new { Seed = 2 }, () => new Figures([++computed, double.NaN]))).Values);
    }

    [Fact]
    public async Task Damaged_figures_are_computed_again()
    {
        var study = new Planned([]);
        await Context.Kept(study, new { Seed = 1 }, () => new Figures([1]));
        var file = Assert.Single(Directory.GetFiles(_folder["store", "figures"]));
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file))[..^9]);
        Assert.Equal([2], (await Context.Kept(study, new { Seed = 1 }, () => new Figures([2]))).Values);
    }

    [Fact]
    public void Sections_have_names_of_their_own_and_belong_to_a_system()
    {
        Assert.Equal(SeedStudies.All.Count, SeedStudies.All.Select(study => study.Name).Distinct().Count());
        Assert.All(SeedStudies.All, study => Assert.Contains(study.Group, SeedStudies.Systems.Select(system => system.Name)));
        Assert.Contains("--only is 'x'", Assert.Throws<UserErrorException>(() => SeedStudies.Of(["x"])).Message, StringComparison.Ordinal);
    }

    private sealed record Figures(IReadOnlyList<double> Values);

    private sealed class Silent : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
        }
    }

    private sealed class Planned(IReadOnlyList<SeedClaim>? claims) : ISeedStudy
    {
        public string Group => "irl";

        public string Name => "plan";

        public string Title => "A plan";

        public string MustShow => "That it goes.";

        public Task<SeedSection> RunAsync(SeedStudyContext context, CancellationToken cancellationToken) =>
            claims is null ? throw new UserErrorException("the model is missing") : Task.FromResult(new SeedSection { Setup = "Planned.", Claims = claims });
    }
}
