using SafetyGate.Core;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Tests.Tokenization;

/// <summary>What the files beside tokenizer.json change, as transformers reads them.</summary>
public sealed class ModelTokenizerSpecs : IDisposable
{
    // <s> 0, </s> 1, a 2, b 3, <x> 4 (added); no post-processor.
    private const string Plain = """
        {"added_tokens":[{"id":0,"content":"<s>","special":true,"normalized":false},{"id":4,"content":"<x>","special":false,"normalized":false}],
         "pre_tokenizer":{"type":"WhitespaceSplit"},"model":{"type":"WordLevel","unk_token":"a","vocab":{"<s>":0,"</s>":1,"a":2,"b":3}}}
        """;

    private const string AddsBos = ""","post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}}],"special_tokens":{"<s>":{"id":"<s>","ids":[0],"tokens":["<s>"]}}}""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // The post-processor's tokens, whatever the two keys of tokenizer_config.json and the class say, as transformers 5 does. Transformers 4 went
    // by the keys for Llama's, Gemma's and Cohere's classes (huggingface/transformers#42563, #47988; unslothai/unsloth#10312).
    [Theory]
    [InlineData(""), InlineData("\"add_bos_token\":true"), InlineData("\"add_bos_token\":false"), InlineData("\"add_eos_token\":true"), InlineData("\"add_bos_token\":null")]
    [InlineData("\"add_bos_token\":false,\"add_eos_token\":true"), InlineData("\"add_bos_token\":true,\"add_eos_token\":true")]
    public void Plain_texts_get_the_special_tokens_of_the_post_processor(string keys)
    {
        foreach (var (name, modelType) in ((string?, string?)[])[("LlamaTokenizerFast", null), ("GemmaTokenizer", "llama"), (null, "mistral"), (null, "gemma3_text"), ("PreTrainedTokenizerFast", "llama"), ("Qwen2TokenizerFast", null), ("TokenizersBackend", null), (null, "qwen3"), (null, null)])
        foreach (var (file, ids) in ((string, int[])[])[(Plain, [2]), (WithBos, [0, 2])])
        {
            var config = $$"""{{{(name is null ? "" : $"\"tokenizer_class\":\"{name}\",")}}"bos_token":"<s>","eos_token":"</s>"{{(keys.Length == 0 ? "" : "," + keys)}}}""";
            if (modelType is null) File.Delete(folder.File("config.json"));
            else folder.Write("config.json", $$"""{"model_type":"{{modelType}}"}""");
            Assert.Equal(ids, Load(file, config).Encode("a", addSpecialTokens: true));
            Assert.Equal([2], Load(file, config).Encode("a"));
            Assert.Equal(ids, TokenizerFile.Load(folder.Path).Encode("a", addSpecialTokens: true)); // by itself
        }
    }

    // Without a tokenizer.json there is no other word of it.
    [Theory, InlineData("GPT2Tokenizer", true, new[] { 1, 0 }), InlineData("Qwen2Tokenizer", true, new[] { 1, 0 }), InlineData("GPT2Tokenizer", false, new[] { 0 }), InlineData("GPT2Tokenizer", null, new[] { 0 })]
    public void A_vocabulary_and_merges_get_the_tokens_that_the_keys_say(string name, bool? adds, int[] ids)
    {
        WriteOlder(name, null);
        folder.Write("tokenizer_config.json", $$"""{"tokenizer_class":"{{name}}","bos_token":"1","eos_token":"3"{{(adds is { } value ? $",\"add_bos_token\":{(value ? "true" : "false")}" : "")}}}""");
        Assert.Equal(ids, TokenizerFile.LoadForModel(folder.Path).Encode("a", addSpecialTokens: true));
    }

    // Reported of evaluators and trainers: a prompt copied with its beginning token gets a second one (EleutherAI/lm-evaluation-harness#3333,
    // unslothai/unsloth#2648, abetlen/llama-cpp-python#1501).
    [Theory]
    [InlineData("", "a", new[] { 0, 2 }), InlineData("", "<s>a", new[] { 0, 2 }), InlineData("", "<s> a", new[] { 0, 2 }), InlineData("", "<s>", new[] { 0 })]
    [InlineData("", "<s><s>a", new[] { 0, 0, 2 }), InlineData("", "a<s>", new[] { 0, 2, 0 }), InlineData("", "", new[] { 0 })]
    [InlineData("</s>", "<s>a</s>", new[] { 0, 2, 1 }), InlineData("</s>", "</s>", new[] { 0, 1 }), InlineData("</s>", "a", new[] { 0, 2, 1 })]
    public void A_plain_text_has_the_tokens_around_it_once(string last, string text, int[] ids)
    {
        var tokenizer = Load(last.Length == 0 ? WithBos : EndingWith(last), """{"tokenizer_class":"LlamaTokenizerFast","bos_token":"<s>","eos_token":"</s>"}""");
        Assert.Equal(ids, tokenizer.EncodePlain(text));
        if (text == "<s>a" && last.Length == 0) Assert.Equal([0, 0, 2], tokenizer.Encode(text, addSpecialTokens: true)); // as the library
    }

    // A model that reads the end token behind a prompt begins another text (huggingface/transformers#47988).
    [Theory]
    [InlineData("", "", null), InlineData("\"add_eos_token\":true,", "", null), InlineData("", "</s>", "the post-processor of tokenizer.json"), InlineData("", "<x>", null)]
    public void A_prompt_that_would_end_with_the_end_token_is_refused(string keys, string last, string? says)
    {
        var tokenizer = Load(last.Length == 0 ? WithBos : EndingWith(last), $$"""{{{keys}}"tokenizer_class":"LlamaTokenizer","bos_token":"<s>","eos_token":"</s>"}""");
        if (says is null) Assert.Equal(tokenizer.EncodePlain("a"), tokenizer.EncodePrompt("a"));
        else Assert.Contains($"the tokenizer ends each plain text with '</s>' ({says}), and a prompt that has ended is not continued", Assert.Throws<UserErrorException>(() => tokenizer.EncodePrompt("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_prompt_that_the_keys_end_is_refused_where_there_is_no_other_file()
    {
        WriteOlder("Qwen2Tokenizer", null);
        folder.Write("tokenizer_config.json", """{"tokenizer_class":"Qwen2Tokenizer","eos_token":"3","add_eos_token":true}""");
        Assert.Contains("the tokenizer ends each plain text with '3' (add_eos_token of tokenizer_config.json)", Assert.Throws<UserErrorException>(() => TokenizerFile.LoadForModel(folder.Path).EncodePrompt("a")).Message, StringComparison.Ordinal);
    }

    private static string EndingWith(string last) => Plain.TrimEnd()[..^1] + AddsBos.Replace("{\"Sequence\":{\"id\":\"A\",\"type_id\":0}}", "{\"Sequence\":{\"id\":\"A\",\"type_id\":0}},{\"SpecialToken\":{\"id\":\"last\",\"type_id\":0}}", StringComparison.Ordinal)
        .Replace("\"special_tokens\":{", $"\"special_tokens\":{{\"last\":{{\"id\":\"last\",\"ids\":[{(last == "<x>" ? 4 : 1)}],\"tokens\":[\"{last}\"]}},", StringComparison.Ordinal) + "}";

    [Fact]
    public void A_token_to_add_that_the_tokenizer_lacks_is_refused()
    {
        WriteOlder("GPT2Tokenizer", null);
        folder.Write("tokenizer_config.json", """{"tokenizer_class":"GPT2Tokenizer","bos_token":{"content":""},"add_bos_token":true}""");
        var error = Assert.Throws<UserErrorException>(() => TokenizerFile.LoadForModel(folder.Path));
        Assert.Contains("says add_bos_token, but the tokenizer has no token ''", error.Message, StringComparison.Ordinal);
        folder.Write("tokenizer_config.json", """{"tokenizer_class":"GPT2Tokenizer","bos_token":null,"add_bos_token":true}""");
        Assert.Equal([0], TokenizerFile.LoadForModel(folder.Path).Encode("a", addSpecialTokens: true)); // none is named
    }

    [Fact]
    public void Options_of_added_tokens_are_those_of_the_config()
    {
        Assert.Equal([2, 4, 2, 3], Load(Plain, null).Encode("a <x> a b")[..4]);
        const string config = """{"added_tokens_decoder":{"4":{"content":"<x>","lstrip":false,"rstrip":true,"single_word":false,"normalized":false,"special":true}}}""";
        var tokenizer = Load(Plain, config);
        Assert.Equal("a b", tokenizer.Decode([2, 4, 3], skipSpecialTokens: true));
        Assert.Equal("a <x> b", Load(Plain, null).Decode([2, 4, 3], skipSpecialTokens: true));
    }

    [Fact]
    public void A_token_that_only_the_config_has_is_added_where_its_id_is_the_next()
    {
        Assert.Equal([2, 5, 3], Load(Plain, """{"added_tokens_decoder":{"5":{"content":"<y>","special":true}}}""").Encode("a<y>b"));
        var error = Assert.Throws<UserErrorException>(() => Load(Plain, """{"added_tokens_decoder":{"9":{"content":"<y>","special":true}}}"""));
        Assert.Contains("gives '<y>', which tokenizer.json lacks, the id 9; transformers adds it as 5", error.Message, StringComparison.Ordinal);
        Assert.Equal([2, 4], Load(Plain, """{"added_tokens_decoder":{"7":{"content":"<x>"}}}""").Encode("a<x>")); // tokenizer.json's id
    }

    // transformers' AddedToken is normalized unless it is special or says otherwise; a normalized one is found in the normalized text.
    [Theory]
    [InlineData("\"special\":true", false), InlineData("\"special\":false", true), InlineData("\"special\":true,\"normalized\":true", true), InlineData("\"special\":false,\"normalized\":false", false)]
    public void A_special_token_is_looked_for_in_the_text_as_it_is_written(string options, bool isNormalized)
    {
        var lower = Plain.Replace("\"pre_tokenizer\"", "\"normalizer\":{\"type\":\"Lowercase\"},\"pre_tokenizer\"", StringComparison.Ordinal);
        var tokenizer = Load(lower, "{\"added_tokens_decoder\":{\"5\":{\"content\":\"<Y>\"," + options + "}}}");
        Assert.Equal([2, 5, 3], tokenizer.Encode("a<Y>b"));
        Assert.Equal(isNormalized ? [2, 5, 3] : [2], tokenizer.Encode("a<y>b")); // one unknown word
    }

    [Fact]
    public void Tokens_of_an_older_directory_come_from_added_tokens_json()
    {
        folder.Write("added_tokens.json", """{"<y>":5,"<x>":4}""");
        Assert.Equal([5, 4], Load(Plain, """{"pad_token":"<y>"}""").Encode("<y><x>"));
        Assert.Equal("<x>", Load(Plain, """{"pad_token":"<y>"}""").Decode([5, 4], skipSpecialTokens: true));
        // it has no options: those of tokenizer.json stay, as transformers puts its tokens on top
        folder.Write("added_tokens.json", """{"<x>":4}""");
        var stripping = Plain.Replace("\"content\":\"<x>\",\"special\":false", "\"content\":\"<x>\",\"special\":true,\"rstrip\":true", StringComparison.Ordinal);
        Assert.Equal("a", Load(stripping, "{}").Decode([2, 4], skipSpecialTokens: true));
        Assert.Equal("a <x>", Load(stripping, """{"added_tokens_decoder":{"4":{"content":"<x>","special":false}}}""").Decode([2, 4], skipSpecialTokens: true));
        folder.Write("added_tokens.json", """{"<y>":"5"}""");
        Assert.Contains("added_tokens.json: <y> is not a whole number", Assert.Throws<UserErrorException>(() => Load(Plain, "{}")).Message, StringComparison.Ordinal);
    }

    // The end token is in the vocabulary but not among the added tokens: transformers makes it one, and leaves it out of responses.
    [Fact]
    public void Tokens_that_the_config_names_are_special()
    {
        Assert.Equal("a </s>", Load(Plain, null).Decode([2, 1], skipSpecialTokens: true));
        var tokenizer = Load(Plain, """{"eos_token":"</s>"}""");
        Assert.Equal("a", tokenizer.Decode([2, 1], skipSpecialTokens: true));
        Assert.Equal([2, 1, 3], tokenizer.Encode("a</s>b"));
        Assert.Equal("a", Load(Plain, """{"pad_token":"<x>"}""").Decode([2, 4], skipSpecialTokens: true)); // not special in tokenizer.json
        Assert.Equal([2, 5], Load(Plain, """{"pad_token":"[PAD]"}""").Encode("a[PAD]")); // in no vocabulary: the next id
    }

    // The order is transformers' own of the names, whatever that of the file is.
    [Fact]
    public void Special_tokens_that_the_tokenizer_lacks_get_their_ids_in_the_order_of_their_names() =>
        Assert.Equal([5, 6, 7, 8, 9], Load(Plain, """{"additional_special_tokens":["[E]"],"image_token":"[I]","pad_token":"[P]","cls_token":"[P]","unk_token":"[U]","bos_token":"[B]"}""").Encode("[B][U][P][I][E]"));

    // As in transformers 5 (its issue 48658): a list of special tokens changes no token that is added already; it adds those that are not.
    [Theory]
    [InlineData("tokenizer_config.json", """{"additional_special_tokens":["<x>","</s>","<new>"]}""")]
    [InlineData("tokenizer_config.json", """{"extra_special_tokens":["<x>","</s>","<new>"]}""")]
    [InlineData("special_tokens_map.json", """{"additional_special_tokens":["<x>",{"content":"</s>"},"<new>"]}""")]
    public void A_list_of_special_tokens_leaves_added_tokens_as_they_are(string file, string text)
    {
        folder.Write("special_tokens_map.json", file == "special_tokens_map.json" ? text : "{}");
        var tokenizer = Load(Plain, file == "tokenizer_config.json" ? text : null);
        Assert.Equal("<x>", tokenizer.Decode([4, 1, 5], skipSpecialTokens: true)); // <x> is added and not special; </s> is in the vocabulary only
        Assert.Equal([2, 5, 4], tokenizer.Encode("a<new><x>"));
        Assert.Equal("", Load(Plain, """{"extra_special_tokens":{"boi_token":"<x>"}}""").Decode([4], skipSpecialTokens: true)); // by name
        Assert.Equal("", Load(Plain, """{"additional_special_tokens":["<x>"],"added_tokens_decoder":{"4":{"content":"<x>","special":true}}}""").Decode([4], skipSpecialTokens: true));
    }

    // What tokenizers 0.23.2 gives: the normalized text, which is also what is asked whether it is special. No special token is in a response.
    [Theory]
    [InlineData("""{"type":"Lowercase"}""", "null", "a <pad> </s> [INST] é b", "a <pad> é b", "a <pad> é b")]
    [InlineData("""{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},{"type":"Replace","pattern":{"String":" "},"content":"▁"}]}""",
        """{"type":"Sequence","decoders":[{"type":"Replace","pattern":{"String":"▁"},"content":" "},{"type":"ByteFallback"},{"type":"Fuse"},{"type":"Strip","content":" ","start":1,"stop":0}]}""",
        "a <pad> </s>[INST] Éb", "a <pad> </s> Éb", "a <pad> Éb")]
    [InlineData("""{"type":"ByteLevel"}""", """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false}""", "a<pad></s>[INST]Éb", "a<pad>Éb", "a<pad>Éb")]
    public void An_added_token_reads_as_its_normalized_text(string normalizer, string decoder, string text, string skipped, string response)
    {
        var tokenizer = Load($$$"""
            {"added_tokens":[{"id":3,"content":"<pad>","special":false,"normalized":true},{"id":4,"content":"</s>","special":true,"normalized":true},
              {"id":5,"content":"[INST]","special":true,"normalized":false},{"id":6,"content":"É","special":false,"normalized":true}],
             "normalizer":{{{normalizer}}},"decoder":{{{decoder}}},"model":{"type":"BPE","vocab":{"a":0,"b":1,"▁":2},"merges":[]}}
            """, null);
        int[] ids = [0, 3, 4, 5, 6, 1];
        Assert.Equal(text, tokenizer.Decode(ids));
        Assert.Equal(skipped, tokenizer.Decode(ids, skipSpecialTokens: true));
        Assert.Equal(response, tokenizer.DecodeResponse(ids));
    }

    // What marks reasoning stays in a response; decoding itself leaves out what transformers leaves out.
    [Theory]
    [InlineData("[THINK] [/THINK] [TOOL]", "[THINK] a [/THINK] b")]
    [InlineData("<think> </think> <|im_start|>", "<think> a </think> b")]
    [InlineData("<|channel|> <|message|> <|end|>", "<|channel|> a <|message|> b")]
    [InlineData("<|start|> <|message|> <|end|>", "a b")]
    [InlineData("<|channel> <channel|> <turn|>", "<|channel> a <channel|> b")]
    public void Special_tokens_that_mark_reasoning_stay_in_responses(string tokens, string response)
    {
        var added = tokens.Split(' ').Index().ToDictionary(token => (5 + token.Index).ToString(System.Globalization.CultureInfo.InvariantCulture), token => new { content = token.Item, special = true });
        var tokenizer = Load(Plain, System.Text.Json.JsonSerializer.Serialize(new { added_tokens_decoder = added, eos_token = "</s>" }));
        int[] ids = [5, 2, 6, 7, 3, 1];
        Assert.Equal(response, tokenizer.DecodeResponse(ids));
        Assert.Equal("a b", tokenizer.Decode(ids, skipSpecialTokens: true));
    }

    // "aB": a pattern that splits nothing keeps it whole, Mistral's cuts before the capital. More than 100,000 tokens are Mistral's.
    [Theory]
    [InlineData("true", "mistral", "4.57.1", 100_001, true), InlineData("true", "mistral3", "5.0.0.dev0", 100_001, true), InlineData("true", null, null, 100_001, true)]
    [InlineData("false", "mistral", "4.57.1", 100_001, false), InlineData("true", "mistral", "5.0.0", 100_001, false), InlineData("true", "qwen2", "4.57.1", 100_001, false), InlineData("true", "mistral", "4.57.1", 100_000, false)]
    public void Mistrals_pattern_is_put_in_where_the_config_asks_for_it(string key, string? family, string? version, int tokens, bool isCut)
    {
        var members = new List<string>();
        if (family is not null) members.Add($"\"model_type\":\"{family}\"");
        if (version is not null) members.Add($"\"transformers_version\":\"{version}\"");
        folder.Write("config.json", $"{{{string.Join(',', members)}}}");
        var vocabulary = string.Join(',', Enumerable.Range(3, tokens - 3).Select(id => FormattableString.Invariant($"\"t{id}\":{id}")));
        foreach (var pre in new[] { """{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"x+"},"behavior":"Isolated","invert":false},{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}]}""", """{"type":"ByteLevel","add_prefix_space":false,"use_regex":false}""" })
        {
            var tokenizer = Load($$"""{"pre_tokenizer":{{pre}},"model":{"type":"BPE","vocab":{"a":0,"B":1,"aB":2,{{vocabulary}} },"merges":["a B"]} }""", $$"""{"tokenizer_class":"PreTrainedTokenizerFast","fix_mistral_regex":{{key}}}""");
            Assert.Equal(isCut ? [0, 1] : [2], tokenizer.Encode("aB"));
        }
    }

    [Theory, InlineData("GPT2Tokenizer", null, "b"), InlineData("GPT2TokenizerFast", true, "Ġb"), InlineData("PreTrainedTokenizerFast", false, "Ġb")]
    public void GPT_2s_class_decides_on_a_space_before_the_text(string name, bool? setting, string token)
    {
        const string file = """{"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":true,"trim_offsets":true},"model":{"type":"BPE","vocab":{"b":0,"Ġ":1,"Ġb":2},"merges":["Ġ b"]}}""";
        var tokenizer = Load(file, $$"""{"tokenizer_class":"{{name}}"{{(setting is { } value ? $",\"add_prefix_space\":{(value ? "true" : "false")}" : "")}}}""");
        Assert.Equal([tokenizer.TokenId(token)!.Value], tokenizer.Encode("b"));
    }

    [Theory]
    [InlineData("""{"bos_token":7}""", "bos_token is neither a text nor an object with 'content'"), InlineData("""{"add_bos_token":"yes"}""", "add_bos_token is not true or false")]
    [InlineData("""{"added_tokens_decoder":[]}""", "added_tokens_decoder is not an object of tokens by id"), InlineData("""{"added_tokens_decoder":{"x":{}}}""", "has the key 'x', which is not the id of a token")]
    [InlineData("""{"added_tokens_decoder":{"4":"<x>"}}""", "added_tokens_decoder.4 is not an object"), InlineData("""{"added_tokens_decoder":{"4":{}}}""", "added_tokens_decoder.4 has no 'content'")]
    [InlineData("""{"model_max_length":"long"}""", "model_max_length is not a number"), InlineData("""{"extra_special_tokens":[7]}""", "extra_special_tokens[0] is neither a text"), InlineData("[]", "but not an object"), InlineData("{", "is not valid JSON")]
    public void A_malformed_config_is_refused_with_its_place(string config, string said)
    {
        var error = Assert.Throws<UserErrorException>(() => Load(Plain, config));
        Assert.StartsWith(folder.File("tokenizer_config.json"), error.Message, StringComparison.Ordinal);
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    // GPT-2's and Qwen2's older layout: the pre-tokenizer follows from the class. "a1 23": GPT-2 keeps digits together, Qwen2 apart.
    [Theory, InlineData("GPT2Tokenizer", null, new[] { 0, 1, 6 }), InlineData("Qwen2TokenizerFast", null, new[] { 0, 1, 3, 4, 5 }), InlineData(null, "gpt2", new[] { 0, 1, 6 }), InlineData(null, "qwen2", new[] { 0, 1, 3, 4, 5 })]
    public void A_vocabulary_and_merges_are_a_tokenizer_of_a_known_class(string? name, string? modelType, int[] ids)
    {
        WriteOlder(name, modelType);
        Assert.True(TokenizerFile.IsIn(folder.Path));
        Assert.Equal(ids, TokenizerFile.LoadForModel(folder.Path).Encode("a1 23"));
        Assert.Equal("a1 23", TokenizerFile.LoadForModel(folder.Path).Decode(ids));
    }

    [Theory, InlineData("RobertaTokenizer", "vocab.json and merges.txt"), InlineData(null, "vocab.json and merges.txt")]
    public void Of_another_class_they_are_refused_with_what_to_do(string? name, string files)
    {
        WriteOlder(name, "llama");
        Assert.False(TokenizerFile.IsIn(folder.Path));
        var error = Assert.Throws<UserErrorException>(() => TokenizerFile.LoadForModel(folder.Path));
        Assert.Contains($"has no tokenizer.json, only {files}", error.Message, StringComparison.Ordinal);
        Assert.Contains("save_pretrained", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sentencepiece_model_alone_is_refused_with_what_to_do()
    {
        folder.Write("tokenizer.model", "x");
        var error = Assert.Throws<UserErrorException>(() => TokenizerFile.LoadForModel(folder.Path));
        Assert.Contains("has no tokenizer.json, only tokenizer.model, a tokenizer in another format", error.Message, StringComparison.Ordinal);
        Assert.Contains("AutoTokenizer.from_pretrained(", error.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
    }

    private static string WithBos => Plain.TrimEnd()[..^1] + AddsBos + "}";

    private void WriteOlder(string? name, string? modelType)
    {
        folder.Write("vocab.json", """{"a":0,"1":1,"2":2,"Ġ":3,"2x":7,"23":8,"Ġ2":9,"Ġ23":6,"3":5}""".Replace("\"2\":2", "\"2\":4", StringComparison.Ordinal));
        folder.Write("merges.txt", "#version: 0.2\nĠ 2\r\nĠ2 3\n2 3\n");
        if (name is not null) folder.Write("tokenizer_config.json", $$"""{"tokenizer_class":"{{name}}"}""");
        if (modelType is not null) folder.Write("config.json", $$"""{"model_type":"{{modelType}}"}""");
    }

    private ITokenizer Load(string json, string? config)
    {
        folder.Write("tokenizer.json", json);
        if (config is not null) folder.Write("tokenizer_config.json", config);
        else File.Delete(folder.File("tokenizer_config.json"));
        return TokenizerFile.LoadForModel(folder.Path);
    }
}
