namespace SafetyGate.Models.Chat.Templates;

internal enum TokenType { Data, VariableBegin, VariableEnd, BlockBegin, BlockEnd, Name, String, Integer, Float, Operator, End }

/// <summary>One token of a template.</summary>
/// <param name="Type">Its kind.</param>
/// <param name="Text">Its text: of a string the value, of an operator its sign.</param>
/// <param name="Line">Its line, from 1.</param>
internal readonly record struct TemplateToken(TokenType Type, string Text, int Line)
{
    public bool IsOperator(string sign) => Type == TokenType.Operator && Text == sign;

    public bool IsName(string name) => Type == TokenType.Name && Text == name;

    public override string ToString() => Type switch
    {
        TokenType.End => "end of template",
        TokenType.BlockEnd => "end of statement block",
        TokenType.VariableEnd => "end of print statement",
        TokenType.BlockBegin => "begin of statement block",
        TokenType.VariableBegin => "begin of print statement",
        _ => Text,
    };
}
