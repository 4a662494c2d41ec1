using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Tests.Chat;

/// <summary>Templates rendered as Jinja2 renders them the way transformers sets it up.</summary>
public sealed class ChatTemplateConformance
{
    private static readonly Lazy<Dictionary<string, JsonElement>> Chats = new(() =>
        ConformanceCases.Lines("templates/chat.jsonl").ToDictionary(line => line.GetProperty("id").GetString()!));

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, ITokenizer> Tokenizers = new();

    public static TheoryData<string> Files() => ConformanceCases.Files("templates", "*.jsonl");

    [Theory, MemberData(nameof(Files))]
    public void Texts_errors_and_spans_are_those_of_the_reference(string file)
    {
        _ = ConformanceCases.Require(file);
        var (wrong, count) = (new List<string>(), 0);
        foreach (var line in ConformanceCases.Lines(file))
        {
            var id = line.GetProperty("id").GetString()!;
            if (line.TryGetProperty("ids", out var ids))
            {
                CompareIds(file, id, line.GetProperty("tokenizer").GetString()!, ids.Deserialize<int[]>()!, wrong);
                continue;
            }

            if (Template(line) is not var (source, text))
            {
                ConformanceLog.NotCompared(file, id, "templates of other projects are not here");
                continue;
            }

            count++;
            ConformanceLog.Compared(file, id);
            Check(id, () => ChatTemplate.Parse(source, text).Render(Context(line)), line, wrong);
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count} differences in {count} cases:\n{string.Join('\n', wrong.Take(20))}");
    }

    // The ids of a text that another file of the folder has.
    private static void CompareIds(string file, string id, string tokenizer, int[] ids, List<string> wrong)
    {
        if (ConformanceCases.PathOf($"tokenizers/{tokenizer}/{TokenizerFile.FileName}") is not { } path)
        {
            ConformanceLog.NotCompared(file, id, "the tokenizer's own files are not here");
            return;
        }

        var text = Chats.Value.TryGetValue(id, out var chat) ? chat.GetProperty("expected").GetString()! : throw new InvalidOperationException($"{file}: no conversation has the id '{id}'.");
        ConformanceLog.Compared(file, id);
        var found = Tokenizers.GetOrAdd(path, p => TokenizerFile.Load(Path.GetDirectoryName(p)!)).Encode(text);
        if (!found.SequenceEqual(ids)) wrong.Add($"{id}: expected ids {JsonSerializer.Serialize(ids)}, found {JsonSerializer.Serialize(found)}");
    }

    private static void Check(string id, Func<RenderedChat> render, JsonElement line, List<string> wrong)
    {
        RenderedChat? rendered = null;
        string? error = null;
        try
        {
            rendered = render();
        }
        catch (UserErrorException e)
        {
            error = e.Message;
        }

        if (line.TryGetProperty("expected_error", out var expectedError))
        {
            const string raised = "TemplateError: ";
            var message = expectedError.GetString()!;
            if (error is null) wrong.Add($"{id}: expected {message}, found {JsonSerializer.Serialize(rendered!.Text)}");
            else if (message.StartsWith(raised, StringComparison.Ordinal) && !error.EndsWith(message[raised.Length..], StringComparison.Ordinal)) wrong.Add($"{id}: expected {message}, found {error}");
            return;
        }

        if (rendered?.Text != line.GetProperty("expected").GetString())
            wrong.Add($"{id}: expected {line.GetProperty("expected").GetRawText()}, found {error ?? JsonSerializer.Serialize(rendered!.Text)}");
        else if (line.TryGetProperty("generation_spans", out var spans) && JsonSerializer.Serialize(rendered!.GenerationSpans.Select(s => new[] { s.Start, s.End })) != JsonSerializer.Serialize(spans))
            wrong.Add($"{id}: expected spans {spans.GetRawText()}, found {string.Join(' ', rendered.GenerationSpans)}");
    }

    private static (string Source, string Text)? Template(JsonElement line)
    {
        var template = line.GetProperty("template").GetString()!;
        if (line.TryGetProperty("context", out _)) return ("template", template);
        return ConformanceCases.PathOf($"templates/{template}.jinja") is { } path ? (template, File.ReadAllText(path)) : null;
    }

    private static Dictionary<string, JsonElement> Context(JsonElement line)
    {
        if (line.TryGetProperty("context", out var context)) return context.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        var none = JsonDocument.Parse("null").RootElement;
        var values = new Dictionary<string, JsonElement>
        {
            ["messages"] = line.GetProperty("messages"), ["tools"] = none, ["documents"] = none, ["add_generation_prompt"] = line.GetProperty("add_generation_prompt"),
        };
        var template = ConformanceCases.PathOf($"templates/{line.GetProperty("template").GetString()}.json")!;
        foreach (var token in JsonDocument.Parse(File.ReadAllText(template)).RootElement.GetProperty("special_tokens").EnumerateObject()) values[token.Name] = token.Value;
        foreach (var argument in line.GetProperty("kwargs").EnumerateObject()) values[argument.Name] = argument.Value;
        return values;
    }
}
