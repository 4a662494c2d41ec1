using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Families;

namespace SafetyGate.Models;

/// <summary>
/// The special tokens generation needs: those of <c>generation_config.json</c>, and of <c>config.json</c> for those it omits. Where there is no
/// <c>generation_config.json</c> and <c>config.json</c> says nothing of an end token, responses end at that of the family's configuration class.
/// </summary>
public sealed record GenerationDefaults
{
    /// <summary>Tokens that end a response; may be empty.</summary>
    public required IReadOnlyList<int> EosIds { get; init; }

    /// <summary>Whether no file names an end token, so that transformers' own for the family counts.</summary>
    public bool EndsByClass { get; private init; }

    /// <summary>Padding token; the first end token, or 0, where no file names one.</summary>
    public required int PadId { get; init; }

    /// <summary>Beginning-of-sequence token, if any.</summary>
    public int? BosId { get; init; }

    /// <summary>The file as it was read; <c>null</c> when there is none. Not to be changed; clone it.</summary>
    public JsonObject? Raw { get; init; }

    /// <summary>From the model's configuration and, where there is one, the text of its generation configuration.</summary>
    /// <param name="config">The architecture.</param>
    /// <param name="json">Text of <c>generation_config.json</c>, or <c>null</c>.</param>
    /// <param name="source">Where the text came from, for messages.</param>
    /// <exception cref="UserErrorException">The text is not a JSON object, or an id is not one of the vocabulary's.</exception>
    public static GenerationDefaults From(DecoderConfig config, string? json, string source)
    {
        var reader = new ConfigReader(json is null ? [] : ConfigReader.Object(json, source), source);
        var eos = Known(reader, "eos_token_id", config);
        if (eos.Count == 0) eos = config.EosIds;
        var isOfClass = eos.Count == 0 && json is null && config.ClassEosId is not null;
        if (isOfClass) eos = [config.ClassEosId!.Value];
        var pad = reader.OptionalInt("pad_token_id", minimum: -1) is >= 0 and var id ? id : config.PadId;
        if (pad >= config.VocabularySize)
            throw reader.Wrong("pad_token_id", Invariant($"below the vocabulary's size of {config.VocabularySize}"));
        return new GenerationDefaults
        {
            EosIds = eos,
            EndsByClass = isOfClass,
            PadId = pad ?? (eos.Count > 0 ? eos[0] : 0),
            BosId = Known(reader, "bos_token_id", config).Cast<int?>().FirstOrDefault() ?? config.BosId,
            Raw = json is null ? null : reader.Json,
            Source = source,
        };
    }

    /// <summary>Those of a model directory, or of the base of an adapter.</summary>
    /// <exception cref="UserErrorException">A file is missing, malformed or not supported.</exception>
    public static GenerationDefaults Of(string directory)
    {
        var folder = ModelFolders.Find(directory, null).Base;
        string config = Path.Combine(folder, CheckpointReader.ConfigFileName), path = Path.Combine(folder, CheckpointReader.GenerationConfigFileName);
        return From(DecoderConfig.ParseText(ModelFiles.ReadText(config), config), File.Exists(path) ? ModelFiles.ReadText(path) : null, path);
    }

    /// <summary>
    /// The sampling that transformers' <c>generate</c> would do by this file: <c>do_sample</c>, <c>temperature</c>, <c>top_k</c>,
    /// <c>top_p</c>, <c>min_p</c> and <c>repetition_penalty</c>, with its own defaults (greedy; when sampling, the 50 likeliest tokens).
    /// </summary>
    /// <param name="options">Whatever the file does not decide.</param>
    /// <exception cref="UserErrorException">There is no file, a value is invalid, or it asks for what is not supported.</exception>
    public SamplingOptions Sampling(SamplingOptions options)
    {
        if (Raw is null) throw new UserErrorException($"{Source}: there is no such file, so it says nothing of sampling; give the sampling's options.");
        var settings = GenerationSettings.Read(new ConfigReader(Raw, Source));
        return settings.Unsupported.Count == 0 ? settings.Apply(options)
            : throw new UserErrorException($"{Source}: asks for {string.Join(", ", settings.Unsupported)}, which {(settings.Unsupported.Count == 1 ? "is" : "are")} not supported; sample by other options, or take {(settings.Unsupported.Count == 1 ? "it" : "them")} out.");
    }

    /// <summary>
    /// What the file says of sampling that greedy decoding leaves out, each with its value, such as <c>temperature 0.7</c>; empty where greedy is
    /// what it says.
    /// </summary>
    /// <exception cref="UserErrorException">A value is of the wrong type.</exception>
    public IReadOnlyList<string> NotGreedy
    {
        get
        {
            if (Raw is null) return [];
            var settings = GenerationSettings.Read(new ConfigReader(Raw, Source));
            return settings.NotGreedy([.. SamplingKeys.Where(key => Raw[key] is not null).Select(key => $"{key} {Raw[key]!.ToJsonString()}")]);
        }
    }

    private static readonly string[] SamplingKeys = ["do_sample", "temperature", "top_k", "top_p", "min_p"];

    /// <summary>Where the file is, for messages.</summary>
    public string Source { get; private init; } = "generation_config.json";

    private static IReadOnlyList<int> Known(ConfigReader reader, string key, DecoderConfig config)
    {
        var ids = reader.Ids(key);
        return ids.All(id => id < config.VocabularySize)
            ? ids
            : throw reader.Wrong(key, Invariant($"below the vocabulary's size of {config.VocabularySize}"));
    }
}
