using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;

namespace SafetyGate.Studies.Seeds;

/// <summary>A teacher whose answers are written by a rule, the draws of each from its own stream.</summary>
/// <param name="name">Its name; enters its identity.</param>
/// <param name="answer">The answer to a question.</param>
internal sealed class ScriptedTeacher(string name, Func<string, RandomStream, string> answer) : ILanguageModel
{
    public ModelIdentity Identity { get; } = new() { Name = name, WeightsDigest = "", TokenizerDigest = "", TemplateDigest = "", EngineDigest = "" };

    public Task<IReadOnlyList<Response>> GenerateAsync(IReadOnlyList<Prompt> prompts, SamplingOptions sampling, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<Response>>([.. prompts.SelectMany(prompt => Enumerable.Range(0, sampling.SamplesPerPrompt).Select(sample =>
        {
            var text = answer(prompt.Messages![^1].Content, new RandomStream(sampling.Seed, Invariant($"{name}/{prompt.Id}/{sample}")));
            return new Response { PromptId = prompt.Id, Sample = sample, Text = text, FinishReason = FinishReason.Stop, Tokens = text.Split(' ').Length };
        }))]);
}
