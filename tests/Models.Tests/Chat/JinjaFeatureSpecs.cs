using SafetyGate.Core;
using SafetyGate.Models.Chat;

namespace SafetyGate.Models.Tests.Chat;

/// <summary>
/// Features of Jinja that few templates use, as Jinja2 3.1.6 with MarkupSafe 3.0.3 renders them under the settings of transformers; and those that
/// are refused.
/// </summary>
public sealed class JinjaFeatureSpecs
{
    [Theory]
    [InlineData("{{ 1|filesizeformat }}|{{ 0|filesizeformat }}|{{ 999|filesizeformat }}|{{ 1000|filesizeformat }}|{{ 123456789|filesizeformat(true) }}|{{ \"1e30\"|filesizeformat }}|{{ 5.7|filesizeformat }}|{{ -3|filesizeformat }}", "1 Byte|0 Bytes|999 Bytes|1.0 kB|117.7 MiB|1000000.0 YB|5 Bytes|-3 Bytes")]
    [InlineData("{{ {'a': 1, 'b<': \"x\\\"&\", 'n': none}|xmlattr }}|{{ {'a': 1}|xmlattr(false) }}|{{ {}|xmlattr }}", " a=\"1\" b&lt;=\"x&#34;&amp;\"|a=\"1\"|")]
    [InlineData("{{ (\"<b>\"|safe) + \"<i>\" }}|{{ \"<i>\" + (\"<b>\"|safe) }}|{{ \"<\"|e + \"<\" }}", "<b>&lt;i&gt;|&lt;i&gt;<b>|&lt;&lt;")]
    [InlineData("{{ \"<\"|e|e }}|{{ \"<\"|escape|forceescape }}|{{ \"<\"|safe|e }}|{{ \"<\"|safe|forceescape }}", "&lt;|&amp;lt;|<|&lt;")]
    [InlineData("{{ \"<\"|safe is escaped }}|{{ \"<\" is escaped }}|{{ \"<\"|e is escaped }}|{{ (\"a\"|safe)[0] is escaped }}|{{ (\"ab\"|safe)[:1] is escaped }}|{{ (\"a\"|safe ~ \"b\") is escaped }}", "True|False|True|True|True|False")]
    [InlineData("{{ [\"<\"|safe, \"x\"|e] }}", "[Markup('<'), Markup('x')]")]
    [InlineData("{{ (\"<b>\"|safe).upper() + \"<\" }}|{{ (\"<b>\"|safe).replace(\"b\", \"<c>\") }}|{{ (\"a,b\"|safe).split(\",\") }}|{{ (\"-\"|safe).join([\"<\", \"x\"]) }}", "<B>&lt;|<&lt;c&gt;>|[Markup('a'), Markup('b')]|&lt;-x")]
    [InlineData("{{ (\"<\"|safe) * 2 + \"<\" }}|{{ (\"a\"|safe)|upper is escaped }}|{{ (\"a\"|safe)|title is escaped }}|{{ (\"a\"|safe)|trim is escaped }}|{{ (\"a\"|safe)|string is escaped }}|{{ (\"a\"|safe)|replace(\"a\",\"<\") }}", "<<&lt;|True|False|True|True|<")]
    [InlineData("{{ (\"<a>\"|safe)|indent + \"<\" }}|{{ (\" a \"|safe)|center(9) + \"<\" }}|{{ (\"a\"|safe)|capitalize + \"<\" }}|{{ (\"a\"|safe)|lower + \"<\" }}", "<a>&lt;|    a    &lt;|A&lt;|a&lt;")]
    [InlineData("{{ (\"a\"|safe)|list + [\"b\"] }}|{{ (\"ab\"|safe)|reverse + \"<\" }}|{{ (\"abcdefghij\" * 10)|safe|truncate(20) + \"<\" }}", "['a', 'b']|ba&lt;|abcdefghijabcdefg...&lt;")]
    [InlineData("{% set x = \"<\"|safe %}{{ x + \"<\" }}{% set y %}<{% endset %}{{ y + \"<\" }}", "<&lt;<<")]
    [InlineData("{% macro m() %}<{% endmacro %}{{ m() + \"<\" }}", "<<")]
    [InlineData("{{ (\"x\"|safe) == \"x\" }}|{{ \"x\" in (\"xyz\"|safe) }}|{{ (\"x\"|safe) ~ \"<\" }}", "True|True|x<")]
    [InlineData("{{ \"abc\".translate({97: \"x\", 98: none, 99: 100}) }}", "xd")]
    [InlineData("{{ \"abc\".maketrans(\"ab\", \"xy\") }}", "{97: 120, 98: 121}")]
    [InlineData("{{ \"hello\".translate(\"\".maketrans(\"el\", \"ip\", \"o\")) }}", "hipp")]
    [InlineData("{% autoescape false %}{{ \"<\" }}{% endautoescape %}", "<")]
    [InlineData("{% set ns = namespace() %}{% set ns.a, b = 1, 2 %}{{ ns.a }}{{ b }}", "12")]
    [InlineData("{% set ns = namespace(a=1) %}{% set ns.a %}block{% endset %}{{ ns.a }}", "block")]
    [InlineData("{% print 1, 2 %}", "12")]
    [InlineData("{% set ns = namespace(a=12, b=36) %}{% set ns.a, ns.b = ns.a + 1, ns.b + 1 %}{{ ns.a }}|{{ ns.b }}", "13|37")]
    [InlineData("{{ x|f if x is defined else 'foo' }}", "foo")]
    [InlineData("{% macro f(a, b=a) %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }}{% endmacro %}{{ f(1, 2, 3, d=4) }}{{ f.name }}{{ f.arguments }}{{ f.catch_kwargs }}{{ f.catch_varargs }}{{ f.caller }}", "12(3,){'d': 4}f('a', 'b')TrueTrueFalse")]
    [InlineData("{{ \"a\" is filter }}{{ \"upper\" is filter }}{{ \"odd\" is test }}{{ \"pprint\" is filter }}", "FalseTrueTrueTrue")]
    [InlineData("{{ (\"%s %d\"|safe) % (\"<\", 3) }}|{{ (\"%(a)s\"|safe) % {\"a\": \"<\"} }}|{{ (\"%s\"|safe) % [\"<\"] }}|{{ (\"{} {x}\"|safe).format(\"<\", x=3) }}", "&lt; 3|&lt;|[&#39;&lt;&#39;]|&lt; 3")]
    [InlineData("{{ [2000, 1500]|map(\"filesizeformat\")|join(\",\") }}|{{ 1e27|filesizeformat(binary=true) }}|{{ true|filesizeformat }}", "2.0 kB,1.5 kB|827.2 YiB|1 Byte")]
    [InlineData("{{ \"<\" ~ (\"&\"|e) }}|{{ (\"<\"|safe)|join(\",\") }}|{{ [\"<\", \"&\"|e]|join(\",\") }}|{{ (\"a b\"|safe).partition(\" \")[2] + \"<\" }}", "<&amp;|<|<,&amp;|b&lt;")]
    public void A_template_is_rendered_as_Jinja2_renders_it(string template, string expected) =>
        Assert.Equal(expected, ChatTemplate.Parse("t", template).Render([]).Text);

    [Theory]
    [InlineData("{{ \"x\"|filesizeformat }}", "could not convert to float")]
    [InlineData("{{ {'a b': 1}|xmlattr }}", "Invalid character in attribute name")]
    [InlineData("{{ {'a=': 1}|xmlattr }}", "Invalid character in attribute name")]
    [InlineData("{% for loop in [1] %}{% endfor %}", "special loop variable")]
    [InlineData("{% for a, loop in [(1, 2)] %}{% endfor %}", "special loop variable")]
    [InlineData("{% macro x(caller) %}{% endmacro %}", "must be omitted or be given a default")]
    [InlineData("{{ namespace(d) }}", "'d' is undefined")]
    [InlineData("{{ dict(d) }}", "'d' is undefined")]
    [InlineData("{% autoescape true %}x{% endautoescape %}", "the tag 'autoescape' escapes")]
    [InlineData("{{ 1|pprint }}", "the filter 'pprint' of Jinja is not supported")]
    [InlineData("{{ [1]|random }}", "a prompt must be the same each time")]
    [InlineData("{{ 'a.com'|urlize }}", "the filter 'urlize' of Jinja is not supported")]
    [InlineData("{{ 'x'.encode() }}", "'encode' of strings gives bytes")]
    [InlineData("{{ x|f }}", "No filter named 'f'.")]
    [InlineData("{{ (x|f if x else 1) + (y|g) }}", "No filter named 'g'.")]
    [InlineData("{{ ('%r'|safe) % 'x' }}", "%r and %a")]
    [InlineData("{{ 'a'.maketrans('ab', 'c') }}", "equal length")]
    [InlineData("{{ 'a'.translate('b') }}", "mapping of code points")]
    public void What_cannot_be_is_said_by_its_name(string template, string says) =>
        Assert.Contains(says, Assert.Throws<UserErrorException>(() => ChatTemplate.Parse("t", template).Render([])).Message, StringComparison.Ordinal);
}
