namespace SafetyGate.Models.Tokenization;

/// <summary>Text to token ids and back, as the model's own tokenizer does it. Safe to use from several threads.</summary>
public interface ITokenizer
{
    /// <summary>One more than the largest id, added tokens included: the least rows a model's embedding needs.</summary>
    int VocabularySize { get; }

    /// <summary>SHA-256 of the tokenizer's file, lower-case hex.</summary>
    string Digest { get; }

    /// <summary>Ids of a text. Special tokens written in the text are recognized; a lone surrogate reads as U+FFFD.</summary>
    /// <param name="text">The text.</param>
    /// <param name="addSpecialTokens">Whether to add what the tokenizer's post-processor adds, such as a begin-of-sequence token.
    /// A rendered chat template has them already: leave it false there.</param>
    /// <exception cref="UserErrorException">The text has a piece without an id, and the tokenizer has no token for the unknown.</exception>
    int[] Encode(string text, bool addSpecialTokens = false);

    /// <summary>
    /// Ids of a plain text with what the post-processor adds. A text that begins, or ends, with the very tokens that would be added gets them
    /// once: a prompt that was copied with its begin-of-sequence token must not have two.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <exception cref="UserErrorException">As for <see cref="Encode"/>.</exception>
    int[] EncodePlain(string text) => Encode(text, addSpecialTokens: true);

    /// <summary>Ids of a plain text that is to be continued: as <see cref="EncodePlain"/>, and refused where its end token would stand behind it.</summary>
    /// <param name="text">The text.</param>
    /// <exception cref="UserErrorException">The tokenizer ends each text with its end token, or as for <see cref="Encode"/>.</exception>
    int[] EncodePrompt(string text) => EncodePlain(text);

    /// <summary>Ids of the beginning of a plain text whose rest is known: with what the post-processor puts before a text, without what it puts behind one.</summary>
    /// <param name="text">The beginning.</param>
    /// <exception cref="UserErrorException">As for <see cref="Encode"/>.</exception>
    int[] EncodeBeginning(string text) => EncodePlain(text);

    /// <summary>
    /// Ids of a text, without added special tokens, each with the part of the text it stands for. Tokens of the bytes of one character have
    /// the whole character; a text that the tokenizer itself puts first belongs to the character behind it.
    /// </summary>
    /// <exception cref="UserErrorException">As for <see cref="Encode"/>.</exception>
    IReadOnlyList<TokenSpan> EncodeWithSpans(string text);

    /// <summary>Text of ids. Ids that the vocabulary does not have give nothing; broken UTF-8 gives U+FFFD.</summary>
    /// <param name="ids">Token ids.</param>
    /// <param name="skipSpecialTokens">Whether to leave special tokens out.</param>
    string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = false);

    /// <summary>
    /// Text of a response's ids: special tokens are left out, but for those that mark its reasoning, without which a thought would read as
    /// the answer.
    /// </summary>
    /// <param name="ids">Token ids.</param>
    string DecodeResponse(IReadOnlyList<int> ids) => Decode(ids, skipSpecialTokens: true);

    /// <summary>Id of a token by its exact spelling in the vocabulary; <c>null</c> when there is none.</summary>
    int? TokenId(string token);
}

/// <summary>A token and the part of the text it stands for.</summary>
/// <param name="Id">The token.</param>
/// <param name="Start">Its first UTF-16 unit.</param>
/// <param name="End">The unit after its last.</param>
public readonly record struct TokenSpan(int Id, int Start, int End);
