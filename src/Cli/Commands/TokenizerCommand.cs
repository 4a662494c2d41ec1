using System.CommandLine;
using System.Text.Json;
using SafetyGate.Cli.JsonLines;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate tokenizer encode|decode|render DIR --jsonl FILE</c>.</summary>
internal static class TokenizerCommand
{
    public static Command Create(GateOutput output) => new("tokenizer", "Encode, decode and render with a model directory's tokenizer.")
    {
        Cases(output, "encode", "{id, text | utf16, add_special_tokens?=false} -> {id, ids}", (directory, asModel) =>
        {
            var tokenizer = Open(directory, asModel);
            return (@case, writer) =>
            {
                var text = @case.TextOrUtf16()
                    ?? throw new UserErrorException("\"text\" is missing; give \"text\", or \"utf16\" with code units.");
                writer.WriteIntegers("ids", tokenizer.Encode(text, @case.Flag("add_special_tokens")));
            };
        }),
        Cases(output, "decode", "{id, ids, skip_special_tokens?=false} -> {id, text}", (directory, asModel) =>
        {
            var tokenizer = Open(directory, asModel);
            return (@case, writer) =>
            {
                var ids = @case.Integers("ids") ?? throw new UserErrorException("\"ids\" is missing; it must be a list of token ids.");
                writer.WriteString("text", tokenizer.Decode(ids, @case.Flag("skip_special_tokens")));
            };
        }),
        Cases(output, "render", "{id, messages, tools?, documents?, add_generation_prompt?, kwargs?, now?} -> {id, text, generation_spans?}", (source, _) =>
        {
            var renderer = File.Exists(source) ? ChatRenderers.ForFile(source) : ChatRenderers.For(source)
                ?? throw new UserErrorException($"'{source}' has no chat template ({ChatRenderers.TemplateFileName}, {ChatRenderers.TemplateJsonFileName} or 'chat_template' in tokenizer_config.json); use plain text with this model.");
            return (@case, writer) =>
            {
                var rendered = renderer.Render(ChatMessages.Read(@case, @case.Flag("add_generation_prompt")));
                writer.WriteString("text", rendered.Text);
                if (rendered.GenerationSpans.Count == 0) return;
                writer.WriteStartArray("generation_spans");
                foreach (var (start, end) in rendered.GenerationSpans)
                {
                    writer.WriteStartArray();
                    writer.WriteNumberValue(start);
                    writer.WriteNumberValue(end);
                    writer.WriteEndArray();
                }

                writer.WriteEndArray();
            };
        }, "A model directory in Hugging Face layout, or one template file; NAME.json beside NAME.jinja gives its special tokens."),
    };

    private static ITokenizer Open(string directory, bool asModel) => asModel ? TokenizerFile.LoadForModel(directory) : TokenizerFile.Load(directory);

    private static Command Cases(GateOutput output, string name, string description, Func<string, bool, Action<JsonElement, Utf8JsonWriter>> open, string? source = null)
    {
        var (directory, lines, destination) = (source is null ? CommandParts.ModelDirectory() : CommandParts.ModelDirectory(source), CommandParts.JsonLinesOption(), CommandParts.OutOption());
        var asModel = new Option<bool>("--as-model")
        {
            Description = "With the files beside tokenizer.json, as transformers reads them and the model's prompts are encoded; by default tokenizer.json by itself, as the tokenizers library reads it.",
        };
        var command = new Command(name, description) { directory, lines, destination };
        if (source is null) command.Add(asModel);
        command.SetAction((parsed, cancellationToken) => new JsonLineCases(output).AnswerAsync(
            parsed.GetRequiredValue(lines), parsed.GetValue(destination), open(parsed.GetRequiredValue(directory), source is null && parsed.GetValue(asModel)), cancellationToken));
        return command;
    }
}
