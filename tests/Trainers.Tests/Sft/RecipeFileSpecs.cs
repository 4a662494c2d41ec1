using SafetyGate.Core;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Optimization;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Trainers.Tests.Sft;

public sealed class RecipeFileSpecs
{
    private const string Sound = """
        {
          "kind": "sft", "base": "model", "template": "plain",
          "data": [{"path": "rows.jsonl", "prompt": "question", "completion": "answer", "separator": "\n"}],
          "options": {"max_steps": 10, "learning_rate": 1e-4, "seed": 3, "lr_scheduler_type": "cosine", "warmup_steps": 2, "lr_scheduler_kwargs": {"num_cycles": 1}, "optim": "sgd", "momentum": 0.9, "max_grad_norm": 0},
          "compute": {"dtype": "float64"}
        }
        """;

    [Fact]
    public void A_recipe_is_read_with_paths_relative_to_its_file()
    {
        using var folder = new TemporaryFolder();
        var recipe = Assert.IsType<SftRecipe>(RecipeFile.Load(folder.Write("first-run.json", Sound)));
        Assert.Equal("first-run", recipe.Name);
        Assert.Equal(Path.Combine(folder.Path, "model"), recipe.Base);
        Assert.Equal(Path.Combine(folder.Path, "rows.jsonl"), Assert.Single(recipe.Data).Path);
        Assert.Equal((10, 1e-4, 3UL, 0), (recipe.Options.MaxSteps, recipe.Options.LearningRate, recipe.Seed, recipe.Options.MaxGradNorm));
        Assert.Equal((ScheduleKind.Cosine, 2), (recipe.Options.Schedule.Kind, recipe.Options.Schedule.WarmupSteps));
        Assert.Equal((OptimizerKind.Sgd, 0.9), (recipe.Options.Optimizer.Kind, recipe.Options.Optimizer.Momentum));
        Assert.Equal("float64", recipe.Compute.Dtype);
    }

    [Theory]
    [InlineData("\"kind\": \"sft\"", "\"kind\": \"sf\"", "line 2, kind: is 'sf'; it must be one of sft, grpo, irl, dpo, ppo, reward_model. Did you mean 'sft'?")]
    [InlineData("\"kind\": \"sft\", ", "", "lacks the key 'kind', one of sft, grpo, irl, dpo, ppo, reward_model")]
    [InlineData("\"base\"", "\"bse\"", "line 2, bse: is not a known key; did you mean 'base'?")]
    [InlineData("\"compute\"", "\"computer\"", "did you mean 'compute'?")]
    [InlineData("\"learning_rate\"", "\"learing_rate\"", "line 4, options.learing_rate: is not a known key; did you mean 'learning_rate'?")]
    [InlineData("\"warmup_steps\"", "\"warmup\"", "did you mean 'warmup_steps'?")]
    [InlineData("\"num_cycles\"", "\"num_cycle\"", "options.lr_scheduler_kwargs.num_cycle: is not a known key; did you mean 'num_cycles'?")]
    [InlineData("\"separator\"", "\"seperator\"", "data[0].seperator: is not a known key; did you mean 'separator'?")]
    [InlineData("\"cosine\"", "\"cosin\"", "Did you mean 'cosine'?")]
    [InlineData("\"max_steps\": 10", "\"max_steps\": \"ten\"", "options.max_steps: is the string 'ten'; it must be a whole number")]
    [InlineData("\"max_steps\": 10", "\"max_steps\": null", "options.max_steps: is null; it must be a whole number")]
    [InlineData("\"max_steps\": 10", "\"max_steps\": 0", "max_steps is 0; it must be 1 or more")]
    [InlineData("\"max_steps\": 10", "\"steps\": 10", "line 4, options.steps: is not a known key; it is called 'max_steps' now.")]
    [InlineData("\"seed\": 3", "\"seed\": 3, \"batch_size\": 4", "it is called 'per_device_train_batch_size' now.")]
    [InlineData("\"seed\": 3", "\"seed\": 3, \"optimizer\": {\"kind\": \"adam\"}", "it is called 'optim', 'adam_beta1'")]
    [InlineData("\"seed\": 3", "\"seed\": 3, \"rows_per_step\": 4", "options.rows_per_step: is not a known key")]
    [InlineData("\"kind\": \"sft\"", "\"kind\": \"sft\", \"target\": {\"accuracy\": 1}", "it is called 'options.target', with 'selection' beside 'options', now.")]
    [InlineData("\"seed\": 3", "\"seed\": -3", "options.seed: is the number -3; it must be a whole number of 0 or more")]
    [InlineData("\"seed\": 3, ", "", "options: lacks the key 'seed'")]
    [InlineData("\"plain\"", "\"chatty\"", "is the string 'chatty'; it must be one of chat, plain. Did you mean 'chat'?")]
    [InlineData("\"plain\"", "\"Plain\"", "is the string 'Plain'; it must be one of chat, plain")]
    [InlineData("\"plain\"", "1", "is the number 1; it must be one of chat, plain")]
    [InlineData("\"float64\"", "\"float8\"", "float32, float64, bfloat16")]
    [InlineData("\"completion\": \"answer\", ", "", "give the columns of both")]
    [InlineData("\"seed\": 3", "\"seed\": 3, \"seed\": 4", "line 4, options.seed: duplicate key.")]
    [InlineData("\"template\": \"plain\"", "\"name\": \"x\"", "lacks the key 'template', one of chat, plain.")]
    public void A_mistake_is_told_with_what_is_allowed(string sound, string mistaken, string message)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(sound, Sound, StringComparison.Ordinal);
        var path = folder.Write("recipe.json", Sound.Replace(sound, mistaken, StringComparison.Ordinal));
        var error = Assert.Throws<UserErrorException>(() => RecipeFile.Load(path));
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
        Assert.Equal(GateExitCode.BadInput, error.ExitCode);
    }

    [Theory]
    [InlineData("\"options\": null", "options: is null; it must be an object")]
    [InlineData("\"base\": \"a\\u0000b\"", "base: holds a null character")]
    public void A_null_in_place_of_the_options_and_a_null_character_in_a_path_are_refused(string member, string message)
    {
        using var folder = new TemporaryFolder();
        var key = member[..member.IndexOf(':', StringComparison.Ordinal)];
        var recipe = System.Text.Json.Nodes.JsonNode.Parse(Sound)!.AsObject();
        recipe.Remove(key.Trim('"'));
        var text = "{" + member + "," + recipe.ToJsonString()[1..];
        Assert.Contains(message, Assert.Throws<UserErrorException>(() => RecipeFile.Load(folder.Write("recipe.json", text))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[1, 2]")]
    [InlineData("{\"kind\": ")]
    [InlineData("")]
    public void A_file_that_is_no_json_object_is_refused(string text)
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<UserErrorException>(() => RecipeFile.Load(folder.Write("recipe.json", text)));
        Assert.Throws<UserErrorException>(() => RecipeFile.Load(Path.Combine(folder.Path, "absent.json")));
    }

    [Fact]
    public void A_target_needs_a_selection_split()
    {
        using var folder = new TemporaryFolder();
        string With(string target, string selection) => folder.Write("recipe.json", Sound
            .Replace("\"seed\": 3", $"\"seed\": 3, \"target\": {target}", StringComparison.Ordinal).Replace("\"kind\": \"sft\",", $"\"kind\": \"sft\",{selection}", StringComparison.Ordinal));
        const string Target = """{"accuracy": 0.8, "every_steps": 5}""";
        Assert.Contains("belong together", Assert.Throws<UserErrorException>(() => RecipeFile.Load(With(Target, ""))).Message, StringComparison.Ordinal);
        Assert.Contains("selection.scorer: is 'maths'. There is no scorer \"maths\". Did you mean \"math\"?", Assert.Throws<UserErrorException>(() => RecipeFile.Load(With(Target, "\"selection\": {\"path\": \"a.jsonl\", \"scorer\": \"maths\"},"))).Message, StringComparison.Ordinal);
        var recipe = Assert.IsType<SftRecipe>(RecipeFile.Load(With(Target, "\"selection\": {\"path\": \"selection.jsonl\", \"max_new_tokens\": 44},")));
        Assert.Equal((0.8, 5, 44), (recipe.Options.Target!.Accuracy, recipe.Options.Target.EverySteps, recipe.Selection!.MaxNewTokens));
        Assert.Equal(Path.Combine(folder.Path, "selection.jsonl"), recipe.Selection.Path);
    }

    [Theory]
    [InlineData("{\"question\": \"a\", \"answer\": \"b\"}\n{oops\n", "line 2 is not JSON")]
    [InlineData("{\"question\": \"a\", \"answer\": \"b\"}\n[1]\n", "line 2 is a JSON Array")]
    [InlineData("{\"question\": \"a\"}\n", "rows.jsonl:1: there is no \"answer\"; the row has \"question\"")]
    [InlineData("{\"question\": \"a\", \"answer\": 7}\n", "rows.jsonl:1: \"answer\" is of kind Number")]
    [InlineData("{\"question\": \"a\", \"answer\": \"\"}\n", "rows.jsonl:1: \"answer\" is empty")]
    [InlineData("\n\n", "has no rows")]
    public void A_data_error_names_file_and_line(string content, string message)
    {
        using var folder = new TemporaryFolder();
        var file = new DataFile { Path = folder.Write("rows.jsonl", content), Prompt = "question", Completion = "answer" };
        Assert.Contains(message, Assert.Throws<UserErrorException>(() => file.Read(Letters.Encoder())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_is_not_utf8_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "rows.jsonl");
        File.WriteAllBytes(path, [.. "{\"text\": \"ab\"}\n{\"text\": \""u8, 0xFF, .. "\"}\n"u8]);
        Assert.Contains("line 2 is not UTF-8", Assert.Throws<UserErrorException>(() => new DataFile { Path = path, Text = "text" }.Read(Letters.Encoder())).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Plain_rows_are_prompt_separator_completion_and_end()
    {
        using var folder = new TemporaryFolder();
        // U+2028 stands inside a text: lines end with \n only.
        var path = folder.Write("rows.jsonl", "{\"question\": \"ab\", \"answer\": \"c\"}\r\n\n{\"question\": \"a\\u2028\", \"answer\": \"b\"}");
        var examples = new DataFile { Path = path, Prompt = "question", Completion = "answer", Separator = "x" }.Read(Letters.Encoder());
        Assert.Equal(["rows.jsonl:1", "rows.jsonl:3"], examples.Select(example => example.Id));
        Assert.Equal([Letters.Bos, 'a', 'b'], examples[0].PromptIds);
        Assert.Equal(['x', 'c', Letters.Eos], examples[0].CompletionIds);
        Assert.Equal([Letters.Bos, 'a', 0x2028], examples[1].PromptIds);
    }

    [Fact]
    public void Messages_are_divided_before_the_last_answer()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("rows.jsonl", """{"turns": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "b"}, {"role": "user", "content": "c"}, {"role": "assistant", "content": "d"}]}""");
        var example = Assert.Single(new DataFile { Path = path, Messages = "turns" }.Read(Letters.Encoder(PromptTemplate.Chat)));
        Assert.Equal("<u>a</u><a>b</a><u>c</u><a>", Letters.Text(example.PromptIds));
        Assert.Equal("d</a>", Letters.Text(example.CompletionIds));
        Assert.Throws<UserErrorException>(() => Letters.Encoder(PromptTemplate.Chat).Conversation("x", Core.Language.Conversation.Of("a")));
    }

    [Fact]
    public void A_token_across_the_seam_is_not_learnt()
    {
        // Encoded together, "a" + "b" is one token; the model will see "a" alone, so the two are encoded apart.
        var example = new ExampleEncoder(new Letters(merge: "ab"), null, PromptTemplate.Plain, Letters.Eos).PromptCompletion("x", "a", "b");
        Assert.Equal([Letters.Bos, 'a'], example.PromptIds);
        Assert.Equal(['b', Letters.Eos], example.CompletionIds);
    }

    [Fact]
    public void A_chat_template_that_is_not_there_is_refused() =>
        Assert.Throws<UserErrorException>(() => new ExampleEncoder(new Letters(), null, PromptTemplate.Chat, Letters.Eos));
}
