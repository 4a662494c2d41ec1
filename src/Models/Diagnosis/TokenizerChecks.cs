using System.Text.Json;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Diagnosis;

/// <summary>The tokenizer against the embedding and the files beside it.</summary>
internal static class TokenizerChecks
{
    private const string Subject = "tokenizer", Added = "added tokens", SpecialTokens = "special tokens", Config = TokenizerSettings.ConfigFileName;

    // Above it, model_max_length is a stand-in for "none": 1e30 in transformers.
    private const double NoMaximum = 1e9;

    /// <summary>The tokenizer, or a finding that says why there is none.</summary>
    public static TokenizerPipeline? Read(TokenizerSettings settings, Findings findings)
    {
        if (!TokenizerFile.IsIn(settings.Directory))
        {
            findings.Warn(Subject, TokenizerFile.Missing(settings.Directory).Message, TokenizerFile.FileName, "only token ids can be given");
            return null;
        }

        return (TokenizerPipeline?)findings.Try(Subject, TokenizerFile.FileName, () => TokenizerFile.LoadForModel(settings.Directory));
    }

    /// <summary>Runs the checks.</summary>
    public static void Run(TokenizerPipeline tokenizer, TokenizerSettings settings, DecoderConfig? config, Findings findings)
    {
        if (config is not null) Vocabulary(tokenizer, settings, config, findings);
        AddedTokens(settings, findings);
        if (settings.Listed.Where(token => token.Length > 0 && !tokenizer.IsSpecial(token)).ToArray() is { Length: > 0 } plain)
            findings.Warn(SpecialTokens, $"{Listed(plain)}: listed as special, but not special among the added tokens; stays in the text of responses, as in transformers 5 (transformers 4 leaves it out)", $"{Config}, {TokenizerFile.FileName}", "set special in added_tokens where it is no part of an answer, or take it out of the list");
        Names(tokenizer, settings, config, findings);
        Beginning(tokenizer, settings, findings);
        if (!settings.AddsByKeys) Around(tokenizer, settings.Directory, findings);
        TokenizerRebuilds.Run(settings, tokenizer.VocabularySize, findings);
        if (settings.CleansUpSpaces == true)
            findings.Ok("spaces", "clean_up_tokenization_spaces is true and not applied", Config, "responses are scored as the tokens write them; transformers' decode would take spaces before punctuation out");
        if (settings.MaximumLength is { } longest)
            findings.Ok("length", longest > NoMaximum ? "model_max_length is a stand-in for none" : Invariant($"model_max_length {longest:0} is not applied; prompts are cut nowhere and refused beyond the model's positions"), Config);
        if (File.Exists(Path.Combine(settings.Directory, TokenizerFile.FileName))) Batches(settings.Directory, findings);
    }

    private static void Vocabulary(TokenizerPipeline tokenizer, TokenizerSettings settings, DecoderConfig config, Findings findings)
    {
        var (rows, tokens) = (config.VocabularySize, tokenizer.VocabularySize);
        var where = $"{TokenizerFile.FileName}, {CheckpointReader.ConfigFileName}";
        var outside = tokenizer.AddedIds.Where(token => token.Value >= rows).OrderBy(token => token.Value).Select(token => token.Key).ToArray();
        if (tokenizer.ModelTokens > rows)
            findings.Wrong("vocabulary", Invariant($"text can have ids up to {tokenizer.ModelTokens - 1}; the embedding has {rows} rows"), where, "put the model's own tokenizer beside it; this one is of another model");
        else if (outside.Length > 0)
            findings.Warn("vocabulary", Invariant($"{outside.Length} added tokens have no row in the embedding of {rows}: {Listed(outside)}"), where, "a prompt with one of them is refused; resize the embedding if they are the model's");
        else if (tokens < rows / 2)
            findings.Warn("vocabulary", Invariant($"{tokens} tokens for {rows} rows of embedding"), where, "is this the model's own tokenizer?");
        else
            findings.Ok("vocabulary", tokens == rows ? Invariant($"{tokens} tokens, a row of the embedding each") : Invariant($"{tokens} tokens; {rows - tokens} more rows of the embedding have none"), where);
        foreach (var (name, token) in settings.Named)
        {
            if (tokenizer.TokenId(token.Content) is { } id && id >= rows && name is "bos_token" or "eos_token")
                findings.Wrong(SpecialTokens, Invariant($"{name} '{token.Content}' has the id {tokenizer.TokenId(token.Content)}; the embedding has {rows} rows"), settings.SourceOf(name) ?? Config, "resize the embedding, or name the token the model was trained with");
        }
    }

    private static void Names(TokenizerPipeline tokenizer, TokenizerSettings settings, DecoderConfig? config, Findings findings)
    {
        const string map = TokenizerSettings.SpecialTokensFileName;
        foreach (var (name, used, other) in settings.Disagreements)
            findings.Warn(SpecialTokens, $"{name} is {used}, as transformers reads the two files; {(settings.SourceOf(name) == map ? Config : map)} says {other}", $"{Config}, {map}", "make the files agree");
        if (config?.BosId is { } bos && settings.Named.TryGetValue("bos_token", out var token) && tokenizer.TokenId(token.Content) is { } id && id != bos)
            findings.Warn(SpecialTokens, Invariant($"bos_token is {token.Content} ({id}), bos_token_id {bos}; texts begin with the tokenizer's"), $"{settings.SourceOf("bos_token")}, {CheckpointReader.ConfigFileName}", "make the files agree");
        if (settings.AddPrefixSpace == false && TokenizerClasses.ReadKeys(settings.Class) && tokenizer.Encode("a b") is [var first, ..] && PutsSpace(settings.Directory))
            findings.Warn("prefix", Invariant($"add_prefix_space is false, but {TokenizerFile.FileName} puts a space before a text ('a' begins with token {first}); {TokenizerFile.FileName} counts here, transformers makes the tokenizer anew"), $"{Config}, {TokenizerFile.FileName}", "save the tokenizer anew with transformers");
    }

    // A normalizer that prepends, or a pre-tokenizer that does.
    private static bool PutsSpace(string directory)
    {
        var path = Path.Combine(directory, TokenizerFile.FileName);
        if (!File.Exists(path)) return false;
        using var file = ModelFiles.ParseObject(path, ModelFiles.ReadText(path));
        return Any(file.RootElement, "normalizer") || Any(file.RootElement, "pre_tokenizer");

        static bool Any(JsonElement root, string name) => root.TryGetProperty(name, out var part) && Puts(part);

        static bool Puts(JsonElement part) => part.ValueKind switch
        {
            JsonValueKind.Array => part.EnumerateArray().Any(Puts),
            JsonValueKind.Object => (Text(part, "type") == "Prepend") || (Text(part, "type") == "Metaspace" && Text(part, "prepend_scheme") != "never") || part.EnumerateObject().Any(member => Puts(member.Value)),
            _ => false,
        };

        static string? Text(JsonElement part, string name) => part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }

    private static void AddedTokens(TokenizerSettings settings, Findings findings)
    {
        if (settings.Added.Count == 0 || !File.Exists(Path.Combine(settings.Directory, TokenizerFile.FileName))) return;
        var alone = (TokenizerPipeline)TokenizerFile.Load(settings.Directory);
        var moved = settings.Added.Where(token => alone.TokenId(token.Content) is { } id && id != token.Id).Select(token => token.Content).ToArray();
        var missing = settings.Added.Where(token => alone.TokenId(token.Content) is null).Select(token => token.Content).ToArray();
        var source = Path.GetFileName(settings.AddedSource.Split(": ")[0]);
        if (moved.Length > 0)
            findings.Wrong(Added, $"{source} gives other ids than {TokenizerFile.FileName} to {Listed(moved)}; transformers and the gate use those of {TokenizerFile.FileName}", source, "find out which ids the model was trained with, and save the tokenizer anew");
        if (missing.Length > 0) findings.Warn(Added, $"{Listed(missing)}: only in {source}; added as transformers does", source, $"save the tokenizer anew, so that {TokenizerFile.FileName} has them");
        if (moved.Length + missing.Length == 0) findings.Ok(Added, Invariant($"{settings.Added.Count} tokens, the ids of {TokenizerFile.FileName}; their options are those of {source}"), source);
    }

    // A tokenizer trained anew from another keeps the other's ids in its post-processor, which count by themselves.
    private static void Around(TokenizerPipeline tokenizer, string directory, Findings findings)
    {
        var path = Path.Combine(directory, TokenizerFile.FileName);
        if (!File.Exists(path)) return;
        using var file = ModelFiles.ParseObject(path, ModelFiles.ReadText(path));
        if (!file.RootElement.TryGetProperty("post_processor", out var processor)) return;
        var moved = findings.Try("plain text", TokenizerFile.FileName, () => PostProcessors.Named(new JsonPart($"{path}: ", processor, new TokenizerLimits())).Where(token => tokenizer.TokenId(token.Content) != token.Id).ToArray());
        if (moved is not { Length: > 0 }) return;
        var (content, id) = moved[0];
        var own = tokenizer.TokenId(content) is { } known ? Invariant($"whose id is {known}") : "which the tokenizer has not";
        findings.Wrong("plain text", Invariant($"the post-processor writes '{SafetensorsHeader.Shown(content)}', {own}, as {id}{(tokenizer.Decode([id]) is { Length: > 0 } other ? $" ('{other}')" : "")}; texts get that, as in transformers"), TokenizerFile.FileName, "correct the ids of post_processor: they are left over from another tokenizer");
    }

    private static void Beginning(TokenizerPipeline tokenizer, TokenizerSettings settings, Findings findings)
    {
        const string subject = "plain text", keys = "add_bos_token and add_eos_token", agree = "make the two files agree";
        var ours = tokenizer.Encode("", addSpecialTokens: true);
        var (gets, source) = ($"gets {Shown(ours)}", settings.AddsByKeys ? Config : TokenizerFile.FileName);
        var like = TokenizerClasses.ReadKeys(settings.Class);
        string? begin = NamedToken("bos_token"), end = NamedToken("eos_token");
        var said = string.Join(' ', new[] { settings.AddBosToken == true ? begin : null, settings.AddEosToken == true ? end : null }.OfType<string>());
        if (ours.Length > 0 && end is not null && tokenizer.TokenId(end) == ours[^1])
            findings.Wrong(subject, $"{gets}, the end token after each prompt", settings.AddsByKeys ? $"{Config}: add_eos_token" : $"{TokenizerFile.FileName}: post_processor", $"{(settings.AddsByKeys ? "set add_eos_token to false" : "take the end token out of the post-processor")}: a prompt that ends the text asks for another text");
        else if (settings.HasKeys && !settings.AddsByKeys && said != string.Join(' ', ours.Select(id => tokenizer.Decode([id]))))
            findings.Warn(subject, $"{gets}, as {TokenizerFile.FileName} says; by {keys} it would get {(said.Length == 0 ? "no special token" : said)}", Config, $"transformers 5 reads neither key beside a {TokenizerFile.FileName}{(like ? $", transformers 4 went by them for a {settings.Class}" : "")}; {agree}");
        else if (!settings.HasKeys && like && begin is not null && tokenizer.TokenId(begin) is { } id && !ours.Contains(id))
            findings.Warn(subject, $"{gets}, as {TokenizerFile.FileName} says and transformers 5 does", Config, $"transformers 4 added {begin} for a {settings.Class}; let the post-processor add it where the model was trained with it");
        else
            findings.Ok(subject, gets, source);

        string? NamedToken(string name) => settings.Named.TryGetValue(name, out var token) ? token.Content : null;
        string Shown(int[] ids) => ids.Length == 0 ? "no special token" : string.Join(' ', ids.Select(id => tokenizer.Decode([id])));
    }

    private static void Batches(string directory, Findings findings)
    {
        var path = Path.Combine(directory, TokenizerFile.FileName);
        using var file = ModelFiles.ParseObject(path, ModelFiles.ReadText(path));
        var set = new[] { "truncation", "padding" }.Where(name => file.RootElement.TryGetProperty(name, out var value) && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)).ToArray();
        if (set.Length > 0) findings.Ok(Subject, $"{string.Join(" and ", set)} of {TokenizerFile.FileName} {(set.Length == 1 ? "is" : "are")} not applied, as in transformers", TokenizerFile.FileName);
    }

    private static string Listed(string[] tokens) => string.Join(", ", tokens.Take(3).Select(token => $"'{token}'")) + (tokens.Length > 3 ? " …" : "");
}
