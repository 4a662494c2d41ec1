using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Engine;
using SafetyGate.Models.Generation;
using SafetyGate.Models.Tests.Decoders;
using TorchSharp;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Generation;

/// <summary>Real trained checkpoints: text in, text out.</summary>
public sealed class PretrainedModelSpecs
{
    // The pocket prototype's README figure: below this lead of the best logit, float32 may decide otherwise.
    private const double SureMargin = 0.001;

    // Numbers of the stories reference have 6 digits after the point and come from float64.
    private const double StoriesTolerance = 2e-5;

    private static readonly SamplingOptions Greedy = new() { MaxNewTokens = 200, Seed = 0 };

    [Fact]
    public void The_pocket_prototype_continues_its_prompts_as_transformers_does()
    {
        var cases = ConformanceCases.Lines("pocket-prototype/greedy.jsonl").ToList();
        using var model = PretrainedModel.Load(ConformanceCases.Require("pocket-prototype"));
        foreach (var one in cases)
        {
            var messages = one.GetProperty("messages").EnumerateArray().Select(turn => new ChatMessage(turn.GetProperty("role").GetString()!, turn.GetProperty("content").GetString()!)).ToList();
            Assert.Equal(Numbers.Ints(one.GetProperty("input_ids")), model.Tokenizer.Encode(model.Chat!.Render(messages, addGenerationPrompt: true)));
        }
        var requests = cases.Select(one => new GenerationRequest { Key = one.GetProperty("id").GetString()!, PromptIds = Numbers.Ints(one.GetProperty("input_ids")) }).ToList();
        var longest = cases.Max(one => one.GetProperty("new_ids").GetArrayLength());
        var made = model.CreateGenerator().Generate(requests, Greedy with { MaxNewTokens = longest }, CancellationToken.None);
        var sure = cases.Zip(made).Where(pair => pair.First.GetProperty("min_margin").GetDouble() >= SureMargin).ToList();
        Assert.True(sure.Count > cases.Count / 2);
        foreach (var (one, sequence) in sure)
        {
            var expected = Numbers.Ints(one.GetProperty("new_ids"));
            Assert.Equal(expected, sequence.NewIds.Take(expected.Length)); // the reference may have stopped at a smaller limit
            Assert.Equal(one.GetProperty("text").GetString(), model.Tokenizer.Decode([.. expected], skipSpecialTokens: true));
        }
    }

    [Fact]
    public void The_stories_model_tells_the_stories_of_the_reference()
    {
        using var model = PretrainedModel.Load(ConformanceCases.Require("models/stories260k"));
        foreach (var one in ConformanceCases.Json("models/stories260k/reference.json").GetProperty("cases").EnumerateArray())
        {
            using var scope = NewDisposeScope();
            using var noGradients = no_grad();
            var prompt = model.Tokenizer.Encode(one.GetProperty("prompt").GetString()!, addSpecialTokens: true);
            Assert.Equal(Numbers.Ints(one.GetProperty("input_ids")), prompt);
            var logits = model.Decoder.Logits(model.Decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids(prompt) }));
            Numbers.Close(Numbers.Doubles(one.GetProperty("last_logits")), Numbers.Of(logits[0, -1]), StoriesTolerance, "last logits");

            var expected = Numbers.Ints(one.GetProperty("greedy_ids"));
            var request = new GenerationRequest { Key = "story", PromptIds = prompt };
            var made = model.CreateGenerator().Generate([request], Greedy with { MaxNewTokens = one.GetProperty("stop").GetString() == "length" ? expected.Length : 512 }, CancellationToken.None).Single();
            var withoutEnd = made.FinishReason == FinishReason.Stop && made.NewIds.Count == expected.Length + 1 ? made.NewIds.SkipLast(1) : made.NewIds;
            Assert.Equal(expected, withoutEnd);
            Assert.Equal(one.GetProperty("stop").GetString() == "length", made.FinishReason == FinishReason.Length);

            int[] full = [.. prompt, .. expected];
            var logs = model.Decoder.Logits(model.Decoder.Hidden(new DecoderInput { IdsBT = Numbers.Ids(full) })).log_softmax(-1);
            var taken = full.Skip(1).Select((id, i) => Numbers.Of(logs[0, i, id])[0]).ToArray();
            Numbers.Close(Numbers.Doubles(one.GetProperty("token_logprobs_of_full")), taken, StoriesTolerance, "log-probabilities");
        }
    }

    [Fact]
    public async Task A_local_model_answers_in_the_order_of_the_prompts_and_names_what_it_cannot_answer()
    {
        using var local = LocalLanguageModel.Load(ConformanceCases.Require("models/stories260k"));
        var endless = Prompt.Plain("endless", string.Join(' ', Enumerable.Repeat("once upon a time", 300)));
        var answers = await local.GenerateAsync([Prompt.Plain("b", "The big red ball"), endless, Prompt.Plain("a", "Tom and his dog went to the park.")], Greedy with { MaxNewTokens = 5 }, CancellationToken.None);
        Assert.Equal(["b", "endless", "a"], answers.Select(answer => answer.PromptId));
        Assert.Equal([FinishReason.Length, FinishReason.Error, FinishReason.Length], answers.Select(answer => answer.FinishReason));
        Assert.Contains("512 positions", answers[1].Error);
        Assert.Equal(5, answers[0].Tokens);
        Assert.StartsWith("was very", answers[0].Text.TrimStart(), StringComparison.Ordinal);
        var chat = await Assert.ThrowsAsync<UserErrorException>(() => local.GenerateAsync([Prompt.User("c", "hi")], Greedy, CancellationToken.None));
        Assert.Contains("no chat template", chat.Message);
    }

    [Fact]
    public void The_identity_is_made_of_digests()
    {
        using var one = LocalLanguageModel.Load(ConformanceCases.Require("models/stories260k"), "first");
        using var two = LocalLanguageModel.Load(ConformanceCases.Require("models/stories260k"), "second");
        using var pocket = LocalLanguageModel.Load(ConformanceCases.Require("pocket-prototype"));
        Assert.Equal(one.Identity with { Name = "" }, two.Identity with { Name = "" });
        Assert.Equal("first", one.Identity.Name);
        Assert.NotEqual(one.Identity.WeightsDigest, pocket.Identity.WeightsDigest);
        Assert.NotEqual(one.Identity.TokenizerDigest, pocket.Identity.TokenizerDigest);
        Assert.Equal(one.Identity.EngineDigest, pocket.Identity.EngineDigest);
        Assert.Equal("", one.Identity.TemplateDigest);
        Assert.NotEqual("", pocket.Identity.TemplateDigest);
        Assert.Matches("^[0-9a-f]{64}$", one.Identity.WeightsDigest);
    }

    [Fact]
    public void The_engine_says_what_computes()
    {
        var described = TensorEngine.Describe(typeof(PretrainedModelSpecs).Assembly);
        Assert.StartsWith("libtorch ", described.Engine, StringComparison.Ordinal);
        Assert.Equal("cpu", described.Device);
        Assert.Equal("float32", described.Dtype);
        Assert.Equal(get_num_threads(), described.Threads);
        Assert.Equal(CodeDigest.Of(typeof(RunEnvironment).Assembly, typeof(PretrainedModel).Assembly, typeof(PretrainedModelSpecs).Assembly), described.CodeDigest);
        Assert.Equal(TensorEngine.Describe(), TensorEngine.Describe(typeof(PretrainedModel).Assembly)); // Core and Models always take part
        Assert.NotEqual(TensorEngine.Digest(described), TensorEngine.Digest(described with { Threads = described.Threads + 1 }));
    }
}
