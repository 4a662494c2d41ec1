using System.Text.Json;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Tokenization;

/// <summary>
/// What the files beside tokenizer.json say of the tokenizer, as transformers 5 reads them: <c>tokenizer_config.json</c>, and where that
/// has no <c>added_tokens_decoder</c>, <c>special_tokens_map.json</c> (whose tokens win) and <c>added_tokens.json</c>.
/// </summary>
internal sealed class TokenizerSettings
{
    public const string ConfigFileName = "tokenizer_config.json";
    public const string SpecialTokensFileName = "special_tokens_map.json";
    public const string AddedTokensFileName = "added_tokens.json";

    private const string Extra = "additional_special_tokens", NewerExtra = "extra_special_tokens", AddedDecoder = "added_tokens_decoder";

    private static readonly string[] StandardNames = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    private readonly Dictionary<string, AddedToken> named = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> sources = new(StringComparer.Ordinal);
    private readonly List<AddedToken> extra = [];
    private readonly List<AddedToken> added = [];
    private readonly List<(string Name, string Used, string Other)> disagreements = [];

    private TokenizerSettings(string directory) => Directory = directory;

    /// <summary>The directory.</summary>
    public string Directory { get; }

    /// <summary>Whether there is a <c>tokenizer_config.json</c>.</summary>
    public bool HasConfig { get; private set; }

    /// <summary><c>tokenizer_class</c> without the <c>Fast</c> at its end.</summary>
    public string? TokenizerClass { get; private set; }

    /// <summary>The class of the tokenizer, where no file names one that of the model's family; <c>null</c> where that has none.</summary>
    public string? Class { get; private set; }

    /// <summary><c>add_bos_token</c>, where the file has it.</summary>
    public bool? AddBosToken { get; private set; }

    /// <summary><c>add_eos_token</c>, where the file has it.</summary>
    public bool? AddEosToken { get; private set; }

    /// <summary>Whether the file has one of the two keys.</summary>
    public bool HasKeys => AddBosToken is not null || AddEosToken is not null;

    /// <summary>
    /// Whether a plain text gets its special tokens by the two keys. Beside a tokenizer.json it gets what the post-processor adds, as in
    /// transformers 5; transformers 4 read the keys there for some classes (<see cref="TokenizerClasses.ReadKeys"/>).
    /// </summary>
    public bool AddsByKeys => HasKeys && !File.Exists(Path.Combine(Directory, TokenizerFile.FileName));

    /// <summary><c>add_prefix_space</c>, where the file has it.</summary>
    public bool? AddPrefixSpace { get; private set; }

    /// <summary><c>fix_mistral_regex</c>; false where it is missing.</summary>
    public bool FixesMistralPattern { get; private set; }

    /// <summary><c>clean_up_tokenization_spaces</c>, where the file has it.</summary>
    public bool? CleansUpSpaces { get; private set; }

    /// <summary><c>model_max_length</c>, where the file has it; 1e30 means none.</summary>
    public double? MaximumLength { get; private set; }

    /// <summary>The special tokens by name (<c>bos_token</c> …).</summary>
    public IReadOnlyDictionary<string, AddedToken> Named => named;

    /// <summary>Tokens of <c>added_tokens_decoder</c> or <c>added_tokens.json</c>, with the ids those files give.</summary>
    public IReadOnlyList<AddedToken> Added => added;

    /// <summary>Whether <see cref="Added"/> says how its tokens are split off, as <c>added_tokens_decoder</c> does; <c>added_tokens.json</c> has ids only.</summary>
    public bool AddedHasOptions { get; private set; }

    /// <summary>The file that <see cref="Added"/> is of.</summary>
    public string AddedSource { get; private set; } = "";

    /// <summary>Special tokens that are listed without a name (<c>additional_special_tokens</c>, <c>extra_special_tokens</c>).</summary>
    public IEnumerable<string> Listed => extra.Select(token => token.Content);

    /// <summary>Whether a special token of that spelling has a name.</summary>
    public bool Names(string content) => named.Values.Any(token => token.Content == content);

    /// <summary>Every special token in the order in which transformers adds them: those of the standard names, of other names, without one.</summary>
    public IEnumerable<AddedToken> Special =>
        named.OrderBy(token => (uint)Array.IndexOf(StandardNames, token.Key)).Select(token => token.Value).Concat(extra).Where(token => token.Content.Length > 0);

    /// <summary>Names whose token two files give differently, each with the token that is used and the one that is not.</summary>
    public IReadOnlyList<(string Name, string Used, string Other)> Disagreements => disagreements;

    /// <summary>The file that a named token is of.</summary>
    public string? SourceOf(string name) => sources.GetValueOrDefault(name);

    /// <summary>Reads the files of a directory; each may be missing.</summary>
    /// <exception cref="UserErrorException">A file cannot be read or is malformed.</exception>
    public static TokenizerSettings Read(string directory)
    {
        var settings = new TokenizerSettings(directory);
        var hasDecoder = false;
        if (Part(directory, ConfigFileName) is { } config)
        {
            settings.HasConfig = true;
            settings.ReadConfig(config);
            hasDecoder = !config.Member(AddedDecoder).IsNull;
        }

        settings.Class = TokenizerClasses.Of(directory, settings.TokenizerClass);
        if (Part(directory, SpecialTokensFileName) is { } map)
        {
            settings.Compare(map, hasDecoder);
            if (!hasDecoder) settings.ReadTokens(map, SpecialTokensFileName, overrides: true);
        }

        if (hasDecoder) return settings;
        if (Part(directory, AddedTokensFileName) is { } ids) settings.ReadAddedIds(ids);
        return settings;
    }

    /// <summary>The special tokens as a chat template reads them, by name.</summary>
    public IReadOnlyDictionary<string, JsonElement> ForTemplates()
    {
        var tokens = named.ToDictionary(token => token.Key, token => JsonSerializer.SerializeToElement(token.Value.Content), StringComparer.Ordinal);
        if (extra.Count > 0) tokens[Extra] = JsonSerializer.SerializeToElement(extra.Select(token => token.Content).ToList());
        return tokens;
    }

    private static JsonPart? Part(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        if (!File.Exists(path)) return null;
        using var document = ModelFiles.ParseObject(path, ModelFiles.ReadText(path));
        return new JsonPart($"{path}: ", document.RootElement.Clone(), new TokenizerLimits());
    }

    private void ReadConfig(JsonPart config)
    {
        TokenizerClass = config.TextOrNull("tokenizer_class") is { } name ? TokenizerClasses.Plain(name) : null;
        AddBosToken = Optional(config, "add_bos_token");
        AddEosToken = Optional(config, "add_eos_token");
        AddPrefixSpace = Optional(config, "add_prefix_space");
        if (config.Flag("split_special_tokens", false)) throw config.Member("split_special_tokens").Wrong("is true: special tokens in a text would be cut into pieces, which is not supported; set it to false");
        FixesMistralPattern = config.Flag(MistralPattern.Key, false);
        CleansUpSpaces = Optional(config, "clean_up_tokenization_spaces");
        var length = config.Member("model_max_length");
        if (!length.IsNull) MaximumLength = length.Json.ValueKind == JsonValueKind.Number ? length.Json.GetDouble() : throw length.Wrong("is not a number");
        var decoder = config.Member(AddedDecoder);
        if (!decoder.IsNull) ReadDecoder(decoder);
        ReadTokens(config, ConfigFileName, overrides: false);
    }

    private static bool? Optional(JsonPart part, string name) => part.Member(name).IsNull ? null : part.Flag(name, false);

    private void ReadDecoder(JsonPart decoder)
    {
        if (decoder.Json.ValueKind != JsonValueKind.Object) throw decoder.Wrong("is not an object of tokens by id");
        (AddedSource, AddedHasOptions) = (decoder.Where, true);
        foreach (var member in Members(decoder))
        {
            if (!int.TryParse(member.Name, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var id))
                throw decoder.Wrong($"has the key '{SafetensorsHeader.Shown(member.Name)}', which is not the id of a token");
            if (member.Part.Json.ValueKind != JsonValueKind.Object) throw member.Part.Wrong("is not an object");
            added.Add(AddedTokenTable.Read(member.Part, id));
        }
    }

    private void ReadAddedIds(JsonPart ids)
    {
        AddedSource = Path.Combine(Directory, AddedTokensFileName);
        var special = Special.Select(token => token.Content).ToHashSet(StringComparer.Ordinal);
        foreach (var (token, part) in Members(ids))
            added.Add(Plain(token, special.Contains(token)) with { Id = part.AsNumber() is <= TokenizerLimits.LargestId and var id && token.Length <= TokenizerLimits.LongestToken ? id : throw part.Wrong("is not the id of a token") });
    }

    private void Compare(JsonPart map, bool keeps)
    {
        foreach (var (name, value) in Members(map).Where(member => StandardNames.Contains(member.Name, StringComparer.Ordinal)))
        {
            if (!named.TryGetValue(name, out var token)) continue;
            var other = value.IsNull ? "null" : Token(value).Content;
            if (other != token.Content) disagreements.Add(keeps ? (name, token.Content, other) : (name, other, token.Content));
        }
    }

    // Of the map of special tokens every name replaces the other file's; null takes a token away.
    private void ReadTokens(JsonPart part, string source, bool overrides)
    {
        foreach (var (name, value) in Members(part))
        {
            var isStandard = StandardNames.Contains(name, StringComparer.Ordinal);
            if (name == NewerExtra && value.Json.ValueKind == JsonValueKind.Object)
            {
                foreach (var (key, token) in Members(value)) Name(key, token, source);
            }
            else if (name is Extra or NewerExtra)
            {
                if (value.IsNull) continue;
                foreach (var item in value.Json.ValueKind == JsonValueKind.Array ? value.Elements() : [value])
                {
                    var token = Token(item);
                    if (extra.TrueForAll(known => known.Content != token.Content)) extra.Add(token);
                }
            }
            else if (isStandard && value.IsNull)
            {
                if (overrides) named.Remove(name);
            }
            else if (isStandard || (name.EndsWith("_token", StringComparison.Ordinal) && value.Json.ValueKind == JsonValueKind.String))
            {
                Name(name, value, source);
            }
        }
    }

    private void Name(string name, JsonPart value, string source)
    {
        named[name] = Token(value);
        sources[name] = source;
    }

    // A token is a text, or an object with its text and how it is split off, which the same token of added_tokens_decoder overrules.
    private static AddedToken Token(JsonPart value)
    {
        if (value.Json.ValueKind == JsonValueKind.String) return Plain(value.AsText(), special: true) is { Content.Length: <= TokenizerLimits.LongestToken } plain ? plain : throw value.Wrong(Invariant($"has more than {TokenizerLimits.LongestToken} characters"));
        if (value.Json.ValueKind == JsonValueKind.Object && value.Member("content").Json.ValueKind == JsonValueKind.String) return AddedTokenTable.Read(value, 0) with { Special = true };
        throw value.Wrong("is neither a text nor an object with 'content'");
    }

    private static AddedToken Plain(string content, bool special) => new()
    {
        Id = 0, Content = content, SingleWord = false, LeftStrip = false, RightStrip = false, Normalized = !special, Special = special,
    };

    private static IEnumerable<(string Name, JsonPart Part)> Members(JsonPart part)
    {
        foreach (var property in part.Json.EnumerateObject())
        {
            string name;
            try
            {
                name = property.Name;
            }
            catch (InvalidOperationException)
            {
                throw part.Wrong("has a key that is not valid Unicode");
            }

            var where = part.Where.EndsWith(": ", StringComparison.Ordinal) ? part.Where + SafetensorsHeader.Shown(name) : $"{part.Where}.{SafetensorsHeader.Shown(name)}";
            yield return (name, new JsonPart(where, property.Value, part.Limits));
        }
    }
}
