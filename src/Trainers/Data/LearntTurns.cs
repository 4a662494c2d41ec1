using System.Text.Json;
using SafetyGate.Core.Language;

namespace SafetyGate.Trainers.Data;

/// <summary>
/// Turns of the assistant that are to be learnt. What other trainers read as "do not learn this turn" is refused, since all of them are learnt
/// here: <c>weight</c> (OpenAI, Mistral) other than 1, and <c>train</c> or <c>training</c> (Axolotl, LLaMA-Factory) that is false.
/// </summary>
internal static class LearntTurns
{
    private static readonly string[] Said = ["tool_calls", "function_call", "reasoning_content", "reasoning", "thinking"];

    /// <summary>Refuses turns that are empty or that say they are not to be learnt.</summary>
    /// <param name="id">Names the example in messages.</param>
    /// <param name="turns">The turns; those of others than the assistant are passed over.</param>
    /// <exception cref="UserErrorException">A turn is one of these.</exception>
    public static void Check(string id, IEnumerable<ChatMessage> turns)
    {
        foreach (var turn in turns.Where(turn => turn.Role == "assistant"))
        {
            var json = turn.Json is null ? default : turn.ToJson();
            if (LeftOut(json) is { } left)
                throw new UserErrorException($"{id}: a turn of the assistant has {left}, which asks not to learn it, and it would be learnt. Give the turns before the one to learn as prompt and that one as completion, or take the key out.");
            if (turn.Content.Length == 0 && !Said.Any(name => Member(json, name) is { ValueKind: not JsonValueKind.Null }) && Member(json, "content") is not { ValueKind: JsonValueKind.Array })
                throw new UserErrorException($"{id}: a turn of the assistant is empty, and to end at once would be learnt; remove the row or fill it.");
        }
    }

    private static string? LeftOut(JsonElement turn)
    {
        if (Member(turn, "weight") is { ValueKind: JsonValueKind.Number } weight && weight.GetDouble() != 1) return $"\"weight\": {weight.GetRawText()}";
        return new[] { "train", "training" }.FirstOrDefault(name => Member(turn, name) is { ValueKind: JsonValueKind.False }) is { } key ? $"\"{key}\": false" : null;
    }

    private static JsonElement? Member(JsonElement turn, string name) => turn.ValueKind == JsonValueKind.Object && turn.TryGetProperty(name, out var value) ? value : null;
}
