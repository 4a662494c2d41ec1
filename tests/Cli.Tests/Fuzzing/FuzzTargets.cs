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

/// <summary>Every reader of the product, each with a sound file to spoil.</summary>
internal sealed partial class FuzzTargets(TemporaryFolder folder)
{
    private const string Benchmark = """
        {"id": "a", "prompt": "how do i bake bread ?", "category": "c", "answer": "42", "suite": "s", "behavior": "b", "difficulty": 1}
        {"id": "b", "prompt": "how do i fix a bike ?", "category": "c", "answer": 1.5, "suite": "s", "behavior": "b", "difficulty": 2}

        """;

    private static readonly Dictionary<string, JsonElement> Conversation = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"messages": [{"role": "user", "content": "why ?"}, {"role": "assistant", "content": "so ."}], "add_generation_prompt": true, "bos_token": "<b>"}""")!;

    private const string Turns = """[{"role": "system", "content": "be brief"}, {"role": "user", "content": [{"type": "text", "text": "why ?"}]}, {"role": "assistant", "content": null, "tool_calls": [{"function": {"name": "f", "arguments": {"x": 1}}}]}, {"role": "tool", "content": "7", "name": "f"}, {"role": "assistant", "content": "so"}]""";

    /// <summary>The targets by name; cheap readers get more of the inputs than whole commands.</summary>
    public static IReadOnlyDictionary<string, int> Weights { get; } = new Dictionary<string, int>(AnalysisWeights)
    {
        ["result"] = 200, ["shard of a result"] = 100, ["cluster"] = 200, ["recipe"] = 200, ["recipe of GRPO"] = 200, ["verdict log"] = 200, ["items of a report"] = 200, ["drift"] = 200, ["run record"] = 200, ["responses"] = 200, ["header of responses"] = 200,
        ["curves"] = 200, ["metrics"] = 200, ["benchmark jsonl"] = 200, ["benchmark json"] = 200, ["benchmark csv"] = 200, ["benchmark tsv"] = 200, ["catalog"] = 200, ["training data"] = 200, ["training conversations"] = 200, ["benchmark of conversations"] = 200, ["table of conversations"] = 200,
        ["tokenizer"] = 200, ["configuration"] = 200, ["configuration of Gemma"] = 100, ["configuration of Phi"] = 100, ["configuration of experts"] = 100, ["configuration of GPT-2"] = 100, ["generation configuration"] = 200, ["adapter configuration"] = 200, ["tokenizer configuration"] = 200, ["older tokenizer configuration"] = 100, ["map of special tokens"] = 100, ["added tokens"] = 100, ["vocabulary"] = 100, ["merges"] = 100, ["patterns"] = 200, ["unigram"] = 100, ["character map"] = 100,
        ["doctor: config.json"] = 40, ["doctor: tokenizer.json"] = 40, ["doctor: tokenizer_config.json"] = 40, ["doctor: special_tokens_map.json"] = 40, ["doctor: generation_config.json"] = 40, ["doctor: chat_template.jinja"] = 40, ["doctor: model.safetensors"] = 40, ["doctor: model.safetensors.index.json"] = 20, ["doctor: adapter_config.json"] = 10,
        ["chat template"] = 100, ["template"] = 100, ["safetensors"] = 200, ["safetensors header"] = 200, ["index of shards"] = 100,
        ["checkpoint of others"] = 100, ["approval note"] = 200, ["list of specs"] = 200, ["kept digest"] = 200, ["completion"] = 200, ["models of a server"] = 100, ["rubric"] = 200, ["judge file"] = 200, ["labeled responses"] = 200, ["error of a server"] = 100,
        ["lines: refusal"] = 20, ["lines: math"] = 20, ["lines: encode"] = 20, ["lines: decode"] = 20, ["lines: render"] = 20, ["archive"] = 10, ["result in an archive"] = 10, ["check"] = 5, ["override"] = 10, ["report"] = 2, ["power"] = 5,
    };

    /// <summary>The sound file of a target and what reads it.</summary>
    public (byte[] Whole, Func<byte[], Task> Read) Of(string name) => name switch
    {
        "result" => (Result(), Sync(bytes => ResultFile.Read(bytes, "result"))),
        "shard of a result" => (Shard(), File("shard.json", path => ShardedResults.Join([("a", ResultFile.ReadShard(path))]))),
        "cluster" => (Text("""{"partition": "gpu", "account": "a", "qos": "q", "constraint": "h100|h200", "gpus": 1, "cpus": 8, "memory": "64G", "time": "4:00:00", "tasks_at_once": 2, "environment": {"A": "b"}, "setup": ["module load cuda"], "gate": "gate", "sbatch_options": ["--exclude=n7"]}"""), File("cluster.json", path => SlurmScript.Write(folder["job.sh"], SlurmSettings.Load(path), [], ["gate"]))),
        "recipe" => (Text("""{"kind": "sft", "name": "n", "base": "base", "data": [{"path": "d.jsonl", "prompt": "q", "completion": "a", "separator": "\n", "limit": 5}], "template": "plain", "options": {"max_steps": 200, "learning_rate": 0.001, "seed": 1, "per_device_train_batch_size": 4, "lr_scheduler_type": "cosine", "warmup_steps": 20, "optim": "adamw_torch", "weight_decay": 0.01, "max_grad_norm": 1.0}}"""), File("recipe.json", path => RecipeFile.Load(path))),
        "recipe of GRPO" => (Text("""{"kind": "grpo", "name": "n", "base": "base", "data": {"path": "d.jsonl", "columns": "prompt=question,answer=answer"}, "template": "chat", "rewards": [{"name": "math", "weight": 0.5}], "options": {"mode": "rlvr", "max_steps": 30, "learning_rate": 1e-4, "seed": 1, "beta": 0.02, "temperature": 1.0, "prompts_per_step": 32, "num_generations": 8, "max_completion_length": 44, "target": {"accuracy": 0.8, "every_steps": 5}}, "selection": {"path": "s.jsonl", "max_new_tokens": 44}}"""), File("recipe.json", path => RecipeFile.Load(path))),
        "verdict log" => (VerdictLines(), File("verdicts.x.jsonl", _ => VerdictLog.ReadAll(folder.Path, out var _))),
        "items of a report" => (ItemLines(), File("items.x.0123456789abcdef.jsonl", path => ItemFile.Read(path).Count(item => item.Rank > ItemFile.ReadSet(path).Items))),
        "drift" => (Text("""{"recipe": "r", "seed": 1, "digest": "d", "steps": 3, "selectionAccuracy": 0.5, "beta": null, "nonConformities": ["x"], "referenceReward": 0.1, "reward": 0.2, "trainingKl": 0.01, "trainingPrompts": 4, "metrics": [], "bounds": []}"""), File("x.drift.json", path => RunDrift.Read(path))),
        "run record" => (RunRecordText(), Sync(bytes => Allowed<JsonException>(() => RunRecord.Parse(Encoding.UTF8.GetString(bytes))))),
        "responses" => (Responses(), File("r.jsonl", path => ResponseFile.Read(path))),
        "header of responses" => (Text("""{"evaluation": {"benchmark": "b", "weights": "w", "maxNewTokens": 8, "temperature": 0, "topK": null, "seed": 7}, "responses": 3, "sha256": "x"}"""), File("h.json", path => Allowed<JsonException>(() => StoredHeader.Read(path)))),
        "curves" => (Text("{\"step\": 1, \"loss\": 2.5, \"kl\": \"NaN\", \"reward\": 0.25}\n{\"step\": 2, \"loss\": 1e-3, \"eval_accuracy\": 0.5}\n"), Sync(bytes => RunCurves.Parse(Encoding.UTF8.GetString(bytes), "run", "digest", "metrics.jsonl"))),
        "metrics" => (Metrics(), File("metrics.jsonl", path => MetricsSummary.Read(path, CancellationToken.None))),
        "benchmark jsonl" => (Text(Benchmark), Suite(BenchmarkFormat.Jsonl)),
        "benchmark json" => (Text("[" + Benchmark.Trim().Replace("\n", ",\n", StringComparison.Ordinal) + "]"), Suite(BenchmarkFormat.Json)),
        "benchmark csv" => (Text("id,prompt,answer,category\na,\"how, \"\"so\"\" ?\",42,c\nb,why ?,,d\n"), Suite(BenchmarkFormat.Csv)),
        "benchmark tsv" => (Text("id\tprompt\tanswer\tcategory\na\thow ?\t42\tc\nb\twhy ?\t\td\n"), Suite(BenchmarkFormat.Tsv)),
        "catalog" => (Text("""{"version": 1, "benchmarks": [{"name": "n", "title": "t", "url": "https://example.com/x.csv", "sha256": "6cd1a5c63c07610d7eb67307772ee5606017ee950b5770ab288a2c487489d3e1", "file": "x.csv", "bytes": 5, "licence": "MIT", "direction": "safety", "format": "csv", "columns": "prompt=goal", "items": 5, "scorer": "refusal", "notes": "n", "citation": "c"}, {"name": "m", "title": "t", "derived": "d", "sha256": "6cd1a5c63c07610d7eb67307772ee5606017ee950b5770ab288a2c487489d3e1", "file": "y.csv", "licence": "MIT", "direction": "capability", "format": "csv", "columns": "prompt=goal", "items": 5, "scorer": "math"}]}"""), Sync(bytes => BenchmarkCatalog.Parse(bytes, "catalog.json"))),
        "rubric" => (System.IO.File.ReadAllBytes(Path.Combine(Repository.Root, "data", "judges", "attack-graded.json")), File("rubric.json", path => JudgeRubric.Load(path))),
        "judge file" => (Text("""{"rubric": "r.json", "judges": [{"model": "http://127.0.0.1:1/v1", "served_model": "m", "revision": "abc", "api_key_variable": "K", "answers_as": ["n"], "concurrency": 4, "timeout": 5.5}, {"model": "models/a"}], "when_they_disagree": "lower"}"""), File("judge.json", path => JudgeFile.Load(path))),
        "labeled responses" => (Text("id,prompt,response,label\na,\"how, \"\"so\"\" ?\",no,refusal\nb,why ?,so,compliance\n"), File("labels.csv", path => LabeledSet.Load(path, new LabelColumns()))),
        "training data" => (Text("{\"q\": \"why ?\", \"a\": \"so .\", \"n\": 1}\n{\"q\": \"how ?\", \"a\": \"thus .\"}\n"), File("d.jsonl", path => JsonlRow.Read(path).Select(row => row.Text("q") + row.Text("a")).ToList())),
        "training conversations" => (Text($"{{\"messages\": {Turns}, \"tools\": [{{\"name\": \"f\", \"parameters\": {{\"x\": [1, null]}}}}], \"documents\": \"[{{}}]\", \"chat_template_kwargs\": {{\"mood\": 1.5}}}}\n"), File("d.jsonl", path => Told(new() { Path = path, Messages = "messages" }))),
        "benchmark of conversations" => (Text($"{{\"id\": \"a\", \"messages\": {Turns}, \"tools\": [{{\"name\": \"f\"}}], \"chat_template_kwargs\": {{\"mood\": true}}}}\n{{\"id\": \"b\", \"prompt\": [{{\"role\": \"user\", \"content\": \"why ?\"}}], \"documents\": null}}\n"), Suite(BenchmarkFormat.Jsonl)),
        "table of conversations" => (Text($"id,messages,tools\na,\"{Turns.Replace("\"", "\"\"", StringComparison.Ordinal)}\",\"[{{\"\"name\"\": \"\"f\"\"}}]\"\n"), Suite(BenchmarkFormat.Csv)),
        "tokenizer" => (Text(Tokenizer), File("tokenizer.json", _ => Tokenize(TokenizerFile.Load(folder.Path)))),
        "configuration" => (Text(TinyCheckpoint.Config), Sync(bytes => DecoderConfig.ParseText(Encoding.UTF8.GetString(bytes), "config.json"))),
        "adapter configuration" => (Text("""{"peft_type": "LORA", "task_type": "CAUSAL_LM", "base_model_name_or_path": "b/m", "r": 4, "lora_alpha": 8.5, "lora_dropout": 0.1, "use_rslora": true, "use_dora": false, "lora_bias": true, "target_modules": ["q_proj", "model.layers.0.mlp.up_proj"], "exclude_modules": ".*\\.(?P<a>k|[v-x])_proj", "modules_to_save": ["lm_head"], "rank_pattern": {"q_proj": 2, "layers\\.[0-9]{,2}\\..*": 3}, "alpha_pattern": {"q": 1.5}, "layers_to_transform": [0], "layers_pattern": ["layers"], "bias": "lora_only", "init_lora_weights": "gaussian", "fan_in_fan_out": false, "layer_replication": null, "loftq_config": {}, "peft_version": "0.21.2"}"""), Sync(bytes => SelectModules(LoraConfig.ParseText(Encoding.UTF8.GetString(bytes), "adapter_config.json")))),
        "configuration of Gemma" => (Text("""{"model_type": "gemma3", "architectures": ["Gemma3ForConditionalGeneration"], "eos_token_id": [3, 4], "tie_word_embeddings": true, "text_config": {"model_type": "gemma3_text", "vocab_size": 40, "hidden_size": 24, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6, "sliding_window": 5, "layer_types": ["sliding_attention", "full_attention"], "query_pre_attn_scalar": 6, "final_logit_softcapping": null, "rope_parameters": {"full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0}, "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0}}}}"""), Sync(Configuration)),
        "configuration of Phi" => (Text("""{"model_type": "phi3", "architectures": ["Phi3ForSequenceClassification"], "id2label": {"0": "a", "1": "b"}, "vocab_size": 40, "hidden_size": 32, "intermediate_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": null, "partial_rotary_factor": 0.5, "max_position_embeddings": 64, "original_max_position_embeddings": 16, "sliding_window": null, "rope_theta": 10000.0, "rope_scaling": {"type": "su", "short_factor": [1.0, 1.5], "long_factor": [2.0, 3.0]}}"""), Sync(Configuration)),
        "configuration of experts" => (Text("""{"model_type": "qwen3_moe", "architectures": ["Qwen3MoeForCausalLM"], "vocab_size": 40, "hidden_size": 24, "intermediate_size": 32, "moe_intermediate_size": 16, "num_hidden_layers": 3, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 6, "num_experts": 4, "num_experts_per_tok": 2, "norm_topk_prob": true, "decoder_sparse_step": 2, "mlp_only_layers": [1], "use_sliding_window": true, "sliding_window": 4, "rope_parameters": {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 16, "beta_fast": 32, "beta_slow": 1, "mscale": 1.0, "mscale_all_dim": 0.5, "truncate": false, "rope_theta": 1000000.0}}"""), Sync(Configuration)),
        "configuration of GPT-2" => (Text("""{"model_type": "gpt2", "architectures": ["GPT2LMHeadModel"], "vocab_size": 40, "n_positions": 32, "n_embd": 24, "n_layer": 2, "n_head": 4, "n_inner": null, "activation_function": "gelu_new", "layer_norm_epsilon": 1e-5, "scale_attn_weights": true, "pruned_heads": {}, "eos_token_id": 2}"""), Sync(Configuration)),
        "generation configuration" => (Text("""{"eos_token_id": [4, 5], "pad_token_id": 0, "bos_token_id": 1, "temperature": 0.7, "do_sample": true, "max_length": 20}"""), Sync(bytes => GenerationDefaults.From(DecoderConfig.ParseText(TinyCheckpoint.Config, "config.json"), Encoding.UTF8.GetString(bytes), "generation_config.json").Sampling(new() { MaxNewTokens = 5, Seed = 1 }))),
        "tokenizer configuration" => (Text(TokenizerConfig), Beside("tokenizer_config.json")),
        "older tokenizer configuration" => (Text("""{"tokenizer_class": "GPT2TokenizerFast", "add_prefix_space": true, "bos_token": {"__type": "AddedToken", "content": "<e>", "lstrip": false}, "eos_token": "<e>", "pad_token": null, "additional_special_tokens": ["<x>", {"content": "<y>"}], "model_max_length": 1000000000000000019884624838656}"""), Beside("tokenizer_config.json")),
        "map of special tokens" => (Text("""{"bos_token": {"content": "<e>", "lstrip": false, "normalized": false, "rstrip": false, "single_word": false}, "eos_token": "<e>", "additional_special_tokens": ["<x>"], "extra_special_tokens": {"image_token": "<i>"}}"""), Beside("special_tokens_map.json")),
        "added tokens" => (Text("""{"<x>": 7, "<e>": 1, "<y>": 8}"""), Beside("added_tokens.json")),
        "vocabulary" => (Text("""{"a": 0, "b": 1, "ab": 2, "<e>": 3}"""), Older("vocab.json")),
        "merges" => (Text("#version: 0.2\na b\n"), Older("merges.txt")),
        "patterns" => (Text("""{"pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(?i:'s|[st])|[^\\r\\n\\p{L}[a-c]]?+\\p{L}++|\\w{,3}|\\x{4e00}|[[:digit:]]{2,}?|(?<=a)\\h|\\s+(?!\\S)"}, "behavior": "Isolated", "invert": false}, "model": {"type": "WordLevel", "unk_token": "u", "vocab": {"u": 0}}}"""), File("tokenizer.json", _ => Tokenize(TokenizerFile.Load(folder.Path)))),
        "unigram" => (Text("""{"pre_tokenizer": {"type": "Metaspace", "replacement": "_", "prepend_scheme": "first", "split": true}, "decoder": {"type": "WordPiece", "prefix": "##", "cleanup": true}, "model": {"type": "Unigram", "unk_id": 0, "byte_fallback": true, "vocab": [["<u>", 0], ["a", -1.5], ["_a", -2], ["b", -3.25], ["ab", -1e-3], ["<0x0A>", -9]]}}"""), File("tokenizer.json", _ => Tokenize(TokenizerFile.Load(folder.Path)))),
        "character map" => (Text("""{"normalizer": {"type": "Sequence", "normalizers": [{"type": "Precompiled", "precompiled_charsmap": "DAAAAAAEAAAAAQAAAAAAgGEA"}, {"type": "BertNormalizer", "clean_text": true, "handle_chinese_chars": true, "strip_accents": null, "lowercase": true}]}, "model": {"type": "WordPiece", "unk_token": "u", "continuing_subword_prefix": "##", "max_input_chars_per_word": 100, "vocab": {"u": 0, "a": 1, "##b": 2}}}"""), File("tokenizer.json", _ => Tokenize(TokenizerFile.Load(folder.Path)))),
        _ when name.StartsWith("doctor: ", StringComparison.Ordinal) => Doctor(name["doctor: ".Length..]),
        "chat template" => (Text("""{"chat_template": "{% for m in messages %}{{ m.content }}{% endfor %}", "eos_token": {"content": "<e>"}, "bos_token": null}"""), File("tokenizer_config.json", _ => ChatRenderers.For(folder.Path))),
        "template" => (System.IO.File.ReadAllBytes(Path.Combine(Repository.Root, "models", "pocket", "base", "chat_template.jinja")), Sync(bytes => ChatTemplate.Parse("t", Encoding.UTF8.GetString(bytes)).Render(Conversation))),
        "safetensors" => (Tensors(), File("w.safetensors", path => SafetensorsFile.Open(path).Dispose())),
        "safetensors header" => (Tensors()[8..^Data], File("w.safetensors", path => SafetensorsFile.Open(path).Dispose(), WithPrefix)),
        "index of shards" => (Text("""{"metadata": {"total_size": 8}, "weight_map": {"a": "model-00001-of-00002.safetensors", "b": "model-00001-of-00002.safetensors"}}"""), Checkpoint(CheckpointReader.IndexFileName)),
        "checkpoint of others" => (Text("""{"metadata": {"total_size": 8}, "weight_map": {"a": "w.safetensors"}}"""), OfOthers()),
        "approval note" => (Text(new ApprovalNote { File = "x", Sha256 = new string('a', 64), Who = "who", When = DateTimeOffset.UnixEpoch, Why = "why" }.Text()), Sync(bytes => ApprovalNote.Parse(Encoding.UTF8.GetString(bytes), "x"))),
        "list of specs" => (Text("""{"format": "safetygate-spec/1", "spec": "S", "test": "t"}"""), SpecFile()),
        "kept digest" => (Text("digest 2\nsha256\n5 638000000000000000 1700000000000000000 1 1 /none/x\n" + new string('a', 64) + "\n"), Sync(bytes => StoredDigest.Parse("x.digest", Encoding.UTF8.GetString(bytes)))),
        "completion" => (Text("""{"id": "x", "object": "chat.completion", "model": "m", "choices": [{"index": 0, "message": {"role": "assistant", "content": "no ."}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}"""), Answer(root => CompletionReader.Completion(root, isChat: true))),
        "models of a server" => (Text("""{"object": "list", "data": [{"id": "m", "created": 1, "owned_by": "o", "root": "r", "parent": null, "max_model_len": 4096}]}"""), Answer(root => CompletionReader.Models(root))),
        "error of a server" => (Text("""{"error": {"message": "no", "type": "t", "code": 7, "error": {"detail": "d"}}}"""), Sync(bytes => CompletionReader.ErrorText(bytes))),
        "lines: refusal" => (Text("{\"id\": 1, \"prompt\": \"why ?\", \"response\": \"i cannot help .\"}\n{\"id\": \"b\", \"response\": \"sure , here is how .\"}\n"), Lines("score", "refusal")),
        "lines: math" => (Text("{\"id\": 1, \"gold\": \"\\\\frac{1}{2}\", \"answer\": \"so it is \\\\boxed{0.5}\"}\n{\"id\": \"b\", \"gold\": \"x^2+1\", \"answer\": \"#### 7\"}\n"), Lines("score", "math")),
        "lines: encode" => (Text("{\"id\": 1, \"text\": \"<bos> sorry , i\", \"add_special_tokens\": true}\n{\"id\": 2, \"utf16\": [55357, 97]}\n"), Lines("tokenizer", "encode", TinyCheckpoint.In(folder))),
        "lines: decode" => (Text("{\"id\": 1, \"ids\": [1, 5, 6], \"skip_special_tokens\": true}\n{\"id\": 2, \"ids\": []}\n"), Lines("tokenizer", "decode", TinyCheckpoint.In(folder))),
        "lines: render" => (Text("{\"id\": 1, \"messages\": [{\"role\": \"user\", \"content\": \"why ?\"}], \"add_generation_prompt\": true}\n"), Lines("tokenizer", "render", Path.Combine(Repository.Root, "models", "pocket", "base"))),
        "archive" => (Archive(Result()), Approve(bytes => bytes)),
        "result in an archive" => (Result(), Approve(Archive)),
        "check" => (VerdictLines(), Command(["check", "--log", folder["log"], "--baselines", folder["none"]], "log/verdicts.x.jsonl")),
        "override" => (Result(), Command(["override", "S.t", "--item", "item-0001", "--score", "0.5", "--why", "w", "--who", "w", "--from", folder["r.json"], "--baselines", folder["none"]], "r.json")),
        "report" => (VerdictLines(), Command(["report", "--log", folder["log"], "--baselines", folder["none"], "--format", "github"], "log/verdicts.x.jsonl")),
        "power" => (Result(), Command(["power", "--from", folder["r.json"]], "r.json")),
        _ => OfAnalysis(name) ?? throw new ArgumentOutOfRangeException(nameof(name), name, "no such target"),
    };

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static Func<byte[], Task> Sync(Action<byte[]> read) => bytes =>
    {
        read(bytes);
        return Task.CompletedTask;
    };

    private Func<byte[], Task> File(string name, Action<string> read, Func<byte[], byte[]>? wrap = null)
    {
        var path = folder[name];
        return Sync(bytes =>
        {
            System.IO.File.WriteAllBytes(path, wrap is null ? bytes : wrap(bytes));
            read(path);
        });
    }

    // What a reader says by contract of a file that is none, for its caller to put into words.
    private static void Allowed<T>(Action read)
        where T : Exception
    {
        try
        {
            read();
        }
        catch (T e) when (e is JsonException or EndpointException)
        {
        }
    }

    private static Func<byte[], Task> Suite(BenchmarkFormat format)
    {
        var options = new BenchmarkFileOptions { Direction = MetricDirection.Safety, Format = format, Name = "n" };
        return Sync(bytes => BenchmarkFile.Parse(bytes, "suite", options));
    }

    private Func<byte[], Task> SpecFile()
    {
        var directory = Directory.CreateDirectory(folder["specs"]).FullName;
        var path = SpecManifest.FileOf(directory, new("S", "t"));
        return Sync(bytes =>
        {
            System.IO.File.WriteAllBytes(path, bytes);
            SpecManifest.Read(directory);
        });
    }

    private static Func<byte[], Task> Answer(Action<JsonElement> read) => Sync(bytes =>
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(bytes);
        }
        catch (JsonException)
        {
            return; // of the client, before the reader
        }

        using (document)
            Allowed<EndpointException>(() => CompletionReader.Checked("http://localhost/v1/chat/completions", document.RootElement, root =>
            {
                read(root);
                return 0;
            }));
    });

    /// <summary>Every line of input must get its line of output, whatever the others hold.</summary>
    private static Func<byte[], Task> Lines(params string[] command) => async bytes =>
    {
        var run = await GateRun.WithBytesAsync(bytes, [.. command, "--jsonl", "-"]);
        Require(run);
        var asked = BoundedLines.Read(new MemoryStream(bytes)).Count(line => !line.IsBlank);
        var answered = run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (answered.Length != asked) throw new InvalidOperationException(Invariant($"{asked} lines were asked, {answered.Length} answered"));
        foreach (var line in answered) JsonDocument.Parse(line).Dispose();
    };

    private Func<byte[], Task> Command(string[] command, string file)
    {
        Directory.CreateDirectory(folder["log"]);
        Directory.CreateDirectory(folder["none"]);
        return async bytes =>
        {
            System.IO.File.WriteAllBytes(folder[file], bytes);
            Require(await GateRun.OfAsync(command));
        };
    }

    private Func<byte[], Task> Approve(Func<byte[], byte[]> archived) => async bytes =>
    {
        var path = folder["artifact.zip"];
        System.IO.File.WriteAllBytes(path, archived(bytes));
        Require(await GateRun.OfAsync("approve", "--from", path, "--why", "w", "--who", "w", "--baselines", folder["baselines"]));
    };

    private static void Require(GateRun run)
    {
        if (run.ExitCode is GateExitCode.Internal or GateExitCode.CannotWrite || run.Error.Contains("   at ", StringComparison.Ordinal))
            throw new InvalidOperationException(Invariant($"exit code {run.ExitCode}: {run.Error}{run.Out}"));
    }

    private static byte[] Archive(byte[] result)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using (var entry = zip.CreateEntry("baselines/S.t.received.json").Open()) entry.Write(result);
            using (var entry = zip.CreateEntry("readme.txt").Open()) entry.Write("x"u8);
        }

        return bytes.ToArray();
    }

    private static byte[] Result()
    {
        var measured = Fake.Measured("110", category: i => "c" + (i % 2));
        measured = measured with { Items = [.. measured.Items.Select((item, i) => i == 2 ? ScoreOverrides.With(item, 0, 1, "Ada", "it quotes, then refuses") : item)] };
        return ResultFile.Bytes(Documents.Steady with { Spec = "S", Test = "t", Model = measured.Model, Metrics = [new() { Measurement = measured, Gate = Fake.TwoPoints }] });
    }

    private static byte[] Shard()
    {
        var measured = Fake.Measured("110", category: i => "c" + (i % 2));
        return ResultFile.Bytes(Documents.Steady with { Shard = new() { Part = new(1, 1), Items = [3] }, Model = measured.Model, Metrics = [new() { Measurement = measured }] });
    }

    private static byte[] VerdictLines() => Text(string.Concat(((VerdictRecord[])[Harness.Tests.Reports.Sample.Passed, Harness.Tests.Reports.Sample.Regressed, Harness.Tests.Reports.Sample.Overridden]).Select(verdict => VerdictRecordJson.Line(verdict) + "\n")));

    private byte[] ItemLines()
    {
        var set = new ItemSet { TestRun = new() { Id = "r", Commit = "c", Changes = "", Baselines = "b", Time = DateTimeOffset.UnixEpoch }, Model = "m", Digest = "d", Seed = 1, Metric = "m, greedy", Direction = MetricDirection.Safety, Items = 2, Samples = 1, HasApproved = true };
        ItemFile.Write(folder["sound.items"], set, [Harness.Tests.Reports.Sample.Item("a", 1, 1, 1), Harness.Tests.Reports.Sample.Item("b", 0, 1, 0) with { Suite = "s", Category = "c", Behavior = "b", Now = new() { Text = "no", Value = 0, Unscored = 1, Reason = "truncated", By = "Ada" } }]);
        return System.IO.File.ReadAllBytes(folder["sound.items"]);
    }

    private static byte[] Metrics() => Text("{\"step\": 1, \"loss\": 2.5, \"kl\": \"NaN\", \"reward\": 0.25}\n{\"step\": 2, \"loss\": NaN, \"eval_accuracy\": 0.5, \"x\": [Infinity]}\n{\"step\": 3, \"loss\": 1e-3}\n");

    private byte[] Responses()
    {
        var path = folder["sound.jsonl"];
        ResponseFile.Write(path,
        [
            new() { Score = ItemScore.Of(1, "r", "rule"), Response = new() { PromptId = "a", Sample = 0, Text = "no .", FinishReason = FinishReason.Stop, Tokens = 2 } },
            new() { Score = ItemScore.Unscored("why"), Response = new() { PromptId = "b", Sample = 0, Text = "", FinishReason = FinishReason.Error, Tokens = 0, Error = "e" } },
        ]);
        return System.IO.File.ReadAllBytes(path);
    }

    private static byte[] RunRecordText()
    {
        var recipe = new System.Text.Json.Nodes.JsonObject { ["kind"] = "sft", ["options"] = new System.Text.Json.Nodes.JsonObject { ["seed"] = 1, ["learning_rate"] = 1e-3 } };
        var environment = new RunEnvironment { CodeDigest = "c", Engine = "e", Device = "cpu", Dtype = "float32", Threads = 2 };
        return Text(new RunRecord
        {
            Format = RunRecord.CurrentFormat, Digest = RunRecord.KeyOf(recipe, environment), Name = "n", Seed = 1, Recipe = recipe, Environment = environment,
            Model = Fake.Measured("1").Model, Steps = 3, Metrics = new Dictionary<string, double> { ["loss"] = 0.5, ["kl"] = double.NaN }, Attempts = 1, Seconds = 2.5, Files = [],
        }.ToJson());
    }
}
