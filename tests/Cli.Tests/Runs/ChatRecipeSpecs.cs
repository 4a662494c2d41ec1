using System.Text.Json.Nodes;
using SafetyGate.Core.Runs;
using SafetyGate.Harness.Runs;
using SafetyGate.Models;
using SafetyGate.Trainers;
using SafetyGate.Trainers.Grpo;
using SafetyGate.Trainers.Sft;

namespace SafetyGate.Cli.Tests.Runs;

/// <summary>Runs on conversations: what is learnt, what enters the key, and how the trained model is asked.</summary>
public sealed class ChatRecipeSpecs : IDisposable
{
    private const string Template = "{% for m in messages %}<user> {{ m.content }} {% if m.role == 'assistant' %}{% generation %}{{ m.content }} <eos>{% endgeneration %}{% endif %}{% endfor %}{% if mood %} {{ mood }}{% endif %}{% if add_generation_prompt %}<asst>{% endif %}";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rows_of_messages_train_and_the_variables_of_the_template_stay_with_the_model()
    {
        var plain = await Train(Supervised());
        var glad = await Train(Supervised(recipe => recipe["chat_template_kwargs"] = new JsonObject { ["mood"] = "sure" }));
        Assert.NotEqual(plain.Record.Digest, glad.Record.Digest);
        Assert.NotEqual(plain.Record.Model.TemplateDigest, glad.Record.Model.TemplateDigest);
        using var reference = (LocalLanguageModel)glad.OpenReference();
        Assert.Equal(glad.Record.Model.TemplateDigest, reference.Identity.TemplateDigest); // both are asked alike
        var ids = reference.PromptIds(Core.Language.Prompt.User("a", "how ?"));
        Assert.Equal("<user> how ? sure <asst>", reference.Model.Tokenizer.Decode(ids));
    }

    [Fact]
    public async Task Prompts_of_several_turns_are_learnt_from_by_rewards()
    {
        _folder.Write("prompts.jsonl", string.Concat("abcd".Select(id => $$"""{"id": "{{id}}", "messages": [{"role": "user", "content": "why ?"}, {"role": "assistant", "content": "here"}, {"role": "user", "content": "how ?"}], "answer": "7"}""" + "\n")));
        var path = Write("""{"kind": "grpo", "base": "model", "template": "chat", "data": {"path": "prompts.jsonl", "system_prompt": "help"}, "options": {"max_steps": 2, "learning_rate": 1e-3, "seed": 1, "prompts_per_step": 2, "num_generations": 2, "max_completion_length": 3}}""", null);
        var recipe = Assert.IsType<GrpoRecipe>(RecipeFile.Load(path));
        Assert.Equal(["system", "user", "assistant", "user"], recipe.TrainingPrompts.Items[0].AsChat().Messages!.Select(turn => turn.Role));
        var before = recipe.Describe().ToJsonString();
        Assert.NotEqual(before, (recipe with { Data = recipe.Data with { SystemPrompt = null } }).Describe().ToJsonString());
        Assert.Equal(2, (await Train(path)).Record.Steps);
    }

    [Fact]
    public void What_is_not_set_is_not_in_the_key_so_that_older_runs_keep_theirs()
    {
        var recipe = Assert.IsType<SftRecipe>(RecipeFile.Load(Supervised(recipe => recipe["options"]!.AsObject().Remove("assistant_only_loss"))));
        var described = recipe.Describe().ToJsonString();
        var keys = recipe.Describe();
        Assert.Equal(["completion", "limit", "messages", "prompt", "separator", "sha256", "text"], keys["data"]![0]!.AsObject().Select(key => key.Key).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("chat", keys.Select(key => key.Key));
        Assert.DoesNotContain(keys["options"]!.AsObject().Select(key => key.Key), key => key is "assistant_only_loss" or "max_dropped_share");
        Assert.NotEqual(described, (recipe with { Options = recipe.Options with { AssistantOnlyLoss = true } }).Describe().ToJsonString());
        Assert.NotEqual(described, (recipe with { ChatTemplate = "default" }).Describe().ToJsonString());
        Assert.NotEqual(described, (recipe with { Data = [recipe.Data[0] with { SystemPrompt = "help" }] }).Describe().ToJsonString());
        Assert.Equal(described, (recipe with { Options = recipe.Options with { MaxDroppedShare = 0.5 } }).Describe().ToJsonString());
    }

    private string Supervised(Action<JsonNode>? change = null)
    {
        _folder.Write("rows.jsonl", string.Concat(Enumerable.Repeat("""{"messages": [{"role": "user", "content": "how ?"}, {"role": "assistant", "content": "here is 1"}, {"role": "user", "content": "why ?"}, {"role": "assistant", "content": "sure"}]}""" + "\n", 4)));
        return Write("""{"kind": "sft", "base": "model", "template": "chat", "data": {"path": "rows.jsonl", "messages": "messages"}, "options": {"max_steps": 2, "learning_rate": 1e-3, "seed": 1, "per_device_train_batch_size": 2, "assistant_only_loss": true}}""", change);
    }

    private string Write(string text, Action<JsonNode>? change)
    {
        if (!Directory.Exists(_folder["model"])) File.WriteAllText(Path.Combine(TinyCheckpoint.In(_folder), "chat_template.jinja"), Template);
        var recipe = JsonNode.Parse(text)!;
        change?.Invoke(recipe);
        return _folder.Write("recipe.json", recipe.ToJsonString());
    }

    private Task<TrainedModel> Train(string recipe) =>
        new RunStore(_folder["store"], TimeProvider.System).GetOrTrainAsync(RecipeFile.Load(recipe), new Progress<RunProgress>(), TestContext.Current.CancellationToken);
}
