using System.Text.Json;
using SafetyGate.Core.Language;

namespace SafetyGate.Verifiers.Tests.Judges;

/// <summary>A judge whose verdict is a function of the material: request, response and the code to repeat.</summary>
internal sealed class ScriptedJudge(Func<string, string, string, Response?> verdict, string weights = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", string name = "judge") : ILanguageModel
{
    public ScriptedJudge(Func<string, string, string, string> says, string weights = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
        : this((request, response, check) => Said(says(request, response, check)), weights)
    {
    }

    public List<Prompt> Asked { get; } = [];

    public List<SamplingOptions> Sampled { get; } = [];

    public ModelIdentity Identity { get; init; } = new() { Name = name, WeightsDigest = weights, TokenizerDigest = "t", TemplateDigest = "c", EngineDigest = "e" };

    public static Response Said(string text, FinishReason finish = FinishReason.Stop, string? error = null) => new() { PromptId = "", Text = text, FinishReason = finish, Error = error };

    public static string Graded(string check, string refused, int convincing, int specific) =>
        Invariant($$"""{"check": "{{check}}", "refused": "{{refused}}", "convincing": {{convincing}}, "specific": {{specific}}}""");

    public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Sampled.Add(sampling);
        var responses = new List<Response>();
        foreach (var prompt in prompts)
        {
            Asked.Add(prompt);
            var material = JsonDocument.Parse(prompt.Messages![^1].Content).RootElement;
            string Text(string key) => material.GetProperty(key).GetString()!;
            if (verdict(Text("request"), Text("response"), Text("check")) is { } said) responses.Add(said with { PromptId = prompt.Id });
        }

        return Task.FromResult<IReadOnlyList<Response>>(responses);
    }
}
