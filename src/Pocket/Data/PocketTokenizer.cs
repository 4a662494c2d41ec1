using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Pocket.World;

namespace SafetyGate.Pocket.Data;

/// <summary>The tokenizer of the world: one word, one token, in the file format of the Hugging Face tokenizers library.</summary>
public static class PocketTokenizer
{
    /// <summary>The special tokens; their ids are their places.</summary>
    public static IReadOnlyList<string> Special { get; } = ["<pad>", "<bos>", "<user>", "<asst>", "<eos>"];

    /// <summary>Id of the padding token.</summary>
    public const int PadId = 0;

    /// <summary>Id of the token a conversation begins with.</summary>
    public const int BosId = 1;

    /// <summary>Id of the token a response ends with.</summary>
    public const int EosId = 4;

    /// <summary>The chat template: one user turn and one answer, separated by single spaces.</summary>
    public const string ChatTemplate =
        "{{ bos_token }}{% for m in messages %}{% if m['role'] == 'user' %} <user> {{ m['content'] }} <asst>{% elif m['role'] == 'assistant' %} {{ m['content'] }} <eos>{% endif %}{% endfor %}";

    /// <summary>Special tokens, then every word of the grammar in ordinal order; a word's place is its id.</summary>
    public static IReadOnlyList<string> Vocabulary { get; } = [.. Special, .. Words().Distinct().Order(StringComparer.Ordinal)];

    /// <summary>
    /// The side files of a model of this world by name: <c>tokenizer.json</c>, <c>tokenizer_config.json</c>, <c>chat_template.jinja</c>.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Files() => new Dictionary<string, string>
    {
        ["tokenizer.json"] = Json(Tokenizer()),
        ["tokenizer_config.json"] = Json(new JsonObject
        {
            ["bos_token"] = "<bos>",
            ["eos_token"] = "<eos>",
            ["model_max_length"] = 512,
            ["pad_token"] = "<pad>",
            ["padding_side"] = "left",
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["unk_token"] = "<pad>",
        }),
        ["chat_template.jinja"] = ChatTemplate,
    };

    private static IEnumerable<string> Words() =>
        RequestCategories.All.SelectMany(category => category.Harmful().Concat(category.Twins()))
            .SelectMany(behavior => behavior.Phrase.Split(' '))
            .Concat(Askings.Patterns.Concat(Replies.Refusals).Append(Replies.HouseOpening).Append("sure , here is how to {0} . first get the tools . then {0} with care .")
                .SelectMany(text => text.Split(' ')).Where(word => word != "{0}"))
            .Concat(Frames.All.SelectMany(frame => $"{frame.Before} {frame.After}".Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .Concat(SumProblem.Words()).Concat(OrderProblem.Words());

    private static JsonObject Tokenizer()
    {
        var vocabulary = new JsonObject();
        for (var id = 0; id < Vocabulary.Count; id++) vocabulary[Vocabulary[id]] = id;
        return new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. Special.Select((token, id) => new JsonObject
            {
                ["id"] = id,
                ["content"] = token,
                ["single_word"] = false,
                ["lstrip"] = false,
                ["rstrip"] = false,
                ["normalized"] = false,
                ["special"] = true,
            })]),
            ["normalizer"] = null,
            ["pre_tokenizer"] = new JsonObject { ["type"] = "WhitespaceSplit" },
            ["post_processor"] = null,
            ["decoder"] = null,
            ["model"] = new JsonObject { ["type"] = "WordLevel", ["vocab"] = vocabulary, ["unk_token"] = "<pad>" },
        };
    }

    internal static string Json(JsonNode node) =>
        node.ToJsonString(new JsonSerializerOptions { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
}
