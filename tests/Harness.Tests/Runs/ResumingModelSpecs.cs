using SafetyGate.Core.Language;
using SafetyGate.Harness.Runs;

namespace SafetyGate.Harness.Tests.Runs;

/// <summary>What was answered before is taken, and only what lacks an answer is asked.</summary>
public sealed class ResumingModelSpecs
{
    private static readonly SamplingOptions Two = new() { MaxNewTokens = 4, Temperature = 1, Seed = 0, SamplesPerPrompt = 2 };

    private static Response Known(int sample, string text = "before") => new() { PromptId = "a", Sample = sample, Text = text, FinishReason = FinishReason.Stop };

    [Theory]
    [InlineData("0 1", "before before", 0)]
    [InlineData("1 0", "before before", 0)]
    [InlineData("0", "before now", 1)]
    [InlineData("1", "now before", 1)]
    [InlineData("0 1 2", "before before", 1)] // of a measurement with more samples: the prompt is asked once more, and no third one is among the responses
    [InlineData("0 1 1", "before now", 1)] // two answers for one sample are none
    [InlineData("", "now now", 1)]
    public async Task A_prompt_has_as_many_responses_as_are_asked_for(string known, string expected, int asked)
    {
        var inner = new StubModel("w1w1", (_, _) => "now");
        var model = new ResumingModel(inner, known.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(sample => Known(int.Parse(sample, System.Globalization.CultureInfo.InvariantCulture))), _ => { });
        var responses = await model.GenerateAsync([Prompt.User("a", "?")], Two, TestContext.Current.CancellationToken);
        Assert.Equal([0, 1], responses.Select(response => response.Sample));
        Assert.Equal(expected, string.Join(' ', responses.Select(response => response.Text)));
        Assert.Equal(asked, inner.PromptsAsked);
    }
}
