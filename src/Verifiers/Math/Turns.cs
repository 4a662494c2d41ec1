using System.Text.RegularExpressions;

namespace SafetyGate.Verifiers.Math;

/// <summary>
/// The model's own turn: without the tokens that end it where they were kept as text, and without what a base model writes after them.
/// </summary>
internal static class Turns
{
    /// <summary>The text up to the first token that ends a turn, and without the closing formula of a prompt by example.</summary>
    public static string First(string text)
    {
        var end = EndOfTurn.Match(text);
        while (end.Success && string.IsNullOrWhiteSpace(text[..end.Index])) end = end.NextMatch();
        return Formula.Replace(end.Success ? text[..end.Index] : text, "");
    }

    private static Regex EndOfTurn => field ??= Pattern.Of(@"<\|(?:im_end|eot_id|eom_id|end_of_text|endoftext|end)\|>|<\|im_start\|>\s*user|<\|start_header_id\|>\s*user|<end_of_turn>|(?<!<s>[^<\n]{0,200})</s>");

    private static Regex Formula => field ??= Pattern.Of(@"(?<=\S)\s{1,32}I hope (?:it|this|that) (?:is correct|helps)[.!]?|(?<=\S)\s{0,32}\$?\\(?:blacksquare|qed)(?![a-zA-Z])\$?|(?<=\S)\s{0,32}[\u220e\u25a0]", RegexOptions.IgnoreCase);
}
