using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Calibration;
using Spectre.Console;

namespace SafetyGate.Cli.Console;

/// <summary>Answers of <c>gate power</c> for people, one small table a metric.</summary>
internal static class PowerWords
{
    public static void Write(GateOutput output, IReadOnlyList<(string Name, PowerAnswer Answer)> answers)
    {
        foreach (var (name, answer) in answers)
        {
            var q = answer.Question;
            var about = string.Join(", ", new[] { q.Items is { } n ? Invariant($"{n} items") + (q.Sizes is { } all ? Invariant($" in {all.Count} behaviors") : "") : q.Sizes is [var per] ? Invariant($"{per} items a behavior") : null, Invariant($"margin {Points(q.Margin)}"), Invariant($"α {q.Alpha:0.####}"), Invariant($"{100 * q.Discordance:0.##} % of the items differ between two results of the same thing"), q.Sizes is null ? null : Invariant($"correlation {q.Correlation:0.##} within behaviors") }.OfType<string>());
            output.Out.WriteLine($"{(name.Length > 0 ? name + ": " : "")}{about}");
            var table = new Table().Border(TableBorder.Markdown).AddColumns("question", "answer");
            foreach (var (question, words) in Rows(answer)) table.AddRow(Cell.Of(question), Cell.Of(words));
            VerdictTable.Print(output, table);
        }

        if (answers.Count > 1 && AnyRed(answers) is { } red)
            output.Out.WriteLine(Invariant($"all {answers.Count} together: an unchanged model is red in up to {100 * red:0.##} % of runs{(red > FamilyPower.MostRed ? Invariant($", above {100 * FamilyPower.MostRed:0} %: a red build would mean nothing") : "")}"));
    }

    /// <summary>Upper bound of the probability that any of the metrics of an unchanged model does not pass; <c>null</c> without items.</summary>
    public static double? AnyRed(IReadOnlyList<(string Name, PowerAnswer Answer)> answers) =>
        answers.All(a => a.Answer.PassProbability is not null) ? Math.Min(1, answers.Sum(a => 1 - a.Answer.PassProbability!.Value)) : null;

    private static IEnumerable<(string, string)> Rows(PowerAnswer a)
    {
        var (power, target, holm) = (Invariant($"{100 * PowerAnswer.DetectionPower:0} %"), Invariant($"{100 * UnderpoweredGate.Target:0} %"), a.Question.Family > 1 ? Invariant($", Holm over {a.Question.Family}") : "");
        var unit = a.Question.Sizes is null ? "items" : "behaviors";
        if (a.PassProbability is { } passes)
        {
            yield return ("P(Passed) of an unchanged model", Invariant($"{passes:0.####}") + (a.CanWork == true ? "" : $", below {target}: a red build would mean nothing"));
            yield return ($"smallest margin that these items hold at {target}", a.SmallestMargin is { } margin ? Points(margin) : "none");
            yield return ($"smallest drop that is Regressed at {power}{holm}", a.DropSeenAsRegressed is { } regressed ? Points(regressed) : "none is large enough");
            yield return ($"smallest drop that does not pass at {power}", a.DropSeenAsNotPassed is { } seen ? seen == 0 ? "none: even an unchanged model seldom passes" : Points(seen) : "none is large enough");
        }

        yield return ($"{unit} from which on an unchanged model passes at {target}", Items(a.PlannedItems) + (a.FirstItems is { } first && first != a.PlannedItems ? Invariant($" (first at {first}; power is a saw-tooth)") : ""));
        if (a.Question.Drop is not { } drop) yield break;
        if (a.DropIsRegressed is { } called)
            yield return ($"P(Regressed) of a drop of {Points(drop)}{holm}", Invariant($"{called:0.####}"));
        if (a.DropIsNotPassed is { } caught) yield return ($"P(not Passed) of a drop of {Points(drop)}", Invariant($"{caught:0.####}"));
        yield return ($"{unit} from which on a drop of {Points(drop)} is Regressed at {power}{holm}", Items(a.ItemsForRegressed));
        yield return ($"{unit} from which on a drop of {Points(drop)} does not pass at {power}, and an unchanged model passes at {target}", Items(a.ItemsForNotPassed));
    }

    private static string Items(int? items) => items is { } n ? Invariant($"{n}") : Invariant($"none up to {PowerQuestion.MostItems}");

    private static string Points(double share) => Invariant($"{100 * share:0.##} points");
}
