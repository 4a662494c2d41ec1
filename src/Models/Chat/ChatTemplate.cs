using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SafetyGate.Models.Chat.Templates;

namespace SafetyGate.Models.Chat;

/// <summary>
/// A chat template: a Jinja text that writes a conversation as the model was trained to read it. It is evaluated as transformers sets
/// Jinja2 up (immutable sandbox, <c>trim_blocks</c>, <c>lstrip_blocks</c>, <c>break</c> and <c>continue</c>, <c>tojson</c> without ASCII
/// escapes, <c>raise_exception</c>, <c>strftime_now</c>, <c>{% generation %}</c>), within limits on steps, depth and text.
/// </summary>
public sealed class ChatTemplate
{
    /// <summary>Characters of a template's text at most.</summary>
    public const int MaxLength = 1 << 20;

    /// <summary>
    /// The time that <c>strftime_now</c> tells when none is given: always the same one, since a prompt that changes from day to day would
    /// make two runs of the same thing differ. 2025-07-10 12:00.
    /// </summary>
    public static readonly DateTimeOffset FixedNow = new(2025, 7, 10, 12, 0, 0, TimeSpan.Zero);

    private readonly string _source;
    private readonly IReadOnlyList<Statement> _body;

    private ChatTemplate(string source, string text, IReadOnlyList<Statement> body) =>
        (_source, Text, _body, Digest) = (source, text, body, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    /// <summary>The template's text.</summary>
    public string Text { get; }

    /// <summary>SHA-256 of the text (UTF-8), lower-case hex.</summary>
    public string Digest { get; }

    /// <summary>Reads a template.</summary>
    /// <param name="source">Where it comes from, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <exception cref="UserErrorException">It is too long, or not a template that can be rendered.</exception>
    public static ChatTemplate Parse(string source, string text)
    {
        if (text.Length > MaxLength)
            throw new UserErrorException(Invariant($"{source}: the chat template has {text.Length:N0} characters; at most {MaxLength:N0} are read."));
        return Guarded(source, () => new ChatTemplate(source, text, TemplateParser.Parse(text)));
    }

    /// <summary>Renders the template.</summary>
    /// <param name="context">The variables: <c>messages</c>, <c>add_generation_prompt</c>, <c>tools</c>, <c>documents</c>, special tokens and
    /// what else the template reads; JSON values.</param>
    /// <param name="now">The time for <c>strftime_now</c>; <see cref="FixedNow"/> when <c>null</c>.</param>
    /// <exception cref="UserErrorException">The template refuses the conversation (its own message), fails, or passes a limit.</exception>
    public RenderedChat Render(IEnumerable<KeyValuePair<string, JsonElement>> context, DateTimeOffset? now = null) => Guarded(_source, () =>
    {
        var values = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in context) values[name] = PythonJson.Read(value);
        var (text, spans) = TemplateInterpreter.Render(_body, values, now ?? FixedNow);
        return new RenderedChat(text, spans);
    });

    private static T Guarded<T>(string source, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (RaisedByTemplateException e)
        {
            throw new UserErrorException($"{source}: the chat template refuses this conversation: {e.Message}", e);
        }
        catch (TemplateException e)
        {
            throw new UserErrorException($"{source}: the chat template cannot be rendered: {e.Message}{(e.Line > 0 ? Invariant($" (line {e.Line})") : "")}", e);
        }
        catch (InsufficientExecutionStackException e)
        {
            throw new UserErrorException($"{source}: the chat template cannot be rendered: its values nest too deeply.", e);
        }
        catch (InvalidOperationException e) when (e.InnerException is DecoderFallbackException || e.Message.Contains("UTF-16", StringComparison.Ordinal))
        {
            throw new UserErrorException($"{source}: the conversation has text that is not valid Unicode.", e);
        }
    }
}

/// <summary>A rendered conversation.</summary>
/// <param name="Text">The text, special tokens included.</param>
/// <param name="GenerationSpans">The parts that the assistant wrote, <c>[start, end)</c> in Unicode code points; empty when the template
/// marks none.</param>
public sealed record RenderedChat(string Text, IReadOnlyList<(int Start, int End)> GenerationSpans);
