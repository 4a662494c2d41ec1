using SafetyGate.Core.Unicode;

namespace SafetyGate.Harness.Reports.Html;

/// <summary>Accuracy against drift, one point per run: learning against its cost.</summary>
internal static class PointPlot
{
    private const double Left = 48, Right = Plot.Width - 12, Top = 26, Bottom = 222, Height = 258; // room for a name above
    private const double Radius = 5, LetterWidth = 7.5, LetterHeight = 10, Edge = 16;
    private static readonly double[] Lines = [-8, 16, 4, -21, 29, -34, 42];

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
                .Words("tick", x.At(tick), Bottom + 16, x.At(tick) > Right - Edge ? "end" : "middle", Invariant($"{tick:0.####}"));
        svg.Words("tick", Right, Height - 4, "end", across);
        List<(double X, double Y)> dots = [.. points.Select(point => (x.At(X(point)), y.At(100 * point.Accuracy)))];
        List<Box> taken = [.. dots.Select(dot => new Box(dot.X - Radius, dot.Y - Radius, dot.X + Radius, dot.Y + Radius))];
        foreach (var i in Enumerable.Range(0, points.Count).OrderBy(i => dots[i].Y))
        {
            var words = VisibleText.Line(points[i].Run, 24);
            var (at, anchor, box) = Place(dots[i].X, dots[i].Y, words.Length * LetterWidth, taken);
            taken.Add(box);
            svg.Dot("now", dots[i].X, dots[i].Y, Radius).Words("name", at.X, at.Y, anchor, words);
        }

        return Plot.Picture(id, "Accuracy against drift",
            string.Join("; ", points.Select(p => Invariant($"{p.Run}: {across} {X(p):0.####}, accuracy {100 * p.Accuracy:0.#} %"))), Height,
            svg);
    }

    // Beside the dot, on the side with more room, where no other name or dot lies, or else the fewest.
    private static ((double X, double Y) At, string Anchor, Box Box) Place(double x, double y, double width, List<Box> taken)
    {
        var ends = x > Plot.Width / 2 ? new[] { true, false } : [false, true];
        var places = (from line in Lines
                      from end in ends
                      let left = end ? x - 9 - width : x + 9
                      select (At: (end ? x - 9 : x + 9, y + line), Anchor: end ? "end" : "start", Box: new Box(left, y + line - LetterHeight, left + width, y + line + 3))).ToList();
        var inside = places.Where(place => place.Box is { Left: >= Left, Right: <= Plot.Width, Top: >= 0, Bottom: <= Bottom }).ToList();
        return (inside.Count > 0 ? inside : places).MinBy(place => taken.Count(place.Box.Meets));
    }

    private readonly record struct Box(double Left, double Top, double Right, double Bottom)
    {
        public bool Meets(Box other) => Left < other.Right && other.Left < Right && Top < other.Bottom && other.Top < Bottom;
    }
}
