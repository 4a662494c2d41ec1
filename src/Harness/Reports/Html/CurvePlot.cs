namespace SafetyGate.Harness.Reports.Html;

/// <summary>A metric of a run over its steps.</summary>
internal static class CurvePlot
{
    private const double Left = 48, Right = Plot.Width - 12, Top = 12, Bottom = 168, Height = 204;
    private const int MostPoints = 400; // more than the plot has units to show

    public static HtmlText Of(string id, string run, RunCurve curve)
    {
        var points = Thin(curve.Points);
        var svg = new HtmlText();
        var (x, y) = (Axis.Over([.. points.Select(p => (double)p.Step)], Left, Right) with { Low = points[0].Step }, Axis.Over([.. points.Select(p => p.Value)], Bottom, Top));
        if (points.Count == 1) x = x with { Low = points[0].Step - 1 };
        foreach (var tick in y.Ticks)
            svg.Line("grid", Left, y.At(tick), Right, y.At(tick)).Words("tick", Left - 6, y.At(tick) + 4, "end", Invariant($"{tick:G4}"));
        foreach (var tick in x.Ticks) svg.Words("tick", x.At(tick), Bottom + 17, x.At(tick) > Right - 16 ? "end" : "middle", Invariant($"{tick:0.##}"));
        svg.Words("tick", Right, Height - 5, "end", "step");
        if (points.Count > 1) svg.Add($"""<polyline class="curve" points="{string.Join(' ', points.Select(p => Invariant($"{x.At(p.Step):0.#},{y.At(p.Value):0.#}")))}"/>""");
        svg.Dot("now", x.At(points[^1].Step), y.At(points[^1].Value), 4);
        return Plot.Picture(id, $"{curve.Metric} over steps: {run}", Invariant($"{curve.Metric} goes from {points[0].Value:G4} at step {points[0].Step} to {points[^1].Value:G4} at step {points[^1].Step}; lowest {curve.Points.Min(p => p.Value):G4}, highest {curve.Points.Max(p => p.Value):G4}."), Height, svg);
    }

    /// <summary>At most so many points: every k-th and the last.</summary>
    public static IReadOnlyList<RunCurvePoint> Thin(IReadOnlyList<RunCurvePoint> points, int most = MostPoints)
    {
        if (points.Count <= most) return points;
        var every = (points.Count + most - 2) / (most - 1);
        return [.. points.Where((_, i) => i % every == 0 && i != points.Count - 1), points[^1]];
    }
}
