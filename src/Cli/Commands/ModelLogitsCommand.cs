using System.CommandLine;
using System.Text.Json;
using SafetyGate.Cli.JsonLines;
using SafetyGate.Models;
using SafetyGate.Models.Decoders;
using TorchSharp;

namespace SafetyGate.Cli.Commands;

/// <summary><c>gate model logits DIR --jsonl FILE</c>: the logits of token sequences, one sequence a forward pass.</summary>
internal static class ModelLogitsCommand
{
    public static Command Create(GateOutput output)
    {
        var (directory, lines, destination) = (CommandParts.ModelDirectory(), CommandParts.JsonLinesOption(), CommandParts.OutOption());
        var dtype = new Option<string>("--dtype") { Description = "Number type of the arithmetic.", DefaultValueFactory = _ => "float32" };
        dtype.AcceptOnlyFromAmong("float32", "float64");
        var adapter = CommandParts.AdapterOption();
        var command = new Command("logits", "{id, input_ids, positions?} -> {id, logits, logsumexp, sum}")
        {
            directory, adapter, lines, destination, dtype
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var type = parsed.GetValue(dtype) == "float64" ? torch.ScalarType.Float64 : torch.ScalarType.Float32;
            if (parsed.GetValue(adapter) is null && SequenceClassifier.IsAt(parsed.GetRequiredValue(directory)))
            {
                using var classifier = SequenceClassifier.Load(parsed.GetRequiredValue(directory), dtype: type);
                return await new JsonLineCases(output).AnswerAsync(
                    parsed.GetRequiredValue(lines), parsed.GetValue(destination), (@case, writer) => Answer(classifier, @case, writer), cancellationToken);
            }
            using var model = CommandParts.Load(output, parsed.GetRequiredValue(directory), parsed.GetValue(adapter), type);
            return await new JsonLineCases(output).AnswerAsync(
                parsed.GetRequiredValue(lines), parsed.GetValue(destination), (@case, writer) => Answer(model, @case, writer), cancellationToken);
        });
        return command;
    }

    private static void Answer(PretrainedModel model, JsonElement @case, Utf8JsonWriter writer)
    {
        var ids = Ids(@case, model.Decoder);
        var positions = @case.Integers("positions") ?? [.. Enumerable.Range(0, ids.Length)];
        foreach (var position in positions)
            if (position < 0 || position >= ids.Length) throw new UserErrorException(Invariant($"\"positions\" holds {position}; the sequence has positions 0 to {ids.Length - 1}."));

        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var input = new DecoderInput
        {
            IdsBT = torch.tensor(ids.Select(id => (long)id).ToArray()).reshape(1, ids.Length).to(model.Decoder.Device)
        };
        var logitsTV = model.Decoder.Logits(model.Decoder.Hidden(input)).reshape(ids.Length, -1).to(torch.ScalarType.Float64).cpu()
            .contiguous();
        var vocabulary = (int)logitsTV.shape[1];
        var all = logitsTV.data<double>().ToArray();

        writer.WriteStartArray("logits");
        foreach (var position in positions) WriteRow(writer, all.AsSpan(position * vocabulary, vocabulary));
        writer.WriteEndArray();
        WriteSums(writer, logitsTV);
    }

    // One row for the whole text: its scores of the labels.
    private static void Answer(SequenceClassifier classifier, JsonElement @case, Utf8JsonWriter writer)
    {
        var ids = Ids(@case, classifier.Decoder);
        if (@case.Integers("positions") is not null) throw new UserErrorException("\"positions\" is given, and the model scores whole texts; leave it out.");
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var scores1L = classifier.Scores([ids]).to(torch.ScalarType.Float64).cpu().contiguous();
        writer.WriteStartArray("logits");
        WriteRow(writer, scores1L.data<double>().ToArray());
        writer.WriteEndArray();
        WriteSums(writer, scores1L);
    }

    private static int[] Ids(JsonElement @case, IDecoder decoder)
    {
        var ids = @case.Integers("input_ids") ?? throw new UserErrorException("\"input_ids\" is missing; it must be a list of token ids.");
        if (ids.Length == 0) throw new UserErrorException("\"input_ids\" is empty; give at least one token id.");
        foreach (var id in ids)
            if (id < 0 || id >= decoder.VocabularySize) throw new UserErrorException(Invariant($"\"input_ids\" holds {id}; the vocabulary has ids 0 to {decoder.VocabularySize - 1}."));
        return ids;
    }

    private static void WriteSums(Utf8JsonWriter writer, torch.Tensor logitsTV)
    {
        writer.WritePropertyName("logsumexp");
        WriteRow(writer, logitsTV.logsumexp(-1).data<double>().ToArray());
        writer.WritePropertyName("sum");
        WriteRow(writer, logitsTV.sum(-1).data<double>().ToArray());
    }

    private static void WriteRow(Utf8JsonWriter writer, ReadOnlySpan<double> values)
    {
        writer.WriteStartArray();
        foreach (var value in values) writer.WriteRoundTrip(value);
        writer.WriteEndArray();
    }
}
