using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Runs;
using SafetyGate.Harness.Xunit;
using static SafetyGate.Harness.Tests.Xunit.SpecBench;

namespace SafetyGate.Harness.Tests.Xunit;

/// <summary>Test classes run in parallel; what they train and ask on one device does not. For two processes see <see cref="SharedStoreSpecs"/>.</summary>
public sealed class OneDeviceSpecs : IDisposable
{
    private static readonly GatedMetric Direct = Metric(Suite("direct", 20));
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cuda: one", "cuda: one", 1)]
    [InlineData("cuda: one", "cuda: two", 2)]
    public async Task Fixtures_that_start_together_train_and_evaluate_one_at_a_time_on_a_device(string first, string second, int together)
    {
        var (training, asking) = (new Meeting(together), new Meeting(together));
        BenchRun[] fixtures = [new(new MeetingRecipe(1, first, training, asking), Folders), new(new MeetingRecipe(2, second, training, asking), Folders)];
        await Task.WhenAll(fixtures.Select(fixture => Task.Run(async () => await fixture.InitializeAsync())));
        await Task.WhenAll(fixtures.Select(fixture => Task.Run(() => fixture.EvaluateAsync(Direct))));
        foreach (var fixture in fixtures) await fixture.DisposeAsync();
        Assert.Equal((together, together), (training.Most, asking.Most));
        Assert.Equal(2, training.Guests);
    }

    private SpecFolders Folders => new() { Baselines = _folder["baselines"], Results = _folder["results"], Store = _folder["store"] };

    /// <summary>Counts who is inside at the same time; stays until all that are expected came, or for a while.</summary>
    private sealed class Meeting(int expected)
    {
        private readonly Lock _lock = new();
        private readonly ManualResetEventSlim _complete = new();
        private int _inside;

        public int Most { get; private set; }

        public int Guests { get; private set; }

        public void Visit()
        {
            lock (_lock)
            {
                Guests++;
                Most = Math.Max(Most, ++_inside);
                if (_inside == expected && expected > 1) _complete.Set();
            }

            _complete.Wait(TimeSpan.FromSeconds(expected > 1 ? 20 : 0.3));
            lock (_lock) _inside--;
        }
    }

    private sealed class BenchRun(IRecipe recipe, SpecFolders folders) : TrainingRunFixture(recipe, Direct)
    {
        protected override SpecFolders Folders => folders;
    }

    private sealed class MeetingRecipe(ulong seed, string device, Meeting training, Meeting asking) : IRecipe
    {
        public string Name => Invariant($"meeting {seed}");

        public ulong Seed => seed;

        public JsonObject Describe() => new() { ["seed"] = seed };

        public RunEnvironment Environment() => new() { Engine = "none", Device = device, Dtype = "float32", Threads = 1, CodeDigest = "c" };

        public Task TrainAsync(string directory, IProgress<RunProgress> progress, CancellationToken cancellationToken)
        {
            training.Visit();
            Directory.CreateDirectory(Path.Combine(directory, "checkpoint"));
            File.WriteAllText(Path.Combine(directory, "checkpoint", "model.safetensors"), Name);
            File.WriteAllText(Path.Combine(directory, "metrics.jsonl"), """{"step": 1}""");
            return Task.CompletedTask;
        }

        public ILanguageModel Open(string checkpointDirectory) => new StubModel("tuned " + Name, (p, _) => Answer(p.Id));

        public ILanguageModel OpenReference() => new StubModel("reference of " + Name, (_, _) => "good");

        private string Answer(string id)
        {
            if (id == "0") asking.Visit();
            return "good";
        }
    }
}
