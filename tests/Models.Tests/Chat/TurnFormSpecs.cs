using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Models.Chat;

namespace SafetyGate.Models.Tests.Chat;

/// <summary>
/// Contents in parts and arguments of calls in the form that a template reads. Reported of renderers and servers: a list written as Python prints
/// it (abetlen/llama-cpp-python#2324), a template that fails (ml-explore/mlx-examples#1195), a turn left empty (PrimeIntellect-ai/renderers#134),
/// arguments encoded twice (sgl-project/sglang#12123, oumi-ai/oumi#2599).
/// </summary>
public sealed class TurnFormSpecs : IDisposable
{
    private const string Parts = """[{"role":"user","content":[{"type":"text","text":"It's 1"},{"type":"text","text":"two"}]},{"role":"assistant","content":[{"type":"text","text":"so "}]}]""";
    private const string Text = """[{"role":"assistant","tool_calls":[{"type":"function","function":{"name":"f","arguments":"{\"city\": \"Bü\"}"}}]},{"role":"tool","content":"x"}]""";
    private const string Object = """[{"role":"assistant","tool_calls":[{"type":"function","function":{"name":"f","arguments":{"city":"Bü"}}}]},{"role":"tool","content":"x"}]""";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("{{ m.content }}")]
    [InlineData("{{ m.content | trim }}")]
    [InlineData("{{ '' + m.content }}")]
    [InlineData("{% if m.content is string %}{{ m.content }}{% endif %}")]
    [InlineData("{% if m.content is not string %}{{ raise_exception('texts only') }}{% endif %}{{ m.content }}")]
    public void Parts_are_joined_for_a_template_that_reads_texts(string body)
    {
        var trims = body.Contains("trim", StringComparison.Ordinal);
        Assert.Equal($"[user]It's 1\ntwo[assistant]{(trims ? "so" : "so ")}[assistant]", Render(body, Parts, ChatEnding.GenerationPrompt));
        Assert.Equal($"[user]It's 1\ntwo[assistant]{(trims ? "so" : "so ")}", Render(body, Parts, ChatEnding.InLastTurn));
    }

    [Fact]
    public void Parts_stay_parts_for_a_template_that_reads_them()
    {
        Assert.Equal("[user]It's 1|two|[assistant]so |", Render("{% for part in m.content %}{{ part.text }}|{% endfor %}", Parts, ChatEnding.AfterLastTurn));
        Assert.Equal("[user]two[assistant]so ", Render("{{ (m.content | last).text }}", Parts, ChatEnding.AfterLastTurn));
    }

    [Fact]
    public void A_turn_that_a_template_leaves_out_in_either_form_is_left_out() =>
        Assert.Equal("[user]It's 1|two|[assistant]", Render("{% if m.role == 'user' %}{% for part in m.content %}{{ part.text }}|{% endfor %}{% endif %}", Parts, ChatEnding.AfterLastTurn));

    [Fact]
    public void Parts_that_are_no_text_are_refused_where_a_template_writes_them_as_code()
    {
        var error = Assert.Throws<UserErrorException>(() => Render("{{ m.content }}", """[{"role":"user","content":[{"type":"thing"},{"type":"text","text":"x"}]}]""", ChatEnding.AfterLastTurn));
        Assert.Contains("chat_template.jinja: the chat template writes contents in parts, or arguments of calls, as the code of a list or an object", error.Message, StringComparison.Ordinal);
    }

    // Left out by most templates, or a mark in their place (FlashML-org/FreeToken#348, earendil-works/pi#3429).
    [Theory, InlineData("image"), InlineData("image_url"), InlineData("input_audio"), InlineData("audio"), InlineData("video"), InlineData("video_url"), InlineData("file")]
    public void Parts_that_a_text_model_does_not_see_are_refused(string type)
    {
        var turns = $$"""[{"role":"user","content":[{"type":"{{type}}"},{"type":"text","text":"x"}]}]""";
        const string Body = "{% for part in m.content %}{% if part.type == 'text' %}{{ part.text }}{% endif %}{% endfor %}";
        var error = Assert.Throws<UserErrorException>(() => Render(Body, turns, ChatEnding.GenerationPrompt));
        Assert.Contains($"a turn holds a part of type '{type}', and only text reaches the model", error.Message, StringComparison.Ordinal);
        Assert.Equal("[user]x", Render(Body, turns.Replace(type, "imagery", StringComparison.Ordinal), ChatEnding.AfterLastTurn)); // whatever a template makes of it
    }

    // Qwen2.5 writes arguments as JSON whatever they are, DeepSeek's templates join them with text, others look first.
    [Theory]
    [InlineData("{{ c.function.arguments | tojson }}", Text), InlineData("{{ c.function.arguments | tojson }}", Object)]
    [InlineData("{{ '' + c.function.arguments }}", Text), InlineData("{{ '' + c.function.arguments }}", Object)]
    [InlineData("{{ c.function.arguments }}", Text), InlineData("{{ c.function.arguments }}", Object)]
    [InlineData("{% if c.function.arguments is string %}{{ c.function.arguments }}{% else %}{{ c.function.arguments | tojson }}{% endif %}", Text)]
    [InlineData("{% if c.function.arguments is string %}{{ c.function.arguments }}{% else %}{{ c.function.arguments | tojson }}{% endif %}", Object)]
    public void Arguments_are_written_once(string body, string messages) =>
        Assert.Equal("[assistant]{\"city\": \"Bü\"}[tool]", Render($"{{% for c in m.tool_calls or [] %}}{body}{{% endfor %}}", messages, ChatEnding.AfterLastTurn));

    [Fact]
    public void Arguments_that_are_read_one_by_one_become_an_object() =>
        Assert.Equal("[assistant]city=Bü[tool]", Render("{% for c in m.tool_calls or [] %}{% for k, v in c.function.arguments.items() %}{{ k }}={{ v }}{% endfor %}{% endfor %}", Text, ChatEnding.AfterLastTurn));

    [Fact]
    public void A_template_that_fails_with_every_form_says_why_it_fails_with_the_form_given()
    {
        var error = Assert.Throws<UserErrorException>(() => Render("{{ raise_exception('no ' ~ m.content[0].type) }}", Parts, ChatEnding.AfterLastTurn));
        Assert.EndsWith("refuses this conversation: no text", error.Message, StringComparison.Ordinal);
    }

    private string Render(string body, string messages, ChatEnding ending)
    {
        folder.Write("chat_template.jinja", $"{{% for m in messages %}}[{{{{ m.role }}}}]{body}{{% endfor %}}{{% if add_generation_prompt %}}[assistant]{{% endif %}}");
        var turns = Conversation.Turns(JsonDocument.Parse(messages).RootElement, "messages");
        return ChatRenderers.For(folder.Path)!.Render(new Conversation { Messages = turns }, ending).Text;
    }
}
