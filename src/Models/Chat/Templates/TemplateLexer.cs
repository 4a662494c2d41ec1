using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SafetyGate.Models.Chat.Templates;

/// <summary>
/// Splits a Jinja template into tokens with <c>trim_blocks</c> and <c>lstrip_blocks</c>, as transformers sets Jinja2 up.
/// </summary>
internal sealed partial class TemplateLexer
{
    private static readonly string[] Operators =
        ["//", "**", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".", ":", "|", ",", ";"];

    private readonly string _source;
    private readonly List<TemplateToken> _tokens = [];
    private int _at;
    private int _line = 1;
    private bool _lineStarts = true;

    private TemplateLexer(string source) => _source = source;

    /// <exception cref="TemplateException">The text is not a template.</exception>
    public static IReadOnlyList<TemplateToken> Read(string source)
    {
        var text = source.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n');
        var lexer = new TemplateLexer(text.EndsWith('\n') ? text[..^1] : text);
        lexer.Read();
        return lexer._tokens;
    }

    // White space as Python's str.isspace and \s of its re module have it.
    internal static bool IsSpace(char c) => char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f';

    private void Read()
    {
        while (_at < _source.Length)
        {
            var begin = NextTag(_at);
            if (begin < 0)
            {
                Add(TokenType.Data, _source[_at..]);
                break;
            }

            if (_source[begin + 1] == '%' && RawBegin().Match(_source, begin) is { Success: true } raw)
            {
                Text(_at, begin, raw.Groups[1].Value, isVariable: false);
                Move(raw.Index + raw.Length);
                ReadRaw();
                continue;
            }

            var sign = begin + 2 < _source.Length && _source[begin + 2] is '-' or '+' ? _source[begin + 2].ToString() : "";
            Text(_at, begin, sign, isVariable: _source[begin + 1] == '{');
            var kind = _source[begin + 1];
            Move(begin + 2 + sign.Length);
            switch (kind)
            {
                case '#': ReadComment(); break;
                case '%': ReadTag(TokenType.BlockBegin, TokenType.BlockEnd, "%}"); break;
                default: ReadTag(TokenType.VariableBegin, TokenType.VariableEnd, "}}"); break;
            }
        }

        Add(TokenType.End, "");
    }

    private int NextTag(int from)
    {
        for (var i = _source.IndexOf('{', from); i >= 0 && i + 1 < _source.Length; i = _source.IndexOf('{', i + 1))
            if (_source[i + 1] is '{' or '%' or '#') return i;
        return -1;
    }

    // The text before a tag: "-" takes the white space off, and so does a block that is the first thing on its line, without "+".
    private void Text(int from, int to, string sign, bool isVariable)
    {
        var text = _source[from..to];
        if (sign == "-") text = TrimEnd(text);
        else if (sign != "+" && !isVariable)
        {
            var lineStart = text.LastIndexOf('\n') + 1;
            if ((lineStart > 0 || _lineStarts) && text.AsSpan(lineStart).ToString().All(IsSpace)) text = text[..lineStart];
        }

        Add(TokenType.Data, text);
    }

    private void ReadRaw()
    {
        var end = RawEnd().Match(_source, _at);
        if (!end.Success) throw new TemplateException("Missing end of raw directive", _line);
        Text(_at, end.Index, end.Groups[1].Value, isVariable: false);
        Move(end.Index + end.Length);
    }

    private void ReadComment()
    {
        var end = _source.IndexOf("#}", _at, StringComparison.Ordinal);
        if (end < 0) throw new TemplateException("Missing end of comment tag", _line);
        var sign = end > _at ? _source[end - 1] : ' ';
        Move(AfterTag(end + 2, sign, trimNewline: true));
    }

    private int AfterTag(int end, char sign, bool trimNewline)
    {
        if (sign == '-')
            while (end < _source.Length && IsSpace(_source[end])) end++;
        else if (sign != '+' && trimNewline && end < _source.Length && _source[end] == '\n') end++;
        return end;
    }

    private void ReadTag(TokenType begin, TokenType finish, string mark)
    {
        Add(begin, "");
        var braces = new Stack<char>();
        while (_at < _source.Length)
        {
            var c = _source[_at];
            if (braces.Count == 0 && EndOfTag(mark) is { } end)
            {
                Add(finish, "");
                Move(end);
                return;
            }

            if (IsSpace(c)) Move(_at + 1);
            else if (char.IsAsciiDigit(c)) ReadNumber();
            else if (c == '_' || char.IsLetter(c)) ReadName();
            else if (c is '\'' or '"') ReadString(c);
            else ReadOperator(braces);
        }
    }

    private int? EndOfTag(string mark)
    {
        bool Is(string text) => string.CompareOrdinal(_source, _at, text, 0, text.Length) == 0;
        if (Is(mark)) return AfterTag(_at + 2, ' ', trimNewline: mark == "%}");
        if (Is("-" + mark)) return AfterTag(_at + 3, '-', trimNewline: false);
        return mark == "%}" && Is("+" + mark) ? _at + 3 : null;
    }

    private void ReadNumber()
    {
        var isFloat = _at > 0 && _source[_at - 1] == '.' ? Match.Empty : Float().Match(_source, _at);
        var number = isFloat.Success ? isFloat : Integer().Match(_source, _at);
        if (number.Length > 5000) throw new TemplateException("a number has more than 5,000 digits", _line);
        Add(isFloat.Success ? TokenType.Float : TokenType.Integer, number.Value.Replace("_", "", StringComparison.Ordinal));
        Move(_at + number.Length);
    }

    private void ReadName()
    {
        var end = _at;
        while (end < _source.Length && (_source[end] == '_' || char.IsLetterOrDigit(_source[end]))) end++;
        Add(TokenType.Name, _source[_at..end]);
        Move(end);
    }

    private void ReadString(char quote)
    {
        var end = _at + 1;
        while (end < _source.Length && _source[end] != quote) end += _source[end] == '\\' ? 2 : 1;
        if (end >= _source.Length) throw new TemplateException($"unexpected char {PythonText.Repr(quote.ToString())}", _line);
        Add(TokenType.String, Unescape(_source[(_at + 1)..end]));
        Move(end + 1);
    }

    private void ReadOperator(Stack<char> braces)
    {
        var sign = Operators.FirstOrDefault(o => string.CompareOrdinal(_source, _at, o, 0, o.Length) == 0)
            ?? throw new TemplateException($"unexpected char {PythonText.Repr(_source[_at].ToString())}", _line);
        if (sign is "(" or "[" or "{") braces.Push(sign switch { "(" => ')', "[" => ']', _ => '}' });
        else if (sign is ")" or "]" or "}")
        {
            if (braces.Count == 0) throw new TemplateException($"unexpected '{sign}'", _line);
            if (braces.Pop() is var expected && expected != sign[0]) throw new TemplateException($"unexpected '{sign}', expected '{expected}'", _line);
        }

        Add(TokenType.Operator, sign);
        Move(_at + sign.Length);
    }

    private void Add(TokenType type, string text)
    {
        if (type == TokenType.Data && text.Length == 0) return;
        _tokens.Add(new TemplateToken(type, text, _line));
    }

    private void Move(int to)
    {
        for (var i = _at; i < to; i++)
            if (_source[i] == '\n') _line++;
        if (to > _at) _lineStarts = _source[to - 1] == '\n';
        _at = to;
    }

    private static string TrimEnd(string text)
    {
        var end = text.Length;
        while (end > 0 && IsSpace(text[end - 1])) end--;
        return text[..end];
    }

    // Escapes of Python's string literals; an unknown one stays as it is.
    private string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 == text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            var c = text[++i];
            switch (c)
            {
                case '\n': break;
                case 'n': result.Append('\n'); break;
                case 't': result.Append('\t'); break;
                case 'r': result.Append('\r'); break;
                case 'a': result.Append('\a'); break;
                case 'b': result.Append('\b'); break;
                case 'f': result.Append('\f'); break;
                case 'v': result.Append('\v'); break;
                case '\\' or '\'' or '"': result.Append(c); break;
                case 'x': i = Hex(text, i, 2, result); break;
                case 'u': i = Hex(text, i, 4, result); break;
                case 'U': i = Hex(text, i, 8, result); break;
                case 'N': throw new TemplateException("names of characters (\\N{...}) are not supported; write \\u and the number", _line);
                case >= '0' and <= '7':
                    var end = i;
                    while (end < text.Length && end < i + 3 && text[end] is >= '0' and <= '7') end++;
                    result.Append((char)Convert.ToInt32(text[i..end], 8));
                    i = end - 1;
                    break;
                default: result.Append('\\').Append(c); break;
            }
        }

        return result.ToString();
    }

    private int Hex(string text, int at, int digits, StringBuilder into)
    {
        var end = at + 1 + digits;
        if (end > text.Length || !uint.TryParse(text.AsSpan(at + 1, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code > 0x10ffff)
            throw new TemplateException(Invariant($"a string has \\{text[at]} without {digits} hexadecimal digits of a character after it"), _line);
        if (code < 0x10000) into.Append((char)code);
        else into.Append(char.ConvertFromUtf32((int)code));
        return end - 1;
    }

    [GeneratedRegex(@"\G\{%(-|\+|)\s*raw\s*(?:-%\}\s*|%\})", RegexOptions.CultureInvariant)]
    private static partial Regex RawBegin();

    [GeneratedRegex(@"\{%(-|\+|)\s*endraw\s*(?:\+%\}|-%\}\s*|%\}\n?)", RegexOptions.CultureInvariant)]
    private static partial Regex RawEnd();

    [GeneratedRegex(@"\G(?:[0-9]+_)*[0-9]+(?:(?:\.(?:[0-9]+_)*[0-9]+)?[eE][+\-]?(?:[0-9]+_)*[0-9]+|\.(?:[0-9]+_)*[0-9]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Float();

    [GeneratedRegex(@"\G(?:0[bB](?:_?[01])+|0[oO](?:_?[0-7])+|0[xX](?:_?[0-9a-fA-F])+|[1-9](?:_?[0-9])*|0(?:_?0)*)", RegexOptions.CultureInvariant)]
    private static partial Regex Integer();
}
