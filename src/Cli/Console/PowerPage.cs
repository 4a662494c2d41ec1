using System.Text;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Calibration;

namespace SafetyGate.Cli.Console;

/// <summary>Sizes that can work, as a page of Markdown, the command that makes it at the top.</summary>
internal static class PowerPage
{
    public static IReadOnlyList<PowerPageRow> Rows() =>
        [.. PowerTable.Discordances.Select(d => new PowerPageRow(d, [.. PowerTable.Margins.Select(m => PowerTable.Items(d, m))]))];

    public static string ToMarkdown(IReadOnlyList<PowerPageRow> rows)
    {
        var text = new StringBuilder(Invariant($"""
            # Sizes that can work

            Written by `./gate power table --out docs/power.md`.

            Items from which on an unchanged model passes with a probability of at least {UnderpoweredGate.Target:0.00} (Tango's limit at α = .05, one 0/1 sample an item, by enumeration). Fewer items, and a red build often means nothing: `gate approve` refuses such a gate, and `gate power` computes what would do.

            | items that differ between two trainings of the same thing | {string.Join(" | ", PowerTable.Margins.Select(m => Invariant($"τ = {100 * m:0} points")))} |
            | {string.Join(" | ", Enumerable.Repeat("---", PowerTable.Margins.Count + 1))} |

            """));
        foreach (var row in rows)
            text.Append(Invariant($"| {Words(row.Discordance)} | {string.Join(" | ", row.Items.Select(n => n is { } items ? Invariant($"{items}") : Invariant($"none up to {PowerQuestion.MostItems}")))} |\n"));
        text.Append("""

            Two independent draws at a rate of .95 differ on 9.5 % of the items: greedy decoding, or a reference near the ceiling, needs far fewer.

            Where items share behaviors, the number is of behaviors, however many items each has, as long as behaviors flip whole; the less alike their items are, the fewer are needed: `./gate power --items-per-cluster 5 --correlation 0.3 --discordance 0.02` (docs/clusters.md).

            For other numbers: `./gate power --items 840 --margin 0.03 --discordance 0.012`; for results at hand: `./gate power --results A.json B.json`; for the items a drop needs: `./gate power --discordance 0.02 --drop 0.04`.

            """);
        return text.ToString();
    }

    private static string Words(double discordance) => discordance == 0 ? "none" : Invariant($"{100 * discordance:0.##} %");
}
