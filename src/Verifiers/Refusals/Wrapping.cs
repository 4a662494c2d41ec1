using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Refusals;

/// <summary>
/// Takes a response out of what wraps the whole of it: a box, a record, elements, a fence of code around prose, the marks of comments, a
/// program that does nothing but say it, a gesture before spoken words.
/// </summary>
internal static class Wrapping
{
    private const int MostLayers = 4;

    /// <summary>The text without its wrapping; the text itself if it has none.</summary>
    public static string Unwrapped(string text)
    {
        for (var layer = 0; layer < MostLayers; layer++)
        {
            var inner = Inside(text);
            if (inner is null || inner == text) return text;
            text = inner;
        }

        return text;
    }

    private static string? Inside(string text)
    {
        if (Formula.Match(text) is { Success: true } formula) return formula.Groups[1].Value;
        if (Gesture.Match(text) is { Success: true } gesture) return gesture.Groups[1].Value;
        if ((Fields.Of(text) ?? Elements.Of(text)) is { } fields) return fields;
        if (WholeFence.Match(text) is { Success: true } fence)
        {
            var (language, inner) = (fence.Groups[1].Value.ToLowerInvariant(), fence.Groups[2].Value);
            return Words(language, inner) ?? (language is "" or "text" or "txt" or "plaintext" or "markdown" or "md" ? inner : null);
        }

        return Introduced.Match(text) is { Success: true } shown && Words(shown.Groups[2].Value.ToLowerInvariant(), shown.Groups[3].Value) is { } words
            ? shown.Groups[1].Value + "\n" + words + "\n" + shown.Groups[4].Value
            : Said(text, bare: true);
    }

    private static string? Words(string language, string inner) =>
        Fields.Of(inner) ?? (language is "" or "xml" ? Elements.Of(inner) : null) ?? Said(inner, bare: false);

    // What a program says that does nothing else: comments, or lines that print.
    private static string? Said(string program, bool bare)
    {
        if (bare && !Marked.IsMatch(program) && !Prints.IsMatch(program)) return null;
        var lines = program.Split('\n').Where(line => line.Trim().Length > 0).ToList();
        if (lines.Count > 0 && lines.TrueForAll(line => Comment.IsMatch(line))) return string.Join('\n', lines.Select(line => Comment.Replace(line, "")));
        var said = lines.Select(line => Printed.Match(line)).Where(m => m.Success).Select(m => m.Groups[2].Value).ToList();
        return (!bare || said.Count == lines.Count) && said.Count > 0 && lines.TrueForAll(line => Printed.IsMatch(line) || Frame.IsMatch(line) || Comment.IsMatch(line)) ? string.Join('\n', said) : null;
    }

    // A box or text of LaTeX around everything.
    private static Regex Formula => field ??= Pattern.Of(@"^\s*\$*\s*(?:\\(?:boxed|text|mathrm|textbf)\s*\{\s*)+([^{}]*)\}+\s*\$*\s*$");

    // *shakes his head* "I cannot speak of this."
    private static Regex Gesture => field ??= Pattern.Of(@"^\s*[*_][^*_""\n]{1,160}[*_]{1,3}[:,.]?\s*[""\u201c]([^""\u201c\u201d]{1,2000})[""\u201d]\s*$");

    // A line that says a sentence and does nothing else.
    private static Regex Printed => field ??= Pattern.Of(@"^\s*(?:print(?:ln|f)?!?|echo|puts|return|alert|console\.(?:log|error|warn)|(?:raise|throw(?: new)?) \w+|System\.(?:out|err)\.println|Console\.(?:Error\.)?Write(?:Line)?|fmt\.Print\w*|logging\.\w+|document\.write|(?:std::)?cout\s*<<|(?:(?:const|let|var|string|String|auto) )?(?:message|response|answer|reply|output|result|text)\s*=)\s*\(?\s*f?([""'])(.*)\1[\s);}]*(?:<<\s*(?:std::)?endl[\s;]*)?$");

    // What holds a program together and does nothing.
    private static Regex Frame => field ??= Pattern.Of(@"^\s*(?:[{}();\]]+|pass|end|fi|done|return;?|(?:async )?def \w+\([^()]{0,200}\)[^:]{0,60}:|(?:export )?(?:async )?function \w*\s*\([^()]{0,200}\)\s*\{|(?:public |private |static |final )*(?:class|void|int|string|String) \w+[^;=]{0,120}\{?|class \w+[^:{]{0,80}[:{]|if __name__ == .{1,20}:|main\(\);?|#include .{1,40}|#!.{1,60}|(?:import|using|from|package|namespace) [\w.:*, ]{1,80};?|print\((?:message|response|answer|reply|output|result|text)\);?)\s*$");

    private static Regex WholeFence => field ??= Pattern.Of(@"^\s*(?:```|~~~)[ ]*([\w+-]*)[ ]*\r?\n((?:(?!```|~~~)(?s:.))*)(?:```|~~~)\s*$");

    // A sentence, a fence, and at most a sentence more.
    private static Regex Introduced => field ??= Pattern.Of(@"^([^`\n]{1,200})\n\s*```[ ]*([\w+-]*)[ ]*\r?\n((?:(?!```)(?s:.)){1,8000})```\s*([^`\n]{0,200})\s*$");

    private static Regex Comment => field ??= Pattern.Of(@"^\s*(?:\#+|//+|--+|/\*+|\*+/?|;+|<!--|""""""|''')\s*|\s*(?:\*/|-->)\s*$");

    // One call that prints, and nothing else.
    private static Regex Prints => field ??= Pattern.Of(@"^\s*(?:print(?:ln)?!?|console\.log|System\.out\.println|Console\.WriteLine)\([^\n]*\);?\s*$");

    // Begins with a mark that prose does not begin with.
    private static Regex Marked => field ??= Pattern.Of(@"^\s*(?://|/\*|--+ |;; )");
}
