using SafetyGate.Core.Language;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Tokenization;
using SafetyGate.Trainers.Data;

namespace SafetyGate.Trainers.Tests.Sft;

/// <summary>A tokenizer whose tokens are UTF-16 units, and one pair of them if so wished.</summary>
internal sealed class Letters(string? merge = null) : ITokenizer
{
    public const int Bos = 1;
    public const int Eos = 2;
    private const int Merged = 3;

    public int VocabularySize => 0x10000;

    public string Digest => "letters";

    public static ExampleEncoder Encoder(PromptTemplate template = PromptTemplate.Plain, bool assistantOnly = false) =>
        new(new Letters(), new Tags(), template, Eos) { AssistantOnly = assistantOnly };

    public static string Text(IEnumerable<int> ids) => string.Concat(ids.Select(id => (char)id));

    public int[] Encode(string text, bool addSpecialTokens = false)
    {
        var ids = new List<int>(addSpecialTokens ? [Bos] : []);
        for (var i = 0; i < text.Length; i++)
            if (merge is not null && string.CompareOrdinal(text, i, merge, 0, merge.Length) == 0)
            {
                ids.Add(Merged);
                i += merge.Length - 1;
            }
            else
            {
                ids.Add(text[i]);
            }

        return [.. ids];
    }

    public IReadOnlyList<TokenSpan> EncodeWithSpans(string text)
    {
        var spans = new List<TokenSpan>();
        foreach (var id in Encode(text))
        {
            var at = spans.Count == 0 ? 0 : spans[^1].End;
            spans.Add(new(id, at, at + (id == Merged ? merge!.Length : 1)));
        }

        return spans;
    }

    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = false) => Text(ids);

    public int? TokenId(string token) => token.Length == 1 ? token[0] : null;

    /// <summary>Turns in tags of their roles' first letter; of the assistant's what it wrote and the closing tag are marked.</summary>
    internal sealed class Tags(bool marks = true) : IChatRenderer
    {
        public string Digest => "tags";

        public RenderedChat Render(Conversation conversation, ChatEnding ending)
        {
            var text = conversation.Tools is { } tools ? $"[{tools}]" : "";
            var spans = new List<(int, int)>();
            foreach (var turn in conversation.Messages)
            {
                if (turn.Content == "forbidden") throw new Core.UserErrorException("the template says no");
                text += $"<{turn.Role[0]}>";
                var start = text.EnumerateRunes().Count();
                text += $"{turn.Content}</{turn.Role[0]}>";
                if (marks && turn.Role == "assistant") spans.Add((start, text.EnumerateRunes().Count()));
            }

            return ending switch
            {
                ChatEnding.GenerationPrompt => new(text + "<a>", spans),
                ChatEnding.InLastTurn => new(text[..^4], spans),
                _ => new(text, spans),
            };
        }
    }
}
