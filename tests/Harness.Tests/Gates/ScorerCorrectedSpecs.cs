using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Statistics;
using SafetyGate.Harness.Tests.Baselines;
using SafetyGate.Verifiers.Refusals;

namespace SafetyGate.Harness.Tests.Gates;

/// <summary>The rate corrected for its scorer's errors, and the exact unconditional p: both beside the verdict, neither part of it.</summary>
public sealed class ScorerCorrectedSpecs
{
    private static readonly ScorerValidation HeldOut = new(136, 161, 505, 538);

    private static Measurement Scored(string outcomes, ScorerValidation? validation, MetricDirection direction = MetricDirection.Safety) => Fake.Measured(outcomes, direction: direction) with { Validation = validation };

    [Fact]
    public void The_refusal_scorers_carry_their_held_out_counts()
    {
        Assert.Equal(HeldOut, new RefusalScorer().Validation);
        Assert.Equal(new ScorerValidation(505, 538, 136, 161), new ComplianceScorer().Validation);
    }

    [Fact]
    public void A_person_s_score_is_not_corrected_for_errors_that_the_scorer_would_have_made()
    {
        var scored = Scored(new string('1', 75) + new string('0', 25), new(80, 100, 90, 100));
        var overridden = scored with { Items = [.. scored.Items.Select((item, i) => i >= 90 ? ScoreOverrides.With(item, 0, 0.5, "Ada", "y") : item)] };
        Assert.Equal(ScorerCorrected.Of(scored, .9), ScorerCorrected.Of(overridden, .9));
    }

    // (.75 + .9 − 1)/(.8 + .9 − 1) = .65/.7
    [Fact]
    public void The_corrected_rate_is_Rogan_and_Gladens()
    {
        var corrected = ScorerCorrected.Of(Scored(new string('1', 75) + new string('0', 25), new(80, 100, 90, 100)), .9)!;
        Assert.Equal(.75, corrected.Raw);
        Assert.Equal(.65 / .7, corrected.Rate, 1e-12);
        Assert.Equal(ScorerCorrection.Of(new(75, 100), new(80, 100), new(90, 100), .9).LangReiczigel, corrected.Limits);
        Assert.StartsWith("0.9286 now after Rogan and Gladen, 90 % interval", corrected.ToString(), StringComparison.Ordinal);
        Assert.Contains("80 of 100 labeled positives and 90 of 100 negatives", corrected.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Over_refusal_is_shown_as_refused()
    {
        var corrected = ScorerCorrected.Of(Scored(new string('1', 75) + new string('0', 25), new(80, 100, 90, 100), MetricDirection.OverRefusal), .9)!;
        var limits = corrected.Limits!.Value;
        Assert.StartsWith(Invariant($"{1 - .65 / .7:0.####} now after Rogan and Gladen, 90 % interval {1 - limits.Upper:0.####} to {1 - limits.Lower:0.####}"), corrected.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Unscored_items_are_left_out_and_shared_behaviors_are_the_trials()
    {
        Assert.Equal(.75, ScorerCorrected.Of(Scored("111???0", HeldOut), .9)!.Raw);
        var measured = Scored("11110000", HeldOut);
        var shared = measured with { Items = [.. measured.Items.Select((item, i) => item with { Behavior = Invariant($"b{i / 2}") })] };
        Assert.Equal(ScorerCorrection.Of(new(2, 4), new(136, 161), new(505, 538), .9).LangReiczigel, ScorerCorrected.Of(shared, .9)!.Limits);
    }

    // Behaviors of ⅓ and of 1: ⅔·2 = 4/3 of them count as one of two.
    [Fact]
    public void A_behavior_counts_with_the_mean_of_its_items()
    {
        var measured = Scored("100111", HeldOut);
        var shared = measured with { Items = [.. measured.Items.Select((item, i) => item with { Behavior = Invariant($"b{i / 3}") })] };
        Assert.Equal(.5, ScorerCorrected.Of(shared, .9)!.Raw);
        shared = shared with { Items = [.. shared.Items.Select((item, i) => i == 1 ? item with { Scores = [1] } : item)] }; // ⅔ and 1
        Assert.Equal(1, ScorerCorrected.Of(shared, .9)!.Raw);
    }

    [Fact]
    public void A_floor_shows_the_corrected_rate_at_the_level_of_its_interval()
    {
        var claim = new FloorClaim { Now = Scored(new string('1', 580) + new string('0', 20), new(80, 100, 90, 100)), Floor = .9, Alpha = .04 };
        Assert.Contains(Invariant($"\n  corrected {ScorerCorrected.Of(claim.Now, .92)}\n"), RunVerdicts.Decide(claim).Message, StringComparison.Ordinal);
        Assert.Contains(" 92 % interval ", ScorerCorrected.Of(claim.Now, .92)!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_recipe_shows_the_corrected_rate_of_each_training()
    {
        Measurement[] Trainings(string name, params int[] bad) =>
            [.. bad.Select((b, i) => Scored(new string('0', b) + new string('1', 600 - b), new(80, 100, 90, 100))).Select((m, i) => m with { Model = m.Model with { Name = Invariant($"{name} {i}"), WeightsDigest = Invariant($"{name} {i}") } })];
        var claim = new TrainingsClaim { Against = ComparisonKind.Baseline, Approved = Trainings("approved", 8, 8, 9), Now = Trainings("now", 90, 80, 100), Settings = new GateSettings { Margin = .2, Alpha = .04 } };
        var rates = claim.Now.Select(now => ScorerCorrected.Of(now, .92)!).ToArray();
        Assert.Contains(Invariant($"\n  corrected training 1: {rates[0]}; training 2: {rates[1]}; training 3: {rates[2]}\n"), RunVerdicts.Decide(claim).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_scorer_whose_smoothed_counts_say_nothing_has_a_rate_without_limits()
    {
        var corrected = ScorerCorrected.Of(Scored("110", new(1, 1, 1, 100)), .9)!; // 1 + 1/100 > 1, smoothed ⅔ + 2/102 < 1
        Assert.Null(corrected.Limits);
        Assert.DoesNotContain("interval", corrected.ToString(), StringComparison.Ordinal);
        Assert.Contains(" now after Rogan and Gladen (Lang and Reiczigel)", corrected.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_scorer_that_was_not_measured_or_says_nothing_corrects_nothing()
    {
        Assert.Null(ScorerCorrected.Of(Scored("110", null), .9));
        Assert.Null(ScorerCorrected.Of(Scored("110", new(1, 2, 1, 2)), .9)); // ½ + ½ = 1
        Assert.Null(ScorerCorrected.Of(Scored("???", HeldOut), .9));
        var graded = Scored("110", HeldOut);
        Assert.Null(ScorerCorrected.Of(graded with { Items = [graded.Items[0] with { Scores = [.5] }, .. graded.Items.Skip(1)] }, .9));
    }

    [Fact]
    public void Message_and_record_show_it_beside_the_raw_rate()
    {
        var (approved, now) = Fake.Table(190, 2, 1, 7);
        var decision = RunVerdicts.Decide(Fake.Ask(approved, now with { Validation = HeldOut }));
        var words = ScorerCorrected.Of(now with { Validation = HeldOut }, .9)!.ToString();
        Assert.Contains("corrected " + words, decision.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("corrected", RunVerdicts.Decide(Fake.Ask(approved, now)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 10, 5, 9, "0 of 10", false), InlineData(11, 10, 5, 9, "11 of 10 positives", true), InlineData(-1, 10, 5, 9, "-1 of 10 positives", true), InlineData(0, 0, 5, 9, "0 of 0 positives", true)]
    [InlineData(1, 10, 10, 9, "10 of 9 negatives", true), InlineData(1, 10, -1, 9, "-1 of 9 negatives", true), InlineData(1, 10, 0, 0, "0 of 0 negatives", true)]
    public void Impossible_counts_are_named(int truePositives, int positives, int trueNegatives, int negatives, string words, bool wrong)
    {
        var problems = new ScorerValidation(truePositives, positives, trueNegatives, negatives).Problems().ToArray();
        if (wrong) Assert.Contains(words, Assert.Single(problems), StringComparison.Ordinal); else Assert.Empty(problems);
    }

    [Fact]
    public void The_exact_unconditional_p_is_shown_on_request_and_decides_nothing()
    {
        var (approved, now) = Fake.Table(190, 2, 1, 7);
        var asked = Fake.TwoPoints with { ExactUnconditional = true };
        var (plain, exact) = (RunVerdicts.Decide(Fake.Ask(approved, now)), RunVerdicts.Decide(Fake.Ask(approved, now) with { Settings = asked }));
        Assert.Equal(ExactUnconditional.PValue(new PairedTable(190, 2, 1, 7), .02), exact.Paired!.ExactUnconditionalP);
        Assert.Null(plain.Paired!.ExactUnconditionalP);
        Assert.Equal((plain.Verdict, plain.Reason), (exact.Verdict, exact.Reason));
        Assert.Contains(Invariant($"\n  exact     unconditional p of a drop of 2 points or more {exact.Paired.ExactUnconditionalP:0.####}"), exact.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("unconditional", plain.Message, StringComparison.Ordinal);
        Assert.Equal(exact.Paired.ExactUnconditionalP, ReportedComparison.Of(asked, exact.Paired).ExactUnconditionalP);
    }

    [Fact]
    public void Above_500_items_and_where_behaviors_are_shared_there_is_no_exact_p()
    {
        var asked = Fake.TwoPoints with { ExactUnconditional = true };
        var large = RunVerdicts.Decide(Fake.Ask(Fake.Table(501, 0, 0, 0)) with { Settings = asked });
        Assert.Null(large.Paired!.ExactUnconditionalP);
        Assert.Contains("no unconditional p", large.Message, StringComparison.Ordinal);
        Assert.NotNull(RunVerdicts.Decide(Fake.Ask(Fake.Table(500, 0, 0, 0)) with { Settings = asked }).Paired!.ExactUnconditionalP);
        Measurement Shared(Measurement m) => m with { Items = [.. m.Items.Select(item => item with { Behavior = "one" })] };
        var (approved, now) = Fake.Table(20, 1, 0, 0);
        Assert.Null(RunVerdicts.Decide(Fake.Ask((Shared(approved), Shared(now)), asked)).Paired!.ExactUnconditionalP);
    }

    [Fact]
    public void A_result_file_holds_the_unit_and_the_counts_and_refuses_another_unit()
    {
        var shared = Scored("1110", HeldOut) with { Items = [.. Scored("1110", null).Items.Select((item, i) => item with { Behavior = Invariant($"b{i / 2}") })] };
        var document = new ResultDocument { Model = shared.Model, Metrics = [new() { Measurement = shared }] };
        var text = System.Text.Encoding.UTF8.GetString(ResultFile.Bytes(document));
        Assert.Contains("\"validation\": {\"truePositives\": 136, \"positives\": 161, \"trueNegatives\": 505, \"negatives\": 538}", text, StringComparison.Ordinal);
        Assert.Contains("\"unit\": \"behavior\"", text, StringComparison.Ordinal);
        var path = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".json");
        try
        {
            File.WriteAllText(path, text);
            Assert.Equal(HeldOut, ResultFile.Read(path).Metrics[0].Measurement.Validation);
            File.WriteAllText(path, text.Replace("\"unit\": \"behavior\"", "\"unit\": \"item\"", StringComparison.Ordinal));
            Assert.Contains("by the behaviors of the items the unit of inference is 'behavior'", Assert.Throws<UserErrorException>(() => ResultFile.Read(path)).Message, StringComparison.Ordinal);
            File.WriteAllText(path, text.Replace("\"positives\": 161", "\"positives\": 1", StringComparison.Ordinal));
            Assert.Contains("136 of 1 positives", Assert.Throws<UserErrorException>(() => ResultFile.Read(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.DoesNotContain("\"unit\"", System.Text.Encoding.UTF8.GetString(ResultFile.Bytes(Documents.Steady)), StringComparison.Ordinal);
    }
}
