using System.Text;
using SafetyGate.Harness.Divergence;
using SafetyGate.Harness.Theory;

namespace SafetyGate.Studies.Divergence;

/// <summary>Results of the KL meter, as a page of Markdown.</summary>
public static class KlStudyPage
{
    /// <summary>Writes the page.</summary>
    /// <param name="command">The command that makes it.</param>
    /// <param name="results">One for each case.</param>
    /// <param name="tails">What the gates make of a tail.</param>
    /// <exception cref="ArgumentException">No results.</exception>
    public static string ToMarkdown(string command, IReadOnlyList<KlStudyResult> results, IReadOnlyList<KlTailResult> tails)
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
        Tails(text, tails);
        return text.ToString();
    }

    private static void Tails(StringBuilder text, IReadOnlyList<KlTailResult> tails)
    {
        if (tails.Count == 0) throw new ArgumentException("There are no tails to show.", nameof(tails));
        text.Append(Invariant($"""

            ## Heavy tails: what the gates decide

            A mean that nothing bounds has no upper limit: a share of 3/n of the prompts escapes a sample of n, whatever it carries. Student's t, which the table above describes the meter with, decides nothing.

            - **A certificate** (`SafetyCertificate`, `KlBudget.CertifyingDrop`) cuts the KL of a response at a level c, by default {KlBudget.DefaultClip} nat. Let π' answer as the tuned π until the KL of the positions so far would pass c, and as the reference p from there on. KL(π'‖p) is at most E min(K, c), because the KL of a position is known before its token is drawn, and π' and π give the same response wherever K ≤ c. So S_π ≥ L(S_p, E min(K, c)) − P(K > c), with no assumption about the tail (derived and checked for this project). Both terms are means of bounded values: the first is limited by betting (grid-Kelly; Waudby-Smith and Ramdas, 2024), the second by Clopper and Pearson, each at α/4, and S_p at α/2.
            - **A budget of the mean** (`KlBudget.AtMost`, `KlBudget.ApprovedPlus`) states the nats that no response exceeds, and is *not applicable* without that bound. The limit of the mean is by betting on values up to that bound. A response above it refutes the bound: the gate is then *not applicable* (or above its budget, if the lower limit is), and never passes. The message of a gate that fails for want of evidence says how many prompts would do.
            - **No limit at all** is taken of fewer than {KlSamples.FewestPrompts} prompts, of prompts or sampling other than those of the safety score, of an empty response, a value that is not finite or below 0, a temperature outside [{KlSamples.LowestTemperature}, {KlSamples.HighestTemperature}], or of k1 and k3 that are far from the estimate from the whole vocabulary. Far is more than {CrossChecks.StandardErrors} standard errors of the difference over the prompts, {CrossChecks.Floor} nats and {100 * CrossChecks.K1Share:0} % of the KL (k3: {100 * CrossChecks.K3Share:0} %, because its mean rests on tokens that are seldom drawn).

            Each repeat draws a measurement of a policy whose responses spend {KlTailCase.Usual} nats in the mean (exponential), but for a share that spends much and is unsafe; of the reference's responses {100 * KlTailCase.ReferenceSafety:0} % are safe. The product decides a budget (its bound 10 nats, or the tail's where that is more) just below the exact mean and a certificate of a floor just above the policy's safety: each pass is an error, and at most {100 * KlTailResult.Alpha:0} % may be ({tails[0].Repeats} repeats; three standard errors more are chance).

            | tail | prompts | exact mean, nats | 97.5 % limit by Student's t below it | budget passes | exact safety | floor certified | certified, median | holds |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- |

            """));
        foreach (var row in tails)
            text.Append(Invariant($"| {row.Case.Name} | {row.Prompts} | {row.Case.Mean:F4} | {row.StudentBelow:P1} | {row.BudgetPassed:P1} | {row.Case.Safety:F4} | {row.Certified:P1} | {row.MedianLimit:F3} | {(row.Holds ? "yes" : "no")} |\n"));
    }
}
