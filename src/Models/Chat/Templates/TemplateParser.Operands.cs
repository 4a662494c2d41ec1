using System.Globalization;
using System.Numerics;

namespace SafetyGate.Models.Chat.Templates;

/// <content>What operators stand between: literals, names, calls, subscripts, filters and tests.</content>
internal sealed partial class TemplateParser
{
    private Expression Primary()
    {
        var token = Current;
        switch (token.Type)
        {
            case TokenType.Name:
                Next();
                _namesRead?.Add(token.Text);
                return token.Text switch
                {
                    "true" or "True" => new Constant(true, token.Line),
                    "false" or "False" => new Constant(false, token.Line),
                    "none" or "None" => new Constant(null, token.Line),
                    _ => new NameOf(token.Text, token.Line),
                };
            case TokenType.String:
                var text = Next().Text;
                while (Current.Type == TokenType.String) text += Next().Text;
                return new Constant(text, token.Line);
            case TokenType.Integer:
                return new Constant(Whole(Next().Text), token.Line);
            case TokenType.Float:
                return new Constant(double.Parse(Next().Text, NumberStyles.Float, CultureInfo.InvariantCulture), token.Line);
        }

        if (Skip("("))
        {
            var value = Tuple(withConditional: true, inParentheses: true);
            Expect(")");
            return value;
        }

        if (Skip("[")) return new ListOf(Items("]", Expression), token.Line);
        if (Skip("{"))
        {
            return new MappingOf(Items("}", () =>
            {
                var key = Expression();
                Expect(":");
                return (key, Expression());
            }), token.Line);
        }

        throw Error($"unexpected '{Current}'");
    }

    private static BigInteger Whole(string text) => text.Length > 1 && text[0] == '0' && char.IsAsciiLetter(text[1])
        ? text[2..].Aggregate(BigInteger.Zero, (sum, digit) => sum * (text[1] is 'x' or 'X' ? 16 : text[1] is 'o' or 'O' ? 8 : 2) + Convert.ToInt32(digit.ToString(), 16))
        : BigInteger.Parse(text, CultureInfo.InvariantCulture);

    private List<T> Items<T>(string end, Func<T> item)
    {
        var items = new List<T>();
        while (!Current.IsOperator(end))
        {
            if (items.Count > 0) Expect(",");
            if (Current.IsOperator(end)) break;
            items.Add(item());
        }

        Expect(end);
        return items;
    }

    private Expression Postfix(Expression value)
    {
        while (true)
        {
            if (Current.IsOperator(".") || Current.IsOperator("[")) value = Subscript(value);
            else if (Current.IsOperator("(")) value = new Call(value, Arguments(), Current.Line);
            else return value;
        }
    }

    private Expression FilteredOrTested(Expression value)
    {
        while (true)
        {
            if (Current.IsOperator("|")) value = Filters(value, inline: false)!;
            else if (Current.IsName("is")) value = Tested(value);
            else if (Current.IsOperator("(")) value = new Call(value, Arguments(), Current.Line);
            else return value;
        }
    }

    private Expression Subscript(Expression value)
    {
        var token = Next();
        if (token.Text == ".")
        {
            var attribute = Next();
            return attribute.Type switch
            {
                TokenType.Name => new Attribute(value, attribute.Text, token.Line),
                TokenType.Integer => new Element(value, new Constant(Whole(attribute.Text), token.Line), token.Line),
                _ => throw Error("expected name or number"),
            };
        }

        var indices = new List<Expression>();
        while (!Current.IsOperator("]"))
        {
            if (indices.Count > 0) Expect(",");
            indices.Add(Index());
        }

        Expect("]");
        return new Element(value, indices.Count == 1 ? indices[0] : new TupleOf(indices, token.Line), token.Line);
    }

    private Expression Index()
    {
        var line = Current.Line;
        Expression? start = null;
        if (!Current.IsOperator(":"))
        {
            start = Expression();
            if (!Current.IsOperator(":")) return start;
        }

        Next();
        bool More() => !Current.IsOperator("]") && !Current.IsOperator(",") && !Current.IsOperator(":");
        var stop = More() ? Expression() : null;
        var step = Skip(":") && More() ? Expression() : null;
        return new SliceOf(start, stop, step, line);
    }

    private CallArguments Arguments()
    {
        Expect("(");
        var positional = new List<Expression>();
        var named = new List<(string, Expression)>();
        Expression? more = null, moreNamed = null;
        var first = true;
        while (!Current.IsOperator(")"))
        {
            if (!first)
            {
                Expect(",");
                if (Current.IsOperator(")")) break;
            }

            first = false;
            if (Skip("*"))
            {
                if (more is not null || moreNamed is not null) throw Error("invalid syntax for function call expression");
                more = Expression();
            }
            else if (Skip("**"))
            {
                if (moreNamed is not null) throw Error("invalid syntax for function call expression");
                moreNamed = Expression();
            }
            else if (Current.Type == TokenType.Name && Ahead.IsOperator("="))
            {
                if (moreNamed is not null) throw Error("invalid syntax for function call expression");
                var name = Next().Text;
                Next();
                if (named.Any(n => n.Item1 == name)) throw Error($"keyword argument repeated: {name}");
                named.Add((name, Expression()));
            }
            else
            {
                if (more is not null || moreNamed is not null || named.Count > 0) throw Error("invalid syntax for function call expression");
                positional.Add(Expression());
            }
        }

        Expect(")");
        return new CallArguments(positional, named, more, moreNamed);
    }

    private Expression? Filters(Expression? value, bool inline)
    {
        while (inline || Current.IsOperator("|"))
        {
            if (!inline) Next();
            inline = false;
            var line = Current.Line;
            var name = DottedName();
            if (_conditions == 0 && !TemplateFilters.Has(name)) _unknown.Add(Error(TemplateFilters.Missing(name)));
            value = new Filter(value, name, Current.IsOperator("(") ? Arguments() : CallArguments.None, line);
        }

        return value;
    }

    private Expression Tested(Expression value)
    {
        var line = Next().Line;
        var negated = SkipName("not");
        var name = DottedName();
        if (_conditions == 0 && !TemplateTests.Has(name)) _unknown.Add(Error($"No test named '{name}'."));
        var arguments = CallArguments.None;
        if (Current.IsOperator("(")) arguments = Arguments();
        else if (Current.Type is TokenType.String or TokenType.Integer or TokenType.Float || Current.IsOperator("[") || Current.IsOperator("{") ||
                 (Current.Type == TokenType.Name && Current.Text is not ("else" or "or" or "and")))
        {
            if (Current.IsName("is")) throw Error("You cannot chain multiple tests with is");
            arguments = new CallArguments([Postfix(Primary())], [], null, null);
        }

        Expression test = new Test(value, name, arguments, line);
        return negated ? new Not(test, line) : test;
    }

    private string DottedName()
    {
        var name = ExpectName();
        while (Skip(".")) name += "." + ExpectName();
        return name;
    }
}
