using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Studies.Seeds;

namespace SafetyGate.Studies.Tests.Seeds;

/// <summary>The sections about strata and dynamics that train no language model, in their short form.</summary>
public sealed class StrataSectionSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory, InlineData("strata-planted"), InlineData("strata-hardness")]
    public async Task What_a_section_must_show_comes_out_in_its_short_form(string name)
    {
        var context = new SeedStudyContext { Paths = PocketPaths.Find(), Store = new RunStore(_folder["store"], TimeProvider.System), Seeds = [1, 2, 3], Quick = true, Progress = new Silent() };
        var section = (await SeedStudyRun.RunAsync(SeedStudies.Of([name]), context, TestContext.Current.CancellationToken)).Single().Section;
        Assert.True(section.Verdict == SeedVerdict.Yes, string.Join('\n', section.Claims.Select(claim => $"{claim.Claim}: {claim.Value} {claim.Limits} {claim.Verdict}").Concat(section.Tables.SelectMany(table => table.Rows).Select(row => string.Join(" | ", row)))));
        Assert.Contains(section.Claims, claim => claim.IsControl);
    }

    private sealed class Silent : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
        }
    }
}
