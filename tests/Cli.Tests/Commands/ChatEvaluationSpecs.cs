using System.Text.Json;
using SafetyGate.Core;

namespace SafetyGate.Cli.Tests.Commands;

/// <summary>Conversations, system prompts and variables of the chat template in <c>gate eval</c>: what is asked, and what is not comparable.</summary>
public sealed class ChatEvaluationSpecs : IDisposable
{
    private const string Template = "{% if messages[0].role == 'system' and strict %}{{ raise_exception('System role not supported') }}{% endif %}{% for m in messages %}<{{ m.role }}>{{ m.content }}{% endfor %}{% if mood %}{{ mood }}{% endif %}<asst>";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_changed_system_prompt_or_variable_is_not_comparable()
    {
        var (model, suite) = Checkpoint();
        var plain = await Evaluate(model, suite, "plain.json");
        var told = await Evaluate(model, suite, "told.json", "--system-prompt", "be brief");
        var glad = await Evaluate(model, suite, "glad.json", "--chat-template-kwargs", "{\"mood\": \"glad\"}");
        Assert.Equal(3, new[] { plain, told, glad }.Select(File.ReadAllText).Select(text => JsonDocument.Parse(text).RootElement.ToString()).Distinct().Count());
        await NotComparable(plain, told, "benchmark digest");
        await NotComparable(plain, glad, "chat template digest");
        var file = _folder.Write("system.txt", "be brief\n");
        Assert.Equal(File.ReadAllText(told), File.ReadAllText(await Evaluate(model, suite, "file.json", "--system-prompt-file", file)));
    }

    [Fact]
    public async Task Several_turns_are_asked_and_a_template_that_refuses_names_the_item()
    {
        var (model, _) = Checkpoint();
        var suite = _folder.Write("chat.jsonl", """{"id": "first", "messages": [{"role": "user", "content": "why ?"}, {"role": "assistant", "content": "here"}, {"role": "user", "content": "how ?"}]}""" + "\n" + """{"id": "told", "messages": [{"role": "system", "content": "help"}, {"role": "user", "content": "how ?"}]}""" + "\n");
        await Evaluate(model, suite, "chat.json");
        await Refused(GateExitCode.BadInput, ["Prompt 'told': ", "refuses this conversation: System role not supported"], "eval", "--model", model, "--suite", suite, "--chat-template-kwargs", "{\"strict\": true}");
        await Refused(GateExitCode.BadInput, ["Item 'first' is a conversation"], "eval", "--model", model, "--suite", suite, "--plain");
    }

    [Theory]
    [InlineData("--chat-template-kwargs", "{mood}", GateExitCode.Usage, "the variables are not JSON")]
    [InlineData("--chat-template-kwargs", "[1]", GateExitCode.Usage, "not a JSON object")]
    [InlineData("--chat-template-kwargs", "{\"messages\": []}", GateExitCode.Usage, "names 'messages'")]
    [InlineData("--chat-template", "rag", GateExitCode.BadInput, "no chat template named 'rag'; there are 'default'")]
    [InlineData("--system-prompt", " ", GateExitCode.Usage, "--system-prompt is blank")]
    [InlineData("--system-prompt-file", "nowhere.txt", GateExitCode.BadInput, "nowhere.txt cannot be read")]
    public async Task A_mistake_is_told_in_one_line(string option, string value, int code, string message)
    {
        var (model, suite) = Checkpoint();
        await Refused(code, [message], "eval", "--model", model, "--suite", suite, option, value);
    }

    [Fact]
    public async Task Settings_of_a_template_without_one_are_refused()
    {
        var (model, suite) = Checkpoint();
        await Refused(GateExitCode.Usage, ["--plain continues text without a chat template"], "eval", "--model", model, "--suite", suite, "--plain", "--chat-template-kwargs", "{\"mood\": 1}");
        File.Delete(Path.Combine(model, "chat_template.jinja"));
        await Refused(GateExitCode.BadInput, ["has no chat template, so chat_template and chat_template_kwargs have nothing to act on"], "eval", "--model", model, "--suite", suite, "--chat-template-kwargs", "{\"mood\": 1}");
    }

    private (string Model, string Suite) Checkpoint()
    {
        var model = TinyCheckpoint.In(_folder);
        File.WriteAllText(Path.Combine(model, "chat_template.jinja"), Template);
        return (model, _folder.Write("suite.jsonl", """{"id": "a", "prompt": "why ?"}""" + "\n" + """{"id": "b", "prompt": "how ?"}""" + "\n"));
    }

    private async Task<string> Evaluate(string model, string suite, string name, params string[] more)
    {
        var result = _folder.File(name);
        var run = await GateRun.OfAsync(["eval", "--model", model, "--suite", suite, "--max-new-tokens", "4", "--out", result, .. more]);
        Assert.True(run.ExitCode is GateExitCode.Passed or GateExitCode.Inconclusive, run.Error);
        return result;
    }

    private static async Task NotComparable(string one, string other, string field)
    {
        var run = await GateRun.OfAsync("compare", one, other);
        Assert.Equal(GateExitCode.NotComparable, run.ExitCode);
        Assert.Contains(field, run.Out + run.Error, StringComparison.Ordinal);
    }

    private static async Task Refused(int code, string[] words, params string[] line)
    {
        var run = await GateRun.OfAsync(line);
        Assert.True(code == run.ExitCode, run.Error);
        Assert.All(words, word => Assert.Contains(word, run.Error, StringComparison.Ordinal));
    }
}
