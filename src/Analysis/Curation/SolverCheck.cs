using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Analysis.Curation;

/// <summary>The verifier where only a model can solve the task: it answers the prompt several times, and a majority must agree with the row.</summary>
/// <param name="solver">Solves; another model than the generator's. Borrowed.</param>
/// <param name="scorer">Compares its answer with the row's.</param>
/// <param name="samples">Answers of the solver; odd.</param>
/// <param name="maxNewTokens">Most tokens of one.</param>
public sealed class SolverCheck(ILanguageModel solver, IScorer scorer, int samples = 3, int maxNewTokens = 512) : IRowCheck
{
    /// <inheritdoc/>
    public string Name => "verifier";

    /// <inheritdoc/>
    public async ValueTask<string?> ProblemAsync(DraftRow row, Strategy strategy, CancellationToken cancellationToken)
    {
        var item = new BenchmarkItem { Id = "row", Prompt = row.Prompt, Answer = row.Answer };
        var sampling = new SamplingOptions { MaxNewTokens = maxNewTokens, Temperature = 1, SamplesPerPrompt = samples, Seed = 1 };
        var answers = await solver.GenerateAsync([item.AsChat()], sampling, cancellationToken);
        if (answers.FirstOrDefault(answer => answer.FinishReason == FinishReason.Error) is { } failed)
            throw new UserErrorException($"The solver '{solver.Identity.Name}' gave no answer: {failed.Error}. Check that it runs.", GateExitCode.MissingEngine);
        return answers.Count(answer => scorer.Score(item, answer).Value is >= 0.5) * 2 > samples ? null : "the solver does not agree with the answer";
    }
}
