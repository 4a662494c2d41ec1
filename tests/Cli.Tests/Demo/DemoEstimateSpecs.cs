using SafetyGate.Cli.Console;

namespace SafetyGate.Cli.Tests.Demo;

public sealed class DemoEstimateSpecs
{
    [Fact]
    public void Before_anything_is_seen_it_is_the_usual_time() =>
        Assert.Equal((70 * 0.5) + (1000 * 0.01), new DemoEstimate(70, 0.5, 1000, 0.01).Left(0), precision: 9);

    [Fact]
    public void The_pace_that_was_seen_replaces_the_usual_one()
    {
        var estimate = new DemoEstimate(70, 0.5, 1000, 0.01);
        estimate.Step(10, 20); // two seconds each
        Assert.Equal((60 * 2) + 10, estimate.Left(20), precision: 9);
        Assert.Equal((60 * 2) + 10 - 1.5, estimate.Left(21.5), precision: 9); // and it runs down while a step is made
    }

    [Fact]
    public void A_run_beyond_its_usual_steps_may_end_at_the_next_measurement()
    {
        var estimate = new DemoEstimate(15, 1, 100, 0.01);
        estimate.Step(17, 17);
        Assert.Equal(3 + 1, estimate.Left(17), precision: 9);
        estimate.Step(20, 20);
        Assert.Equal(5 + 1, estimate.Left(20), precision: 9);
    }

    [Fact]
    public void Once_it_answers_no_steps_are_left_however_many_were_usual()
    {
        var estimate = new DemoEstimate(70, 0.5, 1000, 0.01);
        estimate.Step(40, 20);
        estimate.Answer(0, 21);
        Assert.Equal(10, estimate.Left(21), precision: 9);
        estimate.Answer(500, 40); // a fifth of a second each two
        Assert.Equal(500 * 0.04, estimate.Left(40), precision: 9);
        Assert.Equal(0.04, estimate.SecondsPerAnswer, precision: 9);
    }

    [Fact]
    public void A_run_from_the_store_has_answers_only_and_never_less_than_a_second_is_promised()
    {
        var estimate = new DemoEstimate(70, 0.5, 1000, 0.01);
        estimate.Answer(0, 5);
        Assert.Equal(10, estimate.Left(5), precision: 9);
        estimate.Answer(1000, 9);
        Assert.Equal(1, estimate.Left(9), precision: 9);
    }

    // Steps of random length, answers after them: in the middle of the training the time left is known to a fifth.
    [Fact]
    public void In_the_middle_of_a_training_at_the_usual_length_it_is_right_to_a_fifth()
    {
        var random = new Random(7);
        for (var run = 0; run < 50; run++)
        {
            var (pace, answer) = (0.2 + random.NextDouble(), 0.002 + (random.NextDouble() * 0.01));
            var estimate = new DemoEstimate(60, 0.5, 2000, answer);
            var at = 0.0;
            for (var step = 1; step <= 30; step++) estimate.Step(step, at += pace * (0.8 + (0.4 * random.NextDouble())));
            var left = (30 * pace) + (2000 * answer);
            Assert.InRange(estimate.Left(at), 0.8 * left, 1.2 * left);
        }
    }
}
