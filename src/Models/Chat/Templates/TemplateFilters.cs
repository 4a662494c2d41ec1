using System.Globalization;
using System.Numerics;
using System.Text;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Jinja's filters, with the <c>tojson</c> that transformers puts in the place of Jinja's.</summary>
/// <remarks>One file: a table of small functions that share their helpers; each is looked for by its name.</remarks>
internal static class TemplateFilters
{
    private delegate object? Apply(object? value, Arguments arguments, TemplateInterpreter interpreter);

    private static readonly Dictionary<string, Apply> All = new(StringComparer.Ordinal)
    {
        ["abs"] = (v, _, _) => Number(v, "abs") switch { double d => Math.Abs(d), var whole => BigInteger.Abs(PythonNumbers.Whole(whole)) },
        ["attr"] = (v, a, i) => i.AttributeOnly(v, Str(a.Bind("attr", ("name", Arguments.Required))[0])),
        ["batch"] = Batch,
        ["capitalize"] = (v, _, i) => Like(v, i.Made(PythonStrings.Capitalize(Str(v)))),
        ["center"] = (v, a, i) => Like(v, PythonStrings.Pad(Str(v), i.Size(a.Bind("center", ("width", new BigInteger(80)))[0]), " ", '^')),
        ["count"] = (v, _, _) => new BigInteger(PythonSequences.Length(v)),
        ["d"] = Default,
        ["default"] = Default,
        ["dictsort"] = DictSort,
        ["e"] = (v, _, i) => i.Made(EscapedText.From(v)),
        ["escape"] = (v, _, i) => i.Made(EscapedText.From(v)),
        ["filesizeformat"] = FileSize,
        ["forceescape"] = (v, _, i) => i.Made(EscapedText.Of(EscapedText.Escape(Str(v)))),
        ["first"] = First,
        ["float"] = Float,
        ["format"] = (v, a, i) => i.Percent(Str(v), a.Named.Count > 0 ? NamedValues(a) : new TupleValue(a.Positional)),
        ["groupby"] = GroupBy,
        ["indent"] = Indent,
        ["int"] = Int,
        ["items"] = (v, _, _) => Later(() => v switch
        {
            UndefinedValue => [],
            MappingValue mapping => mapping.Entries.Select(e => (object?)new TupleValue([e.Key, e.Value])),
            _ => throw TemplateException.Type("Can only get item pairs from a mapping."),
        }),
        ["join"] = Join,
        ["last"] = Last,
        ["length"] = (v, _, _) => new BigInteger(PythonSequences.Length(v)),
        ["list"] = (v, _, i) => i.ListOf(v),
        ["lower"] = (v, _, i) => Like(v, i.Made(PythonStrings.Lower(Str(v)))),
        ["map"] = Map,
        ["max"] = (v, a, i) => Extreme(v, a, i, "max"),
        ["min"] = (v, a, i) => Extreme(v, a, i, "min"),
        ["reject"] = (v, a, i) => Select(v, a, i, "reject", byAttribute: false, keep: false),
        ["rejectattr"] = (v, a, i) => Select(v, a, i, "rejectattr", byAttribute: true, keep: false),
        ["replace"] = (v, a, i) =>
        {
            var bound = a.Bind("replace", ("old", Arguments.Required), ("new", Arguments.Required), ("count", null));
            return i.Made(PythonStrings.Replace(Str(v), Str(bound[0]), Str(bound[1]), bound[2] is null ? -1 : PythonStrings.Integer("replace", bound[2]), i.Budget));
        },
        ["reverse"] = (v, _, i) => v is string text ? Like(v, i.Made(string.Concat(CodePoints.Of(text).Reverse()))) : new GeneratorValue(Enumerable.Reverse(i.ListOf(v))),
        ["round"] = Round,
        ["safe"] = (v, _, _) => EscapedText.Of(Str(v)),
        ["select"] = (v, a, i) => Select(v, a, i, "select", byAttribute: false, keep: true),
        ["selectattr"] = (v, a, i) => Select(v, a, i, "selectattr", byAttribute: true, keep: true),
        ["slice"] = Slice,
        ["sort"] = Sort,
        ["string"] = (v, _, i) => i.Made(Str(v)),
        ["striptags"] = (v, _, i) => i.Made(StripTags(Str(v))),
        ["sum"] = Sum,
        ["title"] = (v, _, i) => i.Made(Title(Str(v))),
        ["tojson"] = (v, a, i) =>
        {
            var bound = a.Bind("tojson", ("ensure_ascii", false), ("indent", null), ("separators", null), ("sort_keys", false));
            return i.Made(PythonJson.Write(v, bound[1], bound[2], PythonText.IsTrue(bound[3]), PythonText.IsTrue(bound[0])));
        },
        ["trim"] = (v, a, i) => Like(v, i.Made(PythonStrings.Strip(Str(v), a.Bind("trim", ("chars", null))[0] is { } chars ? PythonStrings.Text("trim", chars) : null, start: true, end: true))),
        ["truncate"] = Truncate,
        ["unique"] = Unique,
        ["upper"] = (v, _, i) => Like(v, i.Made(PythonStrings.Upper(Str(v)))),
        ["urlencode"] = UrlEncode,
        ["wordcount"] = (v, _, _) => new BigInteger(WordCount(Str(v))),
        ["wordwrap"] = (v, a, i) => i.Made(EscapedText.Plain(WordWrap.Wrap(PythonStrings.Text("wordwrap", v), a, i.Budget))),
        ["xmlattr"] = Attributes,
    };

    // Filters of Jinja that a prompt has no use for.
    private static readonly Dictionary<string, string> Unsupported = new(StringComparer.Ordinal)
    {
        ["pprint"] = "it lays values out over lines; write them with tojson",
        ["random"] = "a prompt must be the same each time",
        ["urlize"] = "it makes links of addresses",
    };

    public static bool Has(string name) => All.ContainsKey(name);

    /// <summary>Whether Jinja has a filter of the name, be it supported or not.</summary>
    public static bool IsJinjas(string name) => Has(name) || Unsupported.ContainsKey(name);

    /// <summary>Says that a filter is not there.</summary>
    public static string Missing(string name) =>
        Unsupported.TryGetValue(name, out var why) ? $"the filter '{name}' of Jinja is not supported: {why}" : $"No filter named '{name}'.";

    public static object? On(string name, object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        if (!All.TryGetValue(name, out var filter)) throw new TemplateException(Missing(name));
        return filter(value, arguments, interpreter);
    }

    private static string Str(object? value) => PythonText.Str(value);

    private static string Like(object? value, string text) => EscapedText.Like(value, text);

    private static object? FileSize(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var isBinary = PythonText.IsTrue(arguments.Bind("filesizeformat", ("binary", false))[0]);
        var bytes = Float(value, new Arguments([null], Arguments.None.Named), interpreter) is double number ? number : throw TemplateException.Value($"could not convert to float: {PythonText.Repr(value)}");
        double unit = isBinary ? 1024 : 1000;
        if (bytes == 1) return "1 Byte";
        if (bytes < unit) return $"{PythonText.Str(Int(bytes, Arguments.None, interpreter))} Bytes";
        string[] prefixes = ["k", "M", "G", "T", "P", "E", "Z", "Y"];
        var at = 0;
        while (at < prefixes.Length - 1 && bytes >= Math.Pow(unit, at + 2)) at++;
        var shown = PythonFormat.Percent("%.1f", unit * bytes / Math.Pow(unit, at + 2), interpreter.Budget);
        return $"{shown} {(isBinary ? prefixes[at].ToUpperInvariant() + "iB" : prefixes[at] + "B")}";
    }

    private static object? Attributes(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var spaced = PythonText.IsTrue(arguments.Bind("xmlattr", ("autospace", true))[0]);
        if (value is not MappingValue mapping) throw TemplateException.Type($"xmlattr needs a mapping, not {PythonText.TypeName(value)}");
        var parts = new List<string>();
        foreach (var (key, item) in mapping.Entries)
        {
            if (item is null or UndefinedValue) continue;
            var name = PythonStrings.Text("xmlattr", key);
            if (name.Any(letter => TemplateLexer.IsSpace(letter) || letter is '/' or '>' or '=')) throw TemplateException.Value($"Invalid character in attribute name: {PythonText.Repr(key)}");
            parts.Add($"{EscapedText.From(name)}=\"{EscapedText.From(item)}\"");
        }

        var joined = string.Join(' ', parts);
        return interpreter.Made(spaced && joined.Length > 0 ? " " + joined : joined);
    }

    private static object Number(object? value, string filter) => value is UndefinedValue undefined ? throw undefined.Error()
        : PythonNumbers.IsNumber(value) ? value! : throw TemplateException.Type($"bad operand type for {filter}(): '{PythonText.TypeName(value)}'");

    private static MappingValue NamedValues(Arguments arguments)
    {
        if (arguments.Positional.Count > 0) throw TemplateException.Type("can't handle positional and keyword arguments at the same time");
        var mapping = new MappingValue();
        foreach (var (name, value) in arguments.Named) mapping[name] = value;
        return mapping;
    }

    private static object? Default(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("default", ("default_value", ""), ("boolean", false));
        return value is UndefinedValue || (PythonText.IsTrue(bound[1]) && !PythonText.IsTrue(value)) ? bound[0] : value;
    }

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

    private static object? Float(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var fallback = arguments.Bind("float", ("default", 0.0))[0];
        return value switch
        {
            UndefinedValue undefined => throw undefined.Error(),
            bool or BigInteger or double => PythonNumbers.Real(value),
            string text when ParseFloat(text) is { } number => number,
            _ => fallback,
        };
    }

    private static double? ParseFloat(string text)
    {
        var trimmed = PythonStrings.Strip(text, null, start: true, end: true);
        if (trimmed.Length > 5000) return null;
        switch (trimmed.TrimStart('+', '-').ToLowerInvariant())
        {
            case "inf" or "infinity" when trimmed.Length - trimmed.TrimStart('+', '-').Length <= 1: return trimmed[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            case "nan" when trimmed.Length <= 4: return double.NaN;
        }

        return WithoutUnderscores(trimmed) is { } digits && digits.All(c => char.IsAsciiDigit(c) || c is '.' or 'e' or 'E' or '+' or '-') &&
               double.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    // Underscores are allowed between digits only.
    private static string? WithoutUnderscores(string text)
    {
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '_' && (i == 0 || i + 1 == text.Length || !char.IsAsciiDigit(text[i - 1]) || !char.IsAsciiDigit(text[i + 1]))) return null;
        return text.Replace("_", "", StringComparison.Ordinal);
    }

    private static object? Int(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("int", ("default", BigInteger.Zero), ("base", new BigInteger(10)));
        switch (value)
        {
            case UndefinedValue undefined: throw undefined.Error();
            case bool or BigInteger: return PythonNumbers.Whole(value);
            case double real: return double.IsFinite(real) ? new BigInteger(real) : bound[0];
            case string text:
                if (ParseInt(text, PythonStrings.Integer("int", bound[1])) is { } whole) return whole;
                return ParseFloat(text) is { } number && double.IsFinite(number) ? new BigInteger(number) : bound[0];
            default: return bound[0];
        }
    }

    private static BigInteger? ParseInt(string text, int radix)
    {
        var digits = PythonStrings.Strip(text, null, start: true, end: true);
        var negative = digits.StartsWith('-');
        if (digits.Length > 0 && digits[0] is '+' or '-') digits = digits[1..];
        if (digits.Length > 2 && digits[0] == '0' && (char.ToLowerInvariant(digits[1]), radix) is ('x', 16) or ('o', 8) or ('b', 2)) digits = digits[2..];
        if (WithoutUnderscores(digits) is not { Length: > 0 and <= 4300 } plain || radix is < 2 or > 36) return null;
        var sum = BigInteger.Zero;
        foreach (var c in plain)
        {
            var digit = char.IsAsciiDigit(c) ? c - '0' : char.IsAsciiLetter(c) ? char.ToLowerInvariant(c) - 'a' + 10 : int.MaxValue;
            if (digit >= radix) return null;
            sum = sum * radix + digit;
        }

        return negative ? -sum : sum;
    }

    private static object? Round(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("round", ("precision", BigInteger.Zero), ("method", "common"));
        var (number, digits) = (Number(value, "round"), PythonStrings.Integer("round", bound[0]));
        if (Math.Abs(digits) > 400) throw TemplateException.Value("the precision of 'round' is at most 400");
        switch (bound[1] as string)
        {
            case "common":
                if (number is double real) return PythonNumbers.Round(real, digits);
                if (digits >= 0) return PythonNumbers.Whole(number);
                var unit = BigInteger.Pow(10, -digits);
                var whole = PythonNumbers.Whole(number);
                return (whole.Sign < 0 ? -1 : 1) * PythonNumbers.HalfEven(BigInteger.Abs(whole), unit) * unit;
            case "ceil" or "floor":
                var factor = Math.Pow(10, digits);
                var scaled = PythonNumbers.Real(number) * factor;
                return ((string?)bound[1] == "ceil" ? Math.Ceiling(scaled) : Math.Floor(scaled)) / factor;
            default: throw new TemplateException("FilterArgumentError: method must be common, ceil or floor");
        }
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

    private static object? Indent(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("indent", ("width", new BigInteger(4)), ("first", false), ("blank", false));
        var by = bound[0] as string ?? new string(' ', Math.Max(0, interpreter.Size(bound[0])));
        var text = PythonStrings.Text("indent", value) + "\n";
        var lines = (List<object?>)PythonStrings.MethodOf(text, "splitlines", interpreter.Budget)!.Function(Arguments.None)!;
        if (bound[2] is var blank && PythonText.IsTrue(blank)) return Like(value, interpreter.Made((PythonText.IsTrue(bound[1]) ? by : "") + string.Join("\n" + by, lines)));
        var into = new StringBuilder((string?)lines[0]);
        foreach (var line in lines.Skip(1)) into.Append('\n').Append(((string)line!).Length > 0 ? by : "").Append((string)line!);
        return Like(value, interpreter.Made((PythonText.IsTrue(bound[1]) ? by : "") + into));
    }

    private static object? Truncate(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        var bound = arguments.Bind("truncate", ("length", new BigInteger(255)), ("killwords", false), ("end", "..."), ("leeway", null));
        var (length, end) = (interpreter.Size(bound[0]), Str(bound[2]));
        var leeway = bound[3] is null ? 5 : interpreter.Size(bound[3]);
        if (length < CodePoints.Length(end)) throw TemplateException.Value(Invariant($"expected length >= {CodePoints.Length(end)}, got {length}"));
        if (PythonSequences.Length(value) <= length + leeway) return value;
        var text = PythonStrings.Text("truncate", value);
        var kept = string.Concat(CodePoints.Of(text).Take(length - CodePoints.Length(end)));
        var space = PythonText.IsTrue(bound[1]) ? -1 : kept.LastIndexOf(' ');
        if (space >= 0) kept = kept[..space];
        return EscapedText.Is(value) ? EscapedText.Joined(EscapedText.Of(kept), end) : kept + end;
    }

    private static object? UrlEncode(object? value, Arguments arguments, TemplateInterpreter interpreter)
    {
        static string Quote(string text, string safe)
        {
            var into = new StringBuilder();
            foreach (var b in Encoding.UTF8.GetBytes(text))
                into.Append(char.IsAsciiLetterOrDigit((char)b) || "_.-~".Contains((char)b) || safe.Contains((char)b) ? ((char)b).ToString() : Invariant($"%{b:X2}"));
            return into.ToString();
        }

        static string Plus(object? part) => Quote(Str(part), " ").Replace(' ', '+');
        if (value is not (MappingValue or List<object?> or TupleValue)) return interpreter.Made(Quote(Str(value), "/"));
        var pairs = value is MappingValue mapping ? mapping.Entries.Select(e => (e.Key, e.Value)) : PythonSequences.Iterate(value).Select(pair =>
            interpreter.ListOf(pair) is [var key, var item] ? (key, item) : throw TemplateException.Value("urlencode needs pairs"));
        return interpreter.Made(string.Join('&', pairs.Select(pair => Plus(pair.Item1) + "=" + Plus(pair.Item2))));
    }

    private static string StripTags(string text)
    {
        var into = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '<')
            {
                var close = string.CompareOrdinal(text, i, "<!--", 0, 4) == 0 ? text.IndexOf("-->", i, StringComparison.Ordinal) is >= 0 and var mark ? mark + 2 : -1 : text.IndexOf('>', i);
                if (close < 0)
                {
                    into.Append(text, i, text.Length - i);
                    break;
                }

                i = close;
            }
            else into.Append(text[i]);
        }

        var words = into.ToString().Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return System.Net.WebUtility.HtmlDecode(string.Join(' ', words));
    }

    private static int WordCount(string text)
    {
        var count = 0;
        var inside = false;
        foreach (var c in text)
        {
            var isWord = char.IsLetterOrDigit(c) || c == '_';
            if (isWord && !inside) count++;
            inside = isWord;
        }

        return count;
    }

    // The first letter after white space, a hyphen or an opening bracket in upper case, the others in lower case.
    private static string Title(string text)
    {
        var into = new StringBuilder(text.Length);
        var starts = true;
        foreach (var point in CodePoints.Of(text))
        {
            if (TemplateLexer.IsSpace(point[0]) || point[0] is '-' or '(' or '{' or '[' or '<')
            {
                starts = true;
                into.Append(point);
                continue;
            }

            into.Append(starts ? PythonStrings.Upper(point) : PythonStrings.Lower(point));
            starts = false;
        }

        return into.ToString();
    }
}
