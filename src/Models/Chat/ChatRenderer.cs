using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Language;

namespace SafetyGate.Models.Chat;

/// <summary>
/// The chat templates of a model and the special tokens they read. A template that cannot be read is refused when it is used, so that a
/// model with one still continues plain text.
/// </summary>
public sealed class ChatRenderer : IChatRenderer
{
    private const string Default = "default";
    private const string ToolUse = "tool_use";

    private static readonly JsonElement Null = JsonDocument.Parse("null").RootElement.Clone();

    private readonly string _source;
    private readonly IReadOnlyDictionary<string, Lazy<ChatTemplate>> _templates;
    private readonly IReadOnlyDictionary<string, JsonElement> _specialTokens;

    /// <summary>A renderer.</summary>
    /// <param name="source">Where the templates come from, for messages.</param>
    /// <param name="templates">The templates' texts by name; at least one.</param>
    /// <param name="specialTokens">The special tokens by their names (<c>bos_token</c> …).</param>
    public ChatRenderer(string source, IReadOnlyDictionary<string, string> templates, IReadOnlyDictionary<string, JsonElement> specialTokens)
    {
        if (templates.Count == 0) throw new ArgumentException("There is no template.", nameof(templates));
        (_source, _specialTokens, Texts) = (source, specialTokens, templates);
        _templates = templates.ToDictionary(t => t.Key, t => new Lazy<ChatTemplate>(() => ChatTemplate.Parse(
            templates.Count == 1 ? source : $"{source} (template '{t.Key}')", t.Value)), StringComparer.Ordinal);
        Digest = DigestOf(templates);
    }

    /// <inheritdoc/>
    public string Digest { get; }

    /// <summary>The templates' texts by name.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; }

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        var turns = new JsonArray([.. messages.Select(message => (JsonNode)new JsonObject { ["role"] = message.Role, ["content"] = message.Content })]);
        return Render(new ChatRequest { Messages = turns.Deserialize<JsonElement>(), AddGenerationPrompt = addGenerationPrompt }).Text;
    }

    /// <summary>Renders a conversation with everything a template may read.</summary>
    /// <exception cref="UserErrorException">There is no template of that name, it cannot be rendered, or it refuses the conversation with
    /// its own message.</exception>
    public RenderedChat Render(ChatRequest request)
    {
        var context = new Dictionary<string, JsonElement>(StringComparer.Ordinal)
        {
            ["messages"] = request.Messages,
            ["tools"] = request.Tools ?? Null,
            ["documents"] = request.Documents ?? Null,
            ["add_generation_prompt"] = JsonSerializer.SerializeToElement(request.AddGenerationPrompt),
        };
        foreach (var (name, token) in _specialTokens) context[name] = token;
        foreach (var (name, value) in request.Arguments) context[name] = value;
        var hasTools = context["tools"].ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
        return Template(request.Template, hasTools).Render(context, request.Now);
    }

    private ChatTemplate Template(string? name, bool hasTools)
    {
        var wanted = name ?? (hasTools && _templates.ContainsKey(ToolUse) ? ToolUse : Default);
        if (_templates.TryGetValue(wanted, out var template)) return template.Value;
        throw new UserErrorException($"{_source}: there is no chat template named '{wanted}'; there are {string.Join(", ", _templates.Keys.Order(StringComparer.Ordinal).Select(n => $"'{n}'"))}. Name one of them.");
    }

    private static string DigestOf(IReadOnlyDictionary<string, string> templates)
    {
        var text = templates.Count == 1 && templates.TryGetValue(Default, out var only) ? only
            : JsonSerializer.Serialize(templates.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new[] { t.Key, t.Value }));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
