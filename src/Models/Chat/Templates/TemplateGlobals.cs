using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>The functions that a template may call: Jinja's that are deterministic and the two of transformers.</summary>
internal static class TemplateGlobals
{
    public static Dictionary<string, object?> Create(TemplateInterpreter interpreter, DateTimeOffset now) => new(StringComparer.Ordinal)
    {
        ["range"] = new CallableValue("range", a => Range(a, interpreter.Budget)),
        ["dict"] = new CallableValue("dict", a => Named(a, interpreter)),
        ["namespace"] = new CallableValue("namespace", a => Namespace(a, interpreter)),
        ["cycler"] = new CallableValue("cycler", Cycler),
        ["joiner"] = new CallableValue("joiner", Joiner),
        ["raise_exception"] = new CallableValue("raise_exception",
            a => throw new RaisedByTemplateException(PythonText.Str(a.Bind("raise_exception", ("message", Arguments.Required))[0]))),
        ["strftime_now"] = new CallableValue("strftime_now",
            a => interpreter.Made(PythonDates.Format(now, PythonStrings.Text("strftime_now", a.Bind("strftime_now", ("format", Arguments.Required))[0]), interpreter.Budget))),
    };

    private static RangeValue Range(Arguments arguments, TemplateBudget budget)
    {
        if (arguments.Named.Count > 0) throw TemplateException.Type("range() takes no keyword arguments");
        var bounds = arguments.Positional.Select(value => (long)PythonStrings.Integer("range", value)).ToList();
        var range = bounds switch
        {
            [var stop] => new RangeValue(0, stop, 1),
            [var start, var stop] => new RangeValue(start, stop, 1),
            [_, _, 0] => throw TemplateException.Value("range() arg 3 must not be zero"),
            [var start, var stop, var step] => new RangeValue(start, stop, step),
            _ => throw TemplateException.Type(Invariant($"range expected 1 to 3 arguments, got {bounds.Count}")),
        };
        var count = range.Step > 0 ? (range.Stop - range.Start) / range.Step : (range.Start - range.Stop) / -range.Step;
        if (count > TemplateBudget.MaxRange)
            throw new TemplateException(Invariant($"OverflowError: range too big: the sandbox blocks ranges larger than {TemplateBudget.MaxRange}"));
        budget.Make(Math.Max(0, count));
        return range;
    }

    private static MappingValue Named(Arguments arguments, TemplateInterpreter interpreter)
    {
        var mapping = new MappingValue();
        switch (arguments.Positional)
        {
            case []: break;
            case [UndefinedValue undefined]: throw undefined.Error();
            case [MappingValue other]:
                foreach (var (key, value) in other.Entries) mapping[key] = value;
                break;
            case [var pairs]:
                foreach (var pair in PythonSequences.Iterate(pairs))
                {
                    if (interpreter.ListOf(pair) is not [var key, var value]) throw TemplateException.Value("dict() needs pairs");
                    mapping[key] = value;
                }

                break;
            default: throw TemplateException.Type(Invariant($"dict expected at most 1 argument, got {arguments.Positional.Count}"));
        }

        foreach (var (name, value) in arguments.Named) mapping[name] = value;
        return mapping;
    }

    private static NamespaceValue Namespace(Arguments arguments, TemplateInterpreter interpreter)
    {
        var space = new NamespaceValue();
        foreach (var (name, value) in Named(arguments, interpreter).Entries) space.Values[PythonText.Str(name)] = value;
        return space;
    }

    private static NamespaceValue Cycler(Arguments arguments)
    {
        var items = arguments.Positional;
        if (items.Count == 0) throw TemplateException.Type("at least one item has to be provided");
        var space = new NamespaceValue();
        var at = BigInteger.Zero;
        void Show() => space.Values["current"] = items[(int)(at % items.Count)];
        Show();
        space.Values["next"] = new CallableValue("next", _ =>
        {
            var item = items[(int)(at++ % items.Count)];
            Show();
            return item;
        });
        space.Values["reset"] = new CallableValue("reset", _ =>
        {
            at = 0;
            Show();
            return null;
        });
        return space;
    }

    private static CallableValue Joiner(Arguments arguments)
    {
        var separator = arguments.Bind("joiner", ("sep", ", "))[0];
        var used = false;
        return new CallableValue("joiner", _ =>
        {
            if (used) return separator;
            used = true;
            return "";
        });
    }
}
