using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Tests.Xunit;

namespace SafetyGate.Harness.Tests.Runs;

public sealed class StoredTextsSpecs : IDisposable
{
    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 4, Temperature = 0, Seed = 0 };
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_text_is_found_by_its_digest_among_the_evaluations_of_its_model_only()
    {
        var wanted = await Said("one", "good");
        await Said("two", "bad");
        var found = StoredTexts.Find(_folder.Path, wanted.Model, new HashSet<string> { wanted.Digest, new('0', 64) });
        Assert.Equal([new(wanted.Digest, "good")], found);
        Assert.Empty(StoredTexts.Find(_folder.Path, "other weights", new HashSet<string> { wanted.Digest }));
        Assert.Empty(StoredTexts.Find(_folder.Path, "", new HashSet<string> { wanted.Digest }));
    }

    [Fact]
    public async Task Damaged_files_are_passed_over_and_no_store_holds_nothing()
    {
        var wanted = await Said("one", "good");
        foreach (var file in Directory.GetFiles(_folder["evaluations"], "*.jsonl")) File.WriteAllText(file, "{");
        File.WriteAllText(_folder["evaluations", "0.json"], "[1");
        Assert.Empty(StoredTexts.Find(_folder.Path, wanted.Model, new HashSet<string> { wanted.Digest }));
        Assert.Empty(StoredTexts.Find(_folder["none"], wanted.Model, new HashSet<string> { wanted.Digest }));
    }

    private async Task<(string Model, string Digest)> Said(string name, string word)
    {
        var model = new StubModel(name, (_, _) => word);
        var store = new RunStore(_folder.Path, TimeProvider.System).OtherEvaluations(device: null);
        var evaluation = await store.GetOrEvaluateAsync(model, SpecBench.Suite("direct", 3), new WordScorer(), Greedy, PromptStyle.Chat, new ProgressLog(), TestContext.Current.CancellationToken);
        return (model.Identity.WeightsDigest, evaluation.Responses[0].Digest);
    }
}
