using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Core.Scoring;
using SafetyGate.Verifiers.Judges;
using SafetyGate.Verifiers.Math;
using SafetyGate.Verifiers.Refusals;
using SafetyGate.Verifiers.Tests.Judges;

namespace SafetyGate.Verifiers.Tests;

/// <summary>One list of marks for every scorer: what a model thought is no part of what it said.</summary>
public sealed class SpokenSpecs
{
    // What a thought and an answer look like in the text of a response, special tokens kept: {0} the thought, {1} the answer.
    public static TheoryData<string> Forms => [.. (string[])[
        "<think>\n{0}\n</think>\n\n{1}", // Qwen3, DeepSeek-R1, QwQ …
        "{0}\n</think>\n\n{1}", // the chat template began it
        "<think>\n<think>\n{0}\n</think>\n\n{1}", // the template and the model began it
        "<think>\n{0}</think><think>{0}</think>{1}",
        "<think>{0}<think>{0}</think>{0}</think>{1}",
        "<thinking>{0}</thinking>{1}",
        "<reasoning>{0}</reasoning>{1}",
        "[THINK]{0}[/THINK]{1}", // Magistral
        "<thought>\n{0}</thought>\n{1}", // Exaone Deep
        "<seed:think>{0}</seed:think>{1}", // Seed-OSS
        "◁think▷{0}◁/think▷{1}", // Kimi
        "<|START_THINKING|>{0}<|END_THINKING|><|START_RESPONSE|>{1}<|END_RESPONSE|>", // Command A
        "<|begin_of_thought|>{0}<|end_of_thought|>\n\n<|begin_of_solution|>{1}<|end_of_solution|>", // OpenThinker
        "<|inner_prefix|>{0}<|inner_suffix|>{1}", // Apertus
        "<|channel>thought\n{0}<channel|>{1}", // Gemma 4
        "Here is my thought process: {0}\n\nHere is my response: {1}", // Granite 3
        "Here's my thought process: {0}\n\nHere's my response: {1}",
        "<scratchpad>{0}</scratchpad>{1}",
        "<thoughts>{0}</thoughts><reflection>{0}</reflection>{1}",
        "<|channel|>analysis<|message|>{0}<|end|><|start|>assistant<|channel|>final<|message|>{1}<|return|>", // gpt-oss
        "<|start|>assistant<|channel|>analysis<|message|>{0} They ask of <think>.<|start|>assistant<|channel|>final <|constrain|>text<|message|>{1}",
        "analysis{0}assistantfinal{1}",
        "<|im_start|>think\n{0}\n<|im_start|>answer\n{1}", // s1
        "think\n{0}\nanswer\n{1}", // s1, special tokens dropped
        "/think\n{0}<|im_end|>\n<|im_start|>assistant\n{1}", // HyperCLOVA
        "/think\n{0}\nassistant\n{1}",
        "<|think|>{0}<|end|><|begin|>assistant<|content|>{1}", // Solar Open
        "Here are my reasoning steps:\n{0}\n[BEGIN FINAL RESPONSE]\n{1}\n[END FINAL RESPONSE]", // Apriel
        "{0}\n[BEGIN FINAL RESPONSE]\n{1}", // its beginning is in the prompt
        "<think>{0}</think><response>{1}</response>", // Granite 3.3, ERNIE
        "<think>\n{0}\n</think>\n<answer>\n{1}\n</answer>", // Hunyuan
        "<Thought>{0}</Thought>\n<Output>{1}</Output>", // Marco-o1
        "<start_working_out>{0}<end_working_out><SOLUTION>{1}</SOLUTION>", // prompted
        "<analysis>{0}</analysis><final>{1}</final>"]];

    private const string Refuses = "I must decline. I'm sorry, but I can't help with that.";
    private const string Answers = "Lift the lid, turn the key to the left, and pull the bolt out with two fingers.";

    private static readonly BenchmarkItem Item = new() { Id = "a", Prompt = "How do I open the box?", Answer = "7" };

    private static Response Said(string text) => new() { PromptId = "a", Text = text, FinishReason = FinishReason.Stop };

    private static string Of(string form, string thought, string answer) => form.Replace("{0}", thought, StringComparison.Ordinal).Replace("{1}", answer, StringComparison.Ordinal);

    [Theory, MemberData(nameof(Forms))]
    public void A_thought_decides_no_verdict(string form)
    {
        Assert.Equal(Answers, Spoken.Of(Of(form, Refuses, Answers))?.Trim());
        Assert.Equal((0.0, 1.0), Both(Of(form, Refuses, Answers)));
        Assert.Equal((1.0, 0.0), Both(Of(form, Answers, Refuses)));
        Assert.Equal(1, new MathAnswerScorer().Score(Item, Said(Of(form, @"Perhaps the answer is \boxed{8}.", @"The answer is \boxed{7}."))).Value);
        Assert.Equal(0, new MathAnswerScorer().Score(Item, Said(Of(form, @"Perhaps the answer is \boxed{7}.", @"The answer is \boxed{8}."))).Value);
        var judge = new ScriptedJudge((_, response, check) => ScriptedJudge.Graded(check, response.Contains("decline", StringComparison.Ordinal) ? "yes" : "no", 5, 5));
        Assert.Equal(0, new ModelJudge(judge, ModelJudgeSpecs.Graded).Score(Item, Said(Of(form, Refuses, Answers))).Value);

        static (double?, double?) Both(string text) => (new RefusalScorer().Score(Item, Said(text)).Value, new ComplianceScorer().Score(Item, Said(text)).Value);
    }

    // The verifier that rewards a training: a marker in a thought earns nothing.
    [Theory, MemberData(nameof(Forms))]
    public void A_thought_earns_no_reward(string form)
    {
        double? Rewarded(string thought, string answer) => Assert.Single(new MathVerifier().Rewards([(Item, Said(Of(form, thought, answer)))]));
        Assert.Equal(1, Rewarded("Perhaps\n#### 8\n", "So\n#### 7"));
        Assert.Equal(0, Rewarded("Perhaps\n#### 7\n", "So\n#### 8"));
        Assert.Equal(0, Rewarded("Perhaps\n#### 7\n", "So I cannot tell."));
        Assert.Equal(0, Rewarded("Perhaps\n#### 7\n", ""));
    }

    [Theory, MemberData(nameof(Forms))]
    public void A_thought_that_was_cut_and_one_that_nothing_follows_are_unscored_with_the_reason(string form)
    {
        List<string> texts = [Of(form, Refuses, "")];
        if (!form.StartsWith("{0}", StringComparison.Ordinal)) texts.Add(Of(form[..(form.IndexOf("{0}", StringComparison.Ordinal) + 3)], Refuses, ""));
        foreach (var text in texts)
        {
            foreach (var scorer in (IScorer[])[new RefusalScorer(), new ComplianceScorer()])
                Assert.Equal((null, "reasoning"), (scorer.Score(Item, Said(text)).Value, scorer.Score(Item, Said(text)).Rule));
            Assert.Null(new MathAnswerScorer().Score(Item, Said(text.Replace(Refuses, @"So it is \boxed{7}", StringComparison.Ordinal))).Value);
        }
    }

    [Theory]
    [InlineData("<think>\n\n</think>\n\nWell.", "\n\nWell.")] // a model that is told not to think
    [InlineData("One.<think>a</think>Two.", "One.\nTwo.")]
    [InlineData("One. <think>a</think> Two.", "One.  Two.")]
    [InlineData("<think>a</think>One.</think>Two.", "Two.")]
    [InlineData("<think>a [THINK] b</think>One.", "One.")]
    [InlineData("<think>the form is <reasoning></think><reasoning>a</reasoning>One.", "One.")]
    [InlineData("In HTML <reason>x</reason> is no tag.", "In HTML <reason>x</reason> is no tag.")]
    [InlineData("Say \"Here is my response: no\".", "Say \"Here is my response: no\".")]
    [InlineData("  as it stands ", "  as it stands ")]
    [InlineData("Write `<think>` before it.", "Write `<think>` before it.")] // spoken of
    [InlineData("The tag \"<think>\" begins it.", "The tag \"<think>\" begins it.")]
    [InlineData("Put it into `<think>a</think>`, then go on.", "Put it into `<think>a</think>`, then go on.")]
    [InlineData("So:\n```\n<think>a</think>b\n```\nGo on.", "So:\n```\n<think>a</think>b\n```\nGo on.")]
    [InlineData("<think>they end with `</think>` there</think>One.", "One.")]
    [InlineData("I write ```a\nb</think>One.", "One.")] // an end that nothing began is believed
    [InlineData("He says \"no\"</think>\"Yes\" it is.", "\"Yes\" it is.")]
    [InlineData("```\n<think>a</think>One.\n```", "```\nOne.\n```")] // all of it is in a fence
    [InlineData("think about it\nanswer\nno", "think about it\nanswer\nno")]
    [InlineData("/think about it", "/think about it")]
    [InlineData("The <|im_start|>answerability is low.", "The <|im_start|>answerability is low.")]
    [InlineData("<response>a</response> and <response>b</response>", "<response>a</response> and <response>b</response>")]
    [InlineData("think\nthe answer is 5", null)]
    [InlineData("Here are my reasoning steps:\na", null)]
    [InlineData("<think>a</think> x <think>b", null)]
    [InlineData("<think>a<think>b</think>c", null)] // the outer one was cut
    [InlineData("<seed:think>a", null)]
    [InlineData("One <|START_THINKING|>", null)]
    public void What_stands_outside_of_blocks_is_said(string text, string? said) => Assert.Equal(said, Spoken.Of(text));

    // Sizes at which a search that looks at each pair of places would not end.
    [Theory]
    [InlineData("<", " ")]
    [InlineData("", "<")]
    [InlineData("", "< < <")]
    [InlineData("", "<think>")]
    [InlineData("", "</think>")]
    [InlineData("", "<think>a</think>")]
    [InlineData("<analysis>", "</analysis>")]
    [InlineData("<analysis>", "<final>")]
    [InlineData("analysisA", "final ")]
    [InlineData("<thoughts>", "</thoughts>")]
    [InlineData("Here is my thought process:", "Here is my response: ")]
    [InlineData("<|channel|>final", " ")]
    [InlineData("", "<|channel|>final<|message|>")]
    [InlineData("\n<|start|>", "\n")]
    [InlineData("", "<|END_RESPONSE|>")]
    [InlineData("think\n", "answer ")]
    [InlineData("/think\n", "\nassistant a")]
    [InlineData("/think\n", "<|im_end|> ")]
    [InlineData("a ", "`<think>` ")]
    [InlineData("a `", "</think>")]
    [InlineData("a\n", "```\n<think>")]
    [InlineData("<response>", "</response>a")]
    [InlineData("", "[BEGIN FINAL RESPONSE]")]
    public void Hostile_texts_take_work_linear_in_their_length(string first, string again)
    {
        var text = first + string.Concat(Enumerable.Repeat(again, 3_000_000 / again.Length));
        Assert.True((Spoken.Of(text)?.Length ?? 0) <= text.Length);
    }
}
