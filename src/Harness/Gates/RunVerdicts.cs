using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Gates;

/// <summary>
/// Decides all gated metrics of a run together. Passing needs no correction (all must pass, so the conjunction is valid at α);
/// calling a drop does, so the exact tests are adjusted by Holm over the comparisons of the run.
/// </summary>
public static class RunVerdicts
{
    /// <summary>The verdict of each question, in order.</summary>
    /// <param name="questions">Every gated metric of the run that was evaluated.</param>
    /// <param name="declared">How many comparisons the run has; those that were not evaluated count as p = 1 and keep their place. <c>null</c>: as many as are given.</param>
    /// <exception cref="ArgumentException">No questions.</exception>
    public static IReadOnlyList<GateOutcome> Decide(IReadOnlyList<GateQuestion> questions, int? declared = null)
    {
        if (questions.Count == 0) throw new ArgumentException("No gated metric was evaluated; a run that gates nothing does not pass.", nameof(questions));
        var prepared = questions.Select(PreparedQuestion.Of).ToArray();
        var family = prepared.SelectMany(p => p.Comparisons).ToArray();
        var p = family.Select(c => c.DropP).Concat(Enumerable.Repeat(1.0, Math.Max(0, (declared ?? 0) - family.Length))).ToArray();
        var adjusted = p.Length > 0 ? Multiplicity.Holm(p) : p;
        var byComparison = family.Select((c, i) => (c, i)).ToDictionary(x => x.c, x => (Adjusted: adjusted[x.i], p.Length));
        return [.. prepared.Select(q => q.Decide(c => byComparison[c]))];
    }

    /// <summary>The verdict of one question alone.</summary>
    public static GateOutcome Decide(GateQuestion question) => Decide([question])[0];

    /// <summary>The exit code of <c>gate</c> for several verdicts: regressed, then not comparable, then inconclusive under a failing policy.</summary>
    public static int ExitCode(IEnumerable<GateOutcome> outcomes)
    {
        var codes = outcomes.Select(o => o.ExitCode).ToHashSet();
        int[] order = [GateExitCode.Regressed, GateExitCode.NotComparable, GateExitCode.Inconclusive];
        return order.FirstOrDefault(codes.Contains, GateExitCode.Passed);
    }
}
