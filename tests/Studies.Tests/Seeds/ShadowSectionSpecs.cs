using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Seeds;

namespace SafetyGate.Studies.Tests.Seeds;

/// <summary>The short form of the sections on rewards from demonstrations runs; its verdicts are not those of the page, so only what is planted plainly is asserted.</summary>
public sealed class ShadowSectionSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. SeedStudies.All.Where(study => study.Group == "irl").Select(study => study.Name)];

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(Names))]
    public async Task A_section_runs_and_goes_on_the_page(string name)
    {
        var context = new SeedStudyContext { Paths = PocketPaths.Find(), Store = new RunStore(_folder["store"], TimeProvider.System), Seeds = [1], Quick = true, Progress = new Silent() };
        var results = await SeedStudyRun.RunAsync(SeedStudies.Of([name]), context, TestContext.Current.CancellationToken);
        var section = Assert.Single(results).Section;
        Assert.Contains(name, SeedPage.ToMarkdown("x", results), StringComparison.Ordinal);
        Assert.All(section.Claims, claim => Assert.True(claim.Value is null || double.IsFinite(claim.Value.Value), claim.Claim));
        if (!Planted.TryGetValue(name, out var least)) return;
        foreach (var (claim, value) in least)
            Assert.True(section.Claims.Single(one => one.Claim == claim).Value >= value, Invariant($"{claim}: {section.Claims.Single(one => one.Claim == claim).Value}"));
    }

    // Effects so large that one short run has them.
    private static readonly Dictionary<string, (string Claim, double Least)[]> Planted = new(StringComparer.Ordinal)
    {
        ["irl-known-reward"] = [("pairs ordered as by the known reward", 0.8)],
        ["irl-categories"] = [("rarest category: by category − pooled", 0.5), ("rarest category: by category − shuffled categories", 0.3)],
        ["irl-scale"] = [("scales logged, one for each prompt of each step", 8)],
    };

    private sealed class Silent : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
        }
    }
}
