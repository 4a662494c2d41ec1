using System.Diagnostics;
using System.Runtime.Versioning;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

/// <summary>A store that another user can reach: what they leave there is not adopted, and nothing of one's own is overwritten.</summary>
[SupportedOSPlatform("linux")]
public sealed class ForeignStoreSpecs : IDisposable
{
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 8, Temperature = 0, Seed = 1 };
    private static readonly Benchmark Sums = new("sums", MetricDirection.Safety, [.. Enumerable.Range(0, 300).Select(i => new BenchmarkItem { Id = $"{i}", Prompt = $"{i} ?" })]);
    private readonly TemporaryFolder _folder = new();
    private readonly ProgressLog _progress = new();

    public ForeignStoreSpecs()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Owners are read on Linux.");
    }

    public void Dispose() => _folder.Dispose();

    private RunStore Store => new(_folder["store"], TimeProvider.System);

    private string RunFolder => _folder["store", "runs", RunStore.DigestOf(new HashRecipe())];

    [Fact]
    public async Task A_run_in_which_others_can_write_is_refused_with_one_line()
    {
        await TrainAsync(Store);
        foreach (var path in new[] { _folder["store"], _folder["store", "runs"], RunFolder, Path.Combine(RunFolder, "run.json"), Path.Combine(RunFolder, "checkpoint") })
        {
            var before = File.GetUnixFileMode(path);
            File.SetUnixFileMode(path, before | UnixFileMode.OtherWrite);
            var error = await Assert.ThrowsAsync<UserErrorException>(() => TrainAsync(Store));
            Assert.Equal(GateExitCode.BadInput, error.ExitCode);
            Assert.Contains($"{path} can be written by everyone", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain('\n', error.Message);
            File.SetUnixFileMode(path, before);
        }

        Assert.Equal(RunOrigin.FromStore, (await TrainAsync(Store)).Origin);
    }

    [Fact]
    public async Task A_run_or_an_attempt_of_another_user_is_refused()
    {
        var run = await TrainAsync(Store);
        if (!Chown(Path.Combine(run.RunDirectory, "run.json"))) Assert.Skip("Only root can give files to another user.");
        Assert.Contains("run.json is owned by user 12345", (await Assert.ThrowsAsync<UserErrorException>(() => TrainAsync(Store))).Message, StringComparison.Ordinal);
        Directory.Delete(run.RunDirectory, recursive: true);
        Directory.CreateDirectory(run.RunDirectory + ".partial");
        Chown(run.RunDirectory + ".partial");
        Assert.Contains(".partial is owned by user 12345", (await Assert.ThrowsAsync<UserErrorException>(() => TrainAsync(Store))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("runs"), InlineData("locks"), InlineData("run"), InlineData("run.json"), InlineData("holder"), InlineData("lock")]
    public async Task A_planted_link_is_refused_and_what_it_leads_to_is_kept(string kind)
    {
        Directory.CreateDirectory(_folder["mine"]);
        var victim = _folder.Write("mine/precious", "precious");
        var key = RunStore.DigestOf(new HashRecipe());
        Directory.CreateDirectory(_folder["store"]);
        if (kind != "runs") Directory.CreateDirectory(_folder["store", "runs"]);
        if (kind != "locks") Directory.CreateDirectory(_folder["store", "locks"]);
        switch (kind)
        {
            case "runs" or "locks": Directory.CreateSymbolicLink(_folder["store", kind], _folder["mine"]); break;
            case "run": Directory.CreateSymbolicLink(RunFolder, _folder["mine"]); break;
            case "run.json":
                Directory.CreateDirectory(RunFolder + ".partial");
                File.CreateSymbolicLink(Path.Combine(RunFolder + ".partial", "run.json.new"), victim);
                break;
            case "holder": File.CreateSymbolicLink(_folder["store", "locks", key + ".lock.holder"], victim); break;
            default: File.CreateSymbolicLink(_folder["store", "locks", key + ".lock"], victim); break;
        }

        Assert.Contains("is a link", (await Assert.ThrowsAsync<UserErrorException>(() => TrainAsync(Store))).Message, StringComparison.Ordinal);
        Assert.Equal(("precious", 1), (File.ReadAllText(victim), Directory.GetFileSystemEntries(_folder["mine"]).Length));
    }

    [Fact]
    public async Task A_link_at_the_temporary_place_of_responses_is_removed_and_not_written_through()
    {
        var victim = _folder.Write("precious", "precious");
        await EvaluateAsync(new StubModel("w1w1"));
        var responses = Assert.Single(Directory.GetFiles(_folder["store", "evaluations"], "*.jsonl"));
        File.WriteAllText(Path.ChangeExtension(responses, ".json"), "{}");
        foreach (var place in new[] { responses + ".partial", Path.ChangeExtension(responses, ".json") + ".new" }) File.CreateSymbolicLink(place, victim);
        await EvaluateAsync(new StubModel("w1w1"));
        Assert.Equal("precious", File.ReadAllText(victim));
    }

    [Fact]
    public async Task Responses_of_another_user_or_that_others_can_write_are_refused()
    {
        await EvaluateAsync(new StubModel("w1w1"));
        var responses = Assert.Single(Directory.GetFiles(_folder["store", "evaluations"], "*.jsonl"));
        File.SetUnixFileMode(responses, File.GetUnixFileMode(responses) | UnixFileMode.OtherWrite);
        Assert.Contains("can be written by everyone", (await Assert.ThrowsAsync<UserErrorException>(() => EvaluateAsync(new StubModel("w1w1")))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, 300 - 256), InlineData(true, 300)]
    public async Task Unfinished_responses_are_gone_on_with_only_as_they_were_saved(bool changed, int asked)
    {
        using var cancel = new CancellationTokenSource();
        var stopped = new StubModel("w1w1", (p, _) =>
        {
            if (p.Id == "255") cancel.Cancel(); // the last of the first request
            return "first " + p.Id;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => EvaluateAsync(stopped, cancel.Token));
        var unfinished = Assert.Single(Directory.GetFiles(_folder["store", "evaluations"], "*.unfinished.jsonl"));
        if (changed) File.WriteAllText(unfinished, File.ReadAllText(unfinished).Replace("first 0", "other 0", StringComparison.Ordinal));
        var again = new StubModel("w1w1");
        await EvaluateAsync(again);
        Assert.Equal(asked, again.PromptsAsked);
    }

    [Fact]
    public async Task A_run_of_another_user_is_refused_and_one_of_the_named_group_adopted()
    {
        await TrainAsync(Store);
        RunStore As(uint? group) => new(_folder["store"], TimeProvider.System, new DigestCache(null),
            new StoreTrust(path => FileOwner.Of(path) is { } owner ? path.StartsWith(RunFolder, StringComparison.Ordinal) ? owner with { User = 4711, Group = 50 } : owner : null, FileOwner.ThisUser(), group, _ => true));
        Assert.Contains($"{RunFolder} is owned by user 4711", (await Assert.ThrowsAsync<UserErrorException>(() => TrainAsync(As(null)))).Message, StringComparison.Ordinal);
        Assert.Equal(RunOrigin.FromStore, (await TrainAsync(As(50))).Origin);
    }

    [Fact]
    public async Task A_signed_store_adopts_runs_and_responses_under_its_key_only()
    {
        var (key, other) = (new StoreSeal("the key of the whole team"), new StoreSeal("a key that somebody else has"));
        RunStore With(StoreSeal seal) => new(_folder["store"], TimeProvider.System, new DigestCache(null), seal: seal);
        await TrainAsync(With(new StoreSeal(null)));
        Assert.Equal(RunOrigin.Trained, (await TrainAsync(With(key))).Origin); // unsigned
        Assert.Contains(_progress.All, p => p.Detail.Contains("it is not signed with the key in SAFETYGATE_STORE_KEY", StringComparison.Ordinal));
        Assert.Equal(RunOrigin.FromStore, (await TrainAsync(With(key))).Origin);
        var record = Path.Combine(RunFolder, "run.json");
        File.WriteAllText(record, File.ReadAllText(record).Replace("\"seconds\": ", "\"seconds\": 1", StringComparison.Ordinal));
        Assert.Equal(RunOrigin.Trained, (await TrainAsync(With(key))).Origin); // the record is not the one that was signed
        Assert.Equal(RunOrigin.Trained, (await TrainAsync(With(other))).Origin);

        var asked = new List<int>();
        foreach (var seal in new[] { new StoreSeal(null), key, key, other })
        {
            var model = new StubModel("w1w1");
            await With(seal).OtherEvaluations(device: null).GetOrEvaluateAsync(model, Sums, new FixedScorer(1), Greedy, PromptStyle.Chat, _progress, TestContext.Current.CancellationToken);
            asked.Add(model.PromptsAsked);
        }

        Assert.Equal([300, 300, 0, 300], asked);
    }

    [Fact]
    public void A_key_that_can_be_guessed_is_refused() =>
        Assert.Equal(GateExitCode.Usage, Assert.Throws<UserErrorException>(() => new StoreSeal("secret")).ExitCode);

    private Task<TrainedModel> TrainAsync(RunStore store) => store.GetOrTrainAsync(new HashRecipe(), _progress, TestContext.Current.CancellationToken);

    private Task<EvaluationResult> EvaluateAsync(ILanguageModel model, CancellationToken? cancellationToken = null) =>
        Store.OtherEvaluations(device: null).GetOrEvaluateAsync(model, Sums, new FixedScorer(1), Greedy, PromptStyle.Chat, _progress, cancellationToken ?? TestContext.Current.CancellationToken);

    private static bool Chown(string path)
    {
        if (!Environment.IsPrivilegedProcess) return false;
        using var chown = Process.Start("chown", ["12345", path]);
        chown.WaitForExit();
        return chown.ExitCode == 0;
    }

    private sealed class FixedScorer(double value) : IScorer
    {
        public string Name => "fixed";

        public string Version => "1";

        public ItemScore Score(BenchmarkItem item, Response response) => ItemScore.Of(value);
    }
}
