namespace SafetyGate.Analysis.Text;

/// <summary>BLEU of one sentence as sacreBLEU computes it: up to 4-grams of the words given, exponential smoothing, effective order.</summary>
public static class Bleu
{
    private const int LongestGram = 4;

    /// <summary>Computes it.</summary>
    /// <param name="reference">Words between white space.</param>
    /// <param name="candidate">The same.</param>
    /// <returns>0 to 100.</returns>
    public static double Sentence(string reference, string candidate)
    {
        var (wanted, found) = (Tokens.Words(reference), Tokens.Words(candidate));
        var (logs, orders, halving, anything) = (0.0, 0, 1.0, false);
        for (var n = 1; n <= LongestGram && n <= found.Count; n++)
        {
            var total = found.Count - n + 1;
            var shared = Tokens.Shared(Tokens.Grams(found, n), Tokens.Grams(wanted, n));
            anything |= shared > 0;
            logs += Math.Log(shared > 0 ? 100.0 * shared / total : 100 / ((halving *= 2) * total));
            orders++;
        }

        if (!anything) return 0;
        var brevity = found.Count < wanted.Count ? Math.Exp(1 - ((double)wanted.Count / found.Count)) : 1;
        return brevity * Math.Exp(logs / orders);
    }
}
