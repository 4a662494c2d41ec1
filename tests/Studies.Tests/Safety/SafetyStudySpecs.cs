using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Studies.Safety.Plan;
using SafetyGate.Studies.Safety.Runs;
using SafetyGate.Tests;

namespace SafetyGate.Studies.Tests.Safety;

/// <summary>A study carried out for real, small: two steps of the embedded base on four sums.</summary>
public sealed class SafetyStudySpecs : IDisposable, IProgress<RunProgress>
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<RunProgress> _told = [];

    void IProgress<RunProgress>.Report(RunProgress value)
    {
        lock (_told) _told.Add(value);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_recorded_is_not_made_again_and_parts_complete_one_another()
    {
        var file = ToyStudy.Write(_folder, [ToyStudy.Arm("rl", ", \"seeds\": 2")]);
        var exchanged = _folder["exchanged"];
        var study = Study.Load(file);
        var units = study.Units();

        var first = await RunAsync("one", "1/2", exchanged);
        Assert.Equal((1, 1, "rl, seed 2"), (first.Runs.Count, first.Made, Assert.Single(first.Missing)));
        Assert.Equal((0, 1), await RunAsync("one", "1/2", exchanged) is var again ? (again.Made, again.Runs.Count) : default);
        Assert.DoesNotContain("train", _told.Select(progress => progress.Phase).Skip(_told.FindIndex(progress => progress.Phase == "study") + 1));

        // Another machine with a store of its own makes the other part; together they are the whole.
        var second = await RunAsync("two", "2/2", exchanged);
        Assert.Equal((true, 2, 1), (second.IsWhole, second.Runs.Count, second.Made));
        var whole = await RunAsync("one", "1/1", exchanged);
        Assert.Equal((true, 0), (whole.IsWhole, whole.Made));
        Assert.Equal([1UL, 2UL], whole.Runs.Select(run => run.Seed));
        Assert.All(whole.Runs, run => Assert.Equal((2L, 4, 4), (run.Steps, run.Lost.Count, run.Gained.Count)));
        Assert.All(whole.Runs, run => Assert.True(run.ResidentMebibytes > 0 && run.KlOn("adversarial, temperature 1") >= 0));

        // A damaged record is made again from what the store has, without training.
        var record = Assert.Single(Directory.GetFiles(_folder["one", "studies", "toy"]));
        File.WriteAllText(record, File.ReadAllText(record)[..200]);
        File.Delete(Path.Combine(exchanged, Path.GetFileName(record)));
        _told.Clear();
        Assert.Equal(1, (await RunAsync("one", "1/1", exchanged)).Made);
        Assert.Contains(_told, progress => progress.Phase == "warning" && progress.Detail.Contains("It is made again.", StringComparison.Ordinal));
        Assert.DoesNotContain("train", _told.Select(progress => progress.Phase));
        Assert.Equal(first.Runs[0].Rates, StudyRun.Read(record).Rates);

        Task<StudyResult> RunAsync(string store, string shard, string? records)
        {
            var runs = new RunStore(_folder[store], TimeProvider.System);
            return new SafetyStudy(study, runs, new StudyRecords(runs, records)).RunAsync(units, StudyShard.Parse(shard), this, TestContext.Current.CancellationToken);
        }
    }
}
