using SafetyGate.Analysis.Results;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafetyGate.Analysis.Patterns;

namespace SafetyGate.Analysis.Curation;

/// <summary>
/// Patterns to strategies to rows, each row checked, rejected ones tried again with the reasons (after arXiv:2510.18143). Only the patterns'
/// names and properties cross from the validation data to the rows, and that is measured.
/// </summary>
/// <param name="drafter">Drafts the strategies.</param>
/// <param name="generator">Makes the rows.</param>
/// <param name="checks">Further checks, in order: form, steps, verifier.</param>
/// <param name="mostRetries">Most tries again with feedback.</param>
public sealed class Augmenter(IDrafter drafter, IRowGenerator generator, IReadOnlyList<IRowCheck> checks, int mostRetries = 3)
{
    private const int MostFeedback = 3;

    /// <summary>Makes rows.</summary>
    /// <param name="patterns">The patterns.</param>
    /// <param name="validation">Every text of the validation data: prompts, and completions where there are some.</param>
    /// <param name="training">Prompts of the training data.</param>
    /// <param name="rows">Rows in all.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    /// <returns>The rows, and the report without the digest of a file.</returns>
    /// <exception cref="UserErrorException">There is no pattern or no validation text, every strategy holds validation text, or no row was
    /// accepted.</exception>
    public async Task<(IReadOnlyList<AugmentedRow> Rows, AugmentationReport Report)> MakeAsync(PatternReport patterns, IReadOnlyList<string> validation, IReadOnlyList<string> training,
        int rows, CancellationToken cancellationToken)
    {
        if (patterns.Patterns.Count == 0) throw new UserErrorException($"{patterns.Source} has no pattern ({patterns.Reason}), so there is no kind of data that would mend it.");
        if (validation.Count == 0) throw new UserErrorException("There are no validation texts; without them nobody can tell whether they reach the training data.");
        var guard = new LeakGuard(validation);
        var drafted = await drafter.DraftAsync(patterns.Patterns, rows, cancellationToken);
        var clean = drafted.Where(strategy => !guard.SharesGram(strategy.Text) && !Quotes(strategy.Text, validation)).ToList();
        if (clean.Count == 0) throw new UserErrorException("Every strategy repeats text of the validation data, so none may be used. Take another drafter or analyst, or the rules.");
        var duplicates = new DuplicateCheck(training);
        IRowCheck[] all = [.. checks, duplicates, new LeakCheck(guard)];
        List<AugmentedRow> accepted = [];
        List<StrategyOutcome> outcomes = [];
        foreach (var strategy in clean) outcomes.Add(await FillAsync(strategy, all, duplicates, accepted, cancellationToken));
        if (accepted.Count == 0)
            throw new UserErrorException(Invariant($"None of {outcomes.Sum(outcome => outcome.Generated)} generated rows was accepted; the commonest reason: {outcomes.SelectMany(outcome => outcome.Rejected).OrderByDescending(rejected => rejected.Rows).FirstOrDefault()?.Reason ?? "none was generated"}."));
        return (accepted, new()
        {
            PatternsDigest = AnalysisFile.Digest(patterns),
            ValidationDigest = DigestOf(validation),
            RowsDigest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AugmentedRowsFile.Lines(accepted)))),
            Drafter = drafter.Name,
            Generator = generator.Name,
            Checks = [.. all.Select(check => check.Name)],
            MostRetries = mostRetries,
            Strategies = outcomes,
            Withheld = [.. drafted.Except(clean).Select(strategy => strategy.Pattern)],
            Leaks = guard.Count([.. accepted.Select(row => row.Prompt)], [.. accepted.Select(row => row.Completion)]),
        });
    }

    private async Task<StrategyOutcome> FillAsync(Strategy strategy, IRowCheck[] all, DuplicateCheck duplicates, List<AugmentedRow> accepted, CancellationToken cancellationToken)
    {
        var rejected = new Dictionary<(string Check, string Reason), int>();
        var (generated, before, attempt) = (0, accepted.Count, 0);
        for (; ; attempt++)
        {
            var wanted = strategy.Rows - (accepted.Count - before);
            string[] feedback = [.. rejected.OrderByDescending(pair => pair.Value).Take(MostFeedback).Select(pair => pair.Key.Reason)];
            foreach (var row in (await generator.GenerateAsync(strategy, wanted, attempt, feedback, cancellationToken)).Take(wanted))
            {
                generated++;
                if (await ProblemAsync(row, strategy, all, cancellationToken) is { } problem)
                {
                    rejected[problem] = rejected.GetValueOrDefault(problem) + 1;
                    continue;
                }

                duplicates.Accept(row);
                accepted.Add(new() { Id = Invariant($"{strategy.Name}-{accepted.Count - before:D4}"), Prompt = row.Prompt, Completion = row.Completion, Answer = row.Answer, Strategy = strategy.Name, Pattern = strategy.Pattern, Generator = generator.Name, Attempt = attempt });
            }

            if (accepted.Count - before >= strategy.Rows || attempt == mostRetries) break;
        }

        return new()
        {
            Strategy = strategy,
            Generated = generated,
            Accepted = accepted.Count - before,
            Retries = attempt,
            Rejected = [.. rejected.OrderByDescending(pair => pair.Value).Select(pair => new RejectedCount { Check = pair.Key.Check, Reason = pair.Key.Reason, Rows = pair.Value })],
        };
    }

    private static async Task<(string Check, string Reason)?> ProblemAsync(DraftRow row, Strategy strategy, IRowCheck[] all, CancellationToken cancellationToken)
    {
        foreach (var check in all)
            if (await check.ProblemAsync(row, strategy, cancellationToken) is { } reason) return (check.Name, reason);
        return null;
    }

    // A text shorter than a gram would be found only where it is the whole of the other.
    private static bool Quotes(string text, IReadOnlyList<string> validation) => validation.Any(one => one.Trim().Length > 20 && text.Contains(one.Trim(), StringComparison.OrdinalIgnoreCase));

    private static string DigestOf(IEnumerable<string> texts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var text in texts) hash.AppendData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(text) + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
