using System.Text.Json;

namespace SafetyGate.Models.Chat;

/// <summary>What a chat template may read beside the special tokens.</summary>
public sealed record ChatRequest
{
    /// <summary>The turns, oldest first: a JSON list of objects with <c>role</c>, <c>content</c> and whatever else the template reads.</summary>
    public required JsonElement Messages { get; init; }

    /// <summary>Whether the text ends where the assistant's next turn begins.</summary>
    public bool AddGenerationPrompt { get; init; }

    /// <summary>
    /// Whether the text ends in the last turn, behind its text, so that the model goes on with it; not together with
    /// <see cref="AddGenerationPrompt"/>.
    /// </summary>
    public bool ContinueFinalMessage { get; init; }

    /// <summary>Schemas of functions the model may call, a JSON list; none by default.</summary>
    public JsonElement? Tools { get; init; }

    /// <summary>Documents to answer from, a JSON list; none by default.</summary>
    public JsonElement? Documents { get; init; }

    /// <summary>Other variables by name (<c>enable_thinking</c> …); they win over all others.</summary>
    public IReadOnlyDictionary<string, JsonElement> Arguments { get; init; } = new Dictionary<string, JsonElement>();

    /// <summary>The time that <c>strftime_now</c> tells; <see cref="ChatTemplate.FixedNow"/> when <c>null</c>.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Name of the template among several; <c>null</c>: <c>tool_use</c> when there are tools and it exists, else <c>default</c>.</summary>
    public string? Template { get; init; }
}
