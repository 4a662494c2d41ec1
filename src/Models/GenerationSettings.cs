using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core.Language;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;

namespace SafetyGate.Models;

/// <summary>What a <c>generation_config.json</c> says of sampling, with transformers' defaults for what it omits.</summary>
internal sealed record GenerationSettings
{
    private const int DefaultTopK = 50;

    // What else changes the text that generate returns, with the values at which it does nothing.
    private static readonly Dictionary<string, double?[]> Others = new(StringComparer.Ordinal)
    {
        ["num_beams"] = [1], ["num_beam_groups"] = [1], ["penalty_alpha"] = [0], ["typical_p"] = [1], ["epsilon_cutoff"] = [0], ["eta_cutoff"] = [0], ["top_h"] = [],
        ["encoder_repetition_penalty"] = [1], ["no_repeat_ngram_size"] = [0], ["encoder_no_repeat_ngram_size"] = [0], ["diversity_penalty"] = [0], ["min_length"] = [0], ["min_new_tokens"] = [0],
        ["bad_words_ids"] = [], ["force_words_ids"] = [], ["suppress_tokens"] = [], ["begin_suppress_tokens"] = [], ["sequence_bias"] = [], ["constraints"] = [],
        ["forced_bos_token_id"] = [], ["forced_eos_token_id"] = [], ["forced_decoder_ids"] = [], ["exponential_decay_length_penalty"] = [], ["guidance_scale"] = [1],
        ["stop_strings"] = [], ["watermarking_config"] = [], ["dola_layers"] = [], ["token_healing"] = [], ["max_time"] = [],
    };

    /// <summary>Whether tokens are drawn.</summary>
    public bool Samples { get; private init; }

    /// <summary>Divides the logits; counts only when tokens are drawn.</summary>
    public double Temperature { get; private init; }

    /// <summary>Keep the k likeliest tokens; <c>null</c> keeps all.</summary>
    public int? TopK { get; private init; }

    /// <summary>Keep the likeliest tokens up to this mass; <c>null</c> keeps all.</summary>
    public double? TopP { get; private init; }

    /// <summary>Keep tokens with this share of the likeliest one's probability; <c>null</c> keeps all.</summary>
    public double? MinP { get; private init; }

    /// <summary>Penalty of tokens seen before; counts without sampling too.</summary>
    public double RepetitionPenalty { get; private init; }

    /// <summary>Settings that are not supported, each with its value.</summary>
    public IReadOnlyList<string> Unsupported { get; private init; } = [];

    /// <summary>Reads the file's settings.</summary>
    /// <exception cref="UserErrorException">A value is of the wrong type.</exception>
    public static GenerationSettings Read(ConfigReader reader) => new()
    {
        Samples = reader.Bool("do_sample", false),
        Temperature = reader.Has("temperature") ? Number(reader, "temperature") : 1,
        TopK = reader.OptionalInt("top_k") is { } k ? (k == 0 ? null : k) : DefaultTopK,
        TopP = reader.Has("top_p") ? Number(reader, "top_p") : null,
        MinP = reader.Has("min_p") ? Number(reader, "min_p") : null,
        RepetitionPenalty = reader.Positive("repetition_penalty", 1),
        Unsupported = [.. Others.Where(other => reader.Has(other.Key) && !IsIdle(reader.Json[other.Key]!, other.Value)).Select(other => $"{other.Key} {Short(reader.Json[other.Key]!)}")],
    };

    /// <summary>These settings over others.</summary>
    public SamplingOptions Apply(SamplingOptions options) => options with
    {
        Temperature = Samples ? Temperature : 0,
        TopK = Samples ? TopK : null,
        TopP = Samples && TopP < 1 ? TopP : null,
        MinP = Samples ? MinP : null,
        RepetitionPenalty = RepetitionPenalty,
    };

    /// <summary>What greedy decoding without penalties leaves out.</summary>
    /// <param name="drawing">The file's settings of drawing tokens, each with its value.</param>
    public IReadOnlyList<string> NotGreedy(IReadOnlyList<string> drawing) =>
        [.. Samples ? drawing : [], .. RepetitionPenalty != 1 ? [Invariant($"repetition_penalty {RepetitionPenalty}")] : Array.Empty<string>(), .. Unsupported];

    private static double Number(ConfigReader reader, string key) =>
        reader.Json[key] is JsonValue value && value.TryGetValue<double>(out var number) && double.IsFinite(number) && number >= 0
            ? number
            : throw reader.Wrong(key, "a number of 0 or more");

    private static bool IsIdle(JsonNode value, double?[] idle) =>
        (value is JsonArray { Count: 0 }) || (value is JsonValue switched && switched.TryGetValue<bool>(out var on) && !on) || (value is JsonValue number && number.TryGetValue<double>(out var set) && idle.Contains(set));

    private static string Short(JsonNode value) => value.ToJsonString(new JsonSerializerOptions()) is { Length: > 40 } text ? text[..40] + "…" : value.ToJsonString();
}
