using System.Text.Json.Nodes;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Reports.Formats;
using SafetyGate.Harness.Reports.Html;
using SafetyGate.Harness.Tests.Baselines;

namespace SafetyGate.Harness.Tests.Reports;

/// <summary>What was trained otherwise than approved: found, and named within the first lines of every form.</summary>
public sealed class RecipeChangeSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Approving reads the note beside the file; this one is as approve writes it.
    [Fact]
    public void Settings_are_the_leaves_of_a_recipe_by_path()
    {
        var recipe = JsonNode.Parse("""{"kind":"sft","options":{"learning_rate":0.0003,"max_length":null,"packing":false},"data":[{"sha256":"abc"},{"sha256":"def"}],"base":{"weights":"w","config":{"a":1,"b":{"c":2}}},"long":"LONG"}""".Replace("LONG", new string('x', 300), StringComparison.Ordinal))!.AsObject();
        var settings = RecipeSettings.Of(recipe);
        Assert.Equal(["base.config", "base.weights", "data[0].sha256", "data[1].sha256", "kind", "long", "options.learning_rate", "options.packing"], settings.Keys);
        Assert.Equal("0.0003", settings["options.learning_rate"]);
        Assert.Equal("false", settings["options.packing"]);
        Assert.StartsWith("sha256 ", settings["base.config"], StringComparison.Ordinal);
        Assert.StartsWith("sha256 ", settings["long"], StringComparison.Ordinal);
        recipe["base"]!["config"]!["b"]!["c"] = 3;
        Assert.NotEqual(settings["base.config"], RecipeSettings.Of(recipe)["base.config"]);
    }

    [Fact]
    public void A_setting_that_differs_from_the_approved_run_is_named_with_both_values()
    {
        Approve("sft", ("options.learning_rate", "0.0003"), ("data[0].sha256", "own"), ("options.seed", "1"));
        var report = Report("sft", ("options.learning_rate", "0.0003"), ("data[0].sha256", "house"), ("options.warmup", "8"), ("options.seed", "1"));
        Assert.Equal([new("sft", "data[0].sha256", "own", "house"), new("sft", "options.warmup", "—", "8")], report.RecipeChanges);
        Assert.Equal(2, HtmlReport.Write(report).Split("Trained otherwise than approved: sft was trained with another data[0].sha256, options.warmup.").Length); // once, in the head
    }

    [Fact]
    public void The_same_recipe_changes_nothing()
    {
        Approve("sft", ("options.seed", "1"));
        Assert.Empty(Report("sft", ("options.seed", "1")).RecipeChanges);
    }

    [Fact]
    public void A_swapped_recipe_is_named_first_in_every_form()
    {
        Approve("sft-own-style", ("data[0].sha256", "own"));
        var report = Report("sft-house-style", ("data[0].sha256", "house"));
        const string says = "the run is sft-house-style where sft-own-style was approved";
        foreach (var text in new[] { MarkdownReport.Write(report), PullRequestComment.Write(report), HtmlReport.Write(report), GitHubAnnotations.Write(report) })
        {
            Assert.Contains(says, text, StringComparison.Ordinal);
            var verdicts = text.IndexOf("pocket/adversarial", StringComparison.Ordinal);
            Assert.True(verdicts < 0 || text.IndexOf(says, StringComparison.Ordinal) < verdicts);
        }
    }

    [Fact]
    public void A_baseline_that_recorded_no_settings_says_so_where_the_recipe_differs()
    {
        Approve("sft");
        var change = Assert.Single(Report("sft", ("options.seed", "1")).RecipeChanges);
        Assert.Equal("settings", change.Setting);
        Assert.StartsWith("not recorded when it was approved", change.Approved, StringComparison.Ordinal);
    }

    // The baselines of this repository: those of suites, sums and drift record what a reviewer compares a swapped recipe with.
    [Fact]
    public void Every_approved_baseline_here_records_its_recipes_settings()
    {
        var store = new BaselineStore(Path.Combine(Repository.Root, "baselines"));
        var files = store.All().Select(file => Path.Combine(store.Directory, file.File)).ToList();
        Assert.NotEmpty(files);
        Assert.All(files, file => Assert.True(ResultFile.Read(file).Recipe is null or { Settings.Count: > 10 }, file));
    }

    [Fact]
    public void A_swapped_recipe_is_named_where_only_a_drift_was_approved()
    {
        var document = Documents.Steady with { Spec = Sample.Key.Spec, Test = Sample.Key.Test, Metrics = [], Kl = [Documents.HandMadeKl] };
        var store = new BaselineStore(Baselines);
        store.Receive(Sample.Key, document with { Recipe = document.Recipe! with { Name = "rlvr", Settings = new Dictionary<string, string> { ["kind"] = "grpo" } } });
        store.Approve(Sample.Key, new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "it is meant" });
        var report = Report("sft-house-style", ("kind", "sft"));
        foreach (var text in new[] { MarkdownReport.Write(report), PullRequestComment.Write(report), HtmlReport.Write(report), GitHubAnnotations.Write(report) })
            Assert.Contains("the run is sft-house-style where rlvr was approved (other kind)", text, StringComparison.Ordinal);
    }

    // One line with the count in every form, behind what broke; the page and the summary fold the names, an annotation has the first twenty.
    [Fact]
    public void Missing_specs_are_one_line_with_their_count_after_the_verdicts()
    {
        var report = Sample.Of(Sample.Regressed) with { Missing = [.. Enumerable.Range(1, 130).Select(i => Invariant($"MissingSpecs.Number_{i}_holds"))] };
        const string line = "130 specs of baselines/specs/ left no verdict";
        var (summary, page, comment) = (MarkdownReport.Write(report), HtmlReport.Write(report), PullRequestComment.Write(report));
        foreach (var (text, verdicts) in new[] { (summary, "## Verdicts"), (page, "<h2>Verdicts</h2>") })
        {
            var at = text.IndexOf(line, StringComparison.Ordinal);
            Assert.True(at > text.IndexOf(verdicts, StringComparison.Ordinal) && text.IndexOf(verdicts, StringComparison.Ordinal) > 0, text[..Math.Min(4000, text.Length)]);
            var fold = text.LastIndexOf("<details", at, StringComparison.Ordinal);
            Assert.True(fold > 0 && text.IndexOf("</details>", fold, StringComparison.Ordinal) > text.LastIndexOf("Number_130_holds", StringComparison.Ordinal));
            Assert.True(text.IndexOf("MissingSpecs.", StringComparison.Ordinal) > at);
        }

        Assert.True(comment.IndexOf("130 listed specs left no verdict.", StringComparison.Ordinal) > comment.IndexOf("What broke", StringComparison.Ordinal));
        Assert.DoesNotContain("MissingSpecs.", comment, StringComparison.Ordinal);
        var annotation = Assert.Single(GitHubAnnotations.Write(report).Split('\n'), one => one.Contains("MissingSpecs.", StringComparison.Ordinal));
        Assert.StartsWith("::error title=130 listed specs without a verdict::", annotation, StringComparison.Ordinal);
        Assert.EndsWith("%0AMissingSpecs.Number_20_holds%0Aand 110 more", annotation, StringComparison.Ordinal);
    }

    // A baseline approved in the same change would hide what was changed.
    [Fact]
    public void The_run_approved_on_the_target_branch_counts_where_it_is_known()
    {
        Approve("sft", ("data[0].sha256", "own"));
        Directory.Move(Baselines, _folder["base"]);
        Approve("sft", ("data[0].sha256", "house"));
        Assert.Empty(Report("sft", ("data[0].sha256", "house")).RecipeChanges);
        var change = Assert.Single(new ReportFolder { Results = _folder.Path, Baselines = Baselines, Base = _folder["base"] }.Read().RecipeChanges);
        Assert.Equal(("own", "house"), (change.Approved, change.Now));
    }

    [Fact]
    public void A_comment_has_no_response_and_stays_within_GitHubs_limit()
    {
        var many = Enumerable.Range(0, 400).Select(i => Sample.Regressed with { Test = Invariant($"t{i}"), Message = new string('x', 2000) }).ToArray();
        var text = PullRequestComment.Write(Sample.Of(many));
        Assert.InRange(text.Length, 1000, 65_000);
        var full = PullRequestComment.Write(Sample.Full);
        Assert.DoesNotContain("script", full, StringComparison.Ordinal);
        Assert.Contains("### ✘ 1 of 6 verdicts fails", full, StringComparison.Ordinal);
        Assert.Contains("1 listed spec left no verdict", full, StringComparison.Ordinal);
        Assert.Contains("4 of 6 verdicts hold.", full, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://example.com/run/1", true), InlineData("http://ci.local/1", true), InlineData("javascript:alert(1)", false), InlineData("https://user:key@example.com/", false), InlineData("/relative", false)]
    public void Only_an_address_of_the_web_becomes_a_link(string link, bool safe)
    {
        Assert.Equal(safe, TestRunLink.IsSafe(link));
        var test = new TestRun { Id = "a", Baselines = "b", Time = DateTimeOffset.UnixEpoch, Link = link };
        Assert.Equal(safe, HtmlReport.Write(Sample.Of(Sample.Passed with { TestRun = test })).Contains($"href=\"{link}\"", StringComparison.Ordinal));
    }

    [Fact]
    public void The_link_is_that_of_the_CI()
    {
        var github = new Dictionary<string, string> { ["GITHUB_SERVER_URL"] = "https://github.com", ["GITHUB_REPOSITORY"] = "a/b", ["GITHUB_RUN_ID"] = "7", ["GITHUB_RUN_ATTEMPT"] = "2" };
        Assert.Equal("https://github.com/a/b/actions/runs/7/attempts/2", TestRunLink.Of(name => github.GetValueOrDefault(name)));
        Assert.Equal("https://ci/3", TestRunLink.Of(name => name == "CI_PIPELINE_URL" ? "https://ci/3" : null));
        Assert.Null(TestRunLink.Of(_ => null));
    }

    [Fact]
    public void A_KL_a_certificate_and_an_objective_have_their_figures_in_the_row()
    {
        string[] Row(ClaimKind claim, double limit, double against) =>
            [.. ReportSections.Row(Sample.Passed with { Claim = claim, Comparison = null, Rule = null, Rate = null, Floor = null, Limit = new(limit, against) })];
        Assert.Equal(["KL ≤ 0.0137 nats", "at most 0.0538 nats"], new[] { 4, 6 }.Select(i => Row(ClaimKind.WithinBudget, .01371, .0538)[i]));
        Assert.Equal(["safety ≥ 96.7 %", "at least 95 %"], new[] { 4, 6 }.Select(i => Row(ClaimKind.Certified, .9669, .95)[i]));
        Assert.Equal(["objective ≥ +0.012", "at least 0"], new[] { 4, 6 }.Select(i => Row(ClaimKind.ObjectiveNotLowered, .012, 0)[i]));
    }

    // Suites near the ceiling are told apart: the scale ends where the intervals do.
    [Fact]
    public void A_plot_of_suites_spans_what_they_span()
    {
        var page = HtmlReport.Write(Sample.Of(Sample.Passed));
        var plot = page[page.IndexOf("<svg class=\"plot\"", StringComparison.Ordinal)..];
        plot = plot[..plot.IndexOf("</svg>", StringComparison.Ordinal)];
        Assert.DoesNotContain(">0 %<", plot, StringComparison.Ordinal);
        Assert.DoesNotContain(">50 %<", plot, StringComparison.Ordinal);
        Assert.Contains(">100 %<", plot, StringComparison.Ordinal);
    }

    [Fact]
    public void The_plot_of_a_run_that_fails_comes_first_and_is_colored()
    {
        var page = HtmlReport.Write(Sample.Full);
        var first = page[page.IndexOf("<svg class=\"plot\"", StringComparison.Ordinal)..];
        first = first[..first.IndexOf("</svg>", StringComparison.Ordinal)];
        Assert.Contains("Refusal by suite: pocket-sft-own-style", first, StringComparison.Ordinal);
        Assert.Contains("circle class=\"bad\"", first, StringComparison.Ordinal);
    }

    private string Baselines => _folder["baselines"];

    private void Approve(string name, params (string Key, string Value)[] settings)
    {
        var document = Documents.Of(new string('1', 598) + "00") with { Spec = Sample.Key.Spec, Test = Sample.Key.Test };
        document = document with { Recipe = document.Recipe! with { Name = name, Settings = settings.ToDictionary(s => s.Key, s => s.Value) } };
        var store = new BaselineStore(Baselines);
        store.Receive(Sample.Key, document);
        store.Approve(Sample.Key, new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "it is meant", AcceptUnderpoweredGate = true, AcceptUnscored = true });
    }

    private GateReport Report(string name, params (string Key, string Value)[] settings)
    {
        var run = new ReportedRun(name, new string('a', 64), 1, 300) { RecipeDigest = new string('f', 64), Settings = settings.ToDictionary(s => s.Key, s => s.Value) };
        VerdictLog.Start(_folder.Path, "Specs").Add(Sample.Regressed with { Run = run, Metric = "pocket/adversarial, greedy" });
        return new ReportFolder { Results = _folder.Path, Baselines = Baselines }.Read();
    }
}
