namespace SafetyGate.Models.Chat.Templates;

/// <content>Operators, in the precedence of Jinja2 3.1.</content>
internal sealed partial class TemplateParser
{
    private Expression Tuple(bool withConditional, string? end = null, bool inParentheses = false)
    {
        var (items, line, isTuple) = (new List<Expression>(), Current.Line, false);
        while (true)
        {
            if (items.Count > 0)
            {
                if (!Skip(",")) break;
                isTuple = true;
            }

            if (Current.Type is TokenType.VariableEnd or TokenType.BlockEnd || Current.IsOperator(")") || (end is not null && Current.IsName(end))) break;
            items.Add(withConditional ? Expression() : Or());
        }

        if (isTuple) return new TupleOf(items, line);
        if (items.Count == 1) return items[0];
        return inParentheses ? new TupleOf([], line) : throw Error($"Expected an expression, got '{Current}'");
    }

    private Expression Expression()
    {
        Guard();
        var line = Current.Line;
        var unknown = _unknown.Count;
        var value = Or();
        while (SkipName("if"))
        {
            _unknown.RemoveRange(unknown, _unknown.Count - unknown); // on a condition; said where it is reached
            _conditions++;
            var test = Or();
            var otherwise = SkipName("else") ? Expression() : null;
            _conditions--;
            value = new Conditional(test, value, otherwise, line);
        }

        return value;
    }

    private Expression Or()
    {
        var line = Current.Line;
        var left = And();
        while (SkipName("or")) left = new Both(left, And(), IsAnd: false, line);
        return left;
    }

    private Expression And()
    {
        var line = Current.Line;
        var left = Negation();
        while (SkipName("and")) left = new Both(left, Negation(), IsAnd: true, line);
        return left;
    }

    private Expression Negation()
    {
        Guard();
        var line = Current.Line;
        return SkipName("not") ? new Not(Negation(), line) : Compared();
    }

    private Expression Compared()
    {
        var line = Current.Line;
        var first = Sum();
        var rest = new List<(string, Expression)>();
        while (true)
        {
            if (Current.Type == TokenType.Operator && Comparisons.Contains(Current.Text)) rest.Add((Next().Text, Sum()));
            else if (SkipName("in")) rest.Add(("in", Sum()));
            else if (Current.IsName("not") && Ahead.IsName("in"))
            {
                Next();
                Next();
                rest.Add(("not in", Sum()));
            }
            else return rest.Count == 0 ? first : new Comparison(first, rest, line);
        }
    }

    private Expression Sum()
    {
        var left = Concatenated();
        while (Current.IsOperator("+") || Current.IsOperator("-"))
        {
            var token = Next();
            left = new Binary(token.Text, left, Concatenated(), token.Line);
        }

        return left;
    }

    private Expression Concatenated()
    {
        var line = Current.Line;
        var parts = new List<Expression> { Product() };
        while (Skip("~")) parts.Add(Product());
        return parts.Count == 1 ? parts[0] : new Concatenation(parts, line);
    }

    private Expression Product()
    {
        var left = Power();
        while (Current.Type == TokenType.Operator && Current.Text is "*" or "/" or "//" or "%")
        {
            var token = Next();
            left = new Binary(token.Text, left, Power(), token.Line);
        }

        return left;
    }

    private Expression Power()
    {
        var left = Unary();
        while (Current.IsOperator("**"))
        {
            var token = Next();
            left = new Binary("**", left, Unary(), token.Line);
        }

        return left;
    }

    private Expression Unary(bool withFilters = true)
    {
        Guard();
        var line = Current.Line;
        var value = Skip("-") ? new Sign(true, Unary(withFilters: false), line) : Skip("+") ? new Sign(false, Unary(withFilters: false), line) : Primary();
        value = Postfix(value);
        return withFilters ? FilteredOrTested(value) : value;
    }
}
