namespace SafetyGate.Models.Tokenization;

/// <summary>The added tokens of a tokenizer: those of tokenizer.json, and on top of them what tokenizer_config.json says.</summary>
internal sealed class AddedTokenTable
{
    private readonly ITokenModel model;
    private readonly List<AddedToken> tokens = [];
    private readonly Dictionary<string, int> places = new(StringComparer.Ordinal);

    /// <summary>Reads <c>added_tokens</c>.</summary>
    /// <exception cref="UserErrorException">It is malformed, or gives a token another id than the tokenizers library gives it.</exception>
    public AddedTokenTable(ITokenModel model, JsonPart part)
    {
        this.model = model;
        if (part.IsNull) return;
        if (part.Json.ValueKind != System.Text.Json.JsonValueKind.Array) throw part.Wrong("is not an array");
        var byId = new Dictionary<int, string>();
        var next = model.Count; // the library numbers all tokens of the file at once, whatever ids others of them have in the vocabulary
        foreach (var (token, id) in model.Tokens) byId[id] = token;
        foreach (var item in part.Elements())
        {
            var token = Read(item, item.Number("id"));
            if (model.Vocabulary.TryGetValue(token.Content, out var id) && id != token.Id)
                throw item.Wrong(Invariant($"gives '{token.Content}' the id {token.Id}, but the vocabulary gives it {id}"));
            if (!model.Vocabulary.ContainsKey(token.Content) && byId.TryGetValue(token.Id, out var other))
                throw item.Wrong(Invariant($"gives '{token.Content}' the id {token.Id}, which the vocabulary gives to '{Checkpoints.SafetensorsHeader.Shown(other)}'"));
            if (token.Content.Length == 0) continue;
            if (places.TryGetValue(token.Content, out var place) && tokens[place] != token)
                throw item.Wrong($"lists the token '{token.Content}' again with other options; the tokenizers library takes some of each. Leave one of them");
            var assigned = IdOf(token.Content) ?? next++;
            if (assigned != token.Id)
                throw item.Wrong(Invariant($"gives '{token.Content}' the id {token.Id}, but the tokenizers library numbers added tokens in their order and gives it {assigned}; save the tokenizer anew, or give each added token the id that its place has"));
            Put(token);
        }
    }

    /// <summary>The tokens in the order in which they are looked for: special ones first, each kind as it was first added.</summary>
    public IEnumerable<AddedToken> Tokens => tokens.OrderBy(token => !token.Special);

    // The library's rule for tokens that are added later: after the largest added id, or after the vocabulary where that lies within it.
    private int NextId => tokens.Count > 0 && tokens.Max(token => token.Id) is var largest && largest >= model.Count ? largest + 1 : model.Count;

    /// <summary>
    /// Adds what a directory's settings say, as transformers does: the tokens of <c>added_tokens_decoder</c> with their options in place
    /// of tokenizer.json's, those of <c>added_tokens.json</c> with tokenizer.json's where it has them, then the named special tokens, each of
    /// which becomes special, and those that are only listed (<c>additional_special_tokens</c>), which are added as special where they are
    /// not among the added tokens, and else stay what they are.
    /// </summary>
    /// <exception cref="UserErrorException">A token that tokenizer.json lacks has another id than it would get.</exception>
    public void Apply(TokenizerSettings settings)
    {
        foreach (var token in settings.Added.OrderBy(token => token.Id))
        {
            if (!settings.AddedHasOptions && places.ContainsKey(token.Content)) continue;
            if (IdOf(token.Content) is { } known) Put(token with { Id = known });
            else if (token.Id != NextId)
                throw new UserErrorException(Invariant($"{settings.AddedSource}: gives '{token.Content}', which {TokenizerFile.FileName} lacks, the id {token.Id}; transformers adds it as {NextId}. Save the tokenizer anew where the token has the id the model was trained with."));
            else Put(token);
        }

        foreach (var token in settings.Special)
        {
            if (places.TryGetValue(token.Content, out var place)) tokens[place] = tokens[place] with { Special = tokens[place].Special || settings.Names(token.Content) };
            else Put(token with { Id = IdOf(token.Content) ?? NextId });
        }
    }

    /// <summary>Reads a token's options; those that are missing are off, but that a token that is not special is normalized.</summary>
    public static AddedToken Read(JsonPart item, int id)
    {
        var special = item.Flag("special", false);
        var token = new AddedToken
        {
            Id = id,
            Content = item.Text("content"),
            SingleWord = item.Flag("single_word", false),
            LeftStrip = item.Flag("lstrip", false),
            RightStrip = item.Flag("rstrip", false),
            Normalized = item.Flag("normalized", !special),
            Special = special,
        };
        return token.Id <= TokenizerLimits.LargestId && token.Content.Length <= TokenizerLimits.LongestToken ? token
            : throw item.Wrong(Invariant($"has the id {token.Id} and {token.Content.Length} characters; an id is at most {TokenizerLimits.LargestId}, and an added token has at most {TokenizerLimits.LongestToken} characters"));
    }

    private int? IdOf(string content) =>
        places.TryGetValue(content, out var place) ? tokens[place].Id : model.Vocabulary.TryGetValue(content, out var id) ? id : null;

    private void Put(AddedToken token)
    {
        if (token.Content.Length == 0) return;
        if (places.TryGetValue(token.Content, out var place)) tokens[place] = token;
        else
        {
            places.Add(token.Content, tokens.Count);
            tokens.Add(token);
        }
    }
}
