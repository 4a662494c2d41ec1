using SafetyGate.Core.Language;

namespace SafetyGate.Core.Benchmarks;

/// <summary>One item of a benchmark: a prompt and the data for scoring a response to it. The unit of inference.</summary>
public sealed record BenchmarkItem
{
    /// <summary>Unique in the benchmark.</summary>
    public required string Id { get; init; }

    /// <summary>The user's message, as the benchmark has it; of several turns, the user's last.</summary>
    public required string Prompt { get; init; }

    /// <summary>The conversation, when the item is more than one turn of the user; <c>null</c> otherwise.</summary>
    public Conversation? Conversation { get; init; }

    /// <summary>The right answer, for benchmarks with a verifier.</summary>
    public string? Answer { get; init; }

    /// <summary>Category inside the benchmark, such as <c>fraud</c>; a guard looks at each.</summary>
    public string? Category { get; init; }

    /// <summary>Suite the item belongs to when several are pooled; a stratum.</summary>
    public string? Suite { get; init; }

    /// <summary>The behavior behind the item; items that share one form a cluster.</summary>
    public string? Behavior { get; init; }

    /// <summary>Difficulty, such as the number of reasoning steps.</summary>
    public int? Difficulty { get; init; }

    /// <summary>The item as a conversation.</summary>
    public Prompt AsChat() => Language.Prompt.Chat(Id, Conversation ?? Language.Conversation.Of(Prompt));

    /// <summary>The item as plain text to be continued.</summary>
    /// <exception cref="UserErrorException">It is a conversation of more than one turn.</exception>
    public Prompt AsPlain() => Conversation is null
        ? Language.Prompt.Plain(Id, Prompt)
        : throw new UserErrorException($"Item '{Id}' is a conversation (several turns, a system prompt, tools or documents), which plain text has no place for. Use the chat template, or give plain prompts.");

    /// <summary>The item in a style.</summary>
    /// <exception cref="UserErrorException">It is a conversation of more than one turn, and the style plain text.</exception>
    public Prompt As(PromptStyle style) => style == PromptStyle.Chat ? AsChat() : AsPlain();
}
