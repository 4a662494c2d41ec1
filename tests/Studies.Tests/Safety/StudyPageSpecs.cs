using System.Text.Json.Nodes;
using System.Xml.Linq;
using SafetyGate.Studies.Safety.Pages;
using SafetyGate.Studies.Safety.Plan;
using SafetyGate.Studies.Safety.Runs;
using SafetyGate.Studies.Safety.Summary;
using SafetyGate.Tests;

namespace SafetyGate.Studies.Tests.Safety;

public sealed class StudyPageSpecs : IDisposable
{
    private static readonly double[] Half = [0, 1, 1, 0], Quarter = [0, 0, 1, 0], More = [1, 1, 1, 0], None = [0, 0, 0, 0];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Arms_are_told_apart_where_both_kinds_of_limits_say_so_and_the_page_says_it()
    {
        var page = Page(Runs("rl", None, None, None), Runs("broken", [.9, .9, .9, .95], [.95, .9, .9, .9], [.9, .95, .9, .9]), Runs("same", [.1, 0, 0, 0], [0, 0, -.1, 0], [0, 0, 0, 0]));
        Assert.Contains("Safety at temperature 1 fell, by both kinds of limits, in: The broken.", page, StringComparison.Ordinal);
        Assert.Contains("No change can be told from 0 in: The rl and The same.", page, StringComparison.Ordinal);
        Assert.Contains("At matched accuracy these lost more safety than The rl: The broken. Not told apart from The rl: The same.", page, StringComparison.Ordinal);
        Assert.Contains("| The broken | +91.3 | ", page, StringComparison.Ordinal);
        Assert.Contains(" | lost more |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_cheapest_arm_comes_first_and_the_price_is_of_the_means()
    {
        // Gains of .5. Losses of .25 and 0: a mean of .125 and a price of .25; one of .05 for losses of .025.
        var page = Page([ToyStudy.Run("rl", 1, Quarter, Half), ToyStudy.Run("rl", 2, None, Half)], [ToyStudy.Run("cheap", 1, [.1, 0, 0, 0], Half)]);
        Assert.Contains("- **The cheap**: 0.050 points of safety for a point of accuracy (one seed: no limits).", page, StringComparison.Ordinal);
        Assert.Contains("- **The rl**: 0.250 points of safety for a point of accuracy", page, StringComparison.Ordinal);
        Assert.True(page.IndexOf("- **The cheap**", StringComparison.Ordinal) < page.IndexOf("- **The rl**", StringComparison.Ordinal));
    }

    [Fact]
    public void An_arm_that_missed_its_target_is_shown_as_such_and_not_compared()
    {
        var page = Page(Runs("rl", None, None, None), [ToyStudy.Run("short", 1, Half, Half), ToyStudy.Run("short", 2, Half, Quarter, validation: .499), ToyStudy.Run("short", 3, Half, More)]);
        Assert.Contains("**not at matched accuracy**: 0.50 was reached in 2 of 3 runs.", page, StringComparison.Ordinal);
        Assert.Contains("Not compared with The rl: The short (it reached its accuracy in 2 of 3 runs).", page, StringComparison.Ordinal);
        Assert.Contains("| The short | **2 of 3** | 0.499 to 0.500 |", page, StringComparison.Ordinal);
        Assert.Contains("| The short | 2 | **no** |", page, StringComparison.Ordinal);
        Assert.Contains("not compared: it reached its accuracy in 2 of 3 runs", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_is_compared_with_an_anchor_that_missed_its_target()
    {
        var page = Page([ToyStudy.Run("rl", 1, None, Half, validation: .4), ToyStudy.Run("rl", 2, None, Quarter)], Runs("broken", Half, Half, Half));
        Assert.Contains("Not compared with The rl: The broken (The rl reached its accuracy in 1 of 2 runs).", page, StringComparison.Ordinal);
    }

    [Fact]
    public void An_arm_without_a_gain_has_no_price()
    {
        var page = Page(Runs("rl", None, None, None), [ToyStudy.Run("flat", 1, Half, [1, -1, 0, 0]), ToyStudy.Run("flat", 2, Half, Quarter), ToyStudy.Run("flat", 3, Half, [-1, 0, 0, 0])]);
        Assert.Contains("- **The flat**: undefined: the gain cannot be told from 0.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Failed_runs_are_listed_and_leave_their_arm_uncompared()
    {
        var page = PageOf(new StudyResult { Runs = [.. Runs("rl", None, None, None), .. Runs("broken", Half, Half, Half).Take(2)], Failures = [new("broken", 3, "The loss | is not finite.")], Missing = [], Made = 0 }, ["rl", "broken"]);
        Assert.Contains("## Runs that failed", page, StringComparison.Ordinal);
        Assert.Contains("| broken | 3 | The loss \\| is not finite. |", page, StringComparison.Ordinal);
        Assert.Contains("The broken (it reached its accuracy in 2 of 3 runs)", page, StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_arm_is_there_to_show_is_counted()
    {
        var page = PageOf(Result(Runs("rl", None, None, None), Runs("caught", Half, None, Half)), ["rl", "caught"], ", \"expect\": \"regressed\"");
        Assert.Contains("The caught is there to be Regressed: the gate said so in 2 of 3 runs (Passed in 1).", page, StringComparison.Ordinal);
        Assert.Contains("The rl is there to be Regressed: the gate said so in 0 of 3 runs (Passed in 3).", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_bound_is_shown_with_its_range_over_seeds_or_why_it_does_not_apply()
    {
        var page = Page(Runs("rl", Half, Half, Quarter));
        Assert.Contains("| The rl | B5 | \\|ΔS\\| ≤ √(K/2) + P | 3 of 3 | 0 | 0.1 to 0.3 | 0.25 to 0.5 |  |", page, StringComparison.Ordinal);
        Assert.Contains("| The rl | B3 | \\|ΔS\\| ≤ tanh(1/(4β)) | 0 of 3 | 0 | – | – | this run has no reward |", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plots_are_well_formed_and_the_numbers_are_those_of_the_page()
    {
        var files = Files(Result(Runs("rl", Half, Half, Quarter)), ["rl"]);
        Assert.Equal([".json", ".md", "-arms-price.svg", "-arms-seeds.svg"], files.Keys.Order(StringComparer.OrdinalIgnoreCase).OrderByDescending(name => name[0] == '.'));
        foreach (var (name, text) in files.Where(file => file.Key.EndsWith(".svg", StringComparison.Ordinal)))
        {
            Assert.Equal("svg", XDocument.Parse(text).Root!.Name.LocalName);
            Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
            Assert.Contains($"](page{name})", files[".md"], StringComparison.Ordinal);
        }

        var arm = JsonNode.Parse(files[".json"])!["arms"]![0]!;
        Assert.Equal((3, 1.25 / 3), (arm["runs"]!.AsArray().Count, arm["lost"]!["mean"]!.GetValue<double>()));
        Assert.Equal(files, Files(Result(Runs("rl", Half, Half, Quarter)), ["rl"])); // the draws are seeded
    }

    [Fact]
    public void A_page_of_nothing_is_refused() =>
        Assert.Throws<ArgumentException>(() => PageOf(Result(), ["rl"]));

    // Gains of .5, .25 and .75.
    private static StudyRun[] Runs(string arm, double[] first, double[] second, double[] third) => [ToyStudy.Run(arm, 1, first, Half), ToyStudy.Run(arm, 2, second, Quarter), ToyStudy.Run(arm, 3, third, More)];

    private static StudyResult Result(params StudyRun[][] runs) => new() { Runs = [.. runs.SelectMany(arm => arm)], Failures = [], Missing = [], Made = 0 };

    private string Page(params StudyRun[][] runs) => PageOf(Result(runs), [.. runs.Select(arm => arm[0].Arm)]);

    private string PageOf(StudyResult result, string[] arms, string rest = "") => Files(result, arms, rest)[".md"];

    private IReadOnlyDictionary<string, string> Files(StudyResult result, string[] arms, string rest = "")
    {
        var study = Study.Load(ToyStudy.Write(_folder, arms.Select(arm => ToyStudy.Arm(arm, rest))));
        return StudyPage.Files(new StudySummary(study, result, domain => new StudyMetrics(study.Settings, domain)), "./gate study safety", "page");
    }
}
