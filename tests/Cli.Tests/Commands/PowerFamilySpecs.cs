using SafetyGate.Cli.Commands;
using SafetyGate.Core;
using SafetyGate.Harness.Baselines;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate power family</c>, and the families that are shipped.</summary>
public sealed class PowerFamilySpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_shipped_families_seldom_fail_an_unchanged_model_of_which_2_percent_of_the_items_differ()
    {
        var run = await GateRun.OfAsync("power", "family", "--baselines", Path.Combine(Repository.Root, "baselines"), "--discordance", "0.02");
        Assert.True(run.ExitCode == GateExitCode.Passed, run.Out + run.Error);
        Assert.Contains("OwnStyleGuardrailSpecs: an unchanged model is red in up to ", run.Out, StringComparison.Ordinal);
        Assert.Contains("RlvrGuardrailSpecs", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public void Nor_do_their_anchors_when_they_are_counted_as_well()
    {
        foreach (var (spec, power) in PowerFamilyCommand.Families(Path.Combine(Repository.Root, "baselines"), 0.02))
        {
            var anchors = FamilyPower.Of(power.Members.Select(m => (m.Metric, m.Sizes, m.Gate with { Margin = m.Gate.AnchorMargin })), 0.02);
            Assert.True(power.AnyRed + anchors.AnyRed <= FamilyPower.MostRed, Invariant($"{spec}: {power.AnyRed} and {anchors.AnyRed}"));
        }
    }

    [Fact]
    public async Task A_family_that_often_fails_ends_with_exit_code_2_and_what_would_do()
    {
        var run = await GateRun.OfAsync("power", "family", "--baselines", Path.Combine(Repository.Root, "baselines"), "--discordance", "0.04");
        Assert.Equal(GateExitCode.Inconclusive, run.ExitCode);
        Assert.Contains("would do", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_without_baselines_is_no_family()
    {
        var run = await GateRun.OfAsync("power", "family", "--baselines", Directory.CreateDirectory(_folder.File("baselines")).FullName);
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
    }

    [Theory]
    [InlineData("--discordance", "1.5")]
    [InlineData("--correlation", "NaN")]
    public async Task A_share_that_is_none_is_a_usage_error(string option, string value) =>
        Assert.Equal(GateExitCode.Usage, (await GateRun.OfAsync("power", "family", option, value)).ExitCode);
}
