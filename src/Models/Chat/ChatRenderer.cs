using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
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
    private readonly ChatSettings _settings = ChatSettings.Default;

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

    private ChatRenderer(ChatRenderer plain, ChatSettings settings)
    {
        (_source, _specialTokens, _templates, Texts, _settings) = (plain._source, plain._specialTokens, plain._templates, plain.Texts, settings);
        Digest = settings.DigestWith(plain.Digest);
    }

    /// <inheritdoc/>
    public string Digest { get; }

    /// <summary>Where the templates come from.</summary>
    internal string Source => _source;

    /// <summary>The templates' texts by name.</summary>
    public IReadOnlyDictionary<string, string> Texts { get; }

    /// <inheritdoc/>
    public RenderedChat Render(Conversation conversation, ChatEnding ending)
    {
        if (SeenParts.Of(conversation.Messages) is { } seen)
            throw new UserErrorException($"{_source}: a turn holds a part of type '{seen}', and only text reaches the model: leave out the item or row, or ask a server that takes such parts.");
        var request = new ChatRequest
        {
            Messages = JsonSerializer.SerializeToElement(conversation.Messages.Select(message => message.ToJson())),
            AddGenerationPrompt = ending == ChatEnding.GenerationPrompt,
            ContinueFinalMessage = ending == ChatEnding.InLastTurn,
            Tools = Element(conversation.Tools),
            Documents = Element(conversation.Documents),
            Arguments = Arguments(conversation.Arguments),
        };
        return TurnForms.Rendered(_source, request.Messages, messages => Render(request with { Messages = messages }));
    }

    /// <inheritdoc cref="ChatRendering.Render"/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt) => ChatRendering.Render(this, messages, addGenerationPrompt);

    /// <summary>The same templates used in a certain way.</summary>
    /// <param name="settings">Which of the templates, and its variables; those of a single conversation win over them.</param>
    /// <exception cref="UserErrorException">There is no template of that name.</exception>
    public ChatRenderer With(ChatSettings settings)
    {
        if (settings.IsDefault) return this;
        if (settings.Template is { } name) Require(name);
        return new ChatRenderer(this, settings);
    }

    /// <summary>Renders a conversation with everything a template may read.</summary>
    /// <exception cref="UserErrorException">There is no template of that name, it cannot be rendered, or it refuses the conversation with
    /// its own message.</exception>
    public RenderedChat Render(ChatRequest request)
    {
        if (!request.ContinueFinalMessage) return Rendered(request);
        if (request.AddGenerationPrompt) throw new UserErrorException("add_generation_prompt begins a turn and continue_final_message goes on with the last one; give one of them.");
        List<JsonElement> turns = [.. request.Messages.EnumerateArray()];
        turns[^1] = ContinuedTurn.Marked(turns[^1]);
        return ContinuedTurn.Cut(Rendered(request with { Messages = JsonSerializer.SerializeToElement(turns) }))
            ?? throw new UserErrorException($"{_source}: the last turn cannot be continued, for the chat template does not write its text as it is.");
    }

    private RenderedChat Rendered(ChatRequest request)
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
        return Require(request.Template ?? _settings.Template ?? (hasTools && _templates.ContainsKey(ToolUse) ? ToolUse : Default)).Value.Render(context, request.Now);
    }

    private Lazy<ChatTemplate> Require(string wanted)
    {
        if (_templates.TryGetValue(wanted, out var template)) return template;
        throw new UserErrorException($"{_source}: there is no chat template named '{wanted}'; there are {string.Join(", ", _templates.Keys.Order(StringComparer.Ordinal).Select(n => $"'{n}'"))}. Name one of them.");
    }

    // Those of the settings, then those of the conversation, which win.
    private Dictionary<string, JsonElement> Arguments(string? own)
    {
        var arguments = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var given in new[] { _settings.Arguments, own }.OfType<string>())
            foreach (var argument in Element(given)!.Value.EnumerateObject()) arguments[argument.Name] = argument.Value;
        return arguments;
    }

    private static JsonElement? Element(string? json) => json is null ? null : JsonSerializer.Deserialize<JsonElement>(json);

    private static string DigestOf(IReadOnlyDictionary<string, string> templates)
    {
        var text = templates.Count == 1 && templates.TryGetValue(Default, out var only) ? only
            : JsonSerializer.Serialize(templates.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new[] { t.Key, t.Value }));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
