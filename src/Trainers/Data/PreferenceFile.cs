using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;

namespace SafetyGate.Trainers.Data;

/// <summary>
/// A JSON Lines file of preferences, in TRL's forms: texts or messages under <c>prompt</c>, <c>chosen</c>, <c>rejected</c>, or whole
/// conversations under the last two alone, which differ in the assistant's last turn.
/// </summary>
public sealed record PreferenceFile
{
    /// <summary>Path of the file.</summary>
    [RelativePath, NotInKey]
    public required string Path { get; init; }

    /// <summary>Column of the prompt. Default <c>prompt</c>; rows without it hold whole conversations.</summary>
    public string Prompt { get; init; } = "prompt";

    /// <summary>Column of the preferred completion.</summary>
    public string Chosen { get; init; } = "chosen";

    /// <summary>Column of the other completion.</summary>
    public string Rejected { get; init; } = "rejected";

    /// <summary>Column of a number: by how much the first is preferred. Default <c>margin</c>; rows without it have none.</summary>
    public string Margin { get; init; } = "margin";

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

    /// <summary>Rows taken from the start of the file; <c>null</c> for all.</summary>
    public int? Limit { get; init; }

    /// <summary>Validation errors, one sentence each; empty if the options are valid.</summary>
    public IEnumerable<string> Problems()
    {
        if (Limit is < 1) yield return Invariant($"{Path}: the limit is {Limit}; it must be 1 or more.");
        if (SystemPrompt is not null && string.IsNullOrWhiteSpace(SystemPrompt)) yield return $"{Path}: the system_prompt is blank; leave it out.";
        if (Chosen == Rejected) yield return $"{Path}: chosen and rejected are the same column, \"{Chosen}\"; a preference needs two.";
    }

    /// <summary>Reads and encodes the pairs.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, has no rows, or a row is wrong; the message names the line.</exception>
    public IReadOnlyList<PreferencePair> Read(ExampleEncoder encoder)
    {
        var problems = string.Join(" ", Problems());
        if (problems.Length > 0) throw new UserErrorException(problems);
        var pairs = JsonlRow.Read(Path).Take(Limit ?? int.MaxValue).Select(row => Encode(row, encoder)).ToList();
        return pairs.Count > 0 ? pairs : throw new UserErrorException($"{Path}: has no rows; there are no preferences to learn from.");
    }

    /// <summary>What of this file determines the pairs: the digest of its text and the columns, not its path.</summary>
    /// <exception cref="UserErrorException">The file cannot be read.</exception>
    public JsonObject Describe() => DataDescription.Of(this, Path);

    private ConversationColumns Columns => new(Tools, Documents, ChatTemplateKwargs, SystemPrompt);

    private PreferencePair Encode(JsonlRow row, ExampleEncoder encoder)
    {
        var (chosen, rejected) = (Side(row, Chosen, encoder), Side(row, Rejected, encoder));
        if (!chosen.PromptIds.SequenceEqual(rejected.PromptIds))
            throw new UserErrorException($"{row.Source}: \"{Chosen}\" and \"{Rejected}\" continue different prompts; a preference is between two answers to one.");
        if (chosen.CompletionIds.SequenceEqual(rejected.CompletionIds))
            throw new UserErrorException($"{row.Source}: \"{Chosen}\" and \"{Rejected}\" are the same; a pair that prefers nothing teaches nothing. Remove the row.");
        foreach (var (column, side) in new[] { (Chosen, chosen), (Rejected, rejected) })
            if (side.PromptIds.Count == 0 || side.CompletionIds.Count == 0)
                throw new UserErrorException($"{row.Source}: the prompt or \"{column}\" has no tokens; both need one.");
        return new() { Id = row.Source, PromptIds = chosen.PromptIds, ChosenIds = chosen.CompletionIds, RejectedIds = rejected.CompletionIds, Margin = Number(row) };
    }

    private TokenExample Side(JsonlRow row, string column, ExampleEncoder encoder)
    {
        var hasPrompt = row.Json.TryGetProperty(Prompt, out var prompt);
        if (!row.Json.TryGetProperty(column, out var side)) _ = row.Text(column); // tells the keys there are
        if (side.ValueKind == JsonValueKind.Array)
        {
            var turns = ConversationColumns.Turns(row, column);
            LearntTurns.Check(row.Source, hasPrompt ? turns : turns.TakeLast(1));
            if (!hasPrompt) return encoder.Conversation(row.Source, Columns.Told(row, turns));
            if (prompt.ValueKind == JsonValueKind.Array) return encoder.PromptCompletion(row.Source, Columns.Told(row, ConversationColumns.Turns(row, Prompt)), turns);
            throw new UserErrorException($"{row.Source}: \"{column}\" holds messages and \"{Prompt}\" does not; both are texts, or both messages.");
        }

        if (!hasPrompt) throw new UserErrorException($"{row.Source}: there is no \"{Prompt}\", and \"{column}\" is not a list of messages; give a prompt, or whole conversations.");
        var (question, answer) = (row.Text(Prompt), row.Text(column));
        if (answer.Length == 0) throw new UserErrorException($"{row.Source}: \"{column}\" is empty; remove the row or fill it.");
        if (encoder.IsChat) return encoder.PromptCompletion(row.Source, Columns.Told(row, [ChatMessage.User(question)]), [ChatMessage.Assistant(answer)]);
        return SystemPrompt is null
            ? encoder.PromptCompletion(row.Source, question, answer)
            : throw new UserErrorException($"{row.Source}: a system_prompt is put before conversations, and the template \"plain\" has no place for it. Use \"chat\", or write it into the prompts.");
    }

    private double? Number(JsonlRow row) => !row.Json.TryGetProperty(Margin, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var margin) && double.IsFinite(margin) ? margin
        : throw new UserErrorException($"{row.Source}: \"{Margin}\" is no finite number; remove it, or name another column in the recipe's data.");
}
