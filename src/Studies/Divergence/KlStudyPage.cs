using System.Text;

namespace SafetyGate.Studies.Divergence;

/// <summary>Results of the KL meter, as a page of Markdown.</summary>
public static class KlStudyPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="command">The command that makes it.</param>
    /// <param name="results">One for each case.</param>
    /// <exception cref="ArgumentException">No results.</exception>
    public static string ToMarkdown(string command, IReadOnlyList<KlStudyResult> results)
    {
        if (results.Count == 0) throw new ArgumentException("There are no measurements to show.", nameof(results));
        var text = new StringBuilder(Invariant($"""
            # What the KL meter measures

            Written by `{command}`.

            The shipped meter (`KlMeter`) on policies whose KL is known by enumeration: {KlStudyCase.All[0].Prompts.Count} prompts with a policy of their own each. Every repeat draws {results[0].Prompts} prompts anew, samples responses, and gives a mean with a 95 % interval (Student's t over the prompts).
            The mean over the repeats must be within {KlStudyResult.MostErrors} standard errors of the exact value and the interval cover it in at least {KlStudyResult.LeastCoverage:P0} of them. Under a heavy tail coverage is only reported: there the mean is right on average, but most single measurements miss the rare response that carries the KL, and no interval can know of it.
            *Variance saved* compares reading the whole vocabulary at every position with k1 (the drawn tokens only): of the whole mean, choice of prompts included, and of the noise of the responses alone.

            | case | repeats | exact KL, nats | mean of the repeats ± standard error | errors apart | 95 % interval covers | no interval | variance saved | of response noise alone | holds |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |

            """));
        foreach (var row in results)
            text.Append(Invariant($"| {row.Case} | {row.Repeats} | {row.Exact:F5} | {row.Mean:F5} ± {row.StandardError:F5} | {row.Errors:F2} | {row.Coverage:P1}{(row.IsHeavyTailed ? " (reported only)" : "")} | {row.WithoutInterval} | {row.VarianceSaved:P1} | {row.SamplingVarianceSaved:P1} | {(row.Holds ? "yes" : "no")} |\n"));
        return text.ToString();
    }
}
