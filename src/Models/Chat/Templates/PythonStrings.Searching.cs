using System.Numerics;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <content>Methods that look for a text in another, and replace it.</content>
internal static partial class PythonStrings
{
    private static object? Replace(string text, Arguments arguments, TemplateBudget budget)
    {
        var bound = arguments.Bind("replace", ("old", Arguments.Required), ("new", Arguments.Required), ("count", BigInteger.MinusOne));
        return Replace(text, Text("replace", bound[0]), Text("replace", bound[1]), Integer("replace", bound[2]), budget);
    }

    public static string Replace(string text, string old, string with, int count, TemplateBudget budget)
    {
        var most = count < 0 ? int.MaxValue : count;
        var result = new StringBuilder();
        var (from, done) = (0, 0);
        if (old.Length == 0)
        {
            foreach (var point in CodePoints.Of(text))
            {
                if (done++ < most) result.Append(with);
                result.Append(point);
                Check();
            }

            if (done < most) result.Append(with);
            return result.ToString();
        }

        for (var at = text.IndexOf(old, StringComparison.Ordinal); at >= 0 && done < most; at = text.IndexOf(old, from, StringComparison.Ordinal), done++)
        {
            result.Append(text, from, at - from).Append(with);
            from = at + old.Length;
            Check();
        }

        return result.Append(text, from, text.Length - from).ToString();

        void Check()
        {
            if (result.Length > TemplateBudget.MaxText) budget.Make(result.Length);
        }
    }

    // The part of the text that two optional bounds leave, in UTF-16 units; null when the start lies beyond the end.
    private static (int From, int To)? Part(string text, object? start, object? end)
    {
        if (start is null && end is null) return (0, text.Length);
        var length = CodePoints.Length(text);
        int At(object? bound, int missing)
        {
            if (bound is null) return missing;
            var at = Integer("index", bound);
            return at < 0 ? Math.Max(0, at + length) : Math.Min(at, length + 1);
        }

        var (from, to) = (At(start, 0), Math.Min(At(end, length), length));
        if (from > to) return null;
        return CodePoints.IsPlain(text) ? (from, to) : (Units(text, from), Units(text, to));
    }

    private static int Units(string text, int points)
    {
        var at = 0;
        for (; points > 0; points--) at += CodePoints.WidthAt(text, at);
        return at;
    }

    private static object IsAt(string text, Arguments arguments, string name, bool atStart, TemplateBudget budget)
    {
        var bound = arguments.Bind(name, ("prefix", Arguments.Required), ("start", null), ("end", null));
        if (Part(text, bound[1], bound[2]) is not var (from, to)) return false;
        var part = text.AsSpan(from, to - from);
        foreach (var candidate in bound[0] is TupleValue many ? many.Items : [bound[0]])
        {
            budget.Step();
            var wanted = Text(name, candidate);
            if (atStart ? part.StartsWith(wanted, StringComparison.Ordinal) : part.EndsWith(wanted, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static int Find(string text, Arguments arguments, string name, bool last, TemplateBudget budget)
    {
        var bound = arguments.Bind(name, ("sub", Arguments.Required), ("start", null), ("end", null));
        budget.Step(1 + text.Length / 64);
        var wanted = Text(name, bound[0]);
        if (Part(text, bound[1], bound[2]) is not var (from, to)) return -1;
        var part = text.AsSpan(from, to - from);
        var at = last ? part.LastIndexOf(wanted, StringComparison.Ordinal) : part.IndexOf(wanted, StringComparison.Ordinal);
        return at < 0 ? -1 : CodePoints.Length(text[..(from + at)]);
    }

    private static object Found(int at) => at >= 0 ? new BigInteger(at) : throw TemplateException.Value("substring not found");

    private static int Count(string text, Arguments arguments, TemplateBudget budget)
    {
        var bound = arguments.Bind("count", ("sub", Arguments.Required), ("start", null), ("end", null));
        budget.Step(1 + text.Length / 64);
        var wanted = Text("count", bound[0]);
        if (Part(text, bound[1], bound[2]) is not var (from, to)) return 0;
        if (wanted.Length == 0) return CodePoints.Length(text[from..to]) + 1;
        return text.AsSpan(from, to - from).Count(wanted);
    }
}
