using System.Text.Json;
using SafetyGate.Core;
using SafetyGate.Models.Chat;

namespace SafetyGate.Models.Tests.Chat;

/// <summary>A template is data from strangers: it ends, reaches nothing but its context, and says what is wrong.</summary>
public sealed class ChatTemplateSpecs
{
    [Theory]
    [InlineData("{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}", "steps")]
    [InlineData("{% for i in range(1000) %}{% for j in range(1000) %}{{ 'x' * 10000 }}{% endfor %}{% endfor %}", "characters")]
    [InlineData("{{ 'x' * 1000000000000 }}", "characters or elements")]
    [InlineData("{{ [0] * 100000000 }}", "characters or elements")]
    [InlineData("{{ 2 ** 100000000 }}", "bits")]
    [InlineData("{{ 10 ** 4000 * 10 ** 4000 }}", "bits")]
    [InlineData("{{ range(1000000) | list }}", "range too big")]
    [InlineData("{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}", "nests more than 200 calls")]
    [InlineData("{% set ns = namespace(x='ab') %}{% for i in range(40) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}", "characters")]
    [InlineData("{{ 'a'.replace('', 'x' * 1000000).replace('x', 'y' * 1000000) }}", "characters")]
    [InlineData("{{ '%2147483647d' % 1 }}", "characters")]
    [InlineData("{{ '{:>2147483647}'.format(1) }}", "characters")]
    [InlineData("{{ 'x'.center(2147483647) }}", "characters")]
    [InlineData("{{ 'x' | indent(2147483647, true) }}", "characters")]
    public void Work_is_limited(string template, string reason) => Assert.Contains(reason, Refusal(template), StringComparison.Ordinal);

    [Theory]
    [InlineData(2), InlineData(8), InlineData(9), InlineData(40)]
    public void The_last_value_of_a_name_counts_in_its_block_however_many_names_there_are(int names)
    {
        string Each(Func<int, string> text) => string.Concat(Enumerable.Range(0, names).Select(text));
        var set = Each(i => $"{{% set n{i} = {i} %}}") + Each(i => $"{{% set n{i} = n{i} + 100 %}}");
        var within = "{% with n1 = 7, other = 8 %}{% set n0 = 9 %}" + Each(i => $"{{{{ n{i} }}}} ") + "{{ other }}{% endwith %}";
        var text = ChatTemplate.Parse("t", set + within + " " + Each(i => $"{{{{ n{i} }}}} ") + "{{ other }}").Render([]).Text;
        Assert.Equal("9 7 " + string.Concat(Enumerable.Range(2, names - 2).Select(i => $"{100 + i} ")) + "8 " + Each(i => $"{100 + i} "), text);
    }

    [Fact]
    public void Depth_is_limited_and_no_stack_overflows()
    {
        const int depth = 100_000;
        Assert.Contains("deeply", Refusal("{{ " + new string('(', depth) + "1" + new string(')', depth) + " }}"), StringComparison.Ordinal);
        Assert.Contains("deeply", Refusal("{{ " + new string('-', depth) + "1 }}"), StringComparison.Ordinal);
        Assert.Contains("deeply", Refusal("{{ 1" + string.Concat(Enumerable.Repeat(" + 1", depth)) + " }}"), StringComparison.Ordinal);
        Assert.Contains("deeply", Refusal(string.Concat(Enumerable.Repeat("{% if 1 %}", depth))), StringComparison.Ordinal);
        Assert.Contains("deeply", Refusal("{{ x" + string.Concat(Enumerable.Repeat("|upper", depth)) + " }}"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{{ messages.append(1) }}"), InlineData("{{ messages.__class__.mro() }}"), InlineData("{{ context.clear() }}")]
    [InlineData("{% include 'x' %}"), InlineData("{% import 'x' as y %}"), InlineData("{% extends 'x' %}"), InlineData("{% from 'x' import y %}")]
    [InlineData("{{ '{0.__class__}'.format(1) }}"), InlineData("{{ lipsum() }}"), InlineData("{{ self.x }}"), InlineData("{{ open('x') }}")]
    [InlineData("{{ x|random }}"), InlineData("{% set messages.x = 1 %}"), InlineData("{% break %}"), InlineData("{% nothing %}")]
    public void Nothing_outside_of_the_context_is_reached_and_nothing_in_it_is_changed(string template) => Assert.NotEmpty(Refusal(template));

    [Fact]
    public void The_clock_is_fixed_unless_a_time_is_given()
    {
        var template = ChatTemplate.Parse("t", "{{ strftime_now('%Y-%m-%d %H:%M %-d %B %j %% %k %l %P') }}");
        Assert.Equal("2025-07-10 12:00 10 July 191 % 12 12 pm", template.Render([]).Text);
        Assert.Equal("2024-02-09 07:08 9 February 040 %  7  7 am", template.Render([], new DateTimeOffset(2024, 2, 9, 7, 8, 0, TimeSpan.Zero)).Text);
    }

    [Fact]
    public void Spans_count_code_points_of_the_whole_text()
    {
        var rendered = ChatTemplate.Parse("t", "👍{% generation %}ü👍{% endgeneration %}-{% for i in [1, 2] %}{% generation %}{{ i }}{% endgeneration %}{% endfor %}").Render([]);
        Assert.Equal("👍ü👍-12", rendered.Text);
        Assert.Equal([(1, 3), (4, 5), (5, 6)], rendered.GenerationSpans);
    }

    [Theory]
    [InlineData("{{ 'ΟΔΟΣ'.lower() }}", "οδος"), InlineData("{{ 'straße'|upper }}", "STRASSE"), InlineData("{{ 1e16 }} {{ 123456789.125 }} {{ 1e-5 }} {{ 5e-324 }}", "1e+16 123456789.125 1e-05 5e-324")]
    [InlineData("{% for i in [1, 2] %}{{ i }}{% break %}{% else %}e{% endfor %}|{% for i in [1, 2] %}{{ i }}{% continue %}{% else %}e{% endfor %}", "1e|12e")]
    [InlineData("{% for i in [1, 2] %}{% if i == 2 %}{% break %}{% endif %}{{ i }}{% else %}e{% endfor %}|{% for i in [] %}{{ i }}{% else %}e{% endfor %}|{% for i in [1] %}{{ i }}{% else %}e{% endfor %}", "1|e|1")]
    [InlineData("{{ '  a b c  '.split(none, 1) }}{{ '  a b c  '.rsplit(none, 1) }}{{ ' a '.split(none, 0) }}{{ ' a '.rsplit(none, 0) }}", "['a', 'b c  ']['  a b', 'c']['a '][' a']")]
    [InlineData("{{ '\"straße ÉCOLE' | wordwrap(4) }}|{{ 'é漢😀😀' | wordwrap(3) }}|{{ 'a b c d e' | wordwrap(3) }}|{{ ('x' * 300000) | wordwrap(1) | length }}", "\"str\naße \nÉCOL\nE|é漢😀\n😀|a b\nc d\ne|599999")]
    [InlineData("{{ 1 is sameas 1 }} {{ 257 is sameas true }} {{ 1 is sameas true }} {{ [1] is sameas [1] }} {{ none is sameas none }}", "True False False False True")]
    [InlineData("{{ 2.675|round(2) }} {{ 0.125|round(2) }} {{ '%.2f' % 0.125 }} {{ '%g' % 1234567 }}", "2.67 0.12 0.12 1.23457e+06")]
    [InlineData("{{ 9007199254740993 == 9007199254740992.0 }} {{ 1 == true }} {{ {1: 'a', true: 'b'} }}", "False True {1: 'b'}")]
    [InlineData("{{ '👍é'[0] }}{{ '👍é'[::-1] }}{{ '👍é'.find('é') }}{{ '\\uD83D\\uDC4D'|length }}", "👍é👍11")]
    [InlineData("{{ \"it's\"|string }}{{ [\"it's\", 'q\"', '\\u200b'] }}", "it's[\"it's\", 'q\"', '\\u200b']")]
    public void Values_are_those_of_Python(string template, string expected) => Assert.Equal(expected, ChatTemplate.Parse("t", template).Render([]).Text);

    [Fact]
    public void A_template_of_any_length_is_not_read() =>
        Assert.Contains("at most 1,048,576", Assert.Throws<UserErrorException>(() => ChatTemplate.Parse("t", new string('x', ChatTemplate.MaxLength + 1))).Message, StringComparison.Ordinal);

    private static string Refusal(string template)
    {
        var context = new Dictionary<string, JsonElement> { ["messages"] = JsonSerializer.Deserialize<JsonElement>("[1]"), ["x"] = JsonSerializer.Deserialize<JsonElement>("\"x\"") };
        return Assert.Throws<UserErrorException>(() => ChatTemplate.Parse("t", template).Render(context)).Message;
    }
}
