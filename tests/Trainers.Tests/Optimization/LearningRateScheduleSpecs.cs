using System.Text;
using System.Text.Json.Nodes;
using SafetyGate.Core.Files;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Recipes;

namespace SafetyGate.Trainers.Tests.Optimization;

public sealed class LearningRateScheduleSpecs
{
    // README: learning rates relative 1e-6; ours are doubles as theirs are, so only the 12 digits of the file limit.
    private const double Relative = 1e-10;

    public static TheoryData<string> Files() => ConformanceCases.TrainerFixtures("optimizers", "schedules");

    [Theory, MemberData(nameof(Files))]
    public void Every_schedule_agrees_with_transformers(string file)
    {
        var fixture = ConformanceCases.Trainer(file);
        var full = (double)fixture["inputs"]!["schedule_lr"]!;
        var steps = (int)fixture["inputs"]!["schedule_steps"]!;
        var inputs = fixture["inputs"]!["schedulers"]!.AsArray();
        var results = fixture["results"]!["schedules"]!.AsArray();
        Assert.Equal(inputs.Count, results.Count);
        Assert.NotEmpty(inputs);
        for (var i = 0; i < inputs.Count; i++)
        {
            ConformanceLog.Compared(file, Invariant($"schedule {i}"));
            inputs[i]!.RequireOnly("The schedule", "name", "warmup", "kwargs");
            var json = new JsonObject { ["lr_scheduler_type"] = (string)inputs[i]!["name"]!, ["lr_scheduler_kwargs"] = inputs[i]!["kwargs"]?.DeepClone() ?? new JsonObject() };
            if (inputs[i]!["warmup"] is { } warmup) json["warmup_steps"] = (int)warmup;
            var schedule = StrictJsonBinder.Bind<LearningRateSchedule>(StrictJson.Read(Encoding.UTF8.GetBytes(json.ToJsonString()), file));
            Assert.Empty(schedule.Problems(full));
            var expected = results[i]!["lr"]!.AsArray().Select(rate => (double)rate!).ToList();
            for (var step = 0; step < expected.Count; step++)
                Assert.True(Math.Abs(schedule.Rate(full, step, steps) - expected[step]) <= Relative * Math.Max(expected[step], full * 1e-3), Invariant($"{json.ToJsonString()} step {step}: expected {expected[step]:R}, got {schedule.Rate(full, step, steps):R}"));
        }
    }

    [Theory]
    [InlineData(0, 0.0)]
    [InlineData(1, 0.5)]
    [InlineData(2, 1.0)]
    [InlineData(6, 0.5)]
    [InlineData(10, 0.0)]
    [InlineData(99, 0.0)]
    public void A_linear_schedule_warms_up_and_comes_down_to_zero(int step, double expected) =>
        Assert.Equal(expected, new LearningRateSchedule { WarmupSteps = 2 }.Rate(1, step, 10), 12);

    [Theory]
    [InlineData(ScheduleShape.Linear, 0.5)]
    [InlineData(ScheduleShape.Cosine, 0.5)]
    [InlineData(ScheduleShape.OneMinusSqrt, 0.29289321881345254)] // 1 - sqrt(1/2)
    public void The_decay_of_a_plateau_has_the_shape_asked_for(ScheduleShape shape, double halfway) =>
        Assert.Equal(halfway, new LearningRateSchedule { Kind = ScheduleKind.WarmupStableDecay, Settings = new() { NumDecaySteps = 10, DecayType = shape } }.Rate(1, 95, 100), 12);

    [Fact]
    public void A_cosine_with_a_warm_up_above_zero_starts_at_its_ratio_and_ends_at_its_floor()
    {
        var schedule = new LearningRateSchedule { Kind = ScheduleKind.CosineWarmupWithMinLr, WarmupSteps = 3, Settings = new() { MinLrRate = 0.1, WarmupLrRate = 0.25 } };
        Assert.Equal([0.25, 0.625, 1.0], [schedule.Rate(1, 0, 10), schedule.Rate(1, 1, 10), schedule.Rate(1, 2, 10)]);
        // The last step has progress (9 - 3 + 1) / 7 = 1, so it stands on the floor.
        Assert.Equal(0.1, schedule.Rate(1, 9, 10), 12);
    }

    [Theory]
    [InlineData(0.2, 10, 2)]
    [InlineData(0.25, 10, 3)] // rounded up
    [InlineData(0.0, 10, 0)]
    [InlineData(1.0, 10, 10)]
    public void A_warm_up_may_be_a_share_of_the_run(double share, int total, int steps)
    {
        foreach (var kind in new[] { ScheduleKind.Linear, ScheduleKind.Cosine, ScheduleKind.InverseSqrt, ScheduleKind.ConstantWithWarmup })
            for (var step = 0; step < total; step++)
                Assert.Equal(new LearningRateSchedule { Kind = kind, WarmupSteps = steps }.Rate(0.1, step, total), new LearningRateSchedule { Kind = kind, WarmupRatio = share }.Rate(0.1, step, total));
    }

    // transformers 5 reads a warm-up below 1 as a share of the run, and has given up warmup_ratio.
    [Theory]
    [InlineData(0.25, 10, 3)]
    [InlineData(0.999, 10, 10)]
    [InlineData(1.0, 10, 1)]
    [InlineData(0.0, 10, 0)]
    public void Steps_below_one_are_a_share_of_the_run_too(double warmup, int total, int steps)
    {
        var settings = new ScheduleSettings { NumDecaySteps = 0, MinLrRate = 0.1 };
        foreach (var kind in Enum.GetValues<ScheduleKind>())
            for (var step = 0; step < total; step++)
                Assert.Equal(new LearningRateSchedule { Kind = kind, WarmupSteps = steps, Settings = settings }.Rate(0.1, step, total), new LearningRateSchedule { Kind = kind, WarmupSteps = warmup, Settings = settings }.Rate(0.1, step, total));
        Assert.Empty(new LearningRateSchedule { WarmupSteps = warmup }.Problems(1));
        Assert.Empty(new LearningRateSchedule { WarmupSteps = warmup }.LengthProblems(total));
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(3e9)]
    public void A_warm_up_is_whole_steps_or_a_share(double warmup) =>
        Assert.Contains("a whole number of steps, or below 1 a share of them", Assert.Single(new LearningRateSchedule { WarmupSteps = warmup }.Problems(1)), StringComparison.Ordinal);

    // Keys say the number as they did when it was a whole one.
    [Fact]
    public void Steps_enter_a_key_as_whole_numbers_do() =>
        Assert.Equal("8", JsonFormat.Describe(new SafetyGate.Trainers.Sft.SftOptions { MaxSteps = 9, LearningRate = 1, Seed = 1, Schedule = new() { WarmupSteps = 8 } })["warmup_steps"]!.ToJsonString());

    [Fact]
    public void A_warm_up_is_given_once_and_within_the_run()
    {
        Assert.Contains("give one", Assert.Single(new LearningRateSchedule { WarmupSteps = 2, WarmupRatio = 0.1 }.Problems(1)), StringComparison.Ordinal);
        Assert.Contains("WarmupRatio is 1.5", Assert.Single(new LearningRateSchedule { WarmupRatio = 1.5 }.Problems(1)), StringComparison.Ordinal);
        Assert.Contains("no warm-up", Assert.Single(new LearningRateSchedule { Kind = ScheduleKind.Constant, WarmupRatio = 0.1 }.Problems(1)), StringComparison.Ordinal);
        var tooLong = new LearningRateSchedule { Kind = ScheduleKind.WarmupStableDecay, WarmupRatio = 0.5, Settings = new() { NumDecaySteps = 6 } };
        Assert.Contains("WarmupSteps 5 and NumDecaySteps 6", Assert.Single(tooLong.LengthProblems(10)), StringComparison.Ordinal);
    }

    // Keys of runs made before there was a share stay what they were.
    [Fact]
    public void A_share_that_is_not_given_enters_no_key()
    {
        var options = new SafetyGate.Trainers.Sft.SftOptions { MaxSteps = 1, LearningRate = 1, Seed = 1 };
        Assert.False(JsonFormat.Describe(options).ContainsKey("warmup_ratio"));
        Assert.Equal(0.1, (double)JsonFormat.Describe(options with { Schedule = new() { WarmupRatio = 0.1 } })["warmup_ratio"]!);
    }

    [Fact]
    public void A_setting_that_means_nothing_for_the_shape_is_a_problem() =>
        Assert.Contains("Timescale has no meaning", Assert.Single(new LearningRateSchedule { Settings = new() { Timescale = 5 } }.Problems(1)), StringComparison.Ordinal);

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void A_floor_outside_the_rate_is_a_problem(double ratio) =>
        Assert.NotEmpty(new LearningRateSchedule { Kind = ScheduleKind.CosineWithMinLr, Settings = new() { MinLrRate = ratio } }.Problems(1));

    [Fact]
    public void A_plateau_without_the_length_of_its_decay_is_a_problem() =>
        Assert.NotEmpty(new LearningRateSchedule { Kind = ScheduleKind.WarmupStableDecay }.Problems(1));
}
