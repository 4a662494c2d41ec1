using System.Text.Json.Nodes;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Diagnosis;

/// <summary>Where responses end, by every file that has a say, and the sampling that <c>generation_config.json</c> asks for.</summary>
internal static class GenerationChecks
{
    private const string Ends = "end tokens", Sampling = "sampling", Padding = "padding", Config = CheckpointReader.ConfigFileName, File = CheckpointReader.GenerationConfigFileName;

    /// <summary>Runs the checks.</summary>
    public static void Run(ModelFolders folders, DecoderConfig config, TokenizerPipeline? tokenizer, TokenizerSettings? settings, ChatRenderer? chat, Findings findings)
    {
        var path = Path.Combine(folders.Base, File);
        var defaults = findings.Try(Ends, File, () => GenerationDefaults.From(config, System.IO.File.Exists(path) ? ModelFiles.ReadText(path) : null, path));
        if (defaults is null) return;
        EndTokens(config, defaults, tokenizer, settings, chat, findings);
        PaddingToken(config, defaults, tokenizer, settings, findings);
        if (defaults.Raw is not null) findings.Try(Sampling, File, () => Settings(defaults, path, findings));
        if (folders.Adapter is { } adapter && Path.Combine(adapter, File) is var own && System.IO.File.Exists(own) && !(System.IO.File.Exists(path) && ModelFiles.ReadBytes(own).AsSpan().SequenceEqual(ModelFiles.ReadBytes(path))))
            findings.Warn(Ends, $"{File} of the adapter is not read, as in PEFT: that of the base counts, merged or not", own, "put it beside the base's weights if it is meant");
    }

    private static void EndTokens(DecoderConfig config, GenerationDefaults defaults, TokenizerPipeline? tokenizer, TokenizerSettings? settings, ChatRenderer? chat, Findings findings)
    {
        var before = findings.All.Count;
        var named = defaults.Raw?["eos_token_id"] is not (null or JsonArray { Count: 0 });
        var where = named ? File : Config;
        var used = Shown(defaults.EosIds);
        if (defaults.EosIds.Count == 0)
        {
            findings.Wrong(Ends, "none: every response runs to its limit", $"{File}, {Config}", $"name the end token's id as eos_token_id in {File}");
        }
        else if (defaults.EndsByClass)
        {
            findings.Warn(Ends, $"no file names one; {used}, the default of transformers' class for {config.ModelType}, is used as there", $"{File}, {Config}", $"name the end token's id as eos_token_id in {File}");
        }
        else
        {
            if (defaults.Raw is not null && !named) findings.Warn(Ends, $"{File} has no eos_token_id; {used} of {Config} is used, transformers would not stop", File, $"add eos_token_id to {File}");
            if (named && config.EosIds.Count > 0 && !config.EosIds.ToHashSet().SetEquals(defaults.EosIds)) findings.Ok(Ends, $"{used} of {File}, as in transformers; {Config} says {Shown(config.EosIds)}", File);
        }

        if (tokenizer is null) return;
        var turn = chat is null ? null : TemplateChecks.EndOfTurn(chat, tokenizer);
        if (turn is { Id: null } pieces)
            findings.Wrong(Ends, $"the template ends turns with '{pieces.Token}', no token of the tokenizer, responses end at {used}: a chat never stops where it should", $"template, {TokenizerFile.FileName}", "use the template and the tokenizer the model came with");
        else if (turn is { Id: { } last } end && !defaults.EosIds.Contains(last))
            findings.Wrong(Ends, Invariant($"the template ends turns with {end.Token} ({last}), responses end at {used}: a chat never stops where it should"), $"template, {where}", Invariant($"add {last} to eos_token_id of {File}"));
        if (settings is not null && settings.Named.TryGetValue("eos_token", out var token) && turn?.Token != token.Content)
        {
            if (tokenizer.TokenId(token.Content) is not { } id)
                findings.Warn(Ends, $"eos_token '{token.Content}' is not in the vocabulary", settings.SourceOf("eos_token") ?? Config, "name the model's own");
            else if (defaults.EosIds.Count > 0 && !defaults.EosIds.Contains(id))
                findings.Warn(Ends, Invariant($"the tokenizer's eos_token is {token.Content} ({id}), responses end at {used}, as in transformers"), $"{settings.SourceOf("eos_token")}, {where}", $"make the files agree; training ends a plain completion with {token.Content}");
        }

        var kept = defaults.EosIds.Where(id => tokenizer.Decode([id], skipSpecialTokens: true).Length > 0).ToArray();
        if (kept.Length > 0) findings.Warn(Ends, $"{string.Join(", ", kept.Select(id => $"'{tokenizer.Decode([id])}'"))} is no special token, so it stays in the text of responses", TokenizerFile.FileName, "mark it as special in added_tokens, or name it in tokenizer_config.json");
        if (findings.All.Skip(before).All(finding => finding.Verdict == FindingVerdict.Ok))
            findings.Ok(Ends, $"{used}{(turn is { } known ? $"; the template ends turns with {known.Token}" : "")}", where);

        string Shown(IReadOnlyList<int> ids) => ids.Count == 0 ? "none" : string.Join(", ", ids.Select(id => tokenizer is null ? Invariant($"{id}") : Invariant($"{tokenizer.Decode([id])} ({id})")));
    }

    private static void PaddingToken(DecoderConfig config, GenerationDefaults defaults, TokenizerPipeline? tokenizer, TokenizerSettings? settings, Findings findings)
    {
        var named = defaults.Raw?["pad_token_id"] is not null ? File : config.PadId is not null ? Config : null;
        var found = named is null ? Invariant($"no pad_token_id; {defaults.PadId} is used")
            : defaults.EosIds.Contains(defaults.PadId) ? Invariant($"{defaults.PadId}, an end token too") : Invariant($"{defaults.PadId}");
        findings.Ok(Padding, found, named ?? $"{File}, {Config}", "padding is masked, so it changes no response");
        if (tokenizer is not null && settings is not null && settings.Named.TryGetValue("pad_token", out var token) && tokenizer.TokenId(token.Content) is { } id && id >= config.VocabularySize)
            findings.Warn(Padding, Invariant($"pad_token '{token.Content}' has the id {id}; the embedding has {config.VocabularySize} rows"), settings.SourceOf("pad_token") ?? Config, "name a token within the vocabulary; other trainers would fail on it");
    }

    private static GenerationSettings Settings(GenerationDefaults defaults, string path, Findings findings)
    {
        var settings = GenerationSettings.Read(new ConfigReader(defaults.Raw!, path));
        if (settings.RepetitionPenalty != 1)
            findings.Warn(Sampling, Invariant($"repetition_penalty {settings.RepetitionPenalty} is not applied unless asked for; transformers' generate applies it"), File, "gate eval --generation-config samples as the file says");
        if (settings.Samples)
            findings.Ok(Sampling, Invariant($"do_sample with temperature {settings.Temperature}, top_k {settings.TopK?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "off"}, top_p {settings.TopP ?? 1} is not applied unless asked for"), File, "gates are greedy unless a spec says otherwise; gate eval --generation-config samples as the file says");
        foreach (var other in settings.Unsupported)
            findings.Warn(Sampling, $"{other} is not supported and not applied", File, "responses differ from those of transformers' generate with this file");
        if (!settings.Samples && settings.RepetitionPenalty == 1 && settings.Unsupported.Count == 0) findings.Ok(Sampling, "greedy", File);
        return settings;
    }
}
