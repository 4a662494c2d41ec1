using System.Text.Json;
using SafetyGate.Core.Language;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Tests.Chat;

public sealed class ChatConformance
{
    public static TheoryData<string> GreedyFiles() => ConformanceCases.Files("", "greedy.jsonl", SearchOption.AllDirectories);

    [Theory, MemberData(nameof(GreedyFiles))]
    public void Conversations_give_the_ids_the_model_was_asked_with(string file)
    {
        var path = ConformanceCases.Require(file);
        var directory = Path.GetDirectoryName(path)!;
        var tokenizer = TokenizerFile.Load(directory);
        var renderer = ChatRenderers.For(directory);
        Assert.NotNull(renderer);
        var count = 0;
        foreach (var line in ConformanceCases.Lines(file))
        {
            count++;
            ConformanceLog.Compared(file, line.GetProperty("id").GetString()!);
            var messages = line.GetProperty("messages").EnumerateArray().Select(m => new ChatMessage(m.GetProperty("role").GetString()!, m.GetProperty("content").GetString()!)).ToArray();
            Assert.Equal(line.GetProperty("input_ids").Deserialize<int[]>(), tokenizer.Encode(renderer.Render(messages, addGenerationPrompt: true)));
            Assert.Equal(line.GetProperty("text").GetString(), tokenizer.Decode(line.GetProperty("new_ids").Deserialize<int[]>()!, skipSpecialTokens: true));
        }

        Assert.True(count > 0, $"{file} holds no case");
    }
}
