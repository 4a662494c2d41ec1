using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>Jinja's filters, with the <c>tojson</c> that transformers puts in the place of Jinja's.</summary>
internal static partial class TemplateFilters
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
}
