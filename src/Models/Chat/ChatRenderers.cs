using System.Text.Json;
using SafetyGate.Core.Language;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Chat;

/// <summary>Finds the chat templates of a model directory, as transformers does, and the special tokens they read.</summary>
public static class ChatRenderers
{
    /// <summary>The file that holds a model's chat template.</summary>
    public const string TemplateFileName = "chat_template.jinja";

    /// <summary>The file in which a processor keeps its chat template: an object with <c>chat_template</c>.</summary>
    public const string TemplateJsonFileName = "chat_template.json";

    /// <summary>The file of a processor's settings, where some older ones keep their chat template.</summary>
    public const string ProcessorFileName = "processor_config.json";

    /// <summary>The folder of further templates, each <c>NAME.jinja</c>.</summary>
    public const string NamedFolder = "additional_chat_templates";

    private const string ConfigFileName = TokenizerSettings.ConfigFileName;

    /// <summary>
    /// The renderer of the template in <c>chat_template.jinja</c>, in <c>chat_template.json</c>, in <c>tokenizer_config.json</c> or in
    /// <c>processor_config.json</c>, the first of them that has one, with the templates of <c>additional_chat_templates</c> beside it.
    /// </summary>
    /// <returns><c>null</c> if the directory has no template.</returns>
    /// <exception cref="UserErrorException">A file cannot be read or is malformed.</exception>
    public static ChatRenderer? For(string directory)
    {
        var (source, templates) = Templates(directory);
        var named = Path.Combine(directory, NamedFolder);
        if (Directory.Exists(named))
        {
            foreach (var file in Directory.EnumerateFiles(named, "*.jinja").Order(StringComparer.Ordinal))
            {
                templates[Path.GetFileNameWithoutExtension(file)] = ModelFiles.ReadText(file);
                source ??= named;
            }
        }

        return source is null || templates.Count == 0 ? null : new ChatRenderer(source, templates, SpecialTokens(directory));
    }

    /// <summary>
    /// The renderer of one template file. <c>NAME.json</c> beside <c>NAME.jinja</c> gives the special tokens in <c>special_tokens</c>;
    /// without it there are none.
    /// </summary>
    /// <exception cref="UserErrorException">A file cannot be read or is malformed.</exception>
    public static ChatRenderer ForFile(string path)
    {
        var tokens = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        var beside = Path.ChangeExtension(path, ".json");
        if (beside != path && File.Exists(beside))
        {
            using var document = ModelFiles.ParseObject(beside, ModelFiles.ReadText(beside));
            if (document.RootElement.TryGetProperty("special_tokens", out var given))
            {
                if (given.ValueKind != JsonValueKind.Object) throw new UserErrorException($"{beside}: 'special_tokens' is not an object of tokens by name.");
                foreach (var token in given.EnumerateObject()) tokens[token.Name] = TokenText(beside, token);
            }
        }

        return new ChatRenderer(path, new Dictionary<string, string> { ["default"] = ModelFiles.ReadText(path) }, tokens);
    }

    /// <summary>The renderer of a directory used in a certain way; <c>null</c> when it has no template and nothing is set.</summary>
    /// <param name="renderer">The renderer; <c>null</c> when the directory has no template.</param>
    /// <param name="settings">How it is used.</param>
    /// <param name="directory">The directory, for messages.</param>
    /// <exception cref="UserErrorException">There is no template, or none of the name, and something is set.</exception>
    public static ChatRenderer? Used(ChatRenderer? renderer, ChatSettings settings, string directory) => renderer is null && !settings.IsDefault
        ? throw new UserErrorException($"{directory} has no chat template, so chat_template and chat_template_kwargs have nothing to act on. Leave them out, or put the model's chat_template.jinja beside its weights.")
        : renderer?.With(settings);

    /// <summary>
    /// The special tokens that templates read, by name, as transformers takes them: those of <c>tokenizer_config.json</c>; where that has
    /// no <c>added_tokens_decoder</c>, those of <c>special_tokens_map.json</c> win.
    /// </summary>
    /// <exception cref="UserErrorException">A file cannot be read, or a token is not a text.</exception>
    public static IReadOnlyDictionary<string, JsonElement> SpecialTokens(string directory) => TokenizerSettings.Read(directory).ForTemplates();

    // A token is a text or an object with its text and how it is split off; a list of tokens is a list of either.
    private static JsonElement TokenText(string path, JsonProperty token)
    {
        if (token.Value.ValueKind == JsonValueKind.Null) return token.Value.Clone();
        if (token.Value.ValueKind == JsonValueKind.Array) return JsonSerializer.SerializeToElement(token.Value.EnumerateArray().Select(Text).ToList());
        return JsonSerializer.SerializeToElement(Text(token.Value));

        string Text(JsonElement value)
        {
            var text = value.ValueKind == JsonValueKind.Object && value.TryGetProperty("content", out var content) ? content : value;
            try
            {
                if (text.ValueKind == JsonValueKind.String) return text.GetString()!;
            }
            catch (InvalidOperationException e)
            {
                throw new UserErrorException($"{path}: '{token.Name}' is not valid Unicode.", e);
            }

            throw new UserErrorException($"{path}: '{token.Name}' is neither a text nor an object with 'content'.");
        }
    }

    /// <summary>The files that can have a template, the first that has one counts.</summary>
    internal static IReadOnlyList<string> Places { get; } = [TemplateFileName, TemplateJsonFileName, ConfigFileName, ProcessorFileName];

    /// <summary>The templates in one of <see cref="Places"/>, by name; empty where it has none.</summary>
    /// <exception cref="UserErrorException">The file cannot be read or is malformed.</exception>
    internal static Dictionary<string, string> In(string directory, string place)
    {
        var templates = new Dictionary<string, string>(StringComparer.Ordinal);
        var path = Path.Combine(directory, place);
        if (!File.Exists(path)) return templates;
        if (place == TemplateFileName) templates["default"] = ModelFiles.ReadText(path);
        else FromConfig(path, templates);
        return templates;
    }

    private static (string? Source, Dictionary<string, string> Templates) Templates(string directory)
    {
        foreach (var place in Places)
            if (In(directory, place) is { Count: > 0 } templates) return (Path.Combine(directory, place), templates);
        return (null, new(StringComparer.Ordinal));
    }

    // A string, or a list of templates with names.
    private static void FromConfig(string path, Dictionary<string, string> templates)
    {
        using var document = ModelFiles.ParseObject(path, ModelFiles.ReadText(path));
        if (!document.RootElement.TryGetProperty("chat_template", out var template) || template.ValueKind == JsonValueKind.Null) return;
        try
        {
            switch (template.ValueKind)
            {
                case JsonValueKind.String:
                    templates["default"] = template.GetString()!;
                    return;
                case JsonValueKind.Array when template.EnumerateArray().All(IsNamed):
                    foreach (var named in template.EnumerateArray())
                    {
                        if (!templates.TryAdd(named.GetProperty("name").GetString()!, named.GetProperty("template").GetString()!))
                            throw new UserErrorException($"{path}: 'chat_template' has two templates named '{named.GetProperty("name").GetString()}'.");
                    }

                    return;
                case JsonValueKind.Object when template.EnumerateObject().All(named => named.Value.ValueKind == JsonValueKind.String):
                    foreach (var named in template.EnumerateObject()) templates[named.Name] = named.Value.GetString()!;
                    return;
            }
        }
        catch (InvalidOperationException e)
        {
            throw new UserErrorException($"{path}: 'chat_template' is not valid Unicode.", e);
        }

        throw new UserErrorException($"{path}: 'chat_template' is neither a string nor a list of templates, each with 'name' and 'template'.");

        static bool IsNamed(JsonElement named) => named.ValueKind == JsonValueKind.Object &&
            named.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String &&
            named.TryGetProperty("template", out var text) && text.ValueKind == JsonValueKind.String;
    }
}
