using SafetyGate.Core.Language;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models;

/// <summary>Text of a response as it is scored and rewarded: with the marks of its reasoning, and without other special tokens.</summary>
public static class ResponseText
{
    // More than the tokens of any mark, byte by byte.
    private const int EndOfPrompt = 64;

    /// <summary>The text of new tokens. Where the prompt ends with the mark that begins reasoning, the text begins with it.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="promptIds">The prompt.</param>
    /// <param name="newIds">What follows it.</param>
    public static string Of(ITokenizer tokenizer, IReadOnlyList<int> promptIds, IReadOnlyList<int> newIds) =>
        Begun(tokenizer, promptIds) + tokenizer.DecodeResponse(newIds);

    /// <summary>The mark that the prompt ends with; empty where there is none.</summary>
    /// <param name="tokenizer">The model's tokenizer.</param>
    /// <param name="promptIds">The prompt.</param>
    public static string Begun(ITokenizer tokenizer, IReadOnlyList<int> promptIds) =>
        ReasoningMarks.AtEnd(tokenizer.Decode([.. promptIds.Skip(promptIds.Count - EndOfPrompt)]));
}
