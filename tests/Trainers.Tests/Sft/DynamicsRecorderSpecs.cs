using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Loop;
using SafetyGate.Trainers.Probes;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Trainers.Tests.Sft;

public sealed class DynamicsRecorderSpecs
{
    // 12 rows, 4 a step: an epoch is three steps.
    private static readonly SftOptions Options = new() { MaxSteps = 10, LearningRate = 0.01, Seed = 3, PerDeviceTrainBatchSize = 4, SaveSteps = 2, RecordDynamics = DynamicsMeasure.Answer };

    [Fact]
    public void Every_item_is_recorded_after_each_whole_epoch_and_no_weight_changes()
    {
        using var folder = new TemporaryFolder();
        var weights = Run(folder.Path, Options, out var last);
        using var plain = new TemporaryFolder();
        Assert.Equal(Run(plain.Path, Options with { RecordDynamics = DynamicsMeasure.None }, out _), weights);
        Assert.False(File.Exists(plain[RunLayout.Dynamics]));
        var rows = Rows(folder.Path);
        Assert.Equal(36, rows.Count); // 10 steps are three epochs and a third
        Assert.Equal([(1, 3L), (2, 6L), (3, 9L)], rows.Select(row => (row.Epoch, row.Step)).Distinct());
        Assert.All(rows, row => Assert.InRange(row.P, 0, 1));
        Assert.True(rows.Where(row => row.Epoch == 3).Average(row => row.P) > rows.Where(row => row.Epoch == 1).Average(row => row.P));
    }

    [Fact]
    public void The_probability_is_that_of_the_whole_answer_or_of_a_token_of_it()
    {
        using var whole = new TemporaryFolder();
        using var token = new TemporaryFolder();
        var nine = Options with { MaxSteps = 9 };
        Run(whole.Path, nine, out var likelihood);
        Run(token.Path, nine with { RecordDynamics = DynamicsMeasure.Token }, out _);
        var (answers, tokens) = (Rows(whole.Path).Where(row => row.Epoch == 3).ToList(), Rows(token.Path).Where(row => row.Epoch == 3).ToList());
        for (var i = 0; i < answers.Count; i++)
        {
            Assert.Equal(Math.Exp(likelihood[i]), answers[i].P, 1e-4);
            Assert.Equal(Math.Exp(likelihood[i] / 2), tokens[i].P, 1e-4); // answers of two tokens
        }
    }

    [Theory]
    [InlineData(1), InlineData(3), InlineData(4), InlineData(7), InlineData(9)]
    public void An_interrupted_run_has_the_record_of_an_undisturbed_one(int after)
    {
        using var undisturbed = new TemporaryFolder();
        using var interrupted = new TemporaryFolder();
        Run(undisturbed.Path, Options, out _);
        Assert.Throws<OperationCanceledException>(() => Run(interrupted.Path, Options, out _, after));
        Run(interrupted.Path, Options, out _);
        Assert.Equal(File.ReadAllText(undisturbed[RunLayout.Dynamics]), File.ReadAllText(interrupted[RunLayout.Dynamics]));
    }

    [Fact]
    public void An_epoch_of_packed_rows_is_all_rows_and_every_example_is_recorded()
    {
        using var folder = new TemporaryFolder();
        using var decoder = TinyModel.Create();
        var report = new SftTrainer(decoder, TinyModel.Examples(), Options with { MaxSteps = 12, PerDeviceTrainBatchSize = 1, Packing = true, MaxLength = 16 }).Train(folder.Path, null, CancellationToken.None);
        Assert.InRange(report.Rows, 4, 6); // 12 examples of 4 to 6 tokens in rows of 16
        var rows = Rows(folder.Path);
        Assert.Equal(Enumerable.Range(1, 12 / report.Rows).Select(epoch => (epoch, (long)epoch * report.Rows)), rows.Select(row => (row.Epoch, row.Step)).Distinct());
        Assert.All(rows.GroupBy(row => row.Epoch), epoch => Assert.Equal(12, epoch.Select(row => row.Id).Distinct().Count()));
    }

    [Fact]
    public void A_run_of_less_than_an_epoch_is_refused_with_the_steps_it_needs()
    {
        using var decoder = TinyModel.Create();
        Assert.Contains("2 steps of 4 rows read 0.67 of the 12 rows. Raise max_steps to 3 or more",
            Assert.Throws<UserErrorException>(() => new SftTrainer(decoder, TinyModel.Examples(), Options with { MaxSteps = 2 })).Message, StringComparison.Ordinal);
    }

    private static List<(string Id, int Epoch, long Step, double P)> Rows(string folder) => [.. File.ReadAllLines(Path.Combine(folder, RunLayout.Dynamics)).Select(line =>
    {
        using var row = JsonDocument.Parse(line);
        return (row.RootElement.GetProperty("id").GetString()!, row.RootElement.GetProperty("epoch").GetInt32(), row.RootElement.GetProperty("step").GetInt64(), row.RootElement.GetProperty("p").GetDouble());
    })];

    private static string Run(string folder, SftOptions options, out double[] likelihood, int? cancelAfter = null)
    {
        using var decoder = TinyModel.Create();
        using var cancellation = new CancellationTokenSource();
        new SftTrainer(decoder, TinyModel.Examples(), options).Train(folder, new Told(report =>
        {
            if (report.Done == cancelAfter) cancellation.Cancel();
        }), cancellation.Token);
        likelihood = ExampleLikelihood.Of(decoder, TinyModel.Examples(), CancellationToken.None);
        return Convert.ToHexString(TinyModel.Weights(decoder));
    }
}
