using System.Text.Json;
using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Models;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Diagnosis;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate doctor DIR</c>: what the files of a directory say, each kind of disagreement with its verdict, and the exit code. One file, since each edits the same tiny directory.</summary>
public sealed class DoctorSpecs : IDisposable
{
    private const string EndsTurns = "{% for m in messages %}<user> {{ m.content }} <asst>{% endfor %}";

    private readonly TemporaryFolder _folder = new();
    private readonly string _model;

    public DoctorSpecs() => _model = TinyCheckpoint.In(_folder);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_sound_directory_is_ok()
    {
        var run = await GateRun.OfAsync("doctor", _model);
        Assert.Equal(GateExitCode.Passed, run.ExitCode);
        Assert.Contains("engine    libtorch", run.Out, StringComparison.Ordinal);
        Assert.Contains("ok       vocabulary     20 tokens, a row of the embedding each [tokenizer.json, config.json]", run.Out, StringComparison.Ordinal);
        Assert.Contains("ok       end tokens     <eos> (4) [config.json]", run.Out, StringComparison.Ordinal);
        Assert.Contains("0 warnings, 0 wrong\n", run.Out, StringComparison.Ordinal);
    }

    // File, its text, and a finding: verdict, subject, and what it says. Exit code 65 when it is wrong.
    [Theory]
    [InlineData("chat_template.jinja", EndsTurns, "wrong", "end tokens", "the template ends turns with <asst> (3), responses end at <eos> (4): a chat never stops where it should")]
    [InlineData("generation_config.json", """{"eos_token_id":3}""", "ok", "end tokens", "<asst> (3) of generation_config.json, as in transformers; config.json says <eos> (4)")]
    [InlineData("generation_config.json", """{"temperature":1.0}""", "warning", "end tokens", "generation_config.json has no eos_token_id; <eos> (4) of config.json is used, transformers would not stop")]
    [InlineData("generation_config.json", """{"eos_token_id":20}""", "wrong", "end tokens", "'eos_token_id' is 20; it must be below the vocabulary's size of 20")]
    [InlineData("generation_config.json", """{"eos_token_id":4,"pad_token_id":20}""", "wrong", "end tokens", "'pad_token_id' is 20")]
    [InlineData("generation_config.json", """{"eos_token_id":5}""", "warning", "end tokens", "'sorry' is no special token, so it stays in the text of responses")]
    [InlineData("tokenizer_config.json", """{"eos_token":"<asst>"}""", "warning", "end tokens", "the tokenizer's eos_token is <asst> (3), responses end at <eos> (4)")]
    [InlineData("special_tokens_map.json", """{"eos_token":"<asst>"}""", "warning", "end tokens", "the tokenizer's eos_token is <asst> (3)")]
    [InlineData("generation_config.json", """{"eos_token_id":[]}""", "warning", "end tokens", "generation_config.json has no eos_token_id")]
    [InlineData("chat_template.jinja", "{% for m in messages %}{{ m.content }}<|im_end|>{% endfor %}", "wrong", "end tokens", "the template ends turns with '<|im_end|>', no token of the tokenizer, responses end at <eos> (4)")]
    [InlineData("tokenizer_config.json", """{"bos_token":"<user>"}""", "warning", "special tokens", "bos_token is <user> (2), bos_token_id 1")]
    [InlineData("tokenizer_config.json", """{"split_special_tokens":true}""", "wrong", "special tokens", "split_special_tokens is true")]
    [InlineData("generation_config.json", """{"eos_token_id":4,"pad_token_id":4}""", "ok", "padding", "4, an end token too")]
    [InlineData("tokenizer_config.json", """{"pad_token":"[PAD]"}""", "warning", "padding", "pad_token '[PAD]' has the id 20; the embedding has 20 rows")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"LlamaTokenizerFast","bos_token":"<bos>","add_bos_token":true}""", "warning", "plain text", "gets <bos>, by add_bos_token and add_eos_token, as transformers 4 does for a LlamaTokenizer")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"LlamaTokenizerFast","bos_token":"<bos>","add_bos_token":false}""", "ok", "plain text", "gets no special token")]
    [InlineData("tokenizer_config.json", """{"bos_token":"<bos>","add_bos_token":true}""", "warning", "plain text", "gets <bos>, by add_bos_token and add_eos_token, as transformers 4 does for a LlamaTokenizer")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"PreTrainedTokenizerFast","bos_token":"<bos>","add_bos_token":true}""", "warning", "plain text", "gets no special token, as tokenizer.json says; by add_bos_token and add_eos_token it would get <bos>")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"PreTrainedTokenizerFast","bos_token":"<bos>","add_bos_token":false}""", "ok", "plain text", "gets no special token")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"GPT2TokenizerFast"}""", "warning", "tokenizer", "versions of transformers 5 give a GPT2Tokenizer a ByteLevel in place of its ")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"Qwen2Tokenizer"}""", "warning", "tokenizer", "versions of transformers 5 give a Qwen2Tokenizer Qwen2's Split in place of its ")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"LlamaTokenizer","bos_token":"<bos>"}""", "warning", "plain text", "gets no special token, as tokenizer.json says and transformers 5 does")]
    [InlineData("tokenizer_config.json", """{"eos_token":"<eos>","add_eos_token":true}""", "wrong", "plain text", "gets <eos>, the end token after each prompt")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"2":{"content":"<asst>"}}}""", "wrong", "added tokens", "gives other ids than tokenizer.json to '<asst>'")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"20":{"content":"<new>"}}}""", "warning", "added tokens", "'<new>': only in tokenizer_config.json; added as transformers does")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"20":{"content":"<new>"}}}""", "warning", "vocabulary", "1 added tokens have no row in the embedding of 20: '<new>'")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"25":{"content":"<new>"}}}""", "wrong", "tokenizer", "the id 25; transformers adds it as 20")]
    [InlineData("tokenizer_config.json", """{"eos_token":"<end>"}""", "wrong", "special tokens", "eos_token '<end>' has the id 20; the embedding has 20 rows")]
    [InlineData("tokenizer_config.json", """{"clean_up_tokenization_spaces":true}""", "ok", "spaces", "clean_up_tokenization_spaces is true and not applied")]
    [InlineData("tokenizer_config.json", """{"model_max_length":1000000000000000019884624838656}""", "ok", "length", "a stand-in for none")]
    [InlineData("tokenizer_config.json", """{"model_max_length":32}""", "ok", "length", "model_max_length 32 is not applied")]
    [InlineData("tokenizer_config.json", """{"chat_template":"{% for m in messages %}{{ m.content }}{% endfor %}"}""", "ok", "template", "one")]
    [InlineData("tokenizer_config.json", """{"chat_template":[{"name":"default","template":"{{ messages[0].content }}"},{"name":"tool_use","template":"x"}]}""", "ok", "template", "2 named default, tool_use")]
    [InlineData("chat_template.jinja", "{{ raise_exception('Only tools may speak') }}", "wrong", "template", "Only tools may speak")]
    [InlineData("chat_template.jinja", "nothing", "wrong", "template", "the prompt is not in what the template writes")]
    [InlineData("chat_template.jinja", "<|im_start|> {{ messages[0].content }}", "warning", "template", "'<|im_start|>', no token of the tokenizer")]
    [InlineData("generation_config.json", """{"eos_token_id":4,"repetition_penalty":1.2}""", "warning", "sampling", "repetition_penalty 1.2 is not applied unless asked for")]
    [InlineData("generation_config.json", """{"eos_token_id":4,"num_beams":4,"no_repeat_ngram_size":0}""", "warning", "sampling", "num_beams 4 is not supported and not applied")]
    [InlineData("generation_config.json", """{"eos_token_id":4,"do_sample":true,"temperature":0.7}""", "ok", "sampling", "do_sample with temperature 0.7, top_k 50, top_p 1 is not applied unless asked for")]
    [InlineData("generation_config.json", """{"eos_token_id":4,"do_sample":"yes"}""", "wrong", "sampling", "'do_sample' is \"yes\"; it must be true or false")]
    [InlineData("adapter_config.json", "{}", "wrong", "adapter", "adapter_config.json")]
    [InlineData("model.safetensors.index.json", """{"weight_map":{"a":"b.safetensors"}}""", "wrong", "weights", "")]
    [InlineData("old.safetensors", "", "warning", "weights", "not read: old.safetensors")]
    [InlineData("tokenizer.json", "{", "wrong", "tokenizer", "is not valid JSON")]
    [InlineData("tokenizer_config.json", "{", "wrong", "special tokens", "is not valid JSON")]
    [InlineData("model.safetensors", "x", "wrong", "weights", "")]
    public async Task Each_disagreement_has_its_verdict(string file, string text, string verdict, string subject, string says)
    {
        File.WriteAllText(Path.Combine(_model, file), text);
        await Finds(verdict, subject, says);
    }

    [Theory, InlineData("""{"0":"score"}""", 1), InlineData("""{"0":"a","1":"b"}""", 2)]
    public async Task A_classifier_is_named(string labels, int count)
    {
        Edit(config => (config["architectures"], config["id2label"]) = (new JsonArray("LlamaForSequenceClassification"), JsonNode.Parse(labels)));
        await Finds("warning", "architecture", $"a classifier of {count} label{(count == 1 ? "" : "s")}: it scores texts and writes none");
    }

    [Fact]
    public async Task The_named_end_of_a_turn_is_enough()
    {
        Write("chat_template.jinja", EndsTurns);
        Write("generation_config.json", """{"eos_token_id":[4,3]}""");
        await Finds("ok", "end tokens", "<eos> (4), <asst> (3); the template ends turns with <asst>", GateExitCode.Passed);
    }

    [Theory, InlineData("<bos><bos> ", "wrong", "the template writes <bos> 2 times"), InlineData("{{ bos_token }}", "ok", "<bos> is the template's; the tokenizer's own is not added to a chat"), InlineData("", "warning", "the template writes no <bos>, which plain text gets")]
    public async Task A_doubled_beginning_is_found(string beginning, string verdict, string says)
    {
        Write("tokenizer_config.json", """{"tokenizer_class":"LlamaTokenizer","bos_token":"<bos>","add_bos_token":true}""");
        Write("chat_template.jinja", beginning + "{{ messages[0].content }}");
        await Finds(verdict, "template", says);
    }

    [Fact]
    public async Task A_template_beside_another_one_is_named()
    {
        Write("chat_template.jinja", "{{ messages[0].content }}");
        Write("tokenizer_config.json", """{"chat_template":"{{ messages[-1].content }}"}""");
        await Finds("warning", "template", "chat_template.jinja is used, as in transformers; the one in tokenizer_config.json differs");
        Write("tokenizer_config.json", """{"chat_template":"{{ messages[0].content }}"}""");
        await Finds("ok", "template", "one", GateExitCode.Passed);
        Write("chat_template.json", """{"chat_template":"{{ messages[-1].content }}"}""");
        await Finds("warning", "template", "chat_template.jinja is used, as in transformers; the one in chat_template.json differs");
        File.Delete(Path.Combine(_model, "chat_template.jinja"));
        await Finds("warning", "template", "chat_template.json is used; the one in tokenizer_config.json differs");
    }

    [Theory, InlineData(20, "wrong", "text can have ids up to 20; the embedding has 20 rows"), InlineData(-1, "ok", "19 tokens; 1 more rows of the embedding have none"), InlineData(-12, "warning", "8 tokens for 20 rows of embedding")]
    public async Task A_vocabulary_of_another_size_is_compared(int change, string verdict, string says)
    {
        var path = Path.Combine(_model, "tokenizer.json");
        var file = JsonNode.Parse(File.ReadAllText(path))!;
        var vocabulary = file["model"]!["vocab"]!.AsObject();
        if (change == 20) vocabulary["more"] = 20;
        for (; change < 0; change++) vocabulary.Remove(vocabulary.Last().Key);
        File.WriteAllText(path, file.ToJsonString());
        await Finds(verdict, "vocabulary", says);
    }

    [Theory, InlineData("", "eos_token is <asst>, as transformers reads the two files; tokenizer_config.json says <eos>"), InlineData(""","added_tokens_decoder":{"4":{"content":"<eos>","special":true}}""", "eos_token is <eos>, as transformers reads the two files; special_tokens_map.json says <asst>")]
    public async Task Two_files_of_special_tokens_are_compared(string decoder, string says)
    {
        Write("tokenizer_config.json", $$"""{"eos_token":"<eos>"{{decoder}}}""");
        Write("special_tokens_map.json", """{"eos_token":"<asst>"}""");
        await Finds("warning", "special tokens", says);
    }

    [Fact]
    public async Task A_template_with_a_token_outside_the_embedding_is_wrong()
    {
        Write("tokenizer_config.json", """{"added_tokens_decoder":{"20":{"content":"<|im_start|>","special":true}}}""");
        Write("chat_template.jinja", "<|im_start|>{{ messages[0].content }}");
        await Finds("wrong", "template", "the template writes <|im_start|> (20), for which the embedding of 20 has no row");
    }

    // The class decides in versions of transformers 5, whatever the file has.
    [Theory]
    [InlineData("LlamaTokenizerFast", """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"\\s+"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}""", "a Metaspace in place of its Split and ByteLevel")]
    [InlineData("LlamaTokenizer", """{"type":"Metaspace","replacement":"▁","prepend_scheme":"first","split":false}""", null)]
    [InlineData("GPT2Tokenizer", """{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},{"type":"ByteLevel","add_prefix_space":false}]}""", "a ByteLevel in place of its Digits and ByteLevel")]
    [InlineData("GPT2Tokenizer", """{"type":"ByteLevel","add_prefix_space":false}""", null)]
    [InlineData("Qwen2Tokenizer", """{"type":"ByteLevel","add_prefix_space":false}""", "Qwen2's Split in place of its ByteLevel")]
    [InlineData("PreTrainedTokenizerFast", """{"type":"Digits","individual_digits":true}""", null)]
    public async Task A_pre_tokenizer_that_the_class_does_not_have_is_named(string name, string preTokenizer, string? says)
    {
        var path = Path.Combine(_model, "tokenizer.json");
        var file = JsonNode.Parse(File.ReadAllText(path))!;
        file["pre_tokenizer"] = JsonNode.Parse(preTokenizer);
        File.WriteAllText(path, file.ToJsonString());
        Write("tokenizer_config.json", $$"""{"tokenizer_class":"{{name}}"}""");
        var run = await GateRun.OfAsync("doctor", _model);
        Assert.Equal(says is not null, run.Out.Contains("versions of transformers 5 give a", StringComparison.Ordinal));
        if (says is not null) Assert.Contains(says, run.Out, StringComparison.Ordinal);
    }

    // The end token behind each prompt, whoever adds it (huggingface/transformers#47988).
    [Fact]
    public async Task A_post_processor_that_ends_each_prompt_is_wrong()
    {
        var path = Path.Combine(_model, "tokenizer.json");
        var file = JsonNode.Parse(File.ReadAllText(path))!;
        file["post_processor"] = JsonNode.Parse("""{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<eos>","type_id":0}}],"special_tokens":{"<eos>":{"id":"<eos>","ids":[4],"tokens":["<eos>"]}}}""");
        File.WriteAllText(path, file.ToJsonString());
        Write("tokenizer_config.json", """{"tokenizer_class":"PreTrainedTokenizerFast","eos_token":"<eos>"}""");
        await Finds("wrong", "plain text", "gets <eos>, the end token after each prompt");
    }

    [Theory, InlineData("""{"type":"Prepend","prepend":"▁"}""", true), InlineData("""{"type":"Replace","pattern":{"String":" "},"content":"▁"}""", false)]
    public async Task A_prefix_that_the_config_denies_is_named(string normalizer, bool named)
    {
        var path = Path.Combine(_model, "tokenizer.json");
        var file = JsonNode.Parse(File.ReadAllText(path))!;
        file["normalizer"] = JsonNode.Parse(normalizer);
        File.WriteAllText(path, file.ToJsonString());
        Write("tokenizer_config.json", """{"tokenizer_class":"LlamaTokenizer","add_prefix_space":false}""");
        var run = await GateRun.OfAsync("doctor", _model);
        Assert.Equal(named, run.Out.Contains("add_prefix_space is false, but tokenizer.json puts a space before a text", StringComparison.Ordinal));
    }

    // One <bos>, whoever writes it: the template in a chat, the tokenizer before plain text.
    [Fact]
    public void A_prompt_begins_with_one_token_of_beginning()
    {
        Write("tokenizer_config.json", """{"tokenizer_class":"LlamaTokenizer","bos_token":"<bos>","eos_token":"<eos>","add_bos_token":true}""");
        Write("chat_template.jinja", "{{ bos_token }} <user> {{ messages[0].content }} <asst>");
        using var model = LocalLanguageModel.Load(_model);
        Assert.Equal([1, 2, 15, 16, 3], model.PromptIds(Prompt.User("c", "why ?")));
        Assert.Equal([1, 15, 16], model.PromptIds(Prompt.Plain("p", "why ?")));
        Assert.Equal([1, 15, 16], model.PromptIds(Prompt.Plain("p", "<bos> why ?"))); // copied with it
    }

    [Fact]
    public async Task No_end_token_at_all_is_wrong()
    {
        Edit(config => config["eos_token_id"] = null);
        await Finds("wrong", "end tokens", "none: every response runs to its limit");
        var suite = _folder.Write("suite.jsonl", """{"id": "a", "prompt": "why ?"}""" + "\n" + """{"id": "b", "prompt": "how ?"}""" + "\n");
        var run = await GateRun.OfAsync("eval", "--model", _model, "--suite", suite, "--plain", "--max-new-tokens", "2", "--no-store", "--out", _folder.File("out.json"));
        Assert.Contains("names no end token (eos_token_id of generation_config.json and config.json), so every response runs to --max-new-tokens", run.Error, StringComparison.Ordinal);
        Assert.Contains("2 of 2 responses were cut at the limit of 2 tokens", run.Error, StringComparison.Ordinal);
    }

    // Reported of tokenizers trained anew from Llama 3's: the post-processor keeps the ids of the other (huggingface/transformers#33998, #30752).
    [Theory]
    [InlineData("""{"type":"Sequence","processors":[{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<bos>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<bos>":{"id":"<bos>","ids":[5],"tokens":["<bos>"]}}}]}""", "the post-processor writes '<bos>', whose id is 1, as 5 ('")]
    [InlineData("""{"type":"RobertaProcessing","sep":["<none>",2],"cls":["<bos>",1],"trim_offsets":true,"add_prefix_space":false}""", "the post-processor writes '<none>', which the tokenizer has not, as 2 ('")]
    [InlineData("""{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<bos>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<bos>":{"id":"<bos>","ids":[1],"tokens":["<bos>"]}}}""", null)]
    public async Task Ids_of_another_tokenizer_in_the_post_processor_are_wrong(string processor, string? says)
    {
        var path = Path.Combine(_model, "tokenizer.json");
        var file = JsonNode.Parse(File.ReadAllText(path))!;
        file["post_processor"] = JsonNode.Parse(processor);
        File.WriteAllText(path, file.ToJsonString());
        if (says is not null) await Finds("wrong", "plain text", says);
        else Assert.DoesNotContain("the post-processor writes", (await GateRun.OfAsync("doctor", _model)).Out, StringComparison.Ordinal);
    }

    // transformers' classes have end tokens of their own: a LlamaConfig that says nothing ends at 2.
    [Fact]
    public async Task An_end_token_that_no_file_names_is_that_of_the_class_and_told()
    {
        Edit(config => config.Remove("eos_token_id"));
        await Finds("warning", "end tokens", "no file names one;");
        var suite = _folder.Write("suite.jsonl", """{"id": "a", "prompt": "why ?"}""" + "\n");
        var run = await GateRun.OfAsync("eval", "--model", _model, "--suite", suite, "--plain", "--max-new-tokens", "2", "--no-store", "--out", _folder.File("out.json"));
        Assert.Contains("names no end token (eos_token_id of generation_config.json and config.json); responses end at 2, the default of transformers for such a model", run.Error, StringComparison.Ordinal);
    }

    // NaN in one tensor, an infinity in another: both are counted by the doctor, and the first ends every loading.
    [Fact]
    public async Task Weights_that_are_no_numbers_are_named_and_not_computed_with()
    {
        var path = Path.Combine(_model, "model.safetensors");
        var bytes = File.ReadAllBytes(path);
        using (var file = SafetensorsFile.Open(path))
        {
            var start = 8 + BitConverter.ToInt32(bytes);
            foreach (var (name, at, number) in ((string, int, float)[])[("model.norm.weight", 1, float.NaN), ("model.norm.weight", 6, float.NegativeInfinity), ("lm_head.weight", 159, float.PositiveInfinity)])
                BitConverter.TryWriteBytes(bytes.AsSpan(start + (int)file.Find(name)!.Begin + (4 * at)), number);
        }

        File.WriteAllBytes(path, bytes);
        await Finds("wrong", "weights", "numbers that are NaN or infinite in 2 of 12 tensors: 'lm_head.weight' (1 of 160), 'model.norm.weight' (2 of 8)");
        var suite = _folder.Write("suite.jsonl", """{"id": "a", "prompt": "why ?"}""" + "\n");
        var run = await GateRun.OfAsync("eval", "--model", _model, "--suite", suite, "--plain", "--max-new-tokens", "2", "--no-store", "--out", _folder.File("out.json"));
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Matches(@"tensor '(model\.norm|lm_head)\.weight' has [12] of (8|160) numbers that are NaN or infinite", Assert.Single(run.Messages));
        Assert.False(File.Exists(_folder.File("out.json")));
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
        Edit(config => config["rope_scaling"] = JsonNode.Parse(scaling));
        await Finds(verdict, "positions", says, GateExitCode.Passed);
    }

    [Fact]
    public async Task Settings_of_a_quantization_that_is_not_there_are_named()
    {
        Edit(config => config["quantization_config"] = new JsonObject { ["quant_method"] = "bitsandbytes", ["load_in_4bit"] = true });
        var run = await GateRun.OfAsync("doctor", _model);
        Assert.Contains("quantiz", run.Out, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("0 warnings, 0 wrong", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Truncation_and_padding_of_the_tokenizer_are_not_applied()
    {
        var path = Path.Combine(_model, "tokenizer.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("{\"version\"", """{"truncation":{"max_length":2},"padding":{"pad_id":0},"version""" + "\"", StringComparison.Ordinal));
        await Finds("ok", "tokenizer", "truncation and padding of tokenizer.json are not applied", GateExitCode.Passed);
    }

    [Fact]
    public async Task A_tokenizer_in_another_format_is_named_with_what_to_do()
    {
        File.Delete(Path.Combine(_model, "tokenizer.json"));
        Write("tokenizer.model", "x");
        await Finds("warning", "tokenizer", "only tokenizer.model, a tokenizer in another format", GateExitCode.Passed);
        var run = await GateRun.WithInputAsync("""{"id":1,"text":"hi","max_new_tokens":1}""", "model", "generate", _model, "--jsonl", "-");
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("Convert it with transformers", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Code_of_the_models_own_is_told()
    {
        var path = Path.Combine(_model, "config.json");
        File.WriteAllText(path, File.ReadAllText(path).Replace("\"model_type\"", "\"auto_map\":{\"AutoConfig\":\"c.C\",\"AutoModelForCausalLM\":\"modeling_own.Own\"},\"model_type\"", StringComparison.Ordinal));
        await Finds("warning", "architecture", "auto_map names code of the model's own (\"modeling_own.Own\"), which is not run: llama is computed", GateExitCode.Passed);
    }

    [Theory]
    [InlineData("\"text\":\"how\",\"input_ids\":[1]")]
    [InlineData("\"text\":\"how\",\"messages\":[{\"role\":\"user\",\"content\":\"how\"}]")]
    [InlineData("\"text\":\"how\",\"utf16\":[104]")]
    public async Task A_case_with_two_prompts_is_refused(string prompts)
    {
        var run = await GateRun.WithInputAsync($"{{\"id\":1,\"max_new_tokens\":1,{prompts}}}", "model", "generate", _model, "--jsonl", "-");
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("give one of them: only one can be the prompt", run.Out, StringComparison.Ordinal);
    }

    // A prompt with a token that the embedding has no row for is an error of that prompt.
    [Fact]
    public async Task A_prompt_with_a_token_outside_the_embedding_is_refused()
    {
        Write("tokenizer_config.json", """{"pad_token":"[PAD]"}""");
        var suite = _folder.Write("suite.jsonl", """{"id": "a", "prompt": "why [PAD] ?"}""" + "\n" + """{"id": "b", "prompt": "why ?"}""" + "\n");
        var responses = _folder.File("responses.jsonl");
        var run = await GateRun.OfAsync("eval", "--model", _model, "--suite", suite, "--plain", "--max-new-tokens", "2", "--no-store", "--responses", responses, "--out", _folder.File("out.json"));
        Assert.Equal(GateExitCode.Inconclusive, run.ExitCode); // two tokens say neither yes nor no
        Assert.Contains("The prompt has the token 20 ('[PAD]'); the model's embedding has 20 rows.", File.ReadAllText(responses), StringComparison.Ordinal);
        var ids = await GateRun.WithInputAsync("""{"id":1,"input_ids":[1,20],"max_new_tokens":1}""", "model", "generate", _model, "--jsonl", "-");
        Assert.Equal(GateExitCode.BadInput, ids.ExitCode);
    }

    [Fact]
    public async Task An_evaluation_samples_as_the_model_says_where_asked()
    {
        Write("generation_config.json", """{"eos_token_id":4,"do_sample":true,"temperature":0.7,"top_p":0.8,"repetition_penalty":1.05}""");
        var suite = _folder.Write("suite.jsonl", """{"id": "b", "prompt": "why ?"}""" + "\n");
        string[] command = ["eval", "--model", _model, "--suite", suite, "--plain", "--max-new-tokens", "2", "--no-store", "--generation-config"];
        var run = await GateRun.OfAsync(command);
        Assert.Equal(GateExitCode.Inconclusive, run.ExitCode); // two tokens say neither yes nor no
        var sampling = JsonDocument.Parse(run.Out).RootElement.ToString();
        foreach (var part in (string[])["0.7", "50", "0.8", "1.05"]) Assert.Contains(part, sampling, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.Usage, (await GateRun.OfAsync([.. command, "--temperature", "1"])).ExitCode);
        Write("generation_config.json", """{"eos_token_id":4,"num_beams":4}""");
        var refused = await GateRun.OfAsync(command);
        Assert.Equal(GateExitCode.BadInput, refused.ExitCode);
        Assert.Contains("asks for num_beams 4, which is not supported", Assert.Single(refused.Messages), StringComparison.Ordinal);
        File.Delete(Path.Combine(_model, "generation_config.json"));
        Assert.Contains("there is no such file", Assert.Single((await GateRun.OfAsync(command)).Messages), StringComparison.Ordinal);
    }

    [Theory, InlineData(30, "ok", "parameters in F32"), InlineData(90, "warning", "pytorch_model.bin was written more than an hour after model.safetensors, which is read, as in transformers")]
    public async Task Weights_of_a_later_save_in_another_format_are_named(int minutes, string verdict, string says)
    {
        Write("pytorch_model.bin", "x");
        File.SetLastWriteTimeUtc(Path.Combine(_model, "pytorch_model.bin"), File.GetLastWriteTimeUtc(Path.Combine(_model, "model.safetensors")).AddMinutes(minutes));
        await Finds(verdict, "weights", says, GateExitCode.Passed);
        var findings = CheckpointDoctor.Examine(_model).Where(finding => finding.Subject == "weights").ToList();
        Assert.Equal(minutes > 60, findings.Exists(finding => finding.Verdict == FindingVerdict.Warning));
    }

    [Fact]
    public async Task A_directory_that_is_none_and_json_without_one_are_refused()
    {
        Assert.Equal(GateExitCode.BadInput, (await GateRun.OfAsync("doctor", _folder.File("nowhere"))).ExitCode);
        Assert.Equal(GateExitCode.Usage, (await GateRun.OfAsync("doctor", "--json")).ExitCode);
    }

    private async Task Finds(string verdict, string subject, string says, int? exitCode = null)
    {
        var run = await GateRun.OfAsync("doctor", _model, "--json");
        var root = JsonDocument.Parse(run.Out).RootElement;
        var findings = root.GetProperty("findings").EnumerateArray().Select(finding => (Verdict: finding.GetProperty("verdict").GetString()!, Subject: finding.GetProperty("subject").GetString()!, Found: finding.GetProperty("found").GetString()!)).ToList();
        Assert.True(findings.Exists(finding => finding.Verdict == verdict && finding.Subject == subject && finding.Found.Contains(says, StringComparison.Ordinal)), string.Join('\n', findings));
        if (verdict == "wrong") exitCode = GateExitCode.BadInput;
        if (exitCode is { } code) Assert.Equal(code, run.ExitCode);
        Assert.Equal(findings.Exists(finding => finding.Verdict == "wrong") ? GateExitCode.BadInput : GateExitCode.Passed, run.ExitCode);
        Assert.Equal(findings.Exists(finding => finding.Verdict == "wrong") ? "wrong" : findings.Exists(finding => finding.Verdict == "warning") ? "warning" : "ok", root.GetProperty("verdict").GetString());
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_model, file), text);

    private void Edit(Action<JsonObject> change)
    {
        var path = Path.Combine(_model, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        change(config);
        File.WriteAllText(path, config.ToJsonString());
    }
}
