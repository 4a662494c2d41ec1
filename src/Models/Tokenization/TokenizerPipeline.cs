using SafetyGate.Core.Language;

namespace SafetyGate.Models.Tokenization;

/// <summary>A tokenizer put together from the components of a tokenizer.json.</summary>
internal sealed class TokenizerPipeline : ITokenizer
{
    private const int NoToken = -1; // stands for a text

    private readonly ITokenModel model;
    private readonly Func<TextPiece, TextPiece> normalize;
    private readonly Func<TextPiece, IEnumerable<TextPiece>> preTokenize;
    private readonly Func<int[], int[]> addSpecial;
    private readonly Func<IReadOnlyList<string>, string> decode;
    private readonly AddedTokenMatcher inRawText;
    private readonly AddedTokenMatcher inNormalizedText;
    private readonly Dictionary<string, int> addedIds = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> tokens = [];
    private readonly Dictionary<int, string> normalizedTokens = []; // what is read back for an added token that the normalizer changes
    private readonly HashSet<string> specialTokens = new(StringComparer.Ordinal); // by spelling, since a vocabulary may have one twice
    private readonly bool asksForFront;
    private readonly HashSet<string> silentTokens;
    private readonly int[] front, back; // what a plain text gets
    private readonly string? endsTexts; // why no prompt can be made of one

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
        asksForFront = PreTokenizers.AsksForFront(file.Member("pre_tokenizer"));
        preTokenize = PreTokenizers.Create(PrefixSpace.Of(file.Member("pre_tokenizer"), settings));
        addSpecial = PostProcessors.Create(file.Member("post_processor"));
        decode = Decoders.Create(file.Member("decoder"));
        foreach (var (token, id) in model.Tokens) tokens[id] = token;
        var added = new AddedTokenTable(model, file.Member("added_tokens"));
        if (settings is not null) added.Apply(settings);
        foreach (var token in added.Tokens)
        {
            addedIds[token.Content] = token.Id;
            tokens[token.Id] = token.Content;
            if (token.Special) specialTokens.Add(token.Content);
        }

        silentTokens = [.. specialTokens.Except(ReasoningMarks.Among(specialTokens), StringComparer.Ordinal)];
        inRawText = new(added.Tokens.Where(token => !token.Normalized).Select(token => (token, token.Content)));
        foreach (var token in added.Tokens.Where(token => token.Normalized)) normalizedTokens[token.Id] = Normalized(token.Content, file.Member("added_tokens"));
        inNormalizedText = new(added.Tokens.Where(token => token.Normalized).Select(token => (token, normalizedTokens[token.Id])));
        VocabularySize = tokens.Count == 0 ? throw file.Wrong("has no tokens at all") : tokens.Keys.Max() + 1;
        if (settings?.FixesMistralPattern == true) preTokenize = PreTokenizers.Create(MistralPattern.Of(file.Member("pre_tokenizer"), settings, tokens.Count));
        ModelTokens = model.Vocabulary.Count == 0 ? 0 : model.Vocabulary.Values.Max() + 1;
        if (settings is not null) addSpecial = SpecialTokenAdder.Create(settings, addSpecial, TokenId);
        var around = addSpecial([NoToken]);
        (front, back) = ([.. around.TakeWhile(id => id != NoToken)], [.. around.SkipWhile(id => id != NoToken).Skip(1)]);
        if (back.Length > 0 && settings?.Named.TryGetValue("eos_token", out var end) == true && TokenId(end.Content) == back[^1])
            endsTexts = $"{settings.Directory}: the tokenizer ends each plain text with '{end.Content}' ({(settings.AddsByKeys ? $"add_eos_token of {TokenizerSettings.ConfigFileName}" : $"the post-processor of {TokenizerFile.FileName}")}), and a prompt that has ended is not continued: what follows is another text. {(settings.AddsByKeys ? "Set add_eos_token to false" : "Take it out of the post-processor")}, or use the chat template.";
    }

    /// <summary>One more than the largest id that ordinary text can have, added tokens aside.</summary>
    public int ModelTokens { get; }

    /// <summary>The added tokens by spelling.</summary>
    public IReadOnlyDictionary<string, int> AddedIds => addedIds;

    /// <summary>Whether an added token of that spelling is special.</summary>
    public bool IsSpecial(string content) => specialTokens.Contains(content);

    public int VocabularySize { get; }

    public string Digest { get; }

    public int[] Encode(string text, bool addSpecialTokens = false)
    {
        var ids = new List<int>();
        Encode(TextPiece.Whole(CharacterClasses.WithoutLoneSurrogates(text), asksForFront), ids, null);
        return addSpecialTokens ? addSpecial([.. ids]) : [.. ids];
    }

    public int[] EncodePlain(string text)
    {
        var ids = EncodeBeginning(text);
        var ended = ids.AsSpan().EndsWith(back) && ids.Length >= front.Length + back.Length;
        return back.Length == 0 || ended ? ids : [.. ids, .. back];
    }

    public int[] EncodeBeginning(string text)
    {
        var ids = Encode(text);
        return front.Length == 0 || ids.AsSpan().StartsWith(front) ? ids : [.. front, .. ids];
    }

    public int[] EncodePrompt(string text) => endsTexts is null ? EncodePlain(text) : throw new UserErrorException(endsTexts);

    public IReadOnlyList<TokenSpan> EncodeWithSpans(string text)
    {
        var (ids, spans) = (new List<int>(), new List<(int Start, int Stop)>());
        var sound = CharacterClasses.WithoutLoneSurrogates(text);
        Encode(TextPiece.Whole(sound, asksForFront) with { Origins = TextOrigins.Of(sound) }, ids, spans);
        return [.. ids.Zip(spans, (id, span) => new TokenSpan(id, span.Start, span.Stop))];
    }

    // The library asks the text of a token whether it is special, and an added token's text is its normalized one (0.23).
    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = false) =>
        Decode(ids, skipSpecialTokens ? id => specialTokens.Contains(TextOf(id)) : _ => false);

    public string DecodeResponse(IReadOnlyList<int> ids) => Decode(ids, id => silentTokens.Contains(tokens[id]));

    private string TextOf(int id) => normalizedTokens.TryGetValue(id, out var normalized) ? normalized : tokens[id];

    private string Decode(IReadOnlyList<int> ids, Func<int, bool> isLeftOut)
    {
        var texts = new List<string>(ids.Count);
        foreach (var id in ids)
        {
            if (tokens.ContainsKey(id) && !isLeftOut(id)) texts.Add(TextOf(id));
        }

        TokenizerLimits.Begin(texts.Sum(text => (long)text.Length));
        return decode(texts);
    }

    public int? TokenId(string token) => addedIds.TryGetValue(token, out var id) || model.Vocabulary.TryGetValue(token, out id) ? id : null;

    // What an added token is looked for as. The library's answer for one that is normalized to nothing depends on the text around it.
    private string Normalized(string text, JsonPart added)
    {
        TokenizerLimits.Begin(text.Length);
        return normalize(TextPiece.Whole(text, asksForFront: false)).Text is { Length: > 0 } normalized ? normalized
            : throw added.Wrong($"has the token '{text}' with normalized true, and the normalizer leaves nothing of it; set its normalized to false");
    }

    private void Encode(TextPiece whole, List<int> ids, List<(int Start, int Stop)>? spans)
    {
        TokenizerLimits.Begin(whole.Text.Length);
        foreach (var raw in inRawText.Split(whole))
        {
            if (raw.Id is { } token) Add(raw, token);
            else EncodeText(raw);
        }

        void EncodeText(TextPiece raw)
        {
            foreach (var piece in inNormalizedText.Split(normalize(raw)))
            {
                if (piece.Id is { } id)
                {
                    Add(piece, id);
                    continue;
                }

                foreach (var word in preTokenize(piece))
                {
                    if (word.Text.Length == 0) continue;
                    List<(int Start, int Stop)>? units = spans is null ? null : [];
                    model.Encode(word.Text, ids, units);
                    if (units is not null) spans!.AddRange(units.Select(unit => word.Origins!.Of(unit.Start, unit.Stop)));
                }
            }
        }

        void Add(TextPiece piece, int id)
        {
            ids.Add(id);
            spans?.Add(piece.Origins!.Of(0, piece.Text.Length));
        }
    }
}
