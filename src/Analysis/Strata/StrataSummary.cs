namespace SafetyGate.Analysis.Strata;

/// <summary>What people read in the file of a strata result.</summary>
/// <param name="Cells">Accuracies with limits, one-sided at .05.</param>
/// <param name="Gap">What training on hard items gains on hard items.</param>
/// <param name="GapLower">Its lower limit.</param>
/// <param name="GapUpper">Its upper limit.</param>
/// <param name="Recovered">Share of it that training on easy items gains; <c>null</c> if undefined.</param>
/// <param name="RecoveredLower">Its lower limit; <c>null</c> if the data set none.</param>
/// <param name="RecoveredUpper">Its upper limit; <c>null</c> if the data set none.</param>
/// <param name="Trend">Change of the untrained model's accuracy for one standard deviation of hardness; <c>null</c> if all items are alike.</param>
internal sealed record StrataSummary(IReadOnlyList<StrataSummaryCell> Cells, double Gap, double GapLower, double GapUpper, double? Recovered,
    double? RecoveredLower, double? RecoveredUpper, double? Trend)
{
    private const int Digits = 4;

    public static StrataSummary Of(StrataResult result)
    {
        var table = StrataTable.Of(result);
        return new([.. table.Cells.Select(cell => new StrataSummaryCell(Words.Of(cell.TrainedOn), Words.Of(cell.Test), Rounded(cell.Accuracy)!.Value, Rounded(cell.Limits.Lower)!.Value, Rounded(cell.Limits.Upper)!.Value))],
            Rounded(table.Gap)!.Value, Rounded(table.GapLimits.Lower)!.Value, Rounded(table.GapLimits.Upper)!.Value, Rounded(table.Recovered.Value), Rounded(table.RecoveredLimits.Lower), Rounded(table.RecoveredLimits.Upper),
            Rounded(HardnessTrend.OfUntrained(result)?.Slope));
    }

    private static double? Rounded(double? value) => value is { } number && double.IsFinite(number) ? Math.Round(number, Digits) : null;
}
