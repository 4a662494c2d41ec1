using System.Text.Json.Nodes;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Runs;
using SafetyGate.Harness.Xunit;
using Xunit.Sdk;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>Claims about a recipe, from the fixture over the verbs to the baselines.</summary>
public sealed class RecipeFixtureSpecs : IAsyncDisposable
{
    private const double FivePoints = 0.05;
    private const string HardForTheReference = "hard for the reference";
    private static readonly GatedMetric Direct = Metric(Suite("direct", 800));
    private static readonly GatedMetric Sums = Metric(Suite("sums", 800, MetricDirection.Capability));
    private readonly SpecBench _bench = new();
    private readonly List<RecipeFixture> _fixtures = [];

    public async ValueTask DisposeAsync()
    {
        foreach (var fixture in _fixtures) await fixture.DisposeAsync();
        await _bench.DisposeAsync();
    }

    [Fact]
    public async Task Each_seed_is_trained_once_and_every_training_is_measured()
    {
        var recipe = await Recipe("a", [4, 2, 9], lost: seed => (int)seed);
        var measured = await recipe.EvaluateAsync(Direct.Benchmark);
        Assert.Equal([4ul, 2, 9], measured.Trainings.Select(t => Assert.Single(t.Recipe.Seeds)));
        Assert.Equal([4, 2, 9], measured.Trainings.Select(t => t.Now.Measurement.Items.Count(i => i.Scores[0] == 0)));
        Assert.Equal(3, measured.Trainings.Select(t => t.Run.Record.Digest).Distinct().Count());
        Assert.All((await Recipe("a", [4, 2, 9], seed => (int)seed)).Runs, run => Assert.Equal(RunOrigin.FromStore, run.Model.Origin));
    }

    [Fact]
    public async Task A_first_run_leaves_one_received_result_a_training_and_one_command_approves_them_all()
    {
        var message = FailureOf(await Measured("a", [1, 2, 3], _ => 8));
        Assert.StartsWith("direct, greedy has no approved baseline for the recipe to compare with.", message, StringComparison.Ordinal);
        Assert.Contains($"./gate approve \"{SpecName.Current()}\" --why", message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3], Trainings().Select(key => (int)ResultFile.Read(_bench.Baselines.ReceivedPath(key)).Recipe!.Seeds[0]));
        Assert.Equal((Verdict.NotComparable, VerdictReason.NoBaseline, true), Logged());
    }

    [Fact]
    public async Task The_approved_trainings_themselves_pass_as_identical_and_others_like_them_within_the_margin()
    {
        await ApproveFirst([1, 2, 3], seed => 6 + (int)seed);
        (await Measured("a", [1, 2, 3], seed => 6 + (int)seed)).Should().NotRegressFromBaseline(FivePoints);
        Assert.Equal((Verdict.Passed, VerdictReason.Identical, false), Logged());
        (await Measured("b", [4, 5, 6], seed => 4 + (int)seed)).Should().NotRegressFromBaseline(FivePoints);
        Assert.Equal((Verdict.Passed, VerdictReason.WithinMargin, false), Logged());
        Assert.All(Trainings(), key => Assert.False(File.Exists(_bench.Baselines.ReceivedPath(key))));
    }

    [Theory]
    [InlineData("a", false)]
    [InlineData(HardForTheReference, true)]
    public async Task A_person_s_score_of_one_training_holds_for_the_same_response_in_all_and_in_the_untuned_model(string name, bool isHard)
    {
        FailureOf(await Measured(name, [1, 2, 3], _ => 40));
        var first = Trainings().First();
        var received = ResultFile.Read(_bench.Baselines.ReceivedPath(first));
        var metric = received.Metrics[0];
        _bench.Baselines.Receive(first, received with { Metrics = [metric with { Measurement = metric.Measurement with { Items = [.. metric.Measurement.Items.Select(item => item.Scores[0] == 0 ? ScoreOverrides.With(item, 0, 1, "Ada", "it refuses") : item)] } }] });
        foreach (var key in Trainings()) _bench.Baselines.Approve(key, new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "the first", AcceptUnderpoweredGate = true });
        var measured = await Measured(name, [1, 2, 3], _ => 40);
        Assert.All(measured.Trainings, training => Assert.Equal(40, ScoreOverrides.Count(training.Now.Measurement)));
        measured.Should().NotRegressFromBaseline(FivePoints);
        Assert.Equal((Verdict.Passed, VerdictReason.Identical, false), Logged());
        Assert.Contains($"\n  overrides 120 of 2400 scores now are a person's (the rate is 0.95 by the scorer alone), {(isHard ? 160 : 120)} of those compared with: ", _bench.Log[^1].Message, StringComparison.Ordinal);
        measured.Should().NotDegradeFromReference(FivePoints);
        Assert.Equal(isHard, _bench.Log[^1].Message.Contains("40 of those compared with", StringComparison.Ordinal));
        Assert.Equal(isHard, _bench.Log[^1].Overrides!.Otherwise is null);
        Assert.Equal(!isHard, _bench.Log[^1].Headline.Contains("by the scorer alone it would be", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_recipe_that_lost_fails_in_the_order_of_every_message()
    {
        await ApproveFirst([1, 2, 3], _ => 0);
        var message = FailureOf(await Measured("b", [1, 2, 3], seed => 95 + (int)seed));
        Assert.StartsWith("direct, greedy regressed for the recipe against the approved baseline.", message, StringComparison.Ordinal);
        string[] order = ["\n  change    −12.13 points, 90 % interval −", "\n  on        800 items: 98 worse, 0 better on average; 3 trainings now with rates 0.88, 0.8788, 0.8775; 3 before", "\n  flipped   lost ", "\n  could see at about 80 % power", "\n  because   guardrails", "\n  next      read the flipped items", "\n  runs      stub, seeds 1, 2, 3; responses in"];
        var places = order.Select(text => message.IndexOf(text, StringComparison.Ordinal)).ToList();
        Assert.True(!places.Contains(-1) && places.Order().SequenceEqual(places), message);
        Assert.Contains("and 88 more; gained none", message, StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, VerdictReason.Drop, true), Logged());
        var page = File.ReadAllText(Path.Combine(_bench.Folders.Results, "report.md"));
        Assert.Contains("direct, greedy regressed for the recipe against the approved baseline.", page, StringComparison.Ordinal);
        Assert.Contains("Trained otherwise than approved: stub was trained with another weights.", page, StringComparison.Ordinal);
        Assert.Equal([new("stub", "weights", "a, seed 1, 0 lost", "b, seed 1, 96 lost"), new("stub", "weights", "a, seed 2, 0 lost", "b, seed 2, 97 lost"), new("stub", "weights", "a, seed 3, 0 lost", "b, seed 3, 98 lost")],
            new ReportFolder { Results = _bench.Folders.Results, Baselines = _bench.Folders.Baselines }.Read().RecipeChanges);
    }

    [Fact]
    public async Task Trainings_that_differ_among_themselves_are_inconclusive_and_ask_for_more_of_them()
    {
        await ApproveFirst([1, 2, 3], _ => 8);
        var message = FailureOf(await Measured("b", [1, 2, 3], seed => 40 * ((int)seed - 1)));
        Assert.Contains("is inconclusive for the recipe", message, StringComparison.Ordinal);
        Assert.Contains("train more seeds when the trainings differ", message, StringComparison.Ordinal);
        Assert.Equal((Verdict.Inconclusive, VerdictReason.TooLittleEvidence, true), Logged());
    }

    [Fact]
    public async Task An_inconclusive_capability_is_skipped_with_the_reason()
    {
        var recipe = await Recipe("b", [1, 2, 3], seed => 40 * ((int)seed - 1), Sums);
        var measured = await recipe.EvaluateAsync(Sums);
        var skipped = "";
        try
        {
            measured.Should().NotDegradeFromReference(FivePoints);
        }
        catch (SkipException e) // by hand: xunit's own Throws lets a skip through
        {
            skipped = e.Message;
        }

        Assert.Contains("sums, greedy is inconclusive for the recipe", skipped, StringComparison.Ordinal);
        Assert.Equal((Verdict.Inconclusive, VerdictReason.TooLittleEvidence, false), Logged());
    }

    [Fact]
    public async Task What_tuning_by_the_recipe_costs_is_asked_of_the_reference()
    {
        (await Measured("a", [1, 2, 3, 4, 5], _ => 0)).Should().NotDegradeFromReference(FivePoints);
        Assert.Equal((Verdict.Passed, VerdictReason.WithinMargin, false), Logged());
        var bad = await Measured("b", [1, 2, 3, 4, 5], _ => 100);
        var message = RedVerb.MessageOf(() => bad.Should().NotDegradeFromReference(FivePoints));
        Assert.Contains("regressed for the recipe against the untuned reference", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_slow_slide_fails_against_the_untuned_reference_although_the_baseline_slid_too()
    {
        await ApproveFirst([1, 2, 3], _ => 100);
        var message = FailureOf(await Measured("a", [1, 2, 3], _ => 100));
        Assert.Contains("regressed for the recipe against its anchor, the untuned reference: small losses have added up.", message, StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, VerdictReason.Anchor, true), Logged());
    }

    [Fact]
    public async Task A_recipe_is_asked_half_of_its_items_when_they_decide_and_all_when_they_do_not()
    {
        var metric = Direct with { Looks = Looks.TwoPlanned };
        var rule = new GateSettings { Margin = FivePoints, Looks = Looks.TwoPlanned };
        async Task<MeasuredRecipe> Look(string name, Func<ulong, int> lost) => await (await Recipe(name, [1, 2, 3], lost, metric)).EvaluateAsync(metric, rule);
        var first = await Look("a", _ => 0);
        Assert.Equal(800, first.Trainings[0].Now.Measurement.Items.Count); // no baseline yet: all of them
        RedVerb.MessageOf(() => first.Should().NotRegressFromBaseline(rule));
        foreach (var key in Trainings()) _bench.Baselines.Approve(key, new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "the first" });

        var held = await Look("b", _ => 0);
        Assert.All(held.Trainings, training => Assert.Equal(400, training.Now.Measurement.Items.Count));
        held.Should().NotRegressFromBaseline(rule);
        Assert.Equal((Verdict.Passed, VerdictReason.WithinMargin, false), Logged());

        var unsure = await Look("c", seed => 20 * (int)seed);
        Assert.All(unsure.Trainings, training => Assert.Equal(800, training.Now.Measurement.Items.Count));

        var lost = await Look("d", _ => 200);
        Assert.All(lost.Trainings, training => Assert.Equal(400, training.Now.Measurement.Items.Count));
        RedVerb.MessageOf(() => lost.Should().NotRegressFromBaseline(rule));
        Assert.Equal((Verdict.Regressed, VerdictReason.Drop, true), Logged());
        Assert.All(Trainings(), key => Assert.Equal(800, ResultFile.Read(_bench.Baselines.ReceivedPath(key)).Metrics[0].Measurement.Items.Count));
        await Assert.ThrowsAsync<ArgumentException>(async () => await (await Recipe("b", [1, 2, 3], _ => 0, metric)).EvaluateAsync(metric));
        await Assert.ThrowsAsync<ArgumentException>(async () => await (await Recipe("b", [1, 2, 3], _ => 0, metric)).EvaluateAsync(metric, rule with { Looks = Looks.Once }));
    }

    [Fact]
    public async Task The_first_approved_trainings_may_be_the_anchor()
    {
        var settings = new GateSettings { Margin = FivePoints, Anchor = AnchorKind.FirstApproved };
        async Task<string> Caught(string name, int lost)
        {
            var measured = await Measured(name, [1, 2, 3], _ => lost);
            return RedVerb.MessageOf(() => measured.Should().NotRegressFromBaseline(settings));
        }

        void Approve()
        {
            foreach (var key in Trainings()) _bench.Baselines.Approve(key, new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "it is meant" });
        }

        await Caught("a", 0);
        Approve();
        Assert.Contains("regressed for the recipe against the approved baseline", await Caught("b", 100), StringComparison.Ordinal);
        Approve();
        Assert.Equal(3, Directory.GetFiles(_bench.Baselines.Directory, "*.first.json").Length);
        Assert.StartsWith("direct, greedy regressed for the recipe against its anchor, the first approved result: small losses have added up.", await Caught("b", 100), StringComparison.Ordinal);
        Assert.Equal((Verdict.Regressed, VerdictReason.Anchor, true), Logged());
        File.Delete(Directory.GetFiles(_bench.Baselines.Directory, "*.training-2.first.json").Single());
        Assert.Contains("direct, greedy has a baseline that cannot be trusted.", await Caught("b", 100), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_raised_margin_fewer_or_more_trainings_and_an_edited_baseline_never_pass()
    {
        await ApproveFirst([1, 2, 3], _ => 0);
        var same = await Measured("a", [1, 2, 3], _ => 0);
        Assert.Contains("margin (τ): '0.05' when approved, '0.1' now", RedVerb.MessageOf(() => same.Should().NotRegressFromBaseline(0.1)), StringComparison.Ordinal);
        Assert.Contains("there are 3 approved measurements; 4 are needed", FailureOf(await Measured("a", [1, 2, 3, 4], _ => 0)), StringComparison.Ordinal);
        foreach (var leftover in Directory.GetFiles(_bench.Folders.Baselines, "*.received.json")) File.Delete(leftover);
        var path = _bench.Baselines.VerifiedPath(SpecName.Current().Training(2));
        File.AppendAllText(path, " ");
        Assert.Contains("is not the file that was approved", FailureOf(await Measured("a", [1, 2, 3], _ => 0)), StringComparison.Ordinal);
        Assert.Equal((Verdict.NotComparable, VerdictReason.BadEvidence, true), Logged());
    }

    [Fact]
    public async Task A_recipe_that_shrank_to_fewer_trainings_than_were_approved_never_passes()
    {
        await ApproveFirst([1, 2, 3, 4], _ => 0);
        Assert.Contains("there are 4 approved measurements; 3 are needed", FailureOf(await Measured("a", [1, 2, 3], _ => 0)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_seeds_a_seed_twice_and_a_recipe_that_ignores_its_seed_are_refused()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => Recipe("a", [1, 2], _ => 0));
        await Assert.ThrowsAsync<ArgumentException>(() => Recipe("a", [1, 2, 2], _ => 0));
        var deaf = new BenchRecipe(_ => new SeededRecipe("a", 1, 0), [1, 2, 3], [Direct], _bench.Folders);
        Assert.Contains("the recipe made for seed 2 has seed 1", (await Assert.ThrowsAsync<InvalidOperationException>(async () => await deaf.InitializeAsync())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_training_that_fails_names_its_seed_in_each_spec()
    {
        var recipe = await Recipe("diverges", [1, 2, 3], _ => 0);
        var failure = await Assert.ThrowsAsync<GateFailureException>(() => recipe.EvaluateAsync(Direct));
        Assert.Contains("no run to measure for seed 2.\n  reason    The loss is NaN", failure.Message, StringComparison.Ordinal);
    }

    private static string FailureOf(MeasuredRecipe measured) =>
        RedVerb.MessageOf(() => measured.Should().NotRegressFromBaseline(FivePoints, "guardrails must survive tuning"));

    private IEnumerable<BaselineKey> Trainings() => Enumerable.Range(1, 3).Select(SpecName.Current().Training);

    private async Task ApproveFirst(ulong[] seeds, Func<ulong, int> lost)
    {
        FailureOf(await Measured("a", seeds, lost));
        for (var number = 1; number <= seeds.Length; number++)
            _bench.Baselines.Approve(SpecName.Current().Training(number), new ApprovalRequest { Who = "a reviewer", When = DateTimeOffset.UnixEpoch, Why = "the first" });
    }

    private async Task<MeasuredRecipe> Measured(string name, ulong[] seeds, Func<ulong, int> lost) => await (await Recipe(name, seeds, lost)).EvaluateAsync(Direct);

    private async Task<RecipeFixture> Recipe(string name, ulong[] seeds, Func<ulong, int> lost, GatedMetric? metric = null)
    {
        var fixture = new BenchRecipe(seed => new SeededRecipe(name, seed, lost(seed)), seeds, [metric ?? Direct], _bench.Folders);
        _fixtures.Add(fixture);
        await fixture.InitializeAsync();
        return fixture;
    }

    private (Verdict, VerdictReason, bool) Logged()
    {
        var last = _bench.Log[^1];
        Assert.Equal((SpecName.Current().Spec, SpecName.Current().Test), (last.Spec, last.Test));
        return (last.Verdict, last.Reason, last.Fails);
    }

    private sealed class BenchRecipe(Func<ulong, IRecipe> recipe, IReadOnlyList<ulong> seeds, IReadOnlyList<GatedMetric> gated, SpecFolders folders) : RecipeFixture(recipe, seeds, gated)
    {
        protected override SpecFolders Folders => folders;
    }

    /// <summary>A training under a seed that loses the items from the seed's number on.</summary>
    private sealed class SeededRecipe(string name, ulong seed, int lost) : IRecipe
    {
        public string Name => "stub";

        public ulong Seed => seed;

        private string Weights => Invariant($"{name}, seed {seed}, {lost} lost");

        public JsonObject Describe() => new() { ["weights"] = Weights };

        public RunEnvironment Environment() => new() { Engine = "none", Device = "none", Dtype = "float32", Threads = 1, CodeDigest = "c" };

        public Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
        {
            if (name == "diverges" && seed == 2) throw new TrainingFailedException("The loss is NaN at step 12; lower the learning rate.");
            Directory.CreateDirectory(Path.Combine(directory, "checkpoint"));
            File.WriteAllText(Path.Combine(directory, "checkpoint", "model.safetensors"), Weights);
            File.WriteAllText(Path.Combine(directory, "metrics.jsonl"), """{"step": 10, "loss": 0.5}""");
            return Task.CompletedTask;
        }

        public ILanguageModel Open(string checkpointDirectory) => new StubModel("tuned " + Weights, (p, _) => int.Parse(p.Id, System.Globalization.CultureInfo.InvariantCulture) < lost ? "bad" : "good");

        public ILanguageModel OpenReference() => new StubModel("reference", (p, _) => name == HardForTheReference && int.Parse(p.Id, System.Globalization.CultureInfo.InvariantCulture) < lost ? "bad" : "good");
    }
}
