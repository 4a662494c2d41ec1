using SafetyGate.Core.Language;

namespace SafetyGate.Core.Tests.Language;

public sealed class ReasoningMarksSpecs
{
    [Theory]
    [InlineData("<think>", "</think>")]
    [InlineData("<THINKING>", "</thinking>")]
    [InlineData("<thought>", "</thought>")]
    [InlineData("<reasoning>", "</reasoning>")]
    [InlineData("< think >", "< / think >")]
    [InlineData("<think type=\"a\">", "</think >")]
    [InlineData("<seed:think>", "</seed:think>")]
    [InlineData("<longcat_think>", "</longcat_think>")]
    [InlineData("<think_fast>", "</think_fast>")]
    [InlineData("<|think|>", "<|/think|>")]
    [InlineData("<|START_THINKING|>", "<|END_THINKING|>")]
    [InlineData("<|begin_of_thought|>", "<|end_of_thought|>")]
    [InlineData("<｜begin▁of▁thinking｜>", "<｜end▁of▁thinking｜>")]
    [InlineData("<|inner_prefix|>", "<|inner_suffix|>")]
    [InlineData("[THINK]", "[/THINK]")]
    [InlineData("◁think▷", "◁/think▷")]
    [InlineData("<|channel>thought", "<channel|>")]
    [InlineData("<|im_start|>think", "<|im_start|>answer\n")]
    [InlineData("<start_working_out>", "<end_working_out>")]
    [InlineData("<|think|>", "<|content|>")]
    public void Marks_of_models_are_known_wherever_they_stand(string open, string close)
    {
        var text = $"a <b> {open}\nc{close}d";
        var marks = ReasoningMarks.In(text).ToList();
        Assert.Equal([(true, open), (false, close.TrimEnd())], marks.Select(mark => (mark.Opens, text[mark.Start..mark.End])));
        Assert.Equal(marks[0].Kind, marks[1].Kind);
    }

    [Theory]
    [InlineData("<thinker>")]
    [InlineData("<rethink>")]
    [InlineData("<no_think>")]
    [InlineData("<reasoning_effort>")]
    [InlineData("<think/>")]
    [InlineData("<think />")]
    [InlineData("<think")]
    [InlineData("<think a < b>")]
    [InlineData("think>")]
    [InlineData("1 < think")]
    [InlineData("[thought]")]
    [InlineData("<|channel>thoughts")]
    [InlineData("<|channel|>")]
    [InlineData("<|im_start|>thinker")]
    [InlineData("<|im_start|>answers")]
    [InlineData("<|im_start|>assistant")]
    [InlineData("[FINAL RESPONSE]")]
    [InlineData("<")]
    [InlineData("◁")]
    [InlineData("[")]
    public void What_only_resembles_a_mark_is_none(string text) => Assert.Empty(ReasoningMarks.In(text + " and on"));

    [Fact]
    public void Of_special_tokens_those_that_mark_reasoning_stay()
    {
        Assert.Equal(["[/THINK]", "[THINK]"], ReasoningMarks.Among(["<s>", "</s>", "[INST]", "[THINK]", "[/THINK]", "[TOOL_CALLS]"]).Order(StringComparer.Ordinal));
        Assert.Equal(["<|channel|>", "<|message|>", "<|start|>"], ReasoningMarks.Among(["<|start|>", "<|end|>", "<|message|>", "<|channel|>", "<|return|>", "<|call|>"]).Order(StringComparer.Ordinal));
        Assert.Equal(["<channel|>", "<|channel>"], ReasoningMarks.Among(["<|channel>", "<channel|>", "<turn|>"]).Order(StringComparer.Ordinal));
        Assert.Empty(ReasoningMarks.Among(["<|im_start|>", "<|im_end|>", "<|end|>", "<|start|>", "<|message|>", "<pad>", "", " "])); // no channels
        Assert.Equal(["<think>\n"], ReasoningMarks.Among(["<think>\n", "<think> it over"]));
    }

    [Theory]
    [InlineData("<|im_start|>assistant\n<think>\n", "<think>")]
    [InlineData("<|assistant|>◁think▷", "◁think▷")]
    [InlineData("<seed:bos>assistant\n<seed:think>", "<seed:think>")]
    [InlineData("[INST]why?[/INST][THINK] ", "[THINK]")]
    [InlineData("a <think b=\"[c\">", "<think b=\"[c\">")]
    [InlineData("<|start|>assistant<|channel|>analysis<|message|>", "<|channel|>analysis<|message|>")]
    [InlineData("<|start|>assistant<|channel|>final<|message|>", "")]
    [InlineData("<|start|>user<|message|>", "")]
    [InlineData("<|im_start|>assistant\n<think>\n\n</think>\n\n", "")]
    [InlineData("What does <think> do?\n", "")]
    [InlineData("<|im_start|>assistant/think\n", "/think\n")]
    [InlineData("<|im_start|>assistant\n", "")]
    [InlineData("Say it without /think\n", "")]
    [InlineData("<|assistant|>\nHere are my reasoning steps:\n", "Here are my reasoning steps:\n")]
    [InlineData("<|im_start|>assistant\n<|im_start|>think\n", "<|im_start|>think")]
    [InlineData("", "")]
    public void What_a_prompt_ends_with_begins_the_answer(string prompt, string mark) => Assert.Equal(mark, ReasoningMarks.AtEnd(prompt));

    [Theory]
    [InlineData("the `<think>` tag", true)]
    [InlineData("the \"<think>\" tag", true)]
    [InlineData("the \u201c<think>\u201d tag", true)]
    [InlineData("\"<think>\"", true)]
    [InlineData("<think>", false)]
    [InlineData("`<think> a`", false)]
    [InlineData("no\"<think>\"yes", false)]
    [InlineData("\"<think>'", false)]
    public void A_mark_alone_in_quotes_or_code_is_spoken_of(string text, bool named) => Assert.Equal(named, ReasoningMarks.IsNamed(text, Assert.Single(ReasoningMarks.In(text))));

    [Fact]
    public void An_answer_that_is_begun_may_leave_reasoning_open()
    {
        static string Begun(string content) => ReasoningMarks.BegunBy(Prompt.Chat("p", ChatMessage.User("<think>"), ChatMessage.Assistant(content)));
        Assert.Equal("<think>", Begun("<think>\nThe user"));
        Assert.Equal("", Begun("<think>\nThe user</think>Sure"));
        Assert.Equal("", Begun("Sure"));
        Assert.Equal("", ReasoningMarks.BegunBy(Prompt.User("p", "<think>"))); // the user's word, not the template's
        Assert.Equal("<think>", ReasoningMarks.BegunBy(Prompt.Plain("p", "User: why?\nAssistant: <think>\n")));
    }

    // Sizes at which a search that looks at each pair of places would not end.
    [Theory]
    [InlineData("<", " ")]
    [InlineData("", "<")]
    [InlineData("", "< ")]
    [InlineData("<|", " ")]
    [InlineData("</", "\n")]
    [InlineData("", "<think ")]
    [InlineData("<think ", "a")]
    [InlineData("<", "think_")]
    [InlineData("", "[THIN")]
    [InlineData("<|channel>", " ")]
    [InlineData("", "◁")]
    public void Hostile_texts_take_work_linear_in_their_length(string first, string again)
    {
        var text = first + string.Concat(Enumerable.Repeat(again, 4_000_000 / again.Length));
        Assert.Empty(ReasoningMarks.In(text));
        Assert.Equal("", ReasoningMarks.AtEnd(text));
    }
}
