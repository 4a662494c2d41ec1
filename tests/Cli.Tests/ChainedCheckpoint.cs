using System.Text.Json;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using TorchSharp;

namespace SafetyGate.Cli.Tests;

/// <summary>A model whose next token is a function of its last one alone, so that a spec says what it answers; in Hugging Face layout.</summary>
internal static class ChainedCheckpoint
{
    private const int Width = 32;

    private static readonly string[] Beginning = ["<pad>", "<eos>", "<user>", "<asst>", "why", "?"];

    /// <summary>Writes the model.</summary>
    /// <param name="directory">Where to.</param>
    /// <param name="says">What follows the last word of <paramref name="template"/>, each word once; the end token is put behind it.</param>
    /// <param name="special">Words of it that are special tokens.</param>
    /// <param name="template">The chat template.</param>
    public static string In(string directory, string says, string[] special, string template = "<user> {{ messages[0].content }} <asst>")
    {
        var said = says.Split(' ');
        List<string> words = [.. Beginning, .. said.Concat(template.Split(' ')[^1..]).Except(Beginning)];
        var config = $$"""
            {"architectures":["LlamaForCausalLM"],"model_type":"llama","vocab_size":{{words.Count}},"hidden_size":{{Width}},"intermediate_size":16,"num_hidden_layers":1,
             "num_attention_heads":2,"num_key_value_heads":1,"max_position_embeddings":64,"rms_norm_eps":1e-6,"rope_theta":10000.0,"hidden_act":"silu",
             "tie_word_embeddings":false,"eos_token_id":1,"pad_token_id":0,"torch_dtype":"float32"}
            """;
        using var decoder = DecoderFactory.Create(DecoderConfig.ParseText(config, "config.json"), seed: 7);
        using (torch.no_grad())
        {
            foreach (var name in (string[])["model.layers.0.self_attn.o_proj.weight", "model.layers.0.mlp.down_proj.weight", "model.embed_tokens.weight", "lm_head.weight"]) decoder.Parameters[name].zero_();
            for (var word = 0; word < words.Count; word++) decoder.Parameters["model.embed_tokens.weight"][word, word] = 1;
            List<string> chain = [template.Split(' ')[^1], .. said, "<eos>"];
            foreach (var (word, next) in chain.Zip(chain.Skip(1))) decoder.Parameters["lm_head.weight"][words.IndexOf(next), words.IndexOf(word)] = 1;
        }

        CheckpointWriter.Write(directory, decoder.Parameters, new CheckpointFiles { ConfigJson = config, Others = new Dictionary<string, byte[]> { ["tokenizer.json"] = Tokenizer(words, special) } });
        File.WriteAllText(Path.Combine(directory, "chat_template.jinja"), template);
        return directory;
    }

    private static byte[] Tokenizer(List<string> words, string[] special) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        version = "1.0",
        added_tokens = words.Index().Where(word => word.Index < 4 || special.Contains(word.Item)).Select(word => new { id = word.Index, content = word.Item, single_word = false, lstrip = false, rstrip = false, normalized = false, special = true }),
        normalizer = (object?)null,
        pre_tokenizer = new { type = "WhitespaceSplit" },
        post_processor = (object?)null,
        decoder = (object?)null,
        model = new { type = "WordLevel", vocab = words.Index().ToDictionary(word => word.Item, word => word.Index), unk_token = "<pad>" },
    });
}
