using Microsoft.Extensions.AI;
using SafetyGate.Core.Language;

namespace SafetyGate.Harness.Endpoints;

/// <summary>
/// Tells a prompt that the server cut to its context and answered all the same, as Ollama does, by the tokens that it counted.
/// </summary>
internal static class PromptCut
{
    // No context is as short as this; servers that count nothing write a few tokens for every prompt.
    private const long ShortestContext = 256;

    // A word is one token at least, unless the tokenizer joins words; those that do need about three tokens for four words.
    private const double TokensOfAWord = 2.0 / 3;

    /// <summary>Why the answer is to another prompt; <c>null</c> where nothing says so.</summary>
    /// <param name="prompt">What was asked.</param>
    /// <param name="usage">What the server counted.</param>
    public static string? In(Prompt prompt, UsageDetails? usage)
    {
        if (usage?.InputTokenCount is not (>= ShortestContext and var counted)) return null;
        var words = prompt.Text is { } text ? Words(text) : prompt.Messages!.Sum(message => Words(message.Content));
        var tokens = counted + Math.Max(0, usage.CachedInputTokenCount ?? 0); // some services count what they had cached apart
        return tokens >= words * TokensOfAWord ? null
            : Invariant($"the endpoint counted {tokens} tokens in a prompt of {words} words, so it cut the prompt and answered what was left; give the server a longer context (num_ctx or OLLAMA_CONTEXT_LENGTH of Ollama, --ctx-size of llama.cpp), or leave out the item");
    }

    private static int Words(string text)
    {
        var (words, inWord) = (0, false);
        foreach (var c in text)
        {
            var isOf = char.IsLetterOrDigit(c);
            if (isOf && !inWord) words++;
            inWord = isOf || (inWord && !char.IsWhiteSpace(c));
        }

        return words;
    }
}
