using System.CommandLine;
using System.Text;
using System.Text.Json;
using SafetyGate.Models;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate model info DIR</c>: describes a checkpoint.</summary>
internal static class ModelInfoCommand
{
    public static Command Create(GateOutput output)
    {
        var (directory, json) = (CommandParts.ModelDirectory(), CommandParts.JsonOption());
        var adapter = CommandParts.AdapterOption();
        var command = new Command("info", "Architecture, parameters, dtype, digest, tokenizer and template of a checkpoint.")
        {
            directory, adapter, json
        };
        command.SetAction(parsed =>
        {
            using var model = CommandParts.Load(output, parsed.GetRequiredValue(directory), parsed.GetValue(adapter));
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = !parsed.GetValue(json) }))
            {
                writer.WriteStartObject();
                writer.WriteString("architecture", Architecture(model));
                writer.WriteString("model_type", model.Config.ModelType);
                writer.WriteNumber("parameters", model.Decoder.Parameters.NumberCount);
                writer.WriteString("dtype", model.Config.StoredDtype);
                writer.WriteString("digest", model.WeightsDigest);
                if (model.AdapterDirectory is { } put) writer.WriteString("adapter", put);
                writer.WriteString("tokenizer", model.HasTokenizer ? model.Tokenizer.Digest : null);
                writer.WriteString("template", model.Chat?.Digest);
                writer.WriteNumber("vocabulary_size", model.Config.VocabularySize);
                writer.WriteNumber("layers", model.Config.Layers);
                writer.WriteNumber("hidden_size", model.Config.HiddenSize);
                writer.WriteNumber("max_position_embeddings", model.Config.MaxPositions);
                writer.WriteBoolean("tied_embeddings", model.Config.TieWordEmbeddings);
                writer.WriteEndObject();
            }

            output.WriteJson(Encoding.UTF8.GetString(buffer.ToArray()) + "\n");
            return 0;
        });
        return command;
    }

    // The name transformers gives the class; older files have only the family.
    private static string Architecture(PretrainedModel model) =>
        model.Config.Raw["architectures"] is System.Text.Json.Nodes.JsonArray { Count: > 0 } names && names[0] is { } name
            ? name.ToString()
            : model.Config.ModelType;
}
