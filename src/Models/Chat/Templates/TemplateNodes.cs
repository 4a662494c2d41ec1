namespace SafetyGate.Models.Chat.Templates;

/// <summary>An expression of a template.</summary>
internal abstract record Expression(int Line);

internal sealed record Constant(object? Value, int Line) : Expression(Line);
internal sealed record NameOf(string Name, int Line) : Expression(Line);
internal sealed record ListOf(IReadOnlyList<Expression> Items, int Line) : Expression(Line);
internal sealed record TupleOf(IReadOnlyList<Expression> Items, int Line) : Expression(Line);
internal sealed record MappingOf(IReadOnlyList<(Expression Key, Expression Value)> Items, int Line) : Expression(Line);
internal sealed record Conditional(Expression Test, Expression Then, Expression? Else, int Line) : Expression(Line);
internal sealed record Both(Expression Left, Expression Right, bool IsAnd, int Line) : Expression(Line);
internal sealed record Not(Expression Operand, int Line) : Expression(Line);
internal sealed record Comparison(Expression First, IReadOnlyList<(string Operator, Expression Operand)> Rest, int Line) : Expression(Line);
internal sealed record Binary(string Operator, Expression Left, Expression Right, int Line) : Expression(Line);
internal sealed record Concatenation(IReadOnlyList<Expression> Parts, int Line) : Expression(Line);
internal sealed record Sign(bool IsNegative, Expression Operand, int Line) : Expression(Line);
internal sealed record Attribute(Expression Object, string Name, int Line) : Expression(Line);
internal sealed record Element(Expression Object, Expression Index, int Line) : Expression(Line);
internal sealed record SliceOf(Expression? Start, Expression? Stop, Expression? Step, int Line) : Expression(Line);
internal sealed record Call(Expression Function, CallArguments Arguments, int Line) : Expression(Line);

/// <summary>A filter on a value; <see cref="Value"/> is <c>null</c> where the text of a block is the value.</summary>
internal sealed record Filter(Expression? Value, string Name, CallArguments Arguments, int Line) : Expression(Line);
internal sealed record Test(Expression Value, string Name, CallArguments Arguments, int Line) : Expression(Line);

/// <summary>What stands between the parentheses of a call.</summary>
internal sealed record CallArguments(
    IReadOnlyList<Expression> Positional, IReadOnlyList<(string Name, Expression Value)> Named, Expression? MorePositional, Expression? MoreNamed)
{
    public static readonly CallArguments None = new([], [], null, null);
}

/// <summary>A statement of a template.</summary>
internal abstract record Statement(int Line);

internal sealed record Text(string Value, int Line) : Statement(Line);
internal sealed record Output(Expression Value, int Line) : Statement(Line);
internal sealed record If(IReadOnlyList<(Expression Test, IReadOnlyList<Statement> Body)> Branches, IReadOnlyList<Statement> Else, int Line) : Statement(Line);
internal sealed record For(Target Target, Expression Items, Expression? Test, bool Recursive, IReadOnlyList<Statement> Body, IReadOnlyList<Statement> Else, int Line)
    : Statement(Line);
internal sealed record Assign(Target Target, Expression Value, int Line) : Statement(Line);
internal sealed record AssignBlock(Target Target, Expression? Filter, IReadOnlyList<Statement> Body, int Line) : Statement(Line);
internal sealed record With(IReadOnlyList<(Target Target, Expression Value)> Values, IReadOnlyList<Statement> Body, int Line) : Statement(Line);
internal sealed record FilterBlock(Expression Filter, IReadOnlyList<Statement> Body, int Line) : Statement(Line);
internal sealed record MacroOf(string Name, Signature Signature, IReadOnlyList<Statement> Body, int Line) : Statement(Line);
internal sealed record CallBlock(Call Call, Signature Signature, IReadOnlyList<Statement> Body, int Line) : Statement(Line);

/// <summary>A block whose text the assistant wrote: <c>{% generation %}</c>.</summary>
internal sealed record Generation(IReadOnlyList<Statement> Body, int Line) : Statement(Line);

/// <summary>A block with a scope of its own: <c>{% block name %}</c>, rendered where it is.</summary>
internal sealed record Scoped(IReadOnlyList<Statement> Body, int Line) : Statement(Line);

/// <summary>A block whose output is escaped where the value is true: <c>{% autoescape %}</c>.</summary>
internal sealed record AutoEscape(Expression IsOn, IReadOnlyList<Statement> Body, int Line) : Statement(Line);
internal sealed record Break(int Line) : Statement(Line);
internal sealed record Continue(int Line) : Statement(Line);

/// <summary>Parameters of a macro; a default belongs to each of the last ones.</summary>
internal sealed record Signature(IReadOnlyList<string> Names, IReadOnlyList<Expression?> Defaults, bool TakesMore, bool TakesNamed, bool TakesCaller);

/// <summary>What an assignment fills.</summary>
internal abstract record Target;

internal sealed record NameTarget(string Name) : Target;
internal sealed record NamespaceTarget(string Name, string Attribute) : Target;
internal sealed record TupleTarget(IReadOnlyList<Target> Items) : Target;
