using System.Text;
using SafetyGate.Analysis.Results;
using Microsoft.Extensions.AI;
using SafetyGate.Analysis.Patterns;
using SafetyGate.Core;
using SafetyGate.Core.Runs;

namespace SafetyGate.Analysis.Tests.Patterns;

public sealed class PatternFinderSpecs
{
    private static readonly string[][] Themes =
    [
        ["forgets", "to", "carry", "the", "ten", "in", "a", "long", "addition"],
        ["swaps", "numerator", "and", "denominator", "of", "that", "fraction"],
        ["reads", "hours", "where", "minutes", "were", "given", "by", "clock"],
    ];

    private static readonly string[] Words = [.. Enumerable.Range(0, 400).Select(i => $"w{i}")];

    [Theory, InlineData(1UL), InlineData(2UL), InlineData(3UL)]
    public async Task Lines_of_three_themes_are_three_patterns(ulong seed)
    {
        var random = new RandomStream(seed, "lines");
        var truth = Enumerable.Range(0, 60).Select(i => i % 3).ToArray();
        string[] lines = [.. truth.Select(theme => string.Join(' ', Themes[theme].Where(_ => random.NextDouble() < 0.8).Append(Words[random.Next(Words.Length)])))];
        var report = await FindAsync(lines, i => ("theme", i < 60 ? $"{truth[i]}" : $"{i % 3}"));
        Assert.Equal(PatternVerdict.Patterns, report.Verdict);
        Assert.Equal(3, report.Patterns.Count);
        Assert.True(LabelAgreement.Of(truth, [.. report.Lines.Select(line => line.Pattern)]).AdjustedRand >= 0.9);
        Assert.All(report.Patterns, pattern => Assert.Equal("theme", Assert.Single(pattern.Slice).Name));
        Assert.True(report.Silhouette > report.Shuffled);
    }

    [Theory, InlineData(1UL), InlineData(2UL), InlineData(3UL), InlineData(4UL), InlineData(5UL)]
    public async Task Lines_that_have_nothing_in_common_are_no_pattern(ulong seed)
    {
        var random = new RandomStream(seed, "lines");
        string[] lines = [.. Enumerable.Range(0, 60).Select(_ => string.Join(' ', Enumerable.Range(0, 8).Select(_ => Words[random.Next(Words.Length)])))];
        var report = await FindAsync(lines, _ => ("theme", "a"));
        Assert.Equal(PatternVerdict.NoPattern, report.Verdict);
        Assert.Empty(report.Patterns);
        Assert.All(report.Lines, line => Assert.Equal(-1, line.Pattern));
    }

    [Fact]
    public async Task Lines_that_are_all_alike_are_one_pattern_and_generic_ones_none()
    {
        string[] same = [.. Enumerable.Repeat("forgets to carry the ten", 20)];
        Assert.Equal("forgets to carry the ten", Assert.Single((await FindAsync(same, _ => ("theme", "a"))).Patterns).Name);
        var generic = await new PatternFinder(new Canned([.. same.Select(line => new FailureLine(line, IsGeneric: true))]), new TfIdfFeatures()).FindAsync(Items(20, _ => ("theme", "a")), "s", default);
        Assert.Equal((PatternVerdict.NoPattern, 0), (generic.Verdict, generic.Explained));
        Assert.StartsWith("0 of 20 failures", generic.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_searched_is_refused_in_one_sentence()
    {
        await RefusedAsync("none of the 10 items failed", new Canned([]), new TfIdfFeatures(), [.. Items(0, _ => ("a", "b")).Take(10)]);
        await RefusedAsync("all 4 items failed", new Canned([]), new TfIdfFeatures(), [.. Items(4, _ => ("a", "b")).Take(4)]);
        await RefusedAsync("gave 1 lines for 12 failures", new Canned([new("x")]), new TfIdfFeatures(), Items(12, _ => ("a", "b")));
        await RefusedAsync("two items have the id '0'", new Canned([]), new TfIdfFeatures(), [.. Items(2, _ => ("a", "b")), .. Items(1, _ => ("a", "b"))]);
        var lines = new Canned([.. Enumerable.Range(0, 12).Select(i => new FailureLine($"line {i}"))]);
        await RefusedAsync("an embedding of another size: 3 numbers for text 2, 2 for the first", lines, new EmbeddingFeatures(new Embedder(i => i == 1 ? [1, 2, 3] : [1, 2]), "e"), Items(12, _ => ("a", "b")));
        await RefusedAsync("not finite", lines, new EmbeddingFeatures(new Embedder(_ => [1, float.NaN]), "e"), Items(12, _ => ("a", "b")));
        await RefusedAsync("gave 3 embeddings of 12 texts", lines, new EmbeddingFeatures(new Embedder(_ => [1, 2], most: 3), "e"), Items(12, _ => ("a", "b")));
    }

    [Fact]
    public async Task Embeddings_take_the_place_of_words()
    {
        var lines = new Canned([.. Enumerable.Range(0, 40).Select(i => new FailureLine($"line {i}"))]);
        var random = new RandomStream(1, "embeddings");
        var report = await new PatternFinder(lines, new EmbeddingFeatures(new Embedder(i => [.. Enumerable.Range(0, 100).Select(f => (float)((f % 2 == i % 2 ? 1 : 0) + (0.3 * random.NextNormal())))]), "e")).FindAsync(Items(40, _ => ("a", "b")), "s", default);
        Assert.Equal(2, report.Patterns.Count);
        Assert.Equal(1, LabelAgreement.Of([.. Enumerable.Range(0, 40).Select(i => i % 2)], [.. report.Lines.Select(line => line.Pattern)]).AdjustedRand);
        Assert.Equal("embedding e", report.Features);
    }

    [Fact]
    public async Task A_report_is_read_back_and_refused_once_it_was_edited()
    {
        using var folder = new TemporaryFolder();
        var report = await FindAsync([.. Enumerable.Range(0, 40).Select(i => string.Join(' ', Themes[i % 2]))], i => ("theme", $"{i % 2}"));
        var path = folder.File("a.patterns.json");
        AnalysisFile.Write(report, path);
        var read = AnalysisFile.Read<PatternReport>(path);
        Assert.Equal(Encoding.UTF8.GetString(AnalysisFile.Bytes(report)), Encoding.UTF8.GetString(AnalysisFile.Bytes(read)));
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"failures\": 40", "\"failures\": 39", StringComparison.Ordinal));
        Assert.Contains("the file was edited", Assert.Throws<UserErrorException>(() => AnalysisFile.Read<PatternReport>(path)).Message, StringComparison.Ordinal);
        File.WriteAllText(path, "{\"schema\": \"other\"}");
        Assert.Contains("a file of the kind 'safetygate.patterns/1' is needed", Assert.Throws<UserErrorException>(() => AnalysisFile.Read<PatternReport>(path)).Message, StringComparison.Ordinal);
    }

    private static async Task RefusedAsync(string says, IFailureAnalyst analyst, ITextFeatures features, IReadOnlyList<AskedItem> items) =>
        Assert.Contains(says, (await Assert.ThrowsAsync<UserErrorException>(() => new PatternFinder(analyst, features).FindAsync(items, "s", default))).Message, StringComparison.Ordinal);

    private static Task<PatternReport> FindAsync(string[] lines, Func<int, (string Name, string Value)> field) =>
        new PatternFinder(new Canned([.. lines.Select(line => new FailureLine(line))]), new TfIdfFeatures()).FindAsync(Items(lines.Length, field), "s", default);

    // The failed items, and as many that passed.
    private static AskedItem[] Items(int failed, Func<int, (string Name, string Value)> field) =>
        [.. Enumerable.Range(0, Math.Max(10, 2 * failed)).Select(i => new AskedItem { Id = $"{i}", Prompt = "why ?", Response = "so .", Failed = i < failed, Fields = [new(field(i).Name, field(i).Value)] })];

    private sealed class Canned(IReadOnlyList<FailureLine> lines) : IFailureAnalyst
    {
        public string Name => "canned";

        public string Version => "1";

        public Task<IReadOnlyList<FailureLine>> ExplainAsync(IReadOnlyList<AskedItem> items, CancellationToken cancellationToken) => Task.FromResult(lines);
    }

    private sealed class Embedder(Func<int, float[]> vector, int most = int.MaxValue) : IEmbeddingGenerator<string, Embedding<float>>
    {
        private int _asked;

        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Take(most).Select(_ => new Embedding<float>(vector(_asked++)))));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
