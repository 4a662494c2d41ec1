using SafetyGate.Analysis.Curation;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Gates;
using SafetyGate.Harness.Runs;
using SafetyGate.Pocket;
using SafetyGate.Pocket.World;
using SafetyGate.Studies.Augmentation;

namespace SafetyGate.Studies.Tests.Augmentation;

/// <summary>The loop closes: red, patterns, rows, training, green.</summary>
public sealed class LoopSpecs
{
    [Fact]
    public async Task A_red_slice_is_named_rows_for_it_are_made_and_the_gate_on_the_third_split_is_green()
    {
        using var folder = new TemporaryFolder();
        var token = TestContext.Current.CancellationToken;
        var options = new SumsLoopOptions { TrainRows = 200, AddedRows = 200, Steps = 26, ValidationItems = 100, TestItems = 160 };
        using var loop = new SumsLoop(PocketPaths.Find(), new RunStore(folder.Path, TimeProvider.System), options, seed: 20261127, new Silent());

        // Red: the model stops one step short in sums of four changes.
        var first = await loop.FailingAsync(token);
        Assert.Equal(Verdict.Regressed, Floor((await loop.EvaluateAsync(first, loop.Test, token)).Measurement).Verdict);

        // The patterns of the validation failures name the slice.
        var patterns = await loop.PatternsAsync(await loop.EvaluateAsync(first, loop.Validation, token), loop.Validation, token);
        Assert.Equal(PatternVerdict.Patterns, patterns.Verdict);
        Assert.All(patterns.Patterns, pattern => Assert.Contains("steps: 4", pattern.SliceWords, StringComparison.Ordinal));

        // Rows are made and checked; nothing of the held out splits is in them, and a planted leak is caught.
        var (rows, report) = await loop.AugmentAsync(patterns, token);
        Assert.Equal(options.AddedRows, rows.Count);
        Assert.All(rows, row => Assert.Equal(4, new SumQuestions().Read(row.Prompt)!.Steps.Count));
        Assert.True(report.Leaks.IsClean, $"{report.Leaks}");
        Assert.Equal((1, 1), new LeakGuard(loop.HeldOut).Count([.. rows.Select(row => row.Prompt), loop.Validation.Items[3].Prompt]) is var leak ? (leak.Grams, leak.Templates) : default);

        // Green: trained on with them, the third split passes.
        var mended = await loop.TrainAsync("targeted", first, SumsLoop.RowsOf(rows), token);
        var now = (await loop.EvaluateAsync(mended, loop.Test, token)).Measurement;
        var decision = Floor(now);
        Assert.True(decision.Verdict == Verdict.Passed, decision.Message);
        Assert.True(now.Items.Where(item => !SumsLoop.IsLong(item)).Average(item => item.Scores[0] ?? 0) > 0.8);
    }

    private static Decision Floor(Measurement test) => RunVerdicts.Decide(new FloorClaim { Now = test with { Metric = "sums of four changes", Items = [.. test.Items.Where(SumsLoop.IsLong)] }, Floor = 0.5 });

    private sealed class Silent : IProgress<RunProgress>
    {
        public void Report(RunProgress value)
        {
        }
    }
}
