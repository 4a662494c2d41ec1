using System.Text;
using SafetyGate.Core.Language;

namespace SafetyGate.Models.Chat;

/// <summary>
/// The chat format of pocket models: <c>&lt;bos&gt; &lt;user&gt; … &lt;asst&gt; … &lt;eos&gt;</c>, everything apart by single spaces.
/// </summary>
public sealed class PocketChatRenderer : IChatRenderer
{
    /// <summary>The template that a pocket model carries in <c>chat_template.jinja</c>; this class renders as it does.</summary>
    public const string Template = """
        {{- bos_token -}}
        {%- for message in messages -%}
            {%- if message['role'] == 'user' -%}
                {{- ' <user> ' + message['content'] -}}
            {%- elif message['role'] == 'assistant' -%}
                {{- ' <asst> ' + message['content'] + ' <eos>' -}}
            {%- else -%}
                {{- raise_exception("The roles of this model are user and assistant.") -}}
            {%- endif -%}
        {%- endfor -%}
        {%- if add_generation_prompt -%}
            {{- ' <asst>' -}}
        {%- endif -%}
        """;

    // The first pocket checkpoints carry this one: the answer's marker belongs to the user's turn, and other roles are not rendered.
    private const string EarlyTemplate =
        "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %} <user> {{ m['content'] }} <asst>{% elif m['role'] == 'assistant' %} {{ m['content'] }} <eos>{% endif %}{% endfor %}";

    private readonly bool markerWithPrompt;

    private PocketChatRenderer(string template, bool markerWithPrompt)
    {
        this.markerWithPrompt = markerWithPrompt;
        Digest = ChatRenderers.DigestOf(template);
    }

    /// <summary>Renders as <see cref="Template"/> does.</summary>
    public PocketChatRenderer() : this(Template, markerWithPrompt: false) { }

    /// <inheritdoc/>
    public string Digest { get; }

    /// <summary>The renderer of a template's text, or <c>null</c> when it is not a pocket model's.</summary>
    internal static PocketChatRenderer? TryCreate(string template) =>
        Same(template, Template) ? new(template, markerWithPrompt: false) : Same(template, EarlyTemplate) ? new(template, markerWithPrompt: true) : null;

    /// <inheritdoc/>
    public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt)
    {
        var text = new StringBuilder("<bos>");
        foreach (var message in messages)
        {
            switch (message.Role)
            {
                case "user":
                    text.Append(" <user> ").Append(message.Content);
                    if (markerWithPrompt) text.Append(" <asst>");
                    break;
                case "assistant":
                    if (!markerWithPrompt) text.Append(" <asst>");
                    text.Append(' ').Append(message.Content).Append(" <eos>");
                    break;
                default:
                    if (!markerWithPrompt) throw new UserErrorException($"A message has the role '{message.Role}'; the roles of this model are user and assistant.");
                    break;
            }
        }

        if (addGenerationPrompt && !markerWithPrompt) text.Append(" <asst>");
        return text.ToString();
    }

    // Only white space outside of the template's own strings differs between editors; inside, no two of these templates differ by it alone.
    private static bool Same(string one, string other) => Squeezed(one) == Squeezed(other);

    private static string Squeezed(string template) =>
        string.Join(' ', template.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
