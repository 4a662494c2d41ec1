using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using SafetyGate.Analysis.Dynamics;
using SafetyGate.Analysis.Results;
using SafetyGate.Analysis.Strata;
using SafetyGate.Core;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Files;
using SafetyGate.Core.Language;
using SafetyGate.Core.Runs;
using SafetyGate.Core.Scoring;
using SafetyGate.Harness.Labeling;
using SafetyGate.Harness.Baselines;
using SafetyGate.Harness.Endpoints;
using SafetyGate.Harness.Evaluation;
using SafetyGate.Harness.Reports;
using SafetyGate.Harness.Runs;
using SafetyGate.Harness.Slurm;
using SafetyGate.Harness.Tests.Baselines;
using SafetyGate.Harness.Tests.Gates;
using SafetyGate.Models.Adapters;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Diagnosis;
using SafetyGate.Models.Families;
using SafetyGate.Models;
using SafetyGate.Models.Tokenization;
using SafetyGate.Studies.Safety.Plan;
using SafetyGate.Studies.Safety.Runs;
using SafetyGate.Trainers;
using SafetyGate.Trainers.Data;
using SafetyGate.Verifiers.Judges;

namespace SafetyGate.Cli.Tests.Fuzzing;

/// <summary>What the files of a model directory are read by.</summary>
internal sealed partial class FuzzTargets
{
    private const string Tokenizer = """
        {"version": "1.0", "added_tokens": [{"id": 0, "content": "<pad>", "special": true, "normalized": false, "lstrip": true}, {"id": 1, "content": "<e>", "normalized": true}],
         "normalizer": {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": "_"}, {"type": "Replace", "pattern": {"String": " "}, "content": "_"}, {"type": "Replace", "pattern": {"Regex": "b+"}, "content": "b"}, {"type": "NFKC"}, {"type": "Lowercase"}, {"type": "Strip", "strip_left": true, "strip_right": true}]},
         "pre_tokenizer": {"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": "\\p{L}+|\\s+(?!\\S)"}, "behavior": "Isolated", "invert": false}, {"type": "Digits", "individual_digits": true}, {"type": "Punctuation", "behavior": "Isolated"}, {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": true}, {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}]},
         "post_processor": {"type": "Sequence", "processors": [{"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<e>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}], "special_tokens": {"<e>": {"id": "<e>", "ids": [1], "tokens": ["<e>"]}}}, {"type": "BertProcessing", "sep": ["<e>", 1], "cls": ["<pad>", 0]}]},
         "decoder": {"type": "Sequence", "decoders": [{"type": "Replace", "pattern": {"String": "_"}, "content": " "}, {"type": "ByteFallback"}, {"type": "Metaspace", "replacement": "_"}, {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}, {"type": "ByteLevel"}]},
         "model": {"type": "BPE", "unk_token": "<pad>", "continuing_subword_prefix": "", "end_of_word_suffix": "", "byte_fallback": true, "fuse_unk": true, "ignore_merges": false, "dropout": null, "vocab": {"<pad>": 0, "<e>": 1, "a": 2, "b": 3, "ab": 4, "_": 5, "_a": 6}, "merges": ["a b", ["_", "a"]]}}
        """;

    private static readonly string[] Sentence = ["a b ab <pad> <e> 12 é 😀 \ud83d .", ""];

    private const string TokenizerConfig = """
        {"tokenizer_class": "LlamaTokenizerFast", "add_bos_token": true, "add_eos_token": false, "add_prefix_space": false, "bos_token": "<e>", "eos_token": {"content": "<pad>"}, "pad_token": null, "image_token": "<i>", "model_max_length": 512, "clean_up_tokenization_spaces": true,
         "added_tokens_decoder": {"0": {"content": "<pad>", "lstrip": true, "rstrip": false, "single_word": false, "normalized": false, "special": true}, "7": {"content": "<x>", "special": false}}, "extra_special_tokens": {"boi_token": "<b>"}, "chat_template": "{{ bos_token }}{% for m in messages %}{{ m.content }}<pad>{% endfor %}"}
        """;

    private const int Data = 32;

    private static void Configuration(byte[] bytes) => DecoderConfig.ParseText(Encoding.UTF8.GetString(bytes), "config.json");

    private IDecoder? _model;

    // Every template's way of looking at a turn, and the marks of what the assistant wrote.
    private void Told(DataFile file)
    {
        var template = System.IO.File.Exists(folder["told.jinja"]) ? folder["told.jinja"] : folder.Write("told.jinja", "{% for m in messages %}{{ m.role }}{% generation %}{{ m.content }}{{ m.tool_calls | tojson if m.tool_calls }}{% endgeneration %}{% endfor %}{{ tools | tojson }}{{ documents }}{{ mood }}");
        System.IO.File.WriteAllText(folder["tokenizer.json"], Tokenizer);
        file.Read(new ExampleEncoder(TokenizerFile.Load(folder.Path), ChatRenderers.ForFile(template), PromptTemplate.Chat, null) { AssistantOnly = true });
    }

    private static void Tokenize(ITokenizer tokenizer)
    {
        foreach (var text in Sentence) tokenizer.EncodeWithSpans(text);
        foreach (var text in Sentence) tokenizer.Decode(tokenizer.Encode(text, addSpecialTokens: true), skipSpecialTokens: true);
        tokenizer.Decode([0, 1, 2, 3, 4, 5, 6, 99, -1]);
    }

    private void SelectModules(LoraConfig config)
    {
        _model ??= DecoderFactory.Create(DecoderConfig.ParseText(TinyCheckpoint.Config, "config.json"), seed: 7);
        AdapterPlan.Of(config, new AdapterSite(_model, DecoderConfig.ParseText(TinyCheckpoint.Config, "config.json")), "adapter_config.json");
    }

    private static byte[] Tensors()
    {
        var header = Text("""{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"BF16","shape":[8],"data_offsets":[16,32]}}""");
        return WithPrefix(header);
    }

    private static byte[] WithPrefix(byte[] header)
    {
        var prefix = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        return [.. prefix, .. header, .. new byte[Data]];
    }

    private Func<byte[], Task> Beside(string name)
    {
        System.IO.File.WriteAllText(folder["tokenizer.json"], Tokenizer);
        return File(name, _ => Tokenize(TokenizerFile.LoadForModel(folder.Path)));
    }

    private Func<byte[], Task> Older(string name)
    {
        System.IO.File.WriteAllText(folder["config.json"], """{"model_type": "gpt2"}""");
        System.IO.File.WriteAllText(folder["vocab.json"], """{"a": 0, "b": 1, "ab": 2}""");
        System.IO.File.WriteAllText(folder["merges.txt"], "a b\n");
        return File(name, _ => Tokenize(TokenizerFile.LoadForModel(folder.Path)));
    }

    // A whole directory with one file damaged: what cannot be read is a finding, so nothing at all is thrown.
    private (byte[] Whole, Func<byte[], Task> Read) Doctor(string name)
    {
        var directory = TinyCheckpoint.In(folder);
        System.IO.File.WriteAllText(Path.Combine(directory, "tokenizer_config.json"), """{"tokenizer_class": "LlamaTokenizer", "bos_token": "<bos>", "eos_token": "<eos>", "add_bos_token": true, "added_tokens_decoder": {"1": {"content": "<bos>", "special": true}}, "model_max_length": 64}""");
        System.IO.File.WriteAllText(Path.Combine(directory, "special_tokens_map.json"), """{"eos_token": "<eos>", "pad_token": {"content": "<pad>"}}""");
        System.IO.File.WriteAllText(Path.Combine(directory, "generation_config.json"), """{"eos_token_id": [4], "pad_token_id": 0, "do_sample": true, "temperature": 0.7, "top_k": 20, "repetition_penalty": 1.05, "no_repeat_ngram_size": 3}""");
        System.IO.File.WriteAllText(Path.Combine(directory, "chat_template.jinja"), "{{ bos_token }}{% for m in messages %}<user> {{ m['content'] }} <eos>{% endfor %}{% if add_generation_prompt %}<asst>{% endif %}");
        var path = Path.Combine(directory, name);
        if (name == "model.safetensors.index.json") System.IO.File.WriteAllText(path, """{"weight_map": {"lm_head.weight": "model.safetensors"}}""");
        if (name == "adapter_config.json") System.IO.File.WriteAllText(path, """{"peft_type": "LORA", "r": 4}""");
        return (System.IO.File.ReadAllBytes(path), Sync(bytes =>
        {
            System.IO.File.WriteAllBytes(path, bytes);
            foreach (var finding in CheckpointDoctor.Examine(directory)) _ = finding.Found + finding.Advice;
        }));
    }

    private Func<byte[], Task> Checkpoint(string name)
    {
        var directory = TinyCheckpoint.In(folder);
        System.IO.File.Delete(Path.Combine(directory, CheckpointReader.WeightsFileName));
        System.IO.File.WriteAllBytes(Path.Combine(directory, "model-00001-of-00002.safetensors"), Tensors());
        return Sync(bytes =>
        {
            System.IO.File.WriteAllBytes(Path.Combine(directory, name), bytes);
            CheckpointReader.Open(directory).Dispose();
        });
    }

    private Func<byte[], Task> OfOthers()
    {
        var directory = Directory.CreateDirectory(folder["others"]).FullName;
        System.IO.File.WriteAllText(Path.Combine(directory, "config.json"), TinyCheckpoint.Config);
        System.IO.File.WriteAllBytes(Path.Combine(directory, "w.safetensors"), Tensors());
        return Sync(bytes =>
        {
            System.IO.File.WriteAllBytes(Path.Combine(directory, CheckpointReader.IndexFileName), bytes);
            ExternalCheckpoint.DigestOf(directory);
        });
    }
}
