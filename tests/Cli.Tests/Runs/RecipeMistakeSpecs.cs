using System.Text.Json.Nodes;
using SafetyGate.Core;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Trainers;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>A mistake in a recipe or in its data ends in one message that says what to do, and never as an error of ours (70).</summary>
public sealed class RecipeMistakeSpecs : IDisposable
{
    private const string Row = """{"q": "how ?", "a": "here is 1"}""";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("options.max_length", "100", GateExitCode.BadInput, "max_length is 100, but ", "model has 64 positions. Lower it")]
    [InlineData("options.max_length", "1", GateExitCode.BadInput, "max_length is 1; it must be 2 or more")]
    [InlineData("options.learning_rate", "0", GateExitCode.BadInput, "learning_rate is 0; it must be finite and above 0")]
    [InlineData("options.warmup_steps", "50", GateExitCode.BadInput, "warmup_steps is 50, but the run makes 3 updates", "Warm up for fewer, or allow more steps")]
    [InlineData("options.per_device_train_batch_size", "64", GateExitCode.BadInput, "A step reads 64 rows", "but there are 12", "Lower them to 12 rows a step at most")]
    [InlineData("options.gradient_accumulation_steps", "8", GateExitCode.BadInput, "A step reads 16 rows", "gradient_accumulation_steps 8")]
    [InlineData("options.max_dropped_share", "1.5", GateExitCode.BadInput, "max_dropped_share is 1.5; it must lie in [0, 1]")]
    [InlineData("options.assistant_only_loss", "true", GateExitCode.BadInput, "assistant_only_loss needs conversations")]
    [InlineData("data", "{\"path\": \"rows.jsonl\", \"messages\": \"q\"}", GateExitCode.BadInput, "rows.jsonl: its rows are messages, which are written with the model's chat template, and the template is \"plain\"")]
    [InlineData("options.learning_rate", "1e30", GateExitCode.TrainingFailed, "both must be finite", "Lower the learning rate")]
    [InlineData("options.learning_rate", "1e300", GateExitCode.TrainingFailed, "Step 1: a setting of the run, or a number made of several, is larger than the tensors' number type holds")]
    [InlineData("chat_template_kwargs", "{\"enable_thinking\": true}", GateExitCode.BadInput, "act on the template \"chat\"; the template is \"plain\"")]
    [InlineData("chat_template_kwargs", "[1]", GateExitCode.BadInput, "line 1, chat_template_kwargs: is an array; it must be an object")]
    [InlineData("chat_template_kwargs", "{\"messages\": 1}", GateExitCode.BadInput, "chat_template_kwargs names 'messages'")]
    [InlineData("template", "\"chat\"", GateExitCode.BadInput, "has no chat template")]
    [InlineData("base", "\"nowhere\"", GateExitCode.BadInput, "nowhere")]
    [InlineData("base", "\"rows.jsonl\"", GateExitCode.BadInput, "rows.jsonl")]
    [InlineData("base", "\".\"", GateExitCode.BadInput, "config.json")]
    [InlineData("data.path", "\"nowhere.jsonl\"", GateExitCode.BadInput, "nowhere.jsonl", "no such file")]
    [InlineData("data.path", "\".\"", GateExitCode.BadInput, "it is a folder")]
    [InlineData("data.prompt", "\"qu\"", GateExitCode.BadInput, "rows.jsonl:1: there is no \"qu\"; the row has \"q\", \"a\". Did you mean \"q\"?")]
    [InlineData("data.limit", "0", GateExitCode.BadInput, "the limit is 0; it must be 1 or more")]
    [InlineData("compute", "{\"device\": \"gpu\"}", GateExitCode.BadInput, "The device is \"gpu\"; it must be cpu, cuda, or cuda:N")]
    [InlineData("compute", "{\"threads\": 0}", GateExitCode.BadInput, "The threads are 0")]
    [InlineData("selection", "{\"path\": \"rows.jsonl\"}", GateExitCode.BadInput, "belong together")]
    public async Task A_setting_that_cannot_be_carried_out_is_refused(string key, string value, int code, params string[] words) =>
        Check(await Run(Recipe(key, value)), code, words);

    [Theory]
    [InlineData("{\"q\": \"how \\ud800 ?\", \"a\": \"here\"}", "line 13: a string holds half of a surrogate pair")]
    [InlineData("{\"q\": \"how ?\", \"a\": \"\"}", "rows.jsonl:13: \"a\" is empty")]
    [InlineData("{\"q\": \"how ?\"}", "rows.jsonl:13: there is no \"a\"")]
    [InlineData("{\"q\": \"how ?\", \"a\": null}", "rows.jsonl:13: \"a\" is of kind Null")]
    [InlineData("{\"q\": \"how ?\", \"a\": \"here\", \"a\": \"is\"}", "line 13 is not JSON")]
    [InlineData("{\"q\": [{\"role\": \"user\", \"content\": \"how ?\"}], \"a\": \"here\"}", "rows.jsonl:13: \"q\" is a list of turns and \"a\" is not")]
    [InlineData("{\"q\": [{\"role\": \"user\", \"content\": \"how ?\"}], \"a\": [{\"role\": \"assistant\", \"content\": \"here\"}]}", "rows.jsonl:13: holds messages, but the model has no chat template")]
    public async Task A_row_that_cannot_be_read_is_named(string row, string message) =>
        Check(await Run(Recipe(rows: [.. Enumerable.Repeat(Row, 12), row])), GateExitCode.BadInput, [message]);

    [Fact]
    public async Task Examples_left_out_for_their_length_are_told_and_refused_above_a_share()
    {
        var tooLong = $$"""{"q": "{{string.Join(' ', Enumerable.Repeat("how", 70))}}", "a": "here"}""";
        var one = await Run(Recipe(rows: [.. Enumerable.Repeat(Row, 12), tooLong]));
        Assert.Equal(GateExitCode.Passed, one.Code);
        Assert.Contains("1 of 13 examples (7.7 %) are longer than 64 tokens and are left out: rows.jsonl:13.", one.Told, StringComparison.Ordinal);
        var four = Recipe(rows: [.. Enumerable.Repeat(Row, 12), tooLong, tooLong, tooLong, tooLong]);
        Check(await Run(four), GateExitCode.BadInput, ["4 of 16 examples (25.0 %) are longer than 64 tokens", "rows.jsonl:13, rows.jsonl:14", "At most 20.0 % may be (max_dropped_share 0.2)", "Raise max_length (the model has 64 positions)"]);
        var allowed = await Run(Recipe("options.max_dropped_share", "0.25", rows: [.. Enumerable.Repeat(Row, 12), tooLong, tooLong, tooLong, tooLong]));
        Assert.Equal(GateExitCode.Passed, allowed.Code);
        Check(await Run(Recipe("options.max_dropped_share", "1", rows: [.. Enumerable.Repeat(tooLong, 12)])), GateExitCode.BadInput, ["No example is left to learn from: of 12, 12 are longer than 64 tokens"]);
    }

    [Fact]
    public async Task The_command_tells_what_was_left_out_of_a_stored_run_too()
    {
        var tooLong = $$"""{"q": "{{string.Join(' ', Enumerable.Repeat("how", 70))}}", "a": "here"}""";
        var recipe = Recipe(rows: [.. Enumerable.Repeat(Row, 12), tooLong]);
        foreach (var warned in new[] { true, false })
        {
            using var process = GateProcess.Start(_folder["store"], "run", recipe);
            var run = await process.WaitAsync(TestContext.Current.CancellationToken);
            Assert.True(run.ExitCode == GateExitCode.Passed, run.Error);
            Assert.Contains("left out    1 too long\n", run.Out, StringComparison.Ordinal);
            Assert.Equal(warned, run.Error.Contains("warning: 1 of 13 examples (7.7 %) are longer than 64 tokens and are left out: rows.jsonl:13.", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Labels_that_a_limit_cuts_away_are_told()
    {
        // With bfd the prompt alone fills the row, so the example is left out whole; nothing is learnt of a row without its answer.
        Check(await Run(Recipe("options.max_length", "2")), GateExitCode.BadInput, ["No example is left to learn from: of 12, 12 are longer than 2 tokens and 0 have no target"]);
        Check(await Run(Recipe("options.packing_strategy", "\"bfd_split\"", "options.max_length", "2", "options.packing", "true")), GateExitCode.Passed, []);
    }

    [Fact]
    public async Task Prompts_and_rewards_that_teach_nothing_end_the_run()
    {
        var flat = Rl("options.max_steps_without_signal", "2");
        Check(await Run(flat), GateExitCode.TrainingFailed, ["Steps 1 to 2: all responses to a prompt earned the same (math; at last 0, and ", "so there is nothing to learn from", "max_steps_without_signal"]);
        Check(await Run(Rl("options.max_steps_without_signal", "0")), GateExitCode.Passed, []);
        Check(await Run(Rl("options.prompts_per_step", "9")), GateExitCode.BadInput, ["prompts_per_step is 9, but ", "has 4 prompts"]);
        Check(await Run(Rl("options.max_completion_length", "63")), GateExitCode.BadInput, ["No prompt is left to learn from", "63 new tokens room in the model's 64 positions"]);
        Check(await Run(Rl("rewards", """[{"name": "math"}, {"name": "math"}]""")), GateExitCode.BadInput, ["The reward 'math' is there twice"]);
        Check(await Run(Rl("options.warmup_steps", "7")), GateExitCode.BadInput, ["warmup_steps is 7, but the run makes 3 updates"]);
        Check(await Run(Rl("data.columns", "\"prompt=question\"")), GateExitCode.BadInput, ["there is no column 'question' for the prompt", "'prompt', 'answer'"]);
        Check(await Run(Rl("data.system_prompt", "\"help\"")), GateExitCode.BadInput, ["Item 'a' is a conversation"]);
    }

    [Theory]
    [InlineData("dpo")]
    [InlineData("reward_model")]
    public async Task Preferences_that_teach_nothing_are_refused(string kind)
    {
        const string Pair = """{"prompt": "how ?", "chosen": "here is 1", "rejected": "sorry"}""";
        var tooLong = $$"""{"prompt": "how ?", "chosen": "{{string.Join(' ', Enumerable.Repeat("how", 70))}}", "rejected": "sorry"}""";
        Check(await Run(Preferences(kind)), GateExitCode.BadInput, ["pairs.jsonl: has no rows; there are no preferences to learn from"]);
        Check(await Run(Preferences(kind, Pair, """{"prompt": "how ?", "chosen": "sure", "rejected": "sure"}""")), GateExitCode.BadInput, ["pairs.jsonl:2: \"chosen\" and \"rejected\" are the same; a pair that prefers nothing teaches nothing"]);
        Check(await Run(Preferences(kind, Pair, Pair, tooLong)), GateExitCode.BadInput, ["1 of 3 pairs (33.3 %) have a completion that is longer, with its prompt, than 64 tokens and are left out: pairs.jsonl:3", "At most 20.0 % may be (max_dropped_share 0.2)"]);
        var told = await Run(Preferences(kind, [.. Enumerable.Repeat(Pair, 9), tooLong]));
        Assert.Equal(GateExitCode.Passed, told.Code);
        Assert.Contains("1 of 10 pairs (10.0 %)", told.Told, StringComparison.Ordinal);
        Check(await Run(Preferences(kind, tooLong)), GateExitCode.BadInput, ["No preference is left to learn from: all 1 pairs have a completion that is longer, with its prompt, than 64 tokens"]);
        Check(await Run(Preferences(kind, """{"prompt": "how ?", "chosen": "sure"}""")), GateExitCode.BadInput, ["pairs.jsonl:1: there is no \"rejected\"; the row has \"prompt\", \"chosen\""]);
        var nowhere = JsonNode.Parse(File.ReadAllText(Preferences(kind, Pair)))!;
        nowhere["base"] = "nowhere";
        Check(await Run(_folder.Write("recipe.json", nowhere.ToJsonString())), GateExitCode.BadInput, ["nowhere"]);
    }

    [Fact]
    public async Task A_reward_model_that_does_not_fit_the_policy_is_refused()
    {
        var reward = Preferences("reward_model", [.. Enumerable.Repeat("""{"prompt": "how ?", "chosen": "here is 1", "rejected": "sorry"}""", 10)]);
        var run = await new RunStore(_folder["store"], TimeProvider.System).GetOrTrainAsync(RecipeFile.Load(reward), new Told(), TestContext.Current.CancellationToken);
        var model = _folder["reward"];
        Directory.CreateDirectory(model);
        foreach (var file in Directory.EnumerateFiles(run.CheckpointDirectory)) File.Copy(file, Path.Combine(model, Path.GetFileName(file)));
        _folder.Write("prompts.jsonl", string.Concat("abcd".Select(id => $$"""{"id": "{{id}}", "prompt": "how why ?"}""" + "\n")));
        string Ppo(string path, string? key = null, string value = "") => Written(JsonNode.Parse($$"""{"kind": "ppo", "base": "model", "template": "plain", "data": {"path": "prompts.jsonl"}, "reward_model_path": "{{path}}", "options": {"max_steps": 2, "learning_rate": 1e-3, "seed": 1, "per_device_train_batch_size": 2, "response_length": 3} }""")!, key, value);
        Check(await Run(Ppo("reward")), GateExitCode.Passed, []);
        Check(await Run(Ppo("model")), GateExitCode.BadInput, ["a language model; a reward model is a classifier of one label, as a recipe of kind reward_model leaves it"]);
        Check(await Run(Ppo("nowhere")), GateExitCode.BadInput, ["nowhere"]);
        Check(await Run(Ppo("reward", "options.per_device_train_batch_size", "5")), GateExitCode.BadInput, ["a step answers 5 prompts", "has 4: some would be drawn twice in one step"]);
        Check(await Run(Ppo("reward", "options.lam", "2")), GateExitCode.BadInput, ["lam is 2; it must lie in [0, 1]"]);
        var tokenizer = Path.Combine(model, "tokenizer.json");
        File.WriteAllText(tokenizer, File.ReadAllText(tokenizer).Replace("\"how\":14,\"why\":15", "\"how\":15,\"why\":14", StringComparison.Ordinal));
        Check(await Run(Ppo("reward")), GateExitCode.BadInput, ["has another tokenizer than the base", "Train a reward model from this base, or one with its tokenizer"]);
    }

    [Fact]
    public async Task A_selection_split_that_the_model_cannot_read_is_refused()
    {
        _folder.Write("selection.jsonl", $$"""{"id": "long", "prompt": "{{string.Join(' ', Enumerable.Repeat("how", 64))}}", "answer": "1"}""" + "\n");
        Check(await Run(Recipe("selection", """{"path": "selection.jsonl", "max_new_tokens": 4}""", "options.target", """{"accuracy": 0.5, "every_steps": 2}""")), GateExitCode.BadInput, ["selection.jsonl, item 'long': the prompt has 64 tokens; the model has 64 positions"]);
        _folder.Write("selection.jsonl", """{"id": "a", "prompt": "how"}""" + "\n" + """{"id": "a", "prompt": "why"}""" + "\n");
        Check(await Run(Recipe("selection", """{"path": "selection.jsonl"}""", "options.target", """{"accuracy": 0.5, "every_steps": 2}""")), GateExitCode.BadInput, ["line 2: id 'a' is also on line 1"]);
    }

    [Fact]
    public async Task Tokens_beyond_the_models_vocabulary_are_refused()
    {
        var recipe = Recipe();
        var tokenizer = _folder["model", "tokenizer.json"];
        File.WriteAllText(tokenizer, File.ReadAllText(tokenizer).Replace("\"how\":14", "\"how\":40", StringComparison.Ordinal));
        Check(await Run(recipe), GateExitCode.BadInput, ["'rows.jsonl:1' has a token outside the vocabulary of 20", "Take the tokenizer that belongs to these weights"]);
    }

    private static void Check((int Code, string Message, string Told) run, int code, string[] words)
    {
        Assert.True(code == run.Code, $"{run.Code}: {run.Message}");
        Assert.All(words, word => Assert.Contains(word, run.Message, StringComparison.Ordinal));
    }

    private string Rl(string key, string value)
    {
        _folder.Write("prompts.jsonl", string.Concat("abcd".Select(id => $$"""{"id": "{{id}}", "prompt": "how ?", "answer": "7"}""" + "\n")));
        var recipe = JsonNode.Parse("""{"kind": "grpo", "base": "model", "template": "plain", "data": {"path": "prompts.jsonl"}, "options": {"max_steps": 3, "learning_rate": 1e-3, "seed": 1, "prompts_per_step": 2, "num_generations": 2, "max_completion_length": 3}}""")!;
        return Written(recipe, key, value);
    }

    private string Preferences(string kind, params string[] rows)
    {
        _folder.Write("pairs.jsonl", string.Concat(rows.Select(row => row + "\n")));
        return Written(JsonNode.Parse($$"""{"kind": "{{kind}}", "base": "model", "template": "plain", "data": {"path": "pairs.jsonl"}, "options": {"max_steps": 2, "learning_rate": 1e-3, "seed": 1, "per_device_train_batch_size": 2} }""")!);
    }

    private string Recipe(string? key = null, string value = "", string? second = null, string secondValue = "", string? third = null, string thirdValue = "", string[]? rows = null)
    {
        _folder.Write("rows.jsonl", string.Concat((rows ?? [.. Enumerable.Repeat(Row, 12)]).Select(row => row + "\n")));
        var recipe = JsonNode.Parse("""{"kind": "sft", "base": "model", "template": "plain", "data": {"path": "rows.jsonl", "prompt": "q", "completion": "a", "separator": " "}, "options": {"max_steps": 3, "learning_rate": 1e-3, "seed": 1, "per_device_train_batch_size": 2}}""")!;
        return Written(recipe, key, value, second, secondValue, third, thirdValue);
    }

    private string Written(JsonNode recipe, params string?[] changes)
    {
        if (!Directory.Exists(_folder["model"])) TinyCheckpoint.In(_folder);
        for (var i = 0; i + 1 < changes.Length && changes[i] is { } key; i += 2)
        {
            var steps = key.Split('.');
            var owner = steps.SkipLast(1).Aggregate(recipe, (node, step) => node[step]!);
            owner[steps[^1]] = JsonNode.Parse(changes[i + 1]!);
        }

        return _folder.Write("recipe.json", recipe.ToJsonString());
    }

    private async Task<(int Code, string Message, string Told)> Run(string recipe)
    {
        var told = new Told();
        try
        {
            await new RunStore(_folder["store"], TimeProvider.System).GetOrTrainAsync(RecipeFile.Load(recipe), told, TestContext.Current.CancellationToken);
            return (GateExitCode.Passed, "", told.Text);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var (message, code) = GateCommandLine.Explain(e, CancellationToken.None);
            return (code, message, told.Text);
        }
    }

    private sealed class Told : IProgress<RunProgress>
    {
        public string Text { get; private set; } = "";

        public void Report(RunProgress value) => Text += $"{value.Phase} {value.Detail}\n";
    }
}
