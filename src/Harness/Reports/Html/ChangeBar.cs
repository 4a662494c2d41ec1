namespace SafetyGate.Harness.Reports.Html;

/// <summary>
/// The interval of a change as a small bar in the table's row, with zero and the margin marked; an arrow where it goes on beyond the bar. The
/// numbers are beside it.
/// </summary>
internal static class ChangeBar
{
    private const double Reach = 0.10; // ten points to each side

    public static HtmlText Of(VerdictRecord verdict)
    {
        var svg = new HtmlText();
        if (verdict is not { Comparison: { } comparison }) return svg;
        var flip = Shown.IsFlipped(verdict);
        var limits = Shown.OfChange(comparison.Limits, flip);
        var axis = new Axis(-Reach, Reach, 6, 114);
        svg.Markup("""<svg class="bar" aria-hidden="true" viewBox="0 0 120 18" width="120" height="18" xmlns="http://www.w3.org/2000/svg">""");
        svg.Line("grid", axis.At(0), 1, axis.At(0), 17);
        if (verdict.Rule is { } rule)
            svg.Line("margin", axis.At(flip ? rule.Margin : -rule.Margin), 1, axis.At(flip ? rule.Margin : -rule.Margin), 17);
        svg.Line("whisker now", axis.At(limits.Lower), 9, axis.At(limits.Upper), 9);
        var difference = flip ? -comparison.Difference : comparison.Difference;
        if (Math.Abs(difference) <= Reach) svg.Dot("now", axis.At(difference), 9, 4);
        if (limits.Lower < -Reach) svg.Markup("""<path class="now" d="M8 4 1 9l7 5z"/>""");
        if (limits.Upper > Reach) svg.Markup("""<path class="now" d="M112 4l7 5-7 5z"/>""");
        return svg.Markup("</svg>");
    }
}
