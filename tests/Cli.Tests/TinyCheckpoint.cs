using System.Text.Json;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;

namespace SafetyGate.Cli.Tests;

/// <summary>A random Llama of a few hundred numbers with a word-level tokenizer, in Hugging Face layout.</summary>
internal static class TinyCheckpoint
{
    private static readonly string[] Words = ["<pad>", "<bos>", "<user>", "<asst>", "<eos>", "sorry", ",", "i", "cannot", "help", ".", "sure", "here", "is", "how", "why", "?", "####", "1", "2"];

    public const string Config = """
        {"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":20,"hidden_size":8,"intermediate_size":16,"num_hidden_layers":1,
         "num_attention_heads":2,"num_key_value_heads":1,"max_position_embeddings":64,"rms_norm_eps":1e-6,"rope_theta":10000.0,"hidden_act":"silu",
         "tie_word_embeddings":false,"bos_token_id":1,"eos_token_id":4,"pad_token_id":0,"torch_dtype":"float32"}
        """;

    public static string In(TemporaryFolder folder, string name = "model", string? without = null)
    {
        var directory = folder.File(name);
        using var decoder = DecoderFactory.Create(DecoderConfig.ParseText(Config, "config.json"), seed: 7);
        CheckpointWriter.Write(directory, decoder.Parameters.Where(parameter => parameter.Key != without), new CheckpointFiles { ConfigJson = Config, Others = new Dictionary<string, byte[]> { ["tokenizer.json"] = Tokenizer() } });
        return directory;
    }

    /// <summary>A question of words that the tokenizer knows, another one for each number.</summary>
    public static string Question(int number) => $"why {string.Join(' ', Convert.ToString(number, 2).Select(bit => bit == '0' ? 1 : 2))} ?";

    private static byte[] Tokenizer() => JsonSerializer.SerializeToUtf8Bytes(new
    {
        version = "1.0",
        added_tokens = Words.Take(5).Select((word, id) => new { id, content = word, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true }),
        normalizer = (object?)null,
        pre_tokenizer = new { type = "WhitespaceSplit" },
        post_processor = (object?)null,
        decoder = (object?)null,
        model = new { type = "WordLevel", vocab = Words.Select((word, id) => (word, id)).ToDictionary(pair => pair.word, pair => pair.id), unk_token = "<pad>" },
    });
}
