using SafetyGate.Core.Unicode;

namespace SafetyGate.Harness.Reports.Html;

/// <summary>Accuracy against drift, one point per run: learning against its cost.</summary>
internal static class PointPlot
{
    private const double Left = 48, Right = Plot.Width - 12, Top = 14, Bottom = 210, Height = 246;

    /// <param name="id">Unique in the page.</param>
    /// <param name="points">The runs; at least one.</param>
    /// <param name="across">Name of the drift, such as "KL on the safety prompts, nats".</param>
    /// <param name="asShare">True when the drift is a share, shown in points.</param>
    public static HtmlText Of(string id, IReadOnlyList<RunPoint> points, string across, bool asShare)
    {
        double X(RunPoint p) => asShare ? 100 * p.Drift : p.Drift;
        var svg = new HtmlText();
        var x = Axis.Over([0, .. points.Select(X)], Left, Right);
        var y = Axis.Over([Math.Max(0, 100 * points.Min(p => p.Accuracy) - 5), Math.Min(100, 100 * points.Max(p => p.Accuracy) + 5)],
            Bottom, Top);
        foreach (var tick in y.Ticks)
            svg.Line("grid", Left, y.At(tick), Right, y.At(tick))
                .Words("tick", Left - 6, y.At(tick) + 4, "end", Invariant($"{tick:0.##} %"));
        foreach (var tick in x.Ticks)
            svg.Line("grid", x.At(tick), Top, x.At(tick), Bottom)
                .Words("tick", x.At(tick), Bottom + 16, "middle", Invariant($"{tick:0.####}"));
        svg.Words("tick", Right, Height - 4, "end", across);
        foreach (var point in points)
        {
            var (px, py) = (x.At(X(point)), y.At(100 * point.Accuracy));
            svg.Dot("now", px, py, 5).Words("name", px > Plot.Width / 2 ? px - 9 : px + 9, py < Top + 12 ? py + 16 : py - 8, px > Plot.Width / 2 ? "end" : "start", VisibleText.Line(point.Run, 24));
        }

        return Plot.Picture(id, "Accuracy against drift",
            string.Join("; ", points.Select(p => Invariant($"{p.Run}: {across} {X(p):0.####}, accuracy {100 * p.Accuracy:0.#} %"))), Height,
            svg);
    }
}
