using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;

namespace SafetyGate.Trainers.Data;

/// <summary>A JSON Lines file to learn from, and which of its columns hold what: prompt and completion, or messages, or text.</summary>
public sealed record DataFile
{
    /// <summary>Path of the file.</summary>
    [RelativePath, NotInKey]
    public required string Path { get; init; }

    /// <summary>Column of the prompt, a text or a list of turns; with <see cref="Completion"/>.</summary>
    public string? Prompt { get; init; }

    /// <summary>Column of the completion, of the prompt's form; with <see cref="Prompt"/>.</summary>
    public string? Completion { get; init; }

    /// <summary>
    /// Column of a conversation: a list of <c>{role, content}</c>. It ends with the assistant's turn, unless every turn of the assistant is
    /// learnt.
    /// </summary>
    public string? Messages { get; init; }

    /// <summary>Column of the schemas of tools; <c>tools</c> where a row has it. For conversations.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Tools { get; init; }

    /// <summary>Column of documents; <c>documents</c> where a row has it. For conversations.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? Documents { get; init; }

    /// <summary>Column of variables of the chat template; <c>chat_template_kwargs</c> where a row has it. For conversations.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? ChatTemplateKwargs { get; init; }

    /// <summary>System prompt put before every conversation of the file; <c>null</c> for none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public string? SystemPrompt { get; init; }

    /// <summary>Column of a text without a prompt.</summary>
    public string? Text { get; init; }

    /// <summary>Put between a plain prompt and its completion; it belongs to the completion. Default: nothing, as in TRL.</summary>
    public string Separator { get; init; } = "";

    /// <summary>Rows taken from the start of the file; <c>null</c> for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if ((Prompt is null) != (Completion is null))
            yield return $"{Path}: prompt is {Shown(Prompt)} and completion {Shown(Completion)}; give the columns of both, or of neither.";
        if (new[] { Prompt, Messages, Text }.Count(column => column is not null) != 1)
            yield return $"{Path}: name exactly one of prompt with completion, messages, or text.";
        if (SystemPrompt is not null && string.IsNullOrWhiteSpace(SystemPrompt)) yield return $"{Path}: the system_prompt is blank; leave it out.";
        if (Limit is < 1) yield return Invariant($"{Path}: the limit is {Limit}; it must be 1 or more.");
    }

    /// <summary>Reads and encodes the rows.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, has no rows, or a row is wrong; the message names the
    /// line.</exception>
    public IReadOnlyList<TokenExample> Read(ExampleEncoder encoder)
    {
        var problems = string.Join(" ", Problems());
        if (problems.Length > 0) throw new UserErrorException(problems);
        var examples = JsonlRow.Read(Path).Take(Limit ?? int.MaxValue).Select(row => Encode(row, encoder)).ToList();
        return examples.Count > 0 ? examples : throw new UserErrorException($"{Path}: has no rows; there is nothing to learn from.");
    }

    /// <summary>Parts of this file that determine the examples: the digest of its text, whatever its line endings, and the columns, not its path.</summary>
    /// <exception cref="UserErrorException">The file cannot be read.</exception>
    public JsonObject Describe() => DataDescription.Of(this, Path);

    private ConversationColumns Columns => new(Tools, Documents, ChatTemplateKwargs, SystemPrompt);

    private TokenExample Encode(JsonlRow row, ExampleEncoder encoder)
    {
        if (Text is not null) return encoder.Text(row.Source, NotEmpty(row, Text));
        if (Messages is not null)
        {
            var turns = ConversationColumns.Turns(row, Messages);
            LearntTurns.Check(row.Source, encoder.AssistantOnly ? turns : turns.TakeLast(1));
            return encoder.Conversation(row.Source, Columns.Told(row, turns));
        }

        var isConversation = row.Value(Prompt!)?.ValueKind == JsonValueKind.Array;
        if (isConversation != (row.Value(Completion!)?.ValueKind == JsonValueKind.Array))
            throw new UserErrorException($"{row.Source}: \"{Prompt}\" is {(isConversation ? "a list of turns" : "no list of turns")} and \"{Completion}\" {(isConversation ? "is not" : "is one")}; both must be texts, or both lists of turns.");
        if (isConversation)
        {
            var completed = ConversationColumns.Turns(row, Completion!);
            LearntTurns.Check(row.Source, completed);
            return encoder.PromptCompletion(row.Source, Columns.Told(row, ConversationColumns.Turns(row, Prompt!)), completed);
        }

        var (prompt, completion) = (NotEmpty(row, Prompt!), NotEmpty(row, Completion!));
        return encoder.IsChat
            ? encoder.PromptCompletion(row.Source, Columns.Told(row, [ChatMessage.User(prompt)]), [ChatMessage.Assistant(Separator + completion)])
            : encoder.PromptCompletion(row.Source, prompt, Separator + completion);
    }

    private static string NotEmpty(JsonlRow row, string column) =>
        row.Text(column) is { Length: > 0 } text
            ? text
            : throw new UserErrorException($"{row.Source}: \"{column}\" is empty; remove the row or fill it.");

    private static string Shown(string? column) => column is null ? "absent" : $"\"{column}\"";
}
