using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Models;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary><c>gate doctor DIR</c> on tokens: end, beginning, vocabulary, templates, and how prompts are encoded.</summary>
public sealed class DoctorTokenSpecs : IDisposable
{
    private const string EndsTurns = "{% for m in messages %}<user> {{ m.content }} <asst>{% endfor %}";

    private readonly DoctoredModel _model = new();

    public void Dispose() => _model.Dispose();

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
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"LlamaTokenizerFast","bos_token":"<bos>","add_bos_token":true}""", "warning", "plain text", "gets no special token, as tokenizer.json says; by add_bos_token and add_eos_token it would get <bos>")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"LlamaTokenizerFast","bos_token":"<bos>","add_bos_token":false}""", "ok", "plain text", "gets no special token")]
    [InlineData("tokenizer_config.json", """{"bos_token":"<bos>","add_bos_token":true}""", "warning", "plain text", "gets no special token, as tokenizer.json says; by add_bos_token and add_eos_token it would get <bos>")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"PreTrainedTokenizerFast","bos_token":"<bos>","add_bos_token":true}""", "warning", "plain text", "gets no special token, as tokenizer.json says; by add_bos_token and add_eos_token it would get <bos>")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"PreTrainedTokenizerFast","bos_token":"<bos>","add_bos_token":false}""", "ok", "plain text", "gets no special token")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"GPT2TokenizerFast"}""", "warning", "tokenizer", "versions of transformers 5 give a GPT2Tokenizer a ByteLevel in place of its ")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"Qwen2Tokenizer"}""", "warning", "tokenizer", "versions of transformers 5 give a Qwen2Tokenizer Qwen2's Split in place of its ")]
    [InlineData("tokenizer_config.json", """{"tokenizer_class":"LlamaTokenizer","bos_token":"<bos>"}""", "warning", "plain text", "gets no special token, as tokenizer.json says and transformers 5 does")]
    [InlineData("tokenizer_config.json", """{"eos_token":"<eos>","add_eos_token":true}""", "warning", "plain text", "gets no special token, as tokenizer.json says; by add_bos_token and add_eos_token it would get <eos>")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"2":{"content":"<asst>"}}}""", "wrong", "added tokens", "gives other ids than tokenizer.json to '<asst>'")]
    [InlineData("tokenizer_config.json", """{"added_tokens_decoder":{"20":{"content":"<new>"}}}""", "warning", "added tokens", "'<new>': only in tokenizer_config.json; added as transformers does")]
    [InlineData("tokenizer_config.json", """{"extra_special_tokens":["<new>"],"added_tokens_decoder":{"20":{"content":"<new>","special":false}}}""", "warning", "special tokens", "'<new>': listed as special, but not special among the added tokens")]
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
    [InlineData("chat_template.jinja", "{% for m in messages %}{{ '<user> ' if m.role == 'user' else '<asst> ' }}{{ m.content }} <eos>{% endfor %}", "warning", "template", "add_generation_prompt adds nothing, and answers stand behind '<asst>', which the prompt lacks")]
    [InlineData("tokenizer.json", "{", "wrong", "tokenizer", "is not valid JSON")]
    [InlineData("tokenizer_config.json", "{", "wrong", "special tokens", "is not valid JSON")]
    public async Task Each_disagreement_has_its_verdict(string file, string text, string verdict, string subject, string says)
    {
        _model.Write(file, text);
        await _model.FindsAsync(verdict, subject, says);
    }

    [Fact]
    public async Task The_named_end_of_a_turn_is_enough()
    {
        _model.Write("chat_template.jinja", EndsTurns);
        _model.Write("generation_config.json", """{"eos_token_id":[4,3]}""");
        await _model.FindsAsync("ok", "end tokens", "<eos> (4), <asst> (3); the template ends turns with <asst>", GateExitCode.Passed);
    }

    [Fact]
    public async Task No_end_token_at_all_is_wrong()
    {
        _model.Configure(config => config["eos_token_id"] = null);
        await _model.FindsAsync("wrong", "end tokens", "none: every response runs to its limit");
        var suite = _model.Beside("suite.jsonl", """{"id": "a", "prompt": "why ?"}""" + "\n" + """{"id": "b", "prompt": "how ?"}""" + "\n");
        var run = await GateRun.OfAsync("eval", "--model", _model.Directory, "--suite", suite, "--plain", "--max-new-tokens", "2", "--no-store", "--out", _model.PathBeside("out.json"));
        Assert.Contains("names no end token (eos_token_id of generation_config.json and config.json), so every response runs to --max-new-tokens", run.Error, StringComparison.Ordinal);
        Assert.Contains("2 of 2 responses were cut at the limit of 2 tokens", run.Error, StringComparison.Ordinal);
    }

    // transformers' classes have end tokens of their own: a LlamaConfig that says nothing ends at 2.
    [Fact]
    public async Task An_end_token_that_no_file_names_is_that_of_the_class_and_told()
    {
        _model.Configure(config => config.Remove("eos_token_id"));
        await _model.FindsAsync("warning", "end tokens", "no file names one;");
        var suite = _model.Beside("suite.jsonl", """{"id": "a", "prompt": "why ?"}""" + "\n");
        var run = await GateRun.OfAsync("eval", "--model", _model.Directory, "--suite", suite, "--plain", "--max-new-tokens", "2", "--no-store", "--out", _model.PathBeside("out.json"));
        Assert.Contains("names no end token (eos_token_id of generation_config.json and config.json); responses end at 2, the default of transformers for such a model", run.Error, StringComparison.Ordinal);
    }

    [Theory, InlineData("<bos><bos> ", "wrong", "the template writes <bos> 2 times"), InlineData("{{ bos_token }}", "ok", "<bos> is the template's; the tokenizer's own is not added to a chat"), InlineData("", "warning", "the template writes no <bos>, which plain text gets")]
    public async Task A_doubled_beginning_is_found(string beginning, string verdict, string says)
    {
        _model.Write("tokenizer_config.json", """{"bos_token":"<bos>"}""");
        _model.EditTokenizer(BeginWithBos);
        _model.Write("chat_template.jinja", beginning + "{{ messages[0].content }}");
        await _model.FindsAsync(verdict, "template", says);
    }

    // With the mark in the prompt, or with none before answers, as in Llama 2's template.
    [Theory, InlineData("{% for m in messages %}{{ '<user> ' if m.role == 'user' else '<asst> ' }}{{ m.content }} <eos>{% endfor %}{% if add_generation_prompt %}<asst>{% endif %}"), InlineData("{% for m in messages %}{% if m.role == 'user' %}<user> {{ m.content }} <asst>{% else %} {{ m.content }} <eos>{% endif %}{% endfor %}")]
    public async Task A_template_that_begins_the_answer_is_not_warned_of(string template)
    {
        _model.Write("chat_template.jinja", template);
        Assert.DoesNotContain("add_generation_prompt", (await GateRun.OfAsync("doctor", _model.Directory)).Out, StringComparison.Ordinal);
    }

    // One <bos>, whoever writes it: the template in a chat, the tokenizer before plain text.
    [Fact]
    public void A_prompt_begins_with_one_token_of_beginning()
    {
        _model.Write("tokenizer_config.json", """{"bos_token":"<bos>","eos_token":"<eos>"}""");
        _model.EditTokenizer(BeginWithBos);
        _model.Write("chat_template.jinja", "{{ bos_token }} <user> {{ messages[0].content }} <asst>");
        using var model = LocalLanguageModel.Load(_model.Directory);
        Assert.Equal([1, 2, 15, 16, 3], model.PromptIds(Prompt.User("c", "why ?")));
        Assert.Equal([1, 15, 16], model.PromptIds(Prompt.Plain("p", "why ?")));
        Assert.Equal([1, 15, 16], model.PromptIds(Prompt.Plain("p", "<bos> why ?"))); // copied with it
    }

    [Fact]
    public async Task A_template_beside_another_one_is_named()
    {
        _model.Write("chat_template.jinja", "{{ messages[0].content }}");
        _model.Write("tokenizer_config.json", """{"chat_template":"{{ messages[-1].content }}"}""");
        await _model.FindsAsync("warning", "template", "chat_template.jinja is used, as in transformers; the one in tokenizer_config.json differs");
        _model.Write("tokenizer_config.json", """{"chat_template":"{{ messages[0].content }}"}""");
        await _model.FindsAsync("ok", "template", "one", GateExitCode.Passed);
        _model.Write("chat_template.json", """{"chat_template":"{{ messages[-1].content }}"}""");
        await _model.FindsAsync("warning", "template", "chat_template.jinja is used, as in transformers; the one in chat_template.json differs");
        File.Delete(_model.FilePath("chat_template.jinja"));
        await _model.FindsAsync("warning", "template", "chat_template.json is used; the one in tokenizer_config.json differs");
    }

    [Fact]
    public async Task A_template_with_a_token_outside_the_embedding_is_wrong()
    {
        _model.Write("tokenizer_config.json", """{"added_tokens_decoder":{"20":{"content":"<|im_start|>","special":true}}}""");
        _model.Write("chat_template.jinja", "<|im_start|>{{ messages[0].content }}");
        await _model.FindsAsync("wrong", "template", "the template writes <|im_start|> (20), for which the embedding of 20 has no row");
    }

    [Theory, InlineData(20, "wrong", "text can have ids up to 20; the embedding has 20 rows"), InlineData(-1, "ok", "19 tokens; 1 more rows of the embedding have none"), InlineData(-12, "warning", "8 tokens for 20 rows of embedding")]
    public async Task A_vocabulary_of_another_size_is_compared(int change, string verdict, string says)
    {
        _model.EditTokenizer(file =>
        {
            var vocabulary = file["model"]!["vocab"]!.AsObject();
            if (change == 20) vocabulary["more"] = 20;
            for (var left = change; left < 0; left++) vocabulary.Remove(vocabulary.Last().Key);
        });
        await _model.FindsAsync(verdict, "vocabulary", says);
    }

    [Theory, InlineData("", "eos_token is <asst>, as transformers reads the two files; tokenizer_config.json says <eos>"), InlineData(""","added_tokens_decoder":{"4":{"content":"<eos>","special":true}}""", "eos_token is <eos>, as transformers reads the two files; special_tokens_map.json says <asst>")]
    public async Task Two_files_of_special_tokens_are_compared(string decoder, string says)
    {
        _model.Write("tokenizer_config.json", $$"""{"eos_token":"<eos>"{{decoder}}}""");
        _model.Write("special_tokens_map.json", """{"eos_token":"<asst>"}""");
        await _model.FindsAsync("warning", "special tokens", says);
    }

    [Theory, InlineData("""{"type":"Prepend","prepend":"▁"}""", true), InlineData("""{"type":"Replace","pattern":{"String":" "},"content":"▁"}""", false)]
    public async Task A_prefix_that_the_config_denies_is_named(string normalizer, bool named)
    {
        _model.EditTokenizer(file => file["normalizer"] = JsonNode.Parse(normalizer));
        _model.Write("tokenizer_config.json", """{"tokenizer_class":"LlamaTokenizer","add_prefix_space":false}""");
        var run = await GateRun.OfAsync("doctor", _model.Directory);
        Assert.Equal(named, run.Out.Contains("add_prefix_space is false, but tokenizer.json puts a space before a text", StringComparison.Ordinal));
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
        _model.EditTokenizer(file => file["pre_tokenizer"] = JsonNode.Parse(preTokenizer));
        _model.Write("tokenizer_config.json", $$"""{"tokenizer_class":"{{name}}"}""");
        var run = await GateRun.OfAsync("doctor", _model.Directory);
        Assert.Equal(says is not null, run.Out.Contains("versions of transformers 5 give a", StringComparison.Ordinal));
        if (says is not null) Assert.Contains(says, run.Out, StringComparison.Ordinal);
    }

    // The end token behind each prompt, whoever adds it (huggingface/transformers#47988).
    [Fact]
    public async Task A_post_processor_that_ends_each_prompt_is_wrong()
    {
        _model.EditTokenizer(file => file["post_processor"] = JsonNode.Parse("""{"type":"TemplateProcessing","single":[{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"<eos>","type_id":0}}],"special_tokens":{"<eos>":{"id":"<eos>","ids":[4],"tokens":["<eos>"]}}}"""));
        _model.Write("tokenizer_config.json", """{"tokenizer_class":"PreTrainedTokenizerFast","eos_token":"<eos>"}""");
        await _model.FindsAsync("wrong", "plain text", "gets <eos>, the end token after each prompt");
    }

    // Reported of tokenizers trained anew from Llama 3's: the post-processor keeps the ids of the other (huggingface/transformers#33998, #30752).
    [Theory]
    [InlineData("""{"type":"Sequence","processors":[{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<bos>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<bos>":{"id":"<bos>","ids":[5],"tokens":["<bos>"]}}}]}""", "the post-processor writes '<bos>', whose id is 1, as 5 ('")]
    [InlineData("""{"type":"RobertaProcessing","sep":["<none>",2],"cls":["<bos>",1],"trim_offsets":true,"add_prefix_space":false}""", "the post-processor writes '<none>', which the tokenizer has not, as 2 ('")]
    [InlineData("""{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<bos>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<bos>":{"id":"<bos>","ids":[1],"tokens":["<bos>"]}}}""", null)]
    public async Task Ids_of_another_tokenizer_in_the_post_processor_are_wrong(string processor, string? says)
    {
        _model.EditTokenizer(file => file["post_processor"] = JsonNode.Parse(processor));
        if (says is not null) await _model.FindsAsync("wrong", "plain text", says);
        else Assert.DoesNotContain("the post-processor writes", (await GateRun.OfAsync("doctor", _model.Directory)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Truncation_and_padding_of_the_tokenizer_are_not_applied()
    {
        _model.EditTokenizer(file => (file["truncation"], file["padding"]) = (new JsonObject { ["max_length"] = 2 }, new JsonObject { ["pad_id"] = 0 }));
        await _model.FindsAsync("ok", "tokenizer", "truncation and padding of tokenizer.json are not applied", GateExitCode.Passed);
    }

    [Fact]
    public async Task A_tokenizer_in_another_format_is_named_with_what_to_do()
    {
        File.Delete(_model.FilePath("tokenizer.json"));
        _model.Write("tokenizer.model", "x");
        await _model.FindsAsync("warning", "tokenizer", "only tokenizer.model, a tokenizer in another format", GateExitCode.Passed);
        var run = await GateRun.WithInputAsync("""{"id":1,"text":"hi","max_new_tokens":1}""", "model", "generate", _model.Directory, "--jsonl", "-");
        Assert.Equal(GateExitCode.BadInput, run.ExitCode);
        Assert.Contains("Convert it with transformers", run.Out, StringComparison.Ordinal);
    }

    // A prompt with a token that the embedding has no row for is an error of that prompt.
    [Fact]
    public async Task A_prompt_with_a_token_outside_the_embedding_is_refused()
    {
        _model.Write("tokenizer_config.json", """{"pad_token":"[PAD]"}""");
        var suite = _model.Beside("suite.jsonl", """{"id": "a", "prompt": "why [PAD] ?"}""" + "\n" + """{"id": "b", "prompt": "why ?"}""" + "\n");
        var responses = _model.PathBeside("responses.jsonl");
        var run = await GateRun.OfAsync("eval", "--model", _model.Directory, "--suite", suite, "--plain", "--max-new-tokens", "2", "--no-store", "--responses", responses, "--out", _model.PathBeside("out.json"));
        Assert.Equal(GateExitCode.Inconclusive, run.ExitCode); // two tokens say neither yes nor no
        Assert.Contains("The prompt has the token 20 ('[PAD]'); the model's embedding has 20 rows.", File.ReadAllText(responses), StringComparison.Ordinal);
        var ids = await GateRun.WithInputAsync("""{"id":1,"input_ids":[1,20],"max_new_tokens":1}""", "model", "generate", _model.Directory, "--jsonl", "-");
        Assert.Equal(GateExitCode.BadInput, ids.ExitCode);
    }

    private static void BeginWithBos(JsonObject file) =>
        file["post_processor"] = JsonNode.Parse("""{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<bos>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<bos>":{"id":"<bos>","ids":[1],"tokens":["<bos>"]}}}""");
}
