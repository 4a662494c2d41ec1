using System.Globalization;
using SafetyGate.Core.Runs;

namespace SafetyGate.Verifiers.Tests.Math;

/// <summary>A pair whose truth is known from how it was made.</summary>
/// <param name="Kind">What the gold answer is.</param>
/// <param name="Gold">Gold answer.</param>
/// <param name="Response">Whole response.</param>
/// <param name="Right">Whether the response gives the gold answer.</param>
internal sealed record AnswerPair(string Kind, string Gold, string Response, bool Right);

/// <summary>
/// Draws gold answers of twenty-eight kinds, for each the same value in other notations and other values beside it, and the sentences that
/// state an answer, doubt it, give it to somebody else, take it back or ask for it. Nothing of the verifier is used.
/// </summary>
internal sealed class AnswerPairs(ulong seed)
{
    /// <summary>A gold answer, the same in other notations, and others beside it.</summary>
    internal sealed record Case(string Kind, string Gold, string[] Right, string[] Wrong);

    private static readonly string[] Stating =
    [
        "\\boxed{@}", "So the final answer is $\\boxed{@}$.", "The answer is $@$.", "**Answer:** $@$", "<answer>$@$</answer>", "#### $@$", "\\[\\boxed{@}\\]", "Final answer: $@$",
        "First $7 + 8 = 15$.\n\nTherefore, the answer is \\(@\\).", "### Final Answer\n$@$", "<think>\\boxed{999}</think>The answer is $@$.", "$@$", "We conclude that the answer is $@$.",
    ];

    // The right answer (@) is said, and not as the text's own answer; # is another one.
    private static readonly string[] NotStating =
    [
        "The answer is not $@$.", "The answer is $@$ or $#$.", "\\boxed{@} or \\boxed{#}", "Is the answer $@$?", "I doubt that the answer is $@$.", "It is false that the answer is $@$.",
        "My friend says the answer is $@$, but I get $#$.", "One might conclude that the answer is $@$.", "The answer is $@$? No, it is $#$.", "According to Anna the answer is $@$.",
        "Suppose the answer is $@$. Then we have a contradiction.", "Nobody knows whether the answer is $@$.", "The answer is $@$. Actually, it is $#$.", "The answer is $@$; scratch that, $#$.",
        "\\boxed{@}. Wait, that is wrong. The answer is \\boxed{#}.", "\\boxed{@}\n\nFinal answer: $#$", "<think>\\boxed{@}</think>The answer is \\boxed{#}.", "The answer is $@$ only when $n$ is odd.",
        "The answer is $@$ for small $n$ and $#$ for large $n$.", "The naive answer is $@$.", "It is tempting to say $@$, yet the answer is $#$.", "The answer is the negative of $@$.", "The answer differs from $@$.",
        "\\boxed{@} is wrong.", "We showed that \\boxed{@} does not work.", "Prove that the answer is $@$.", "The answer is supposedly $@$.", "~~\\boxed{@}~~ \\boxed{#}", "The answer is $@$ (or $#$).", "The answer is $@$, I mean $#$.",
    ];

    private readonly RandomStream _random = new(seed, "answer pairs");

    /// <summary>The next pairs: of one gold answer, two right ones and six wrong ones.</summary>
    public IEnumerable<AnswerPair> Next()
    {
        var made = Draw();
        for (var i = 0; i < 2; i++) yield return new(made.Kind, made.Gold, Pick(Stating).Replace("@", Pick(made.Right), StringComparison.Ordinal), true);
        for (var i = 0; i < 4; i++) yield return new(made.Kind, made.Gold, Pick(Stating).Replace("@", Pick(made.Wrong), StringComparison.Ordinal), false);
        for (var i = 0; i < 2; i++) yield return new(made.Kind + ", not stated", made.Gold, Pick(NotStating).Replace("@", Pick(made.Right), StringComparison.Ordinal).Replace("#", made.Wrong[0], StringComparison.Ordinal), false);
    }

    /// <summary>The next gold answer.</summary>
    public Case Draw()
    {
        int a = Between(2, 40), b = Between(41, 90), c = Between(3, 9);
        switch (_random.Next(28))
        {
            case 0:
                var n = Between(1001, 9_999_999);
                var grouped = n.ToString("N0", CultureInfo.InvariantCulture);
                return new("whole number", $"{n}", [$"{n}", grouped, grouped.Replace(",", "{,}", StringComparison.Ordinal), grouped.Replace(",", "\\,", StringComparison.Ordinal), grouped.Replace(",", " ", StringComparison.Ordinal), grouped.Replace(",", "\u202f", StringComparison.Ordinal), $"{n}.0", $"\\text{{{n}}}", $"\\frac{{{2L * n}}}{{2}}"],
                    [$"{n + 1}", $"{n - 1}", $"-{n}", $"{n}0", $"{n / 10}", $"{n}\\%", $"{n}!", $"{n}x", $"{n}.5", $"{n}, {n + 1}", $"{n} \\text{{ or }} {n + 1}", $"\\neq {n}", $"x > {n}", $"{n}\\pi", $"{n} \\text{{ thousand}}", $"\\cancel{{{n}}} 7", $"{n}\\ldots", $"{n + 2} = {n}", $"{n} \\approx {(n / 10 * 10) + (n % 10 == 3 ? 5 : 3)}", $"{n}_{{12}}", $"{n}^2", $"\\sqrt{{{n}}}", $"{n}:7", $"{n} 7", $"\\sim {n}", $"\\frac{{d}}{{dx}} {n}"]);
            case 1:
                return new("fraction", $"\\frac{{{a}}}{{{b}}}", [$"{a}/{b}", $"\\dfrac{{{a}}}{{{b}}}", $"\\tfrac{{{a * c}}}{{{b * c}}}", $"{{{a} \\over {b}}}", $"{a}\u2044{b}", $"\\left(\\frac{{{a}}}{{{b}}}\\right)", $"{a} \\div {b}"],
                    [$"\\frac{{{b}}}{{{a}}}", $"\\frac{{{a + 1}}}{{{b}}}", $"\\frac{{{a}}}{{{b + 1}}}", $"-\\frac{{{a}}}{{{b}}}", $"{c}\\frac{{{a}}}{{{b}}}", $"{a}, {b}", $"({a}, {b})", $"\\frac{{{a}\\pi}}{{{b}}}", $"\\frac{{{a}}}{{{b}}}\\%", $"{a} \\cdot {b}", $"\\sqrt{{\\frac{{{a}}}{{{b}}}}}", $"\\binom{{{b}}}{{{a}}}", $"\\lceil {a}/{b} \\rceil", $"{a}/{b}/2", $"\\frac{{{a}}}{{{b}}}x"]);
            case 2:
                return new("mixed number", $"{c}\\frac{{1}}{{{a}}}", [$"{c} 1/{a}", $"\\frac{{{(c * a) + 1}}}{{{a}}}", $"{c}\\tfrac{{1}}{{{a}}}", $"{c} + \\frac{{1}}{{{a}}}"],
                    [$"{c + 1}\\frac{{1}}{{{a}}}", $"{c}\\frac{{1}}{{{a + 1}}}", $"{c} \\cdot \\frac{{1}}{{{a}}}", $"{c} - \\frac{{1}}{{{a}}}", $"-{c}\\frac{{1}}{{{a}}}", $"{c}2/{a}", $"{c}, \\frac{{1}}{{{a}}}"]);
            case 3:
                return new("decimal", $"{a}.{b}", [$"{a}.{b}0", $"{a},{b}", $"\\frac{{{(a * 100) + b}}}{{100}}", $"{a}{{,}}{b}", $"{a}.{b}"],
                    [$"{a}.{b - 1}", $"{a}{b}", $"{a}.0{b}", $"{a}.{b}1", $"{a}.\\overline{{{b}}}", $"{a}.{b}\\ldots", $"{a}.{b}...", $"-{a}.{b}", $"{a}.{b}\\%", $"{a}.{b}e1", $"{a}.{b} \\pm 0.1", $"{a}:{b}", $"{a}.{b}\\pi"]);
            case 4:
                return new("percent", $"{a}\\%", [$"{a}\\%", $"{a}%", $"{a} \\text{{ percent}}", $"\\frac{{{a}}}{{100}}"], [$"{a + 1}\\%", $"{a}00", $"0.{a}\\%", $"-{a}\\%", $"{a}\u2030", $"> {a}\\%", $"{a}\\% x", $"{a}\\% \\text{{ or }} {b}\\%", $"{a}\\% \\text{{ of }} 7"]);
            case 5:
                return new("money", $"\\${a}.{b}", [$"\\${a}.{b}", $"{a}.{b}", $"{a}.{b}\\text{{ dollars}}"], [$"\u20ac{a}.{b}", $"\u00a3{a}.{b}", $"\u00a5{a}.{b}", $"\\${a}.{b - 1}", $"\\${a}{b}", $"-\\${a}.{b}", $"\\${a}.{b} \\text{{ million}}", $"{a}.{b} \\text{{ cents}}", $"\\text{{less than }}\\${a}.{b}"]);
            case 6:
                return new("unit", $"{a}\\text{{ cm}}", [$"{a}", $"{a} cm", $"{a}\\,\\mathrm{{cm}}", $"{a} \\text{{ centimeters}}"], [$"{a}\\text{{ m}}", $"{a}\\text{{ cm}}^2", $"{a + 1}\\text{{ cm}}", $"{a}00 \\text{{ cm}}", $"{a}\\text{{ km}}", $"{a}\\text{{ kg}}", $"{a} \\text{{ to }} {b} \\text{{ cm}}", $"{a}\\text{{ cubic centimeters}}"]);
            case 7:
                return new("power of ten", $"{c}.{a} \\times 10^{{{b}}}", [$"{c}.{a}\\cdot10^{{{b}}}", $"{c}.{a}e{b}", $"{c}.{a} \u00d7 10^{{{b}}}"], [$"{c}.{a} \\times 10^{{{b + 1}}}", $"{c}.{a} \\times 10^{{-{b}}}", $"{c}.{a}", $"{c}.{a} + 10^{{{b}}}", $"{c}.{a} \\times 2^{{{b}}}", $"-{c}.{a} \\times 10^{{{b}}}", $"{c}.{a}, 10^{{{b}}}"]);
            case 8:
                return new("repeating decimal", $"0.\\overline{{{b}}}", [$"\\frac{{{b}}}{{99}}", $"0.({b})", $"0.{b}{b}{b}...", $"0.{b}{b}{b}\\ldots", $"0.\\dot{{{b / 10}}}\\dot{{{b % 10}}}"], b % 11 == 0 ? [$"0.{b}", $"0.{b}{b}{b}", $"1.\\overline{{{b}}}"] : [$"0.{b}", $"0.{b}{b}{b}", $"0.{b / 10}\\overline{{{b % 10}}}", $"1.\\overline{{{b}}}", $"0.0\\overline{{{b}}}", $"\\frac{{{b}}}{{100}}", $"0.\\underline{{{b}}}"]);
            case 9:
                return new("pi", $"{a}\\pi", [$"\\pi \\cdot {a}", $"{a}\u03c0", $"\\frac{{{3 * a}\\pi}}{{3}}", $"{a}*pi"], [$"{a + 1}\\pi", $"{a}", $"\\frac{{{a}}}{{\\pi}}", $"{a} + \\pi", $"{a}\\pi^2", $"-{a}\\pi", $"3.14 \\cdot {a}", $"{a}e", $"{180 * a}", $"\\frac{{22}}{{7}} \\cdot {a}", $"{a}\\pi + 2k\\pi"]);
            case 10:
                return new("root", $"{a}\\sqrt{{{(c * 10) + 1}}}", [$"\\sqrt{{{a * a * ((c * 10) + 1)}}}", $"{a} \\cdot {(c * 10) + 1}^{{1/2}}", $"{a}*sqrt({(c * 10) + 1})", $"\\frac{{{a * ((c * 10) + 1)}}}{{\\sqrt{{{(c * 10) + 1}}}}}"], [$"{a}\\sqrt{{{(c * 10) + 2}}}", $"{a + 1}\\sqrt{{{(c * 10) + 1}}}", $"{a}\\sqrt[3]{{{(c * 10) + 1}}}", $"{a} + \\sqrt{{{(c * 10) + 1}}}", $"{a} \\cdot {(c * 10) + 1}", $"-{a}\\sqrt{{{(c * 10) + 1}}}", $"\\pm {a}\\sqrt{{{(c * 10) + 1}}}", $"{a}\\sqrt{{{(c * 10) + 1}}}i", $"\\sqrt{{{a * ((c * 10) + 1)}}}"]);
            case 11:
                return new("logarithm", $"\\log_{{{c}}} {b}", [$"\\frac{{\\ln {b}}}{{\\ln {c}}}", $"\\log_{{{c}}}({b})", $"\\frac{{\\log {b}}}{{\\log {c}}}", $"\\frac{{1}}{{\\log_{{{b}}} {c}}}"], [$"\\log_{{{b}}} {c}", $"\\log_{{{c + 1}}} {b}", $"\\log_{{{c}}} {b + 1}", $"\\ln {b}", $"\\ln {b} - \\ln {c}", $"-\\log_{{{c}}} {b}", $"\\frac{{{b}}}{{{c}}}"]);
            case 12:
                return new("binomial", $"\\binom{{{b}}}{{{c}}}", [$"\\dbinom{{{b}}}{{{b - c}}}", $"{{{b} \\choose {c}}}", $"\\frac{{{b}!}}{{{c}! \\cdot {b - c}!}}", $"\\frac{{{b}!}}{{{c}!\\,{b - c}!}}"], [$"\\binom{{{b}}}{{{c + 1}}}", $"\\binom{{{b + 1}}}{{{c}}}", $"\\frac{{{b}}}{{{c}}}", $"\\frac{{{b}!}}{{{b - c}!}}", $"2\\binom{{{b}}}{{{c}}}", $"({b}, {c})", $"\\left(\\!\\!\\binom{{{b}}}{{{c}}}\\!\\!\\right)"]);
            case 13:
                return new("interval", $"[{a}, {b})", [$"\\left[{a}, {b}\\right)", $"{a} \\le x < {b}", $"x \\in [{a}, {b})", $"[{a}; {b}[", $"{b} > x \\geq {a}", $"\\{{x \\mid {a} \\le x < {b}\\}}"], [$"({a}, {b})", $"[{a}, {b}]", $"({a}, {b}]", $"[{b}, {a})", $"\\{{{a}, {b}\\}}", $"[{a}, \\infty)", $"{a} < x < {b}", $"x \\notin [{a}, {b})", $"\\mathbb{{R}} \\setminus [{a}, {b})", $"[{a}, {b}) \\cap \\mathbb{{Z}}", $"{a} \\le x^2 < {b}", $"{a} \\le 2x < {b}", $"[{a}, {b + 1})", $"[{a}, {b}) \\cup \\{{{b + 9}\\}}"]);
            case 14:
                return new("inequality", $"x > {a}", [$"{a} < x", $"({a}, \\infty)", $"x \\in ({a}, +\\infty)", $"\\{{x : x > {a}\\}}"], [$"x \\ge {a}", $"x < {a}", $"x > {a + 1}", $"x \\ngtr {a}", $"x \u226f {a}", $"2x > {a}", $"x^2 > {a}", $"[{a}, \\infty)", $"(-\\infty, {a})", $"x = {a}", $"x \\ne {a}", $"x > {a}, x \\in \\mathbb{{Z}}", $"x > {a} \\text{{ or }} x < {a - 9}", $"x \\gg {a}", $"-x > {a}"]);
            case 15:
                return new("set", $"\\{{{a}, {b}, {-c}\\}}", [$"\\{{{-c}, {b}, {a}\\}}", $"{b}, {a}, {-c}", $"{a}, {-c} \\text{{ and }} {b}", $"\\left\\{{{b};{a};{-c}\\right\\}}"], [$"\\{{{a}, {b}\\}}", $"\\{{{a}, {b}, {c}\\}}", $"\\{{{a}, {b}, {-c}, 99\\}}", $"\\{{{a}, {b + 1}, {-c}\\}}", $"{a}", $"\\{{{a}, {b}, {-c}, \\ldots\\}}", $"\\mathbb{{R}} \\setminus \\{{{a}, {b}, {-c}\\}}", $"\\{{{a}, {b}, {-c}\\}}^c", $"\\text{{all except }} {a}, {b}, {-c}", $"{a}, {b}, {-c} \\text{{ and others}}", $"{a}, {b}, {-c} \\text{{ (only the first)}}", $"x \\neq {a}, {b}, {-c}", $"\\{{\\{{{a}, {b}, {-c}\\}}\\}}"]);
            case 16:
                return new("union", $"(-\\infty, {a}] \\cup ({b}, \\infty)", [$"({b}, \\infty) \\cup (-\\infty, {a}]", $"x \\le {a} \\text{{ or }} x > {b}", $"(-\u221e, {a}] \u222a ({b}, \u221e)"], [$"(-\\infty, {a}) \\cup ({b}, \\infty)", $"(-\\infty, {a}] \\cap ({b}, \\infty)", $"(-\\infty, {a}]", $"({a}, {b}]", $"x \\le {a} \\text{{ and }} x > {b}", $"(-\\infty, {a}] \\cup [{b}, \\infty)", $"(-\\infty, {a}] \\setminus ({b}, \\infty)", "\\mathbb{R}"]);
            case 17:
                return new("tuple", $"({a}, {b}, {-c})", [$"\\left({a},{b},{-c}\\right)", $"x = {a}, y = {b}, z = {-c}", $"\\begin{{pmatrix}} {a} \\\\ {b} \\\\ {-c} \\end{{pmatrix}}", $"({a}; {b}; {-c})"], [$"({b}, {a}, {-c})", $"({a}, {b}, {c})", $"({a}, {b})", $"({a}, {b}, {-c}, 0)", $"\\{{{a}, {b}, {-c}\\}}", $"2({a}, {b}, {-c})", $"|({a}, {b}, {-c})|", $"x = {b}, y = {a}, z = {-c}", $"({a}, {b}, {-c}) \\cdot (1, 1, 1)", $"({a}, {b}, {-c}) \\text{{ or }} (0, 0, 0)"]);
            case 18:
                return new("matrix", $"\\begin{{pmatrix}} {a} & {b} \\\\ {c} & 0 \\end{{pmatrix}}", [$"\\begin{{bmatrix}} {a} & {b} \\\\ {c} & 0 \\end{{bmatrix}}", $"\\left(\\begin{{array}}{{cc}} {a} & {b} \\\\ {c} & 0 \\end{{array}}\\right)", $"[[{a}, {b}], [{c}, 0]]"], [$"\\begin{{pmatrix}} {a} & {c} \\\\ {b} & 0 \\end{{pmatrix}}", $"\\begin{{pmatrix}} {a} & {b} \\\\ {c} & 1 \\end{{pmatrix}}", $"\\begin{{vmatrix}} {a} & {b} \\\\ {c} & 0 \\end{{vmatrix}}", $"-\\begin{{pmatrix}} {a} & {b} \\\\ {c} & 0 \\end{{pmatrix}}", $"\\begin{{pmatrix}} {a} & {b} \\\\ {c} & 0 \\end{{pmatrix}}^T", $"\\begin{{pmatrix}} {a} & {b} \\end{{pmatrix}}", $"\\frac{{1}}{{2}}\\begin{{pmatrix}} {a} & {b} \\\\ {c} & 0 \\end{{pmatrix}}", $"{a}, {b}, {c}, 0"]);
            case 19:
                return new("named value", $"x = {a}", [$"{a}", $"x={a}", $"{a} = x", $"\\text{{x}} = {a}", $"x \\in \\{{{a}\\}}"], [$"x = {-a}", $"x = {a + 1}", $"x \\ne {a}", $"2x = {a}", $"x^2 = {a}", $"x + 1 = {a}", $"|x| = {a}", $"\\frac{{1}}{{x}} = {a}", $"y = {a}", $"x > {a}", $"x = {a + 1} = {a}", $"x = {a}, x = {b}", $"x \\equiv {a} \\pmod{{7}}", $"x \\not= {a}", $"x = {a} \\text{{ unless }} n = 3", $"x = {a}y", $"dx = {a}"]);
            case 20:
                return new("roots", $"x = {a}, x = {b}", [$"{b}, {a}", $"x = {b} \\text{{ or }} x = {a}", $"\\{{{a}, {b}\\}}", $"x_1 = {b}, x_2 = {a}", $"x \\in \\{{{a}, {b}\\}}", $"x = {a}, {b}"], [$"x = {a}", $"{b}", $"x = {a}, x = {b + 1}", $"x = {a}, x = {b}, x = 99", $"x = {a} \\text{{ or }} y = {b}", $"({a}, {b})", $"{a} < x < {b}", $"x = {-a}, x = {-b}", $"x = {a} \\text{{ but not }} {b}", $"x^2 = {a}, x^2 = {b}", $"(x - {a})(x - {b})", $"x \\notin \\{{{a}, {b}\\}}"]);
            case 21:
                return new("plus-minus", $"\\pm {a}", [$"{a}, {-a}", $"\\{{{-a}, {a}\\}}", $"x = \\pm{a}", $"\u00b1{a}", $"x = {a} \\text{{ or }} x = {-a}"], [$"{a}", $"{-a}", $"\\pm {a + 1}", $"x \\ne \\pm {a}", $"[{-a}, {a}]", $"2 \\pm {a}", $"\\pm {a}i", $"\\frac{{\\pm {a}}}{{2}}"]);
            case 22:
                return new("base", $"{c}1{c}_{{12}}", [$"{c}1{c}_{{12}}", $"({c}1{c})_{{12}}", $"{c}1{c}_{{\\text{{twelve}}}}", $"{c}1{c} \\text{{ base }} 12"], [$"{c}1{c}_{{11}}", $"{c}2{c}_{{12}}", $"{c}1{c}0_{{12}}", $"-{c}1{c}_{{12}}", $"{c}1{c}_{{12}} + 1_{{12}}", $"{c}1{c}_{{\\text{{eleven}}}}", $"{c}1{c} \\pmod{{12}}"]);
            case 23:
                return new("time", $"{c}:{b % 60:00} \\text{{ p.m.}}", [$"{c}:{b % 60:00} pm", $"{c}:{b % 60:00}PM", $"{c + 12}:{b % 60:00}"], [$"{c}:{b % 60:00} am", $"{c + 1}:{b % 60:00} pm", $"{c}:{(b + 1) % 60:00} pm", $"{c}, {b % 60}", $"after {c}:{b % 60:00} pm", $"{c}:{b % 60:00} pm or {c + 1}:00 pm"]);
            case 24:
                return new("date", $"May {c}, 19{b}", [$"{c} May 19{b}", $"May {c}th, 19{b}".Replace("3th", "3rd", StringComparison.Ordinal), $"19{b}-05-0{c}", $"\\text{{May {c}, 19{b}}}"], [$"June {c}, 19{b}", $"May {c + 1}, 19{b}", $"May {c}, 20{b}", $"19{b}-06-0{c}", $"before May {c}, 19{b}", $"May {c} to May {c + 2}, 19{b}", $"19{b}"]);
            case 25:
                return new("ratio", $"{b}:{c}", [$"{b} : {c}", $"{b} \\text{{ to }} {c}", $"{b * 2}:{c * 2}", $"{b}\u2236{c}"], [$"{c}:{b}", $"{b}:{c + 1}", $"{b}, {c}", $"{b}:{c}:1", $"{b * 10}:{c}", $"{b} - {c}", $"\\neq {b}:{c}"]);
            case 26:
                var letter = (char)('A' + _random.Next(4));
                var next = (char)(letter + 1);
                return new("letter", $"{letter}", [$"({letter})", $"\\text{{{letter}}}", $"\\textbf{{({letter})}}", $"\\text{{Option {letter}}}", $"\\textbf{{({letter})}}~17"], [$"{next}", $"({next})", $"{letter}, {next}", $"\\text{{{letter} or {next}}}", $"\\text{{not {letter}}}", $"{letter}'", $"\\overline{{{letter}}}", $"{letter}_1", $"P({letter})", $"{letter}{next}"]);
            default:
                return new("complex number", $"{a} + {b}i", [$"{b}i + {a}", $"{a}+{b}\\mathrm{{i}}", $"{a} + {b}\\sqrt{{-1}}", $"z = {a} + {b}i"], [$"{a} - {b}i", $"{b} + {a}i", $"{a + b}", $"{a}", $"|{a} + {b}i|", $"\\overline{{{a} + {b}i}}", $"({a}, {b})", $"{a} \\pm {b}i", $"({a} + {b}i)^2", $"{a} + {b}x", $"{a}, {b}i"]);
        }
    }

    private int Between(int low, int high) => low + _random.Next(high - low + 1);

    private string Pick(string[] texts) => texts[_random.Next(texts.Length)];
}
