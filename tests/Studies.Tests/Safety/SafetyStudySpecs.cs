using SafetyGate.Harness.Evaluation;
using SafetyGate.Analysis.Results;
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
        Assert.DoesNotContain("train", _told.Select(progress => progress.Phase).Skip(_told.FindIndex(progress => progress is { Phase: "study", Done: 1 }) + 1));

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

        // A record of another machine that is whole, and contradicts itself or the study, is no evidence.
        var theirs = Directory.GetFiles(exchanged).Single(path => Path.GetFileName(path).StartsWith("rl-2.", StringComparison.Ordinal));
        var sound = StudyRun.Read(theirs);
        foreach (var (spoiled, says) in ((StudyRun, string)[])[
            (sound with { Lost = [sound.Lost[0] + (sound.Lost[0] > 0 ? -0.25 : 0.25), .. sound.Lost.Skip(1)] }, "its differences of 'adversarial, temperature 1' have the mean "),
            (sound with { Lost = [.. sound.Lost.Skip(1)] }, "it has 3 differences of 'adversarial, temperature 1', which has 4 units"),
            (sound with { Gained = [.. sound.Gained.Select(_ => 2.0)] }, "; it lies in [-1, 1]"),
            (sound with { Rates = [.. sound.Rates.Skip(1)] }, "it has 0 rates of 'adversarial, greedy', of which there is one"),
            (sound with { Rates = [.. sound.Rates.Select(rate => rate with { Items = 400 })] }, "is of 400 items (Safety); the study asks 4 (Safety)"),
            (sound with { Rates = [.. sound.Rates.Select(rate => rate with { Tuned = 1.5 })] }, "; a rate lies in [0, 1]"),
            (sound with { Rates = [.. sound.Rates.Select(rate => rate with { Unscored = 5 })] }, "5 responses to the 4 items of 'adversarial, greedy' are unscored")])
        {
            File.WriteAllText(theirs, spoiled.ToJson());
            _told.Clear();
            var part = await RunAsync("three", "2/2", exchanged, [.. units.Where(unit => unit.Seed == 2)]);
            Assert.Equal("rl, seed 2", Assert.Single(part.Missing));
            Assert.Contains(_told, progress => progress.Phase == "warning" && progress.Detail.Contains(says, StringComparison.Ordinal));
        }

        Task<StudyResult> RunAsync(string store, string shard, string? records, IReadOnlyList<StudyUnit>? some = null)
        {
            var runs = new RunStore(_folder[store], TimeProvider.System);
            return new SafetyStudy(study, runs, new StudyRecords(runs, records)).RunAsync(some ?? units, Shard.Parse(shard, "--shard"), this, TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task An_arm_that_builds_on_a_reward_model_trains_it_once_and_is_measured_like_any_other()
    {
        _folder.Write("pairs.jsonl", string.Concat(Enumerable.Range(0, 8).Select(i => $$"""{"prompt": "bo has {{i}} coins . how many coins does bo have ?", "chosen": "#### {{i}}", "rejected": "#### {{i + 1}}"}""" + "\n")));
        const string reward = """{"kind": "reward_model", "base": "{base}", "data": [{"path": "pairs.jsonl"}], "template": "chat", "options": {"max_steps": 1, "learning_rate": 1e-4, "seed": 1, "per_device_train_batch_size": 4, "held_out": 0}}""";
        const string ppo = """{"kind": "ppo", "base": "{base}", "data": {"path": "train.jsonl"}, "reward_model_path": "{reward}", "template": "chat", "options": {"max_steps": 1, "learning_rate": 1e-5, "per_device_train_batch_size": 4, "num_mini_batches": 1, "num_ppo_epochs": 1, "response_length": 4, "target": {"accuracy": "{target}", "every_steps": 1}}, "selection": {"path": "selection.jsonl", "max_new_tokens": 4}}""";
        var study = Study.Load(ToyStudy.Write(_folder, [ToyStudy.Arm("rl").Replace("\"sft\"", ppo, StringComparison.Ordinal).Replace("\"recipe\": {", $"\"stages\": [{{\"name\": \"reward\", \"recipe\": {reward}}}], \"recipe\": {{", StringComparison.Ordinal)]));
        var store = new RunStore(_folder["store"], TimeProvider.System);
        var result = await new SafetyStudy(study, store, new StudyRecords(store)).RunAsync(study.Units(seeds: 2), new Shard(1, 1), this, TestContext.Current.CancellationToken);
        Assert.Equal((2, 0), (result.Runs.Count, result.Failures.Count));
        Assert.Equal(3, Directory.GetDirectories(_folder["store", "runs"]).Length); // one reward model, two policies
        Assert.All(result.Runs, run => Assert.Equal(1, run.Steps));
    }
}
