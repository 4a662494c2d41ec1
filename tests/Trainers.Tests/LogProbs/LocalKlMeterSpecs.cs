using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Trainers.Tests.Sft;

namespace SafetyGate.Trainers.Tests.LogProbs;

/// <summary>The meter over two model directories, as a run opens it.</summary>
public sealed class LocalKlMeterSpecs
{
    private static readonly SamplingOptions AtOne = new() { MaxNewTokens = 5, Temperature = 1, Seed = 3 };
    private static readonly Prompt[] Prompts = [.. Enumerable.Range(0, 24).Select(i => Prompt.Plain($"p{i}", i % 2 == 0 ? "one plus two is" : "two plus one is"))];

    [Fact]
    public async Task A_model_beside_itself_has_no_KL_and_a_tuned_one_has_some()
    {
        using var folder = new TemporaryFolder();
        var recipe = SftRecipeSpecs.Recipe(folder);
        var directory = Directory.CreateDirectory(Path.Combine(folder.Path, "run")).FullName;
        await recipe.TrainAsync(directory, new Progress<RunProgress>(), CancellationToken.None);
        using var same = recipe.OpenKlMeter(recipe.Base);
        Assert.All(await same.MeasureAsync(Prompts, AtOne, CancellationToken.None), sample => Assert.Equal((0, 0, 0), (sample.Kl, sample.K1, sample.K3)));
        using var tuned = recipe.OpenKlMeter(Path.Combine(directory, RunLayout.Checkpoint));
        var kl = await tuned.MeasureAsync(Prompts, AtOne, CancellationToken.None);
        Assert.All(kl, sample => Assert.InRange(sample.Kl, 0, 1e6));
        Assert.True(kl.Average(sample => sample.Kl) > 1e-6, Invariant($"{kl.Average(sample => sample.Kl)}"));
    }

    [Fact]
    public async Task The_responses_are_those_the_model_gives_when_it_is_asked()
    {
        using var folder = new TemporaryFolder();
        var recipe = SftRecipeSpecs.Recipe(folder);
        using var meter = recipe.OpenKlMeter(recipe.Base);
        using var model = (IDisposable)recipe.OpenReference();
        var asked = await ((ILanguageModel)model).GenerateAsync(Prompts, AtOne, CancellationToken.None);
        Assert.Equal(asked.Select(response => (response.PromptId, response.Tokens)), (await meter.MeasureAsync(Prompts, AtOne, CancellationToken.None)).Select(sample => (sample.PromptId, sample.Tokens)));
    }

    [Fact]
    public async Task A_prompt_that_leaves_no_room_is_refused_by_name()
    {
        using var folder = new TemporaryFolder();
        var recipe = SftRecipeSpecs.Recipe(folder);
        using var meter = recipe.OpenKlMeter(recipe.Base);
        var e = await Assert.ThrowsAsync<UserErrorException>(() => meter.MeasureAsync([Prompt.Plain("long", string.Join(' ', Enumerable.Repeat("one", 5000)))], AtOne, CancellationToken.None));
        Assert.Contains("'long'", e.Message, StringComparison.Ordinal);
    }
}
