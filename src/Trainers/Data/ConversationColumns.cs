using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Language;

namespace SafetyGate.Trainers.Data;

/// <summary>Which columns of a row hold what belongs to its conversation besides the turns, and the instruction put before it.</summary>
/// <param name="Tools">Column of the schemas of tools; <c>tools</c> where a row has it, when <c>null</c>.</param>
/// <param name="Documents">Column of documents, likewise <c>documents</c>.</param>
/// <param name="ChatTemplateKwargs">Column of variables of the chat template, likewise <c>chat_template_kwargs</c>.</param>
/// <param name="SystemPrompt">Put before every conversation; <c>null</c> for none.</param>
internal sealed record ConversationColumns(string? Tools, string? Documents, string? ChatTemplateKwargs, string? SystemPrompt)
{
    /// <summary>Turns of a row with what belongs to them.</summary>
    /// <exception cref="UserErrorException">A column is named and missing, or holds something else; the message names the line.</exception>
    public Conversation Told(JsonlRow row, IReadOnlyList<ChatMessage> turns) => Guarded(row, () =>
    {
        var conversation = new Conversation
        {
            Messages = turns,
            Tools = Column(row, Tools, "tools") is { } tools ? Conversation.Objects(tools, Tools ?? "tools") : null,
            Documents = Column(row, Documents, "documents") is { } documents ? Conversation.Objects(documents, Documents ?? "documents") : null,
            Arguments = Column(row, ChatTemplateKwargs, "chat_template_kwargs") is { } kwargs ? Conversation.ArgumentsOf(kwargs, ChatTemplateKwargs ?? "chat_template_kwargs") : null,
        };
        return SystemPrompt is null ? conversation : conversation.WithSystem(SystemPrompt);
    });

    /// <summary>
    /// The turns in a column, without their members that are null: tables (Arrow, Parquet) give every turn every member, and a template that
    /// asks whether a turn has one would find it, as TRL knows (huggingface/trl#5376). A content that is null stays.
    /// </summary>
    /// <exception cref="UserErrorException">There are none; the message names the line.</exception>
    public static IReadOnlyList<ChatMessage> Turns(JsonlRow row, string column) =>
        row.Value(column) is { } list ? Guarded(row, () => Conversation.Turns(list, column).Select(WithoutNull).ToList()) : throw row.Missing(column);

    private static ChatMessage WithoutNull(ChatMessage turn)
    {
        if (turn.Json is null || turn.ToJson() is var whole && !whole.EnumerateObject().Any(IsLeftOut)) return turn;
        return ChatMessage.Read(JsonSerializer.SerializeToElement(new JsonObject(whole.EnumerateObject().Where(member => !IsLeftOut(member)).Select(member => KeyValuePair.Create(member.Name, JsonNode.Parse(member.Value.GetRawText()))))));
    }

    private static bool IsLeftOut(JsonProperty member) => member.Value.ValueKind == JsonValueKind.Null && member.Name != "content";

    // A column that is named must be there in every row, if only with null.
    private static JsonElement? Column(JsonlRow row, string? named, string usual) =>
        named is not null && !row.Json.TryGetProperty(named, out _) ? throw row.Missing(named) : row.Value(named ?? usual);

    private static T Guarded<T>(JsonlRow row, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException e)
        {
            throw new UserErrorException($"{row.Source}: {e.Message}.", e);
        }
    }
}
