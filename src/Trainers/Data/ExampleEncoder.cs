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

    /// <summary>Tokens of a prompt, as generation reads it.</summary>
    public int[] Prompt(string prompt) => _template == PromptTemplate.Chat
        ? _tokenizer.Encode(_chat!.Render([ChatMessage.User(prompt)], addGenerationPrompt: true))
        : _tokenizer.Encode(prompt, addSpecialTokens: true);

    /// <summary>A prompt and its completion.</summary>
    /// <param name="id">Names the example in messages.</param>
    /// <param name="prompt">The given text.</param>
    /// <param name="completion">The target text.</param>
    public TokenExample PromptCompletion(string id, string prompt, string completion) => _template == PromptTemplate.Chat
        ? Conversation(id, [ChatMessage.User(prompt), ChatMessage.Assistant(completion)])
        : WithEnd(Divided(id, prompt, prompt + completion, addSpecialTokens: true));

    /// <summary>A conversation: the last turn, the assistant's, is the completion; all before it the prompt.</summary>
    /// <exception cref="UserErrorException">The last turn is not the assistant's, or the model has no chat template.</exception>
    public TokenExample Conversation(string id, IReadOnlyList<ChatMessage> messages)
    {
        if (_chat is null) throw new UserErrorException($"{id}: holds messages, but the model has no chat template to write them with.");
        if (messages.Count < 2 || messages[^1].Role != "assistant")
            throw new UserErrorException($"{id}: the last of the messages is of role '{(messages.Count > 0 ? messages[^1].Role : "")}'; a conversation to learn from ends with the assistant's turn and has one before it.");
        return Divided(id, _chat.Render([.. messages.SkipLast(1)], addGenerationPrompt: true),
            _chat.Render(messages, addGenerationPrompt: false), addSpecialTokens: false);
    }

    /// <summary>A text without a prompt: all of it is to be produced.</summary>
    public TokenExample Text(string id, string text) =>
        WithEnd(new() { Id = id, PromptIds = [], CompletionIds = _tokenizer.Encode(text, addSpecialTokens: true) });

    private TokenExample Divided(string id, string prompt, string whole, bool addSpecialTokens)
    {
        var promptIds = _tokenizer.Encode(prompt, addSpecialTokens);
        if (!whole.StartsWith(prompt, StringComparison.Ordinal))
            throw new UserErrorException($"{id}: the chat template does not write the conversation as its prompt followed by the answer, so there is no telling which tokens are the answer's.");
        var wholeIds = _tokenizer.Encode(whole, addSpecialTokens);
        var completionIds = wholeIds.AsSpan().StartsWith(promptIds)
            ? wholeIds[promptIds.Length..]
            : _tokenizer.Encode(whole[prompt.Length..]);
        return new() { Id = id, PromptIds = promptIds, CompletionIds = completionIds };
    }

    private TokenExample WithEnd(TokenExample example) =>
        _eosId is { } eos && (example.CompletionIds.Count == 0 || example.CompletionIds[^1] != eos)
        ? example with { CompletionIds = [.. example.CompletionIds, eos] }
        : example;
}
