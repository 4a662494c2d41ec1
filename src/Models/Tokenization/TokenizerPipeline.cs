namespace SafetyGate.Models.Tokenization;

/// <summary>A tokenizer put together from the components of a tokenizer.json.</summary>
internal sealed class TokenizerPipeline : ITokenizer
{
    private readonly ITokenModel model;
    private readonly Func<string, string> normalize;
    private readonly Func<TextPiece, IEnumerable<TextPiece>> preTokenize;
    private readonly Func<int[], int[]> addSpecial;
    private readonly Func<IReadOnlyList<string>, string> decode;
    private readonly AddedTokenMatcher inRawText;
    private readonly AddedTokenMatcher inNormalizedText;
    private readonly Dictionary<string, int> addedIds = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> tokens = [];
    private readonly HashSet<int> specialIds = [];

    /// <summary>Puts the components together.</summary>
    /// <param name="file">tokenizer.json.</param>
    /// <param name="digest">Its digest.</param>
    /// <param name="settings">What the files beside it say; <c>null</c> reads it by itself.</param>
    /// <exception cref="UserErrorException">The file is malformed, or a component of it is not supported.</exception>
    public TokenizerPipeline(JsonPart file, string digest, TokenizerSettings? settings = null)
    {
        Digest = digest;
        foreach (var name in (string[])["normalizer", "pre_tokenizer", "post_processor", "decoder"]) TokenizerLimits.RequireFew(file.Member(name));
        model = TokenModels.Create(file.Member("model"));
        normalize = Normalizers.Create(file.Member("normalizer"));
        preTokenize = PreTokenizers.Create(PrefixSpace.Of(file.Member("pre_tokenizer"), settings));
        addSpecial = PostProcessors.Create(file.Member("post_processor"));
        decode = Decoders.Create(file.Member("decoder"));
        foreach (var (token, id) in model.Vocabulary) tokens[id] = token;
        var added = new AddedTokenTable(model, file.Member("added_tokens"));
        if (settings is not null) added.Apply(settings);
        foreach (var token in added.Tokens)
        {
            addedIds[token.Content] = token.Id;
            tokens[token.Id] = token.Content;
            if (token.Special) specialIds.Add(token.Id);
        }

        inRawText = new(added.Tokens.Where(token => !token.Normalized).Select(token => (token, token.Content)));
        inNormalizedText = new(added.Tokens.Where(token => token.Normalized).Select(token => (token, Normalized(token.Content))));
        VocabularySize = tokens.Count == 0 ? throw file.Wrong("has no tokens at all") : tokens.Keys.Max() + 1;
        ModelTokens = model.Vocabulary.Count == 0 ? 0 : model.Vocabulary.Values.Max() + 1;
        if (settings is not null) addSpecial = SpecialTokenAdder.Create(settings, addSpecial, TokenId);
    }

    /// <summary>One more than the largest id that ordinary text can have, added tokens aside.</summary>
    public int ModelTokens { get; }

    /// <summary>The added tokens by spelling.</summary>
    public IReadOnlyDictionary<string, int> AddedIds => addedIds;

    public int VocabularySize { get; }

    public string Digest { get; }

    public int[] Encode(string text, bool addSpecialTokens = false)
    {
        var ids = new List<int>();
        TokenizerLimits.Begin(text.Length);
        var whole = new TextPiece(CharacterClasses.WithoutLoneSurrogates(text), null, AtStart: true);
        foreach (var raw in inRawText.Split(whole))
        {
            if (raw.Id is { } id) ids.Add(id);
            else EncodeText(raw, ids);
        }

        return addSpecialTokens ? addSpecial([.. ids]) : [.. ids];
    }

    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = false)
    {
        var texts = new List<string>(ids.Count);
        foreach (var id in ids)
        {
            if (tokens.TryGetValue(id, out var token) && !(skipSpecialTokens && specialIds.Contains(id))) texts.Add(token);
        }

        TokenizerLimits.Begin(texts.Sum(text => (long)text.Length));
        return decode(texts);
    }

    public int? TokenId(string token) => addedIds.TryGetValue(token, out var id) || model.Vocabulary.TryGetValue(token, out id) ? id : null;

    private string Normalized(string text)
    {
        TokenizerLimits.Begin(text.Length);
        return normalize(text);
    }

    private void EncodeText(TextPiece raw, List<int> ids)
    {
        foreach (var piece in inNormalizedText.Split(raw with { Text = normalize(raw.Text) }))
        {
            if (piece.Id is { } id)
            {
                ids.Add(id);
                continue;
            }

            foreach (var word in preTokenize(piece))
            {
                if (word.Text.Length > 0) model.Encode(word.Text, ids);
            }
        }
    }
}
