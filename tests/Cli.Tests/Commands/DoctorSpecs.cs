using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Diagnosis;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate doctor DIR</c>: what the files of a directory say, each kind of disagreement with its verdict, and the exit code.</summary>
public sealed class DoctorSpecs : IDisposable
{
    private readonly DoctoredModel _model = new();

    public void Dispose() => _model.Dispose();

    [Fact]
    public async Task A_sound_directory_is_ok()
    {
        var run = await GateRun.OfAsync("doctor", _model.Directory);
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.Contains("engine    libtorch", run.Out, StringComparison.Ordinal);
        Assert.Contains("ok       vocabulary     20 tokens, a row of the embedding each [tokenizer.json, config.json]", run.Out, StringComparison.Ordinal);
        Assert.Contains("ok       end tokens     <eos> (4) [config.json]", run.Out, StringComparison.Ordinal);
        Assert.Contains("0 warnings, 0 wrong\n", run.Out, StringComparison.Ordinal);
    }

    // File, its text, and a finding: verdict, subject, and what it says. Exit code 65 when it is wrong.
    [Theory]
    [InlineData("generation_config.json", """{"eos_token_id":4,"repetition_penalty":1.2}""", "warning", "sampling", "repetition_penalty 1.2 is not applied unless asked for")]
    [InlineData("generation_config.json", """{"eos_token_id":4,"num_beams":4,"no_repeat_ngram_size":0}""", "warning", "sampling", "num_beams 4 is not supported and not applied")]
    [InlineData("generation_config.json", """{"eos_token_id":4,"token_healing":true,"max_time":2.5}""", "warning", "sampling", "token_healing true is not supported and not applied")]
    [InlineData("generation_config.json", """{"eos_token_id":4,"token_healing":false,"watermarking_config":false}""", "ok", "sampling", "greedy")]
    [InlineData("generation_config.json", """{"eos_token_id":4,"do_sample":true,"temperature":0.7}""", "ok", "sampling", "do_sample with temperature 0.7, top_k 50, top_p 1 is not applied unless asked for")]
    [InlineData("generation_config.json", """{"eos_token_id":4,"do_sample":"yes"}""", "wrong", "sampling", "'do_sample' is \"yes\"; it must be true or false")]
    [InlineData("adapter_config.json", "{}", "wrong", "adapter", "adapter_config.json")]
    [InlineData("model.safetensors.index.json", """{"weight_map":{"a":"b.safetensors"}}""", "wrong", "weights", "")]
    [InlineData("old.safetensors", "", "warning", "weights", "not read: old.safetensors")]
    [InlineData("model.safetensors", "x", "wrong", "weights", "")]
    [InlineData("config.json", """{"model_type":7}""", "wrong", "special tokens", "config.json: model_type is not a string")]
    public async Task Each_disagreement_has_its_verdict(string file, string text, string verdict, string subject, string says)
    {
        _model.Write(file, text);
        await _model.FindsAsync(verdict, subject, says);
    }

    [Theory, InlineData("""{"0":"score"}""", 1), InlineData("""{"0":"a","1":"b"}""", 2)]
    public async Task A_classifier_is_named(string labels, int count)
    {
        _model.Configure(config => (config["architectures"], config["id2label"]) = (new JsonArray("LlamaForSequenceClassification"), JsonNode.Parse(labels)));
        await _model.FindsAsync("warning", "architecture", $"a classifier of {count} label{(count == 1 ? "" : "s")}: it scores texts and writes none");
    }

    [Fact]
    public async Task Code_of_the_models_own_is_told()
    {
        _model.Configure(config => config["auto_map"] = new JsonObject { ["AutoConfig"] = "c.C", ["AutoModelForCausalLM"] = "modeling_own.Own" });
        await _model.FindsAsync("warning", "architecture", "auto_map names code of the model's own (\"modeling_own.Own\"), which is not run: llama is computed", GateExitCode.Passed);
    }

    // NaN in one tensor, an infinity in another: both are counted by the doctor, and the first ends every loading.
    [Fact]
    public async Task Weights_that_are_no_numbers_are_named_and_not_computed_with()
    {
        var path = _model.FilePath("model.safetensors");
        var bytes = File.ReadAllBytes(path);
        using (var file = SafetensorsFile.Open(path))
        {
            var start = 8 + BitConverter.ToInt32(bytes);
            foreach (var (name, at, number) in ((string, int, float)[])[("model.norm.weight", 1, float.NaN), ("model.norm.weight", 6, float.NegativeInfinity), ("lm_head.weight", 159, float.PositiveInfinity)])
                BitConverter.TryWriteBytes(bytes.AsSpan(start + (int)file.Find(name)!.Begin + (4 * at)), number);
        }

        File.WriteAllBytes(path, bytes);
        await _model.FindsAsync("wrong", "weights", "numbers that are NaN or infinite in 2 of 12 tensors: 'lm_head.weight' (1 of 160), 'model.norm.weight' (2 of 8)");
        var suite = _model.Beside("suite.jsonl", """{"id": "a", "prompt": "why ?"}""" + "\n");
        var run = await GateRun.OfAsync("eval", "--model", _model.Directory, "--suite", suite, "--plain", "--max-new-tokens", "2", "--no-store", "--out", _model.PathBeside("out.json"));
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Matches(@"tensor '(model\.norm|lm_head)\.weight' has [12] of (8|160) numbers that are NaN or infinite", Assert.Single(run.Messages));
        Assert.False(File.Exists(_model.PathBeside("out.json")));
    }

    [Theory, InlineData(30, "ok", "parameters in F32"), InlineData(90, "warning", "pytorch_model.bin was written more than an hour after model.safetensors, which is read, as in transformers")]
    public async Task Weights_of_a_later_save_in_another_format_are_named(int minutes, string verdict, string says)
    {
        _model.Write("pytorch_model.bin", "x");
        File.SetLastWriteTimeUtc(_model.FilePath("pytorch_model.bin"), File.GetLastWriteTimeUtc(_model.FilePath("model.safetensors")).AddMinutes(minutes));
        await _model.FindsAsync(verdict, "weights", says, GateExitCode.Passed);
        var findings = CheckpointDoctor.Examine(_model.Directory).Where(finding => finding.Subject == "weights").ToList();
        Assert.Equal(minutes > 60, findings.Exists(finding => finding.Verdict == FindingVerdict.Warning));
    }

    [Fact]
    public async Task Settings_of_a_quantization_that_is_not_there_are_named()
    {
        _model.Configure(config => config["quantization_config"] = new JsonObject { ["quant_method"] = "bitsandbytes", ["load_in_4bit"] = true });
        var run = await GateRun.OfAsync("doctor", _model.Directory);
        Assert.Contains("quantiz", run.Out, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("0 warnings, 0 wrong", run.Out, StringComparison.Ordinal);
    }

    // As transformers computes them, which warns of most.
    [Theory]
    [InlineData("""{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":16}""", "ok", "yarn scaling by 4, 64 positions")]
    [InlineData("""{"rope_type":"yarn","factor":4.0}""", "ok", "yarn scaling by 4, 64 positions")]
    [InlineData("""{"rope_type":"yarn","factor":8.0,"original_max_position_embeddings":16}""", "warning", "yarn scaling has the factor 8, but 64 positions are 4 times the original 16; the factor is used, as in transformers")]
    [InlineData("""{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":128}""", "warning", "yarn scaling has the factor 4, but 64 positions are 0.5 times the original 128")]
    [InlineData("""{"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":16,"beta_fast":1,"beta_slow":32}""", "warning", "beta_fast 1 below beta_slow 32")]
    [InlineData("""{"rope_type":"longrope","factor":2.0,"original_max_position_embeddings":16,"short_factor":[1,1],"long_factor":[2,2]}""", "warning", "longrope scaling has the factor 2, but 64 positions are 4 times the original 16; the factor is used, as in transformers 5; transformers 4 takes the quotient")]
    [InlineData("""{"rope_type":"longrope","factor":2.0,"attention_factor":1.5,"original_max_position_embeddings":16,"short_factor":[1,1],"long_factor":[2,2]}""", "ok", "longrope scaling by 2")]
    [InlineData("""{"rope_type":"longrope","original_max_position_embeddings":16,"short_factor":[1,1],"long_factor":[2,2]}""", "ok", "longrope scaling by 4")]
    [InlineData("""{"rope_type":"linear","factor":0.5}""", "warning", "linear scaling has the factor 0.5; a factor is 1 or more")]
    [InlineData("""{"rope_type":"dynamic","factor":2.0}""", "ok", "dynamic scaling by 2")]
    [InlineData("""{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":64}""", "warning", "llama3 scaling has 64 original positions and the model 64")]
    [InlineData("""{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,"original_max_position_embeddings":16}""", "ok", "llama3 scaling by 8")]
    public async Task Settings_of_rotary_scaling_that_contradict_are_named(string scaling, string verdict, string says)
    {
        _model.Configure(config => config["rope_scaling"] = JsonNode.Parse(scaling));
        await _model.FindsAsync(verdict, "positions", says, GateExitCode.Passed);
    }

    [Fact]
    public async Task An_evaluation_samples_as_the_model_says_where_asked()
    {
        _model.Write("generation_config.json", """{"eos_token_id":4,"do_sample":true,"temperature":0.7,"top_p":0.8,"repetition_penalty":1.05}""");
        var suite = _model.Beside("suite.jsonl", """{"id": "b", "prompt": "why ?"}""" + "\n");
        string[] command = ["eval", "--model", _model.Directory, "--suite", suite, "--plain", "--max-new-tokens", "2", "--no-store", "--generation-config"];
        var run = await GateRun.OfAsync(command);
        Assert.Equal(GateExitCode.Inconclusive, run.ExitCode); // two tokens say neither yes nor no
        var sampling = JsonDocument.Parse(run.Out).RootElement.ToString();
        foreach (var part in (string[])["0.7", "50", "0.8", "1.05"]) Assert.Contains(part, sampling, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.Usage, (await GateRun.OfAsync([.. command, "--temperature", "1"])).ExitCode);
        _model.Write("generation_config.json", """{"eos_token_id":4,"num_beams":4}""");
        var refused = await GateRun.OfAsync(command);
        Assert.Equal(GateExitCode.BadInput, refused.ExitCode);
        Assert.Contains("asks for num_beams 4, which is not supported", Assert.Single(refused.Messages), StringComparison.Ordinal);
        File.Delete(_model.FilePath("generation_config.json"));
        Assert.Contains("there is no such file", Assert.Single((await GateRun.OfAsync(command)).Messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"eos_token_id":4,"do_sample":true,"temperature":0.7,"top_p":0.8,"repetition_penalty":1.05}""", "do_sample true, temperature 0.7, top_p 0.8, repetition_penalty 1.05")]
    [InlineData("""{"eos_token_id":4,"temperature":0.7,"repetition_penalty":1.05}""", "repetition_penalty 1.05")] // nothing is drawn without do_sample
    [InlineData("""{"eos_token_id":4,"num_beams":4}""", "num_beams 4")]
    [InlineData("""{"eos_token_id":4,"do_sample":false,"temperature":0.7}""", null)]
    [InlineData("""{"eos_token_id":4,"do_sample":true}""", null, "--temperature", "1")]
    [InlineData("""{"eos_token_id":4,"do_sample":true}""", null, "--generation-config")]
    public async Task A_greedy_evaluation_says_what_of_the_models_sampling_it_leaves_out(string file, string? left, params string[] more)
    {
        _model.Write("generation_config.json", file);
        var suite = _model.Beside("suite.jsonl", """{"id": "b", "prompt": "why ?"}""" + "\n");
        var run = await GateRun.OfAsync(["eval", "--model", _model.Directory, "--suite", suite, "--plain", "--max-new-tokens", "2", "--no-store", "--out", _model.PathBeside("out.json"), .. more]);
        var notes = run.Error.Split('\n').Where(line => line.StartsWith("note: ", StringComparison.Ordinal) && line.Contains("greedy", StringComparison.Ordinal)).ToList();
        if (left is null) Assert.Empty(notes);
        else Assert.Equal([$"note: {_model.FilePath("generation_config.json")} has {left}; none of it is used, responses are greedy. --generation-config samples as it says"], notes);
    }

    [Theory]
    [InlineData("\"text\":\"how\",\"input_ids\":[1]")]
    [InlineData("\"text\":\"how\",\"messages\":[{\"role\":\"user\",\"content\":\"how\"}]")]
    [InlineData("\"text\":\"how\",\"utf16\":[104]")]
    public async Task A_case_with_two_prompts_is_refused(string prompts)
    {
        var run = await GateRun.WithInputAsync($"{{\"id\":1,\"max_new_tokens\":1,{prompts}}}", "model", "generate", _model.Directory, "--jsonl", "-");
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("give one of them: only one can be the prompt", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_directory_that_is_none_and_json_without_one_are_refused()
    {
        Assert.Equal(GateExitCode.BadInput, (await GateRun.OfAsync("doctor", _model.PathBeside("nowhere"))).ExitCode);
        Assert.Equal(GateExitCode.Usage, (await GateRun.OfAsync("doctor", "--json")).ExitCode);
    }
}
