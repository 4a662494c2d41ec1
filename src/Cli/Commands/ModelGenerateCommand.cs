using System.CommandLine;
using System.Text.Json;
using SafetyGate.Cli.JsonLines;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Models;
using SafetyGate.Models.Generation;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate model generate DIR --jsonl FILE</c>: continues ids, text or a conversation.</summary>
internal static class ModelGenerateCommand
{
    public static Command Create(GateOutput output)
    {
        var (directory, lines, destination) = (CommandParts.ModelDirectory(), CommandParts.JsonLinesOption(), CommandParts.OutOption());
        var adapter = CommandParts.AdapterOption();
        var command = new Command("generate",
            "{id, input_ids | text | messages, max_new_tokens, temperature?=0, …} -> {id, new_ids, text, finish_reason}")
        {
            directory, adapter, lines, destination
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var model = CommandParts.Load(output, parsed.GetRequiredValue(directory), parsed.GetValue(adapter));
            return await new JsonLineCases(output).AnswerAsync(
                parsed.GetRequiredValue(lines), parsed.GetValue(destination), (@case, writer) => Answer(model, @case, writer, cancellationToken), cancellationToken);
        });
        return command;
    }

    private static void Answer(PretrainedModel model, JsonElement @case, Utf8JsonWriter writer, CancellationToken cancellationToken)
    {
        var sampling = new SamplingOptions
        {
            MaxNewTokens = @case.Integer("max_new_tokens")
                ?? throw new UserErrorException("\"max_new_tokens\" is missing; it must be a whole number, 1 or more."),
            Temperature = @case.Number("temperature") ?? 0,
            TopK = (@case.Integer("top_k") is var k and not 0) ? k : null, // 0 is off, as in transformers
            TopP = @case.Number("top_p"),
            MinP = @case.Number("min_p"),
            RepetitionPenalty = @case.Number("repetition_penalty") ?? 1,
            Seed = @case.Seed("seed") ?? 0,
        };
        if (string.Join(" ", sampling.Problems()) is { Length: > 0 } problems) throw new UserErrorException(MemberNames.AsKeys(problems, typeof(SamplingOptions)));

        var key = @case.TryGetProperty("id", out var id) ? id.ToString() : "";
        var generated = model.CreateGenerator()
            .Generate([new GenerationRequest { Key = key, PromptIds = PromptIds(model, @case) }], sampling, cancellationToken)[0];
        writer.WriteIntegers("new_ids", generated.NewIds);
        writer.WriteString("text", model.HasTokenizer ? model.Tokenizer.Decode(generated.NewIds, skipSpecialTokens: true) : null);
        writer.WriteString("finish_reason", generated.FinishReason == FinishReason.Stop ? "stop" : "length");
    }

    private static int[] PromptIds(PretrainedModel model, JsonElement @case)
    {
        List<string> given = [.. new[] { "input_ids", "text", "utf16", "messages" }.Where(name => @case.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null)];
        if (given.Count > 1) throw new UserErrorException($"The case has {string.Join(" and ", given.Select(name => $"\"{name}\""))}; give one of them: only one can be the prompt.");
        if (@case.Integers("input_ids") is { } ids) return ids;
        if (@case.TextOrUtf16() is { } text) return model.Tokenizer.EncodePlain(text);
        if (@case.TryGetProperty("messages", out _))
            return model.Tokenizer.Encode(Chat(model).Render(ChatMessages.ReadPrompt(@case)).Text);
        throw new UserErrorException("The case has none of \"input_ids\", \"text\" and \"messages\"; give one of them.");
    }

    private static SafetyGate.Models.Chat.ChatRenderer Chat(PretrainedModel model) =>
        model.Chat ?? throw new UserErrorException($"{model.Directory} has no chat template (chat_template.jinja); give \"text\" or \"input_ids\" instead of \"messages\".");
}
