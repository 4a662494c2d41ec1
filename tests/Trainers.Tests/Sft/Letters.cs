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

    public static ExampleEncoder Encoder(PromptTemplate template = PromptTemplate.Plain) => new(new Letters(), new Tags(), template, Eos);

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

    public string Decode(IReadOnlyList<int> ids, bool skipSpecialTokens = false) => Text(ids);

    public int? TokenId(string token) => token.Length == 1 ? token[0] : null;

    private sealed class Tags : IChatRenderer
    {
        public string Digest => "tags";

        public string Render(IReadOnlyList<ChatMessage> messages, bool addGenerationPrompt) =>
            string.Concat(messages.Select(turn => $"<{turn.Role[0]}>{turn.Content}</{turn.Role[0]}>")) + (addGenerationPrompt ? "<a>" : "");
    }
}
