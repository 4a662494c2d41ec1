using System.Text.Json;

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

    public TokenizerPipeline(JsonPart file, string digest)
    {
        Digest = digest;
        foreach (var name in (string[])["normalizer", "pre_tokenizer", "post_processor", "decoder"]) TokenizerLimits.RequireFew(file.Member(name));
        model = TokenModels.Create(file.Member("model"));
        normalize = Normalizers.Create(file.Member("normalizer"));
        preTokenize = PreTokenizers.Create(file.Member("pre_tokenizer"));
        addSpecial = PostProcessors.Create(file.Member("post_processor"));
        decode = Decoders.Create(file.Member("decoder"));
        foreach (var (token, id) in model.Vocabulary) tokens[id] = token;
        var added = ReadAddedTokens(file.Member("added_tokens"));
        foreach (var token in added)
        {
            addedIds[token.Content] = token.Id;
            tokens[token.Id] = token.Content;
            if (token.Special) specialIds.Add(token.Id);
        }

        inRawText = new(added.Where(token => !token.Normalized).Select(token => (token, token.Content)));
        inNormalizedText = new(added.Where(token => token.Normalized).Select(token => (token, Normalized(token.Content))));
        VocabularySize = tokens.Count == 0 ? throw file.Wrong("has no tokens at all") : tokens.Keys.Max() + 1;
    }

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

    private List<AddedToken> ReadAddedTokens(JsonPart part)
    {
        var added = new List<AddedToken>();
        if (part.IsNull) return added;
        if (part.Json.ValueKind != JsonValueKind.Array) throw part.Wrong("is not an array");
        foreach (var item in part.Elements())
        {
            var token = new AddedToken
            {
                Id = item.Number("id"),
                Content = item.Text("content"),
                SingleWord = item.Flag("single_word", false),
                LeftStrip = item.Flag("lstrip", false),
                RightStrip = item.Flag("rstrip", false),
                Normalized = item.Flag("normalized", true),
                Special = item.Flag("special", false),
            };
            if (token.Id > TokenizerLimits.LargestId || token.Content.Length > TokenizerLimits.LongestToken)
                throw item.Wrong(Invariant($"has the id {token.Id} and {token.Content.Length} characters; an id is at most {TokenizerLimits.LargestId}, and an added token has at most {TokenizerLimits.LongestToken} characters"));
            if (model.Vocabulary.TryGetValue(token.Content, out var id) && id != token.Id)
                throw item.Wrong(Invariant($"gives '{token.Content}' the id {token.Id}, but the vocabulary gives it {id}"));
            if (!model.Vocabulary.ContainsKey(token.Content) && tokens.TryGetValue(token.Id, out var other))
                throw item.Wrong(Invariant($"gives '{token.Content}' the id {token.Id}, which the vocabulary gives to '{Checkpoints.SafetensorsHeader.Shown(other)}'"));
            added.Add(token);
        }

        return added;
    }
}
