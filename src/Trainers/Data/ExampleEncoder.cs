using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Trainers.Data;

/// <summary>Turns texts and conversations into prompt and completion tokens.</summary>
/// <remarks>
/// As TRL does it, prompt and completion are encoded together and divided where the prompt's own tokens end, so that a token is
/// what the tokenizer makes of the running text. Where the prompt's tokens are not the beginning of the whole's (a token would
/// straddle the seam), the two are encoded apart: at generation the model sees the prompt's own tokens.
/// </remarks>
public sealed class ExampleEncoder
{
    private readonly ITokenizer _tokenizer;
    private readonly IChatRenderer? _chat;
    private readonly PromptTemplate _template;
    private readonly int? _eosId;

    /// <summary>An encoder for one model.</summary>
    /// <param name="tokenizer">The model's tokenizer. Borrowed.</param>
    /// <param name="chat">The model's chat template; required for <see cref="PromptTemplate.Chat"/>.</param>
    /// <param name="template">How texts are put.</param>
    /// <param name="eosId">The token that ends a completion; <c>null</c> when the model has none.</param>
    /// <exception cref="UserErrorException">The chat template is wanted and the model has none.</exception>
    public ExampleEncoder(ITokenizer tokenizer, IChatRenderer? chat, PromptTemplate template, int? eosId)
    {
        if (template == PromptTemplate.Chat && chat is null) throw new UserErrorException("The template is \"chat\", but the model has no chat template (chat_template.jinja or the entry in tokenizer_config.json). Use \"plain\", or add one.");
        (_tokenizer, _chat, _template, _eosId) = (tokenizer, chat, template, eosId);
    }

    /// <summary>Whether texts are put with the chat template.</summary>
    public bool IsChat => _template == PromptTemplate.Chat;

    /// <summary>Whether examples are marked with what the assistant wrote, and only that is learnt. Default: no.</summary>
    public bool AssistantOnly { get; init; }

    /// <summary>Tokens of a prompt of one text, as generation reads it.</summary>
    public int[] Prompt(string prompt) => IsChat
        ? _tokenizer.Encode(_chat!.RenderPrompt(Core.Language.Conversation.Of(prompt)))
        : _tokenizer.EncodePrompt(prompt);

    /// <summary>Tokens of an item's prompt, as generation reads it.</summary>
    /// <exception cref="UserErrorException">The chat template refuses it, or it is a conversation and the template plain; the message names
    /// the item.</exception>
    public int[] Prompt(BenchmarkItem item)
    {
        var prompt = item.As(IsChat ? PromptStyle.Chat : PromptStyle.Plain);
        return prompt.Text is { } text
            ? Prompt(text)
            : _tokenizer.Encode(Rendered($"Item '{item.Id}'", () => _chat!.RenderPrompt(prompt.Conversation!)));
    }

    /// <summary>A prompt and its completion.</summary>
    /// <param name="id">Names the example in messages.</param>
    /// <param name="prompt">The given text.</param>
    /// <param name="completion">The target text.</param>
    public TokenExample PromptCompletion(string id, string prompt, string completion) => IsChat
        ? PromptCompletion(id, Core.Language.Conversation.Of(prompt), [ChatMessage.Assistant(completion)])
        : WithEnd(Divided(id, prompt, new(prompt + completion, []), addSpecialTokens: true));

    /// <summary>An item's prompt and a response to it, with its end.</summary>
    /// <exception cref="UserErrorException">As for a prompt.</exception>
    public TokenExample Answered(BenchmarkItem item, string response)
    {
        var prompt = item.As(IsChat ? PromptStyle.Chat : PromptStyle.Plain);
        return prompt.Text is { } text ? PromptCompletion(item.Id, text, response) : PromptCompletion(item.Id, prompt.Conversation!, [ChatMessage.Assistant(response)]);
    }

    /// <summary>An item's prompt and the beginning of a response to it: nothing ends it, neither a token nor what the template writes behind a turn.</summary>
    /// <exception cref="UserErrorException">As for a prompt.</exception>
    public TokenExample Begun(BenchmarkItem item, string response)
    {
        var prompt = item.As(IsChat ? PromptStyle.Chat : PromptStyle.Plain);
        var given = prompt.Text ?? Rendered($"Item '{item.Id}'", () => _chat!.RenderPrompt(prompt.Conversation!));
        return Divided(item.Id, given, new(given + response, []), addSpecialTokens: !IsChat, ends: false);
    }

    /// <summary>Turns that are given and turns that are to be produced, as TRL's prompt and completion in conversational form.</summary>
    /// <param name="id">Names the example in messages.</param>
    /// <param name="prompt">The turns before, with what else the template may read.</param>
    /// <param name="completion">The turns to be produced.</param>
    /// <exception cref="UserErrorException">The template is plain, refuses the turns, or does not write them as prompt and completion behind one
    /// another.</exception>
    public TokenExample PromptCompletion(string id, Conversation prompt, IReadOnlyList<ChatMessage> completion)
    {
        RequireChat(id);
        var given = Rendered(id, () => _chat!.Render(prompt, ChatEnding.GenerationPrompt).Text);
        var turns = prompt with { Messages = [.. prompt.Messages, .. completion] };
        return Divided(id, given, Rendered(id, () => _chat!.Render(turns, ChatEnding.AfterLastTurn)), addSpecialTokens: false);
    }

    /// <summary>
    /// A conversation to learn from. With <see cref="AssistantOnly"/> every turn of the assistant is to be produced, as the template marks
    /// them; otherwise the last turn, the assistant's, is the completion, and all before it the prompt.
    /// </summary>
    /// <exception cref="UserErrorException">The template is plain, the model has no chat template, it refuses the conversation, marks nothing, or
    /// the last turn is not the assistant's.</exception>
    public TokenExample Conversation(string id, Conversation conversation)
    {
        RequireChat(id);
        if (AssistantOnly)
        {
            var whole = Rendered(id, () => _chat!.Render(conversation, ChatEnding.AfterLastTurn));
            return Marked(id, new() { Id = id, PromptIds = [], CompletionIds = [] }, whole);
        }

        if (conversation.Messages.Count < 2 || conversation.Last.Role != "assistant")
            throw new UserErrorException($"{id}: the last of the messages is of role '{conversation.Messages.LastOrDefault()?.Role}'; a conversation to learn from ends with the assistant's turn and has one before it.");
        return PromptCompletion(id, conversation with { Messages = [.. conversation.Messages.SkipLast(1)] }, [conversation.Last]);
    }

    /// <summary>Turns alone, of which the last, the assistant's, is the completion.</summary>
    /// <exception cref="UserErrorException">As for a conversation.</exception>
    public TokenExample Conversation(string id, IReadOnlyList<ChatMessage> messages) => Conversation(id, new Conversation { Messages = messages });

    /// <summary>A text without a prompt: all of it is to be produced.</summary>
    /// <exception cref="UserErrorException">Only what the assistant wrote is to be learnt, and a text does not tell it.</exception>
    public TokenExample Text(string id, string text)
    {
        if (AssistantOnly) throw new UserErrorException($"{id}: assistant_only_loss needs conversations (messages, or prompt and completion with the template \"chat\"); the row is a text. Switch it off, or give conversations.");
        return WithEnd(new() { Id = id, PromptIds = [], CompletionIds = _tokenizer.EncodePlain(text) });
    }

    private TokenExample Divided(string id, string prompt, RenderedChat whole, bool addSpecialTokens, bool ends = true)
    {
        var promptIds = addSpecialTokens ? _tokenizer.EncodeBeginning(prompt) : _tokenizer.Encode(prompt);
        if (!whole.Text.StartsWith(prompt, StringComparison.Ordinal))
            throw new UserErrorException($"{id}: the chat template does not write the conversation as its prompt followed by the answer, so there is no telling which tokens are the answer's.");
        var wholeIds = !addSpecialTokens ? _tokenizer.Encode(whole.Text) : ends ? _tokenizer.EncodePlain(whole.Text) : _tokenizer.EncodeBeginning(whole.Text);
        var isPrefix = wholeIds.AsSpan().StartsWith(promptIds);
        var completionIds = isPrefix ? wholeIds[promptIds.Length..] : _tokenizer.Encode(whole.Text[prompt.Length..]);
        var example = new TokenExample { Id = id, PromptIds = promptIds, CompletionIds = completionIds };
        if (!AssistantOnly) return example;
        if (addSpecialTokens) throw new UserErrorException($"{id}: assistant_only_loss needs conversations; with the template \"plain\" nothing tells the assistant's turns. Switch it off, or use \"chat\".");
        return isPrefix ? Marked(id, example, whole)
            : throw new UserErrorException($"{id}: a token stands across the place where the prompt ends, so its tokens are encoded apart and the marks of the assistant's turns do not fit them. Use completion_only_loss without assistant_only_loss.");
    }

    // A token belongs to the assistant when it stands for any of its characters.
    private TokenExample Marked(string id, TokenExample example, RenderedChat whole)
    {
        var spans = Units(whole);
        var tokens = _tokenizer.EncodeWithSpans(whole.Text);
        bool[] learned = [.. tokens.Select(token => spans.Any(span => token.Start < span.End && token.End > span.Start))];
        if (!learned.Contains(true))
            throw new UserErrorException($"{id}: assistant_only_loss is on, but the chat template marks nothing of this conversation as the assistant's. A template tells it with {{% generation %}} … {{% endgeneration %}}; use one that does, or completion_only_loss, which learns the last turn.");
        return example with { Learned = learned, CompletionIds = example.PromptIds.Count > 0 ? example.CompletionIds : [.. tokens.Select(token => token.Id)] };
    }

    // The spans are in code points, the tokens in UTF-16 units.
    private static (int Start, int End)[] Units(RenderedChat whole)
    {
        var unitOf = new List<int>(whole.Text.Length + 1);
        for (var at = 0; at < whole.Text.Length; at += char.IsHighSurrogate(whole.Text[at]) && at + 1 < whole.Text.Length && char.IsLowSurrogate(whole.Text[at + 1]) ? 2 : 1)
            unitOf.Add(at);
        unitOf.Add(whole.Text.Length);
        return [.. whole.GenerationSpans.Where(span => span.End > span.Start).Select(span => (unitOf[span.Start], unitOf[span.End]))];
    }

    private void RequireChat(string id)
    {
        if (_chat is null) throw new UserErrorException($"{id}: holds messages, but the model has no chat template to write them with.");
        if (!IsChat) throw new UserErrorException($"{id}: holds messages, which are written with the model's chat template, and the template is \"plain\". Say \"chat\", or give texts.");
    }

    private static T Rendered<T>(string id, Func<T> render)
    {
        try
        {
            return render();
        }
        catch (UserErrorException e)
        {
            throw new UserErrorException($"{id}: {e.Message}", e, e.ExitCode);
        }
    }

    private TokenExample WithEnd(TokenExample example) =>
        _eosId is { } eos && (example.CompletionIds.Count == 0 || example.CompletionIds[^1] != eos)
        ? example with { CompletionIds = [.. example.CompletionIds, eos] }
        : example;
}
