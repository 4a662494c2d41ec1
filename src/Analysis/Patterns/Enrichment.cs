using MathNet.Numerics;

namespace SafetyGate.Analysis.Patterns;

/// <summary>Whether a property is commoner in a group than in the rest: Fisher's exact test, one-sided.</summary>
public static class Enrichment
{
    /// <summary>P(so many in the group or more), if the group were drawn from all at random.</summary>
    /// <param name="inGroup">Members of the group that have the property.</param>
    /// <param name="group">Members of the group.</param>
    /// <param name="having">All that have the property, in the group or not.</param>
    /// <param name="all">All.</param>
    /// <exception cref="ArgumentException">The counts contradict one another.</exception>
    public static double UpperTail(int inGroup, int group, int having, int all)
    {
        if (inGroup < 0 || inGroup > Math.Min(group, having) || group > all || having > all || having - inGroup > all - group)
            throw new ArgumentException(Invariant($"Of {all}, {group} are in the group and {having} have the property; {inGroup} cannot be both."), nameof(inGroup));
        var whole = LogChoose(all, group);
        var tail = 0.0;
        for (var k = inGroup; k <= Math.Min(group, having); k++)
            if (group - k <= all - having) tail += Math.Exp(LogChoose(having, k) + LogChoose(all - having, group - k) - whole);
        return Math.Min(1, tail);
    }

    /// <summary>p-values after Holm, in their order.</summary>
    public static IReadOnlyList<double> Holm(IReadOnlyList<double> p)
    {
        var adjusted = new double[p.Count];
        var running = 0.0;
        foreach (var (index, rank) in Enumerable.Range(0, p.Count).OrderBy(i => p[i]).Select((index, rank) => (index, rank)))
            adjusted[index] = running = Math.Max(running, Math.Min(1, (p.Count - rank) * p[index]));
        return adjusted;
    }

    private static double LogChoose(int n, int k) => SpecialFunctions.FactorialLn(n) - SpecialFunctions.FactorialLn(k) - SpecialFunctions.FactorialLn(n - k);
}
