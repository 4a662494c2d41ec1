using System.Runtime.CompilerServices;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>
/// Reads Jinja's grammar: expressions in the precedence of Jinja2 3.1 and the statements that chat templates use. Inheritance, imports
/// and includes are refused: a template is one text.
/// </summary>
internal sealed partial class TemplateParser
{
    private static readonly string[] Comparisons = ["==", "!=", ">", ">=", "<", "<="];

    private readonly IReadOnlyList<TemplateToken> _tokens;
    private readonly Stack<(string Tag, int Line)> _open = new();
    private int _at;
    private int _loops;
    private int _conditions;
    private HashSet<string>? _namesRead;

    // Filters and tests that there are not, where no condition stands around them.
    private readonly List<TemplateException> _unknown = [];

    private TemplateParser(IReadOnlyList<TemplateToken> tokens) => _tokens = tokens;

    private TemplateToken Current => _tokens[_at];

    private TemplateToken Ahead => _tokens[Math.Min(_at + 1, _tokens.Count - 1)];

    /// <exception cref="TemplateException">The text is not a template, or uses what is not supported.</exception>
    public static IReadOnlyList<Statement> Parse(string source)
    {
        var parser = new TemplateParser(TemplateLexer.Read(source));
        var body = parser.Body([]);
        return parser._unknown.Count == 0 ? body : throw parser._unknown[0];
    }

    private TemplateException Error(string message) => new(message, Current.Line);

    private static void Guard()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack()) throw new TemplateException("the template nests expressions or blocks too deeply");
    }

    private TemplateToken Next() => _tokens[_at < _tokens.Count - 1 ? _at++ : _at];

    private bool Skip(string sign)
    {
        if (!Current.IsOperator(sign)) return false;
        Next();
        return true;
    }

    private bool SkipName(string name)
    {
        if (!Current.IsName(name)) return false;
        Next();
        return true;
    }

    private void Expect(string sign)
    {
        if (!Skip(sign)) throw Error($"expected token '{sign}', got '{Current}'");
    }

    private void Expect(TokenType type)
    {
        if (Current.Type != type) throw Error($"expected token '{new TemplateToken(type, "", 0)}', got '{Current}'");
        Next();
    }

    private string ExpectName()
    {
        if (Current.Type != TokenType.Name) throw Error($"expected token 'name', got '{Current}'");
        return Next().Text;
    }

    // Statements up to one of the named tags, whose "{%" is consumed and whose name is the current token then.
    private List<Statement> Body(IReadOnlyList<string> ends)
    {
        Guard();
        var body = new List<Statement>();
        while (true)
        {
            switch (Current.Type)
            {
                case TokenType.Data:
                    body.Add(new Text(Current.Text, Next().Line));
                    break;
                case TokenType.VariableBegin:
                    var line = Next().Line;
                    body.Add(new Output(Tuple(withConditional: true), line));
                    Expect(TokenType.VariableEnd);
                    break;
                case TokenType.BlockBegin:
                    Next();
                    if (Current.Type == TokenType.Name && ends.Contains(Current.Text)) return body;
                    body.Add(Statement());
                    Expect(TokenType.BlockEnd);
                    break;
                case TokenType.End:
                    if (ends.Count == 0) return body;
                    throw Error($"unexpected end of template: the tag '{_open.Peek().Tag}' of line {_open.Peek().Line} is not closed (looking for {string.Join(" or ", ends.Select(e => $"'{e}'"))})");
                default:
                    throw Error($"unexpected '{Current}'");
            }
        }
    }

    private List<Statement> Block(params IReadOnlyList<string> ends)
    {
        Skip(":");
        Expect(TokenType.BlockEnd);
        return Body(ends);
    }

    // The body of a tag whose only end is NAME, with that name consumed.
    private List<Statement> WholeBlock(string end)
    {
        var body = Block(end);
        Next();
        return body;
    }

    private Statement Statement()
    {
        if (Current.Type != TokenType.Name) throw Error("tag name expected");
        var (name, line) = (Current.Text, Next().Line);
        _open.Push((name, line));
        Statement statement = name switch
        {
            "if" => IfStatement(line),
            "for" => ForStatement(line),
            "set" => SetStatement(line),
            "macro" => MacroStatement(line),
            "call" => CallStatement(line),
            "filter" => new FilterBlock(Filters(null, inline: true)!, Inner(() => WholeBlock("endfilter")), line),
            "with" => WithStatement(line),
            "print" => PrintStatement(line),
            "autoescape" => new AutoEscape(Expression(), Inner(() => WholeBlock("endautoescape")), line),
            "generation" => new Generation(Outside(() => WholeBlock("endgeneration")), line),
            "block" => BlockStatement(line),
            "break" => _loops > 0 ? new Break(line) : throw Error("'break' outside a loop"),
            "continue" => _loops > 0 ? new Continue(line) : throw Error("'continue' outside a loop"),
            "extends" or "include" or "import" or "from" => throw Error($"the tag '{name}' reads another template, which a chat template cannot do"),
            _ => throw Error($"encountered unknown tag '{name}'"),
        };
        _open.Pop();
        return statement;
    }

    // A body that becomes a function of its own: a loop around it cannot be left from inside.
    private T Outside<T>(Func<T> body)
    {
        var loops = _loops;
        _loops = 0;
        var result = Inner(body);
        _loops = loops;
        return result;
    }

    // A body with a scope of its own: unknown filters and tests in it are refused although a condition stands around it.
    private T Inner<T>(Func<T> body)
    {
        var conditions = _conditions;
        _conditions = 0;
        var result = body();
        _conditions = conditions;
        return result;
    }

    private If IfStatement(int line)
    {
        var branches = new List<(Expression, IReadOnlyList<Statement>)>();
        IReadOnlyList<Statement> otherwise = [];
        _conditions++;
        while (true)
        {
            var test = Tuple(withConditional: false);
            branches.Add((test, Block("elif", "else", "endif")));
            var end = Next().Text;
            if (end == "elif") continue;
            if (end == "else") otherwise = WholeBlock("endif");
            _conditions--;
            return new If(branches, otherwise, line);
        }
    }

    private For ForStatement(int line)
    {
        var target = AssignTarget(["in"], withNamespace: false);
        if (HasLoop(target)) throw Error("Can't assign to special loop variable in for-loop target");
        if (!SkipName("in")) throw Error($"expected token 'in', got '{Current}'");
        var items = Tuple(withConditional: false, "recursive");
        var test = SkipName("if") ? Expression() : null;
        var recursive = SkipName("recursive");
        _loops++;
        var body = Inner(() => Block("endfor", "else"));
        _loops--;
        IReadOnlyList<Statement> otherwise = Next().Text == "else" ? WholeBlock("endfor") : [];
        return new For(target, items, test, recursive, body, otherwise, line);
    }

    private static bool HasLoop(Target target) => target is NameTarget { Name: "loop" } || (target is TupleTarget tuple && tuple.Items.Any(HasLoop));

    private Statement SetStatement(int line)
    {
        var target = AssignTarget([], withNamespace: true);
        if (Skip("=")) return new Assign(target, Tuple(withConditional: true), line);
        var filter = Filters(null, inline: false);
        return new AssignBlock(target, filter, Outside(() => WholeBlock("endset")), line);
    }

    // Values one after another; a comma makes no tuple here.
    private Scoped PrintStatement(int line)
    {
        var values = new List<Statement>();
        while (Current.Type != TokenType.BlockEnd)
        {
            if (values.Count > 0) Expect(",");
            values.Add(new Output(Expression(), line));
        }

        return new Scoped(values, line);
    }

    private With WithStatement(int line)
    {
        var values = new List<(Target, Expression)>();
        while (Current.Type != TokenType.BlockEnd)
        {
            if (values.Count > 0) Expect(",");
            var target = AssignTarget([], withNamespace: false);
            Expect("=");
            values.Add((target, Expression()));
        }

        return new With(values, Inner(() => WholeBlock("endwith")), line);
    }

    private Scoped BlockStatement(int line)
    {
        var name = ExpectName();
        SkipName("scoped");
        SkipName("required");
        var body = Outside(() => Block("endblock"));
        Next();
        SkipName(name);
        return new Scoped(body, line);
    }

    private MacroOf MacroStatement(int line)
    {
        var name = ExpectName();
        var (signature, body) = Function("endmacro");
        return new MacroOf(name, signature, body, line);
    }

    private CallBlock CallStatement(int line)
    {
        var (names, defaults) = Current.IsOperator("(") ? Parameters() : ([], []);
        if (Expression() is not Call call) throw Error("expected call");
        var (body, read) = Reading(() => Outside(() => WholeBlock("endcall")));
        return new CallBlock(call, Of(names, defaults, read), body, line);
    }

    private (Signature, IReadOnlyList<Statement>) Function(string end)
    {
        var (names, defaults) = Parameters();
        if (names.Index().Any(pair => pair.Item == "caller" && defaults[pair.Index] is null))
            throw Error("When defining macros or call blocks the special \"caller\" argument must be omitted or be given a default.");
        var (body, read) = Reading(() => Outside(() => WholeBlock(end)));
        return (Of(names, defaults, read), body);
    }

    private static Signature Of(IReadOnlyList<string> names, IReadOnlyList<Expression?> defaults, HashSet<string> read) =>
        new(names, defaults, read.Contains("varargs"), read.Contains("kwargs"), read.Contains("caller"));

    // The names that a body reads decide what its macro takes beside its parameters.
    private (T Result, HashSet<string> Read) Reading<T>(Func<T> body)
    {
        var outer = _namesRead;
        var read = _namesRead = new HashSet<string>(StringComparer.Ordinal);
        var result = body();
        outer?.UnionWith(read);
        _namesRead = outer;
        return (result, read);
    }

    private (IReadOnlyList<string>, IReadOnlyList<Expression?>) Parameters()
    {
        var names = new List<string>();
        var defaults = new List<Expression?>();
        Expect("(");
        while (!Current.IsOperator(")"))
        {
            if (names.Count > 0) Expect(",");
            names.Add(ExpectName());
            if (Skip("=")) defaults.Add(Expression());
            else if (defaults.Any(d => d is not null)) throw Error("non-default argument follows default argument");
            else defaults.Add(null);
        }

        Expect(")");
        return (names, defaults);
    }

    private Target AssignTarget(IReadOnlyList<string> ends, bool withNamespace)
    {
        var parts = new List<Target>();
        var isTuple = false;
        while (true)
        {
            if (parts.Count > 0)
            {
                if (!Skip(",")) break;
                isTuple = true;
            }

            if (Current.IsOperator("=") || (Current.Type == TokenType.Name && ends.Contains(Current.Text)) || Current.Type == TokenType.BlockEnd) break;
            if (Skip("("))
            {
                parts.Add(AssignTarget([], withNamespace));
                Expect(")");
            }
            else
            {
                var name = ExpectName();
                if (name is "true" or "false" or "none" or "True" or "False" or "None") throw Error($"can't assign to '{name}'");
                parts.Add(withNamespace && Skip(".") ? new NamespaceTarget(name, ExpectName()) : new NameTarget(name));
            }
        }

        if (parts.Count == 0) throw Error($"expected a name to assign to, got '{Current}'");
        return isTuple ? new TupleTarget(parts) : parts[0];
    }
}
