using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Tests.Runs;

/// <summary>A model whose answers are a function of prompt and sample.</summary>
internal sealed class StubModel(string weightsDigest, Func<Prompt, int, string?>? answer = null, string name = "stub", string engine = "engine",
    string template = "template") : ILanguageModel
{
    public int PromptsAsked { get; private set; }

    public List<ulong> SeedsSeen { get; } = [];

    public ModelIdentity Identity { get; } = new()
    {
        Name = name,
        WeightsDigest = weightsDigest,
        TokenizerDigest = "tokenizer",
        TemplateDigest = template,
        EngineDigest = engine,
    };

    public static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        PromptsAsked += prompts.Count;
        SeedsSeen.Add(sampling.Seed);
        var responses = prompts.SelectMany(p => Enumerable.Range(0, sampling.SamplesPerPrompt).Select(s => Answer(p, s))).ToList();
        return Task.FromResult<IReadOnlyList<Response>>(responses);
    }

    private Response Answer(Prompt prompt, int sample)
    {
        var text = answer is null ? $"{weightsDigest[..4]} says {prompt.Id}" : answer(prompt, sample);
        return text is null
            ? new Response { PromptId = prompt.Id, Sample = sample, Text = "", FinishReason = FinishReason.Error, Error = "the endpoint is away" }
            : new Response { PromptId = prompt.Id, Sample = sample, Text = text, FinishReason = FinishReason.Stop, Tokens = 3 };
    }
}
