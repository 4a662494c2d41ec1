using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SafetyGate.Core.Unicode;

namespace SafetyGate.Harness.Reports;

/// <summary>
/// Items as JSON for the page: <c>sets</c>; <c>texts</c>, each once, the first empty; and <c>rows</c> of numbers, which are places in
/// <c>texts</c> where a text is meant: set, id, suite, category, behavior, prompt, and the answers now, untuned and approved. An answer is
/// <c>0</c> for none, or text (−1: not known), value, unscored samples, reason, and whose score it is.
/// </summary>
/// <param name="most">Most bytes of the JSON.</param>
internal sealed class ItemTable(long most)
{
    private readonly Dictionary<string, int> _places = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly List<string> _texts = [""];
    private readonly StringBuilder _sets = new(), _encoded = new("\"\""), _rows = new();
    private long _bytes = 64;

    /// <summary>Rows so far.</summary>
    public int Count { get; private set; }

    /// <summary>Adds whose items follow, whatever room there is.</summary>
    /// <param name="set">The set.</param>
    /// <param name="name">Name of the model.</param>
    public void Add(ItemSet set, string name)
    {
        var json = Invariant($"{(_sets.Length > 0 ? "," : "")}{{\"model\":{Encode(VisibleText.Of(name))},\"metric\":{Encode(VisibleText.Of(set.Metric))},\"samples\":{set.Samples},\"items\":{set.Items}}}");
        _bytes += Encoding.UTF8.GetByteCount(json);
        _sets.Append(json);
    }

    /// <summary>Adds an item.</summary>
    /// <param name="set">Place of its set.</param>
    /// <param name="item">The item.</param>
    /// <returns>False when there is no room for it; nothing was added then.</returns>
    public bool Add(int set, ReportedItem item)
    {
        var known = _texts.Count;
        var row = Invariant($"[{set},{Place(item.Id)},{Place(item.Suite)},{Place(item.Category)},{Place(item.Behavior)},{Place(item.Prompt)},{Answer(item.Now)},{Answer(item.Untuned)},{Answer(item.Approved)}]");
        var texts = string.Concat(_texts.Skip(known).Select(text => "," + Encode(text)));
        var bytes = row.Length + 1 + Encoding.UTF8.GetByteCount(texts);
        if (_bytes + bytes > most)
        {
            foreach (var text in _texts.Skip(known)) _places.Remove(text);
            _texts.RemoveRange(known, _texts.Count - known);
            return false;
        }

        (_bytes, Count) = (_bytes + bytes, Count + 1);
        _encoded.Append(texts);
        _rows.Append(_rows.Length > 0 ? "," : "").Append(row);
        return true;
    }

    /// <summary>The JSON.</summary>
    public override string ToString() => $"{{\"sets\":[{_sets}],\"texts\":[{_encoded}],\"rows\":[{_rows}]}}";

    private int Place(string? text)
    {
        var shown = VisibleText.Of(text ?? "");
        if (_places.TryGetValue(shown, out var place)) return place;
        _texts.Add(shown);
        return _places[shown] = _texts.Count - 1;
    }

    private string Answer(ReportedAnswer? answer)
    {
        if (answer is null) return "0";
        var (text, reason, by) = (answer.Text is { } known ? Place(known) : -1, Place(answer.Reason), Place(answer.By));
        return Invariant($"[{text},{answer.Value:0.####},{answer.Unscored}{(reason + by > 0 ? Invariant($",{reason}") : "")}{(by > 0 ? Invariant($",{by}") : "")}]");
    }

    // Without "<" no text ends the script element or begins a comment in it.
    private static string Encode(string text) =>
        $"\"{JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"".Replace("<", "\\u003c", StringComparison.Ordinal);
}
