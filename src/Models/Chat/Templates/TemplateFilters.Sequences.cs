using System.Numerics;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <content>Filters over what can be iterated.</content>
internal static partial class TemplateFilters
{
    private static object? First(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        foreach (var item in PythonSequences.Iterate(value)) return item;
        return new UndefinedValue("No first item, sequence was empty.");
    }

    private static object? Last(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        if (value is GeneratorValue) throw TemplateException.Type("'generator' object is not reversible");
        var items = interpreter.ListOf(value);
        return items.Count > 0 ? items[^1] : new UndefinedValue("No last item, sequence was empty.");
    }

    private static object? Join(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("join", ("d", ""), ("attribute", null));
        var items = PythonSequences.Iterate(value);
        if (bound[1] is { } attribute) items = items.Select(item => interpreter.Path(item, attribute));
        var into = new StringBuilder();
        var first = true;
        foreach (var item in items)
        {
            interpreter.Budget.Step();
            if (!first) into.Append(Str(bound[0]));
            first = false;
            into.Append(Str(item));
            if (into.Length > TemplateBudget.MaxText) interpreter.Budget.Make(into.Length);
        }

        return interpreter.Made(into.ToString());
    }

    private static object? Map(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        if (arguments.Positional.Count == 0 && arguments.Named.TryGetValue("attribute", out var attribute))
        {
            if (arguments.Named.Keys.FirstOrDefault(name => name is not ("attribute" or "default")) is { } other)
                throw new TemplateException($"FilterArgumentError: Unexpected keyword argument '{other}'");
            var hasDefault = arguments.Named.TryGetValue("default", out var fallback);
            return Lazy(value, item => interpreter.Path(item, attribute) is var found && found is UndefinedValue && hasDefault ? fallback : found, interpreter);
        }

        if (arguments.Positional.Count == 0) throw new TemplateException("FilterArgumentError: map requires a filter argument");
        var name = Str(arguments.Positional[0]);
        if (!Has(name)) throw new TemplateException(Missing(name));
        var rest = new Arguments([.. arguments.Positional.Skip(1)], arguments.Named);
        return Lazy(value, item => On(name, item, rest, interpreter), interpreter);
    }

    // What is empty or zero gives nothing here, even where it cannot be iterated.
    private static GeneratorValue Lazy(object? value, Func<object?, object?> each, TemplateInterpreter interpreter) => Later(() => PythonText.IsTrue(value)
        ? PythonSequences.Iterate(value).Select(item =>
        {
            interpreter.Budget.Step();
            return each(item);
        })
        : []);

    // Nothing is evaluated, and nothing fails, before the first item is asked for.
    private static GeneratorValue Later(Func<IEnumerable<object?>> items)
    {
        return new GeneratorValue(Items());

        IEnumerable<object?> Items()
        {
            foreach (var item in items()) yield return item;
        }
    }

    private static object? Select(object? value, Arguments arguments, TemplateInterpreter interpreter, string name, bool byAttribute, bool keep)
    {
        var positional = arguments.Positional;
        if (byAttribute && positional.Count == 0) throw new TemplateException($"FilterArgumentError: {name} needs an attribute");
        var test = positional.Skip(byAttribute ? 1 : 0).FirstOrDefault();
        var rest = new Arguments([.. positional.Skip(byAttribute ? 2 : 1)], arguments.Named);
        if (test is not null && !TemplateTests.Has(Str(test))) throw new TemplateException($"No test named '{Str(test)}'.");
        bool Keeps(object? item)
        {
            interpreter.Budget.Step();
            var subject = byAttribute ? interpreter.Path(item, positional[0]) : item;
            return (test is null ? PythonText.IsTrue(subject) : TemplateTests.Holds(Str(test), subject, rest, interpreter)) == keep;
        }

        return Later(() => PythonText.IsTrue(value) ? PythonSequences.Iterate(value).Where(Keeps) : []);
    }

    private static List<object?> Sorted(IEnumerable<object?> items, Func<object?, object?> key, bool reverse, TemplateInterpreter interpreter)
    {
        var keyed = items.Select(item => (Item: item, Key: key(item))).ToArray();
        interpreter.Budget.Make(2L * keyed.Length);
        Merge(keyed, new (object?, object?)[keyed.Length], 0, keyed.Length);
        return [.. keyed.Select(k => k.Item)];

        // Stable in both directions, as Python's sort, and asking for "<" alone.
        void Merge((object? Item, object? Key)[] pairs, (object?, object?)[] room, int from, int to)
        {
            if (to - from < 2) return;
            var middle = (from + to) / 2;
            Merge(pairs, room, from, middle);
            Merge(pairs, room, middle, to);
            for (int at = from, left = from, right = middle; at < to; at++)
                room[at] = right == to || (left < middle && !IsBefore(pairs[right].Key, pairs[left].Key)) ? pairs[left++] : pairs[right++];
            Array.Copy(room, from, pairs, from, to - from);
        }

        bool IsBefore(object? one, object? other)
        {
            interpreter.Budget.Step();
            return reverse ? interpreter.Compare("<", other, one) : interpreter.Compare("<", one, other);
        }
    }

    private static Func<object?, object?> KeyOf(object? attribute, bool caseSensitive, TemplateInterpreter interpreter, bool severalParts = false)
    {
        object? Folded(object? key) => !caseSensitive && key is string text ? PythonStrings.Lower(text) : key;
        if (attribute is null) return Folded;
        if (!severalParts) return item => Folded(interpreter.Path(item, attribute));
        var parts = attribute is string names ? names.Split(',').Select(part => (object?)part).ToList() : [attribute];
        return item => new TupleValue([.. parts.Select(part => Folded(interpreter.Path(item, part)))]);
    }

    private static object? Sort(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("sort", ("reverse", false), ("case_sensitive", false), ("attribute", null));
        return Sorted(PythonSequences.Iterate(value), KeyOf(bound[2], PythonText.IsTrue(bound[1]), interpreter, severalParts: true), PythonText.IsTrue(bound[0]), interpreter);
    }

    private static object? DictSort(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("dictsort", ("case_sensitive", false), ("by", "key"), ("reverse", false));
        if (value is UndefinedValue undefined) throw undefined.Error();
        if (value is not MappingValue mapping) throw TemplateException.Type($"'{PythonText.TypeName(value)}' object has no attribute 'items'");
        var at = (bound[1] as string) switch { "key" => 0, "value" => 1, _ => throw new TemplateException("FilterArgumentError: You can only sort by either \"key\" or \"value\"") };
        var key = KeyOf(null, PythonText.IsTrue(bound[0]), interpreter);
        return Sorted(mapping.Entries.Select(e => (object?)new TupleValue([e.Key, e.Value])), pair => key(((TupleValue)pair!).Items[at]), PythonText.IsTrue(bound[2]), interpreter);
    }

    private static object? GroupBy(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("groupby", ("attribute", Arguments.Required), ("default", null), ("case_sensitive", false));
        object? Plain(object? item) => interpreter.Path(item, bound[0]) is var found && found is UndefinedValue && bound[1] is { } fallback ? fallback : found;
        object? Key(object? item) => Plain(item) is string text && !PythonText.IsTrue(bound[2]) ? PythonStrings.Lower(text) : Plain(item);
        var groups = new List<(object? Key, object? Shown, List<object?> Items)>();
        foreach (var item in Sorted(PythonSequences.Iterate(value), Key, reverse: false, interpreter))
        {
            if (groups.Count == 0 || !PythonEquality.AreEqual(groups[^1].Key, Key(item))) groups.Add((Key(item), Plain(item), []));
            groups[^1].Items.Add(item);
        }

        return groups.Select(group => (object?)new GroupValue(group.Shown, group.Items)).ToList();
    }

    private static object? Extreme(object? value, Arguments arguments, TemplateInterpreter interpreter, string name)
    {
        var bound = arguments.Bind(name, ("case_sensitive", false), ("attribute", null));
        var key = KeyOf(bound[1], PythonText.IsTrue(bound[0]), interpreter);
        object? best = new UndefinedValue("No aggregated item, sequence was empty.");
        var found = false;
        foreach (var item in PythonSequences.Iterate(value))
        {
            interpreter.Budget.Step();
            if (found && (name == "max" ? PythonSequences.Compare(key(best), key(item)) : PythonSequences.Compare(key(item), key(best))) is >= 0 or int.MinValue) continue;
            (best, found) = (item, true);
        }

        return best;
    }

    private static object? Unique(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("unique", ("case_sensitive", false), ("attribute", null));
        var key = KeyOf(bound[1], PythonText.IsTrue(bound[0]), interpreter);
        var seen = new HashSet<object>(PythonEquality.Instance);
        return Later(() => PythonSequences.Iterate(value).Where(item => seen.Add(PythonEquality.Key(key(item)))));
    }

    private static object? Sum(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("sum", ("attribute", null), ("start", BigInteger.Zero));
        var total = bound[1] is string ? throw TemplateException.Type("sum() can't sum strings [use ''.join(seq) instead]") : bound[1];
        foreach (var item in PythonSequences.Iterate(value)) total = interpreter.Operate("+", total, bound[0] is { } attribute ? interpreter.Path(item, attribute) : item);
        return total;
    }

    private static object? Batch(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("batch", ("linecount", Arguments.Required), ("fill_with", null));
        return Later(() => Rows(value, interpreter.Size(bound[0]), bound[1], interpreter));
    }

    private static List<object?> Rows(object? value, int size, object? fill, TemplateInterpreter interpreter)
    {
        if (size < 1) throw TemplateException.Value("batch needs a size of 1 or more");
        var rows = new List<object?>();
        foreach (var chunk in interpreter.ListOf(value).Chunk(size))
        {
            List<object?> row = [.. chunk];
            while (fill is not null && row.Count < size) row.Add(fill);
            rows.Add(row);
        }

        return rows;
    }

    private static object? Slice(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("slice", ("slices", Arguments.Required), ("fill_with", null));
        return Later(() => Columns(value, interpreter.Size(bound[0]), bound[1], interpreter));
    }

    private static List<object?> Columns(object? value, int count, object? fill, TemplateInterpreter interpreter)
    {
        if (count < 1) throw new TemplateException("ZeroDivisionError: integer division or modulo by zero");
        var items = interpreter.ListOf(value);
        var (each, longer, from) = (items.Count / count, items.Count % count, 0);
        var columns = new List<object?>();
        for (var i = 0; i < count; i++)
        {
            var size = each + (i < longer ? 1 : 0);
            List<object?> column = items.GetRange(from, size);
            from += size;
            if (fill is not null && i >= longer) column.Add(fill);
            columns.Add(column);
        }

        return columns;
    }
}
