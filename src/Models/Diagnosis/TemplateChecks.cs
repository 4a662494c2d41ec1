using System.Text.Json;
using System.Text.RegularExpressions;
using SafetyGate.Core.Language;
using SafetyGate.Models.Chat;
using SafetyGate.Models.Checkpoints;
using SafetyGate.Models.Decoders;
using SafetyGate.Models.Families;
using SafetyGate.Models.Tokenization;

namespace SafetyGate.Models.Diagnosis;

/// <summary>The chat template: which one is used, and what it writes, token by token.</summary>
internal static partial class TemplateChecks
{
    private const string Subject = "template", Question = "SafetyGate asks.", Answer = "SafetyGate answers.";

    /// <summary>Runs the checks.</summary>
    /// <returns>The renderer; <c>null</c> when there is no template that can be rendered.</returns>
    public static ChatRenderer? Run(ModelFolders folders, ITokenizer? tokenizer, TokenizerSettings? settings, DecoderConfig? config, Findings findings)
    {
        var known = findings.All.Count;
        var chat = findings.Try(Subject, ChatRenderers.TemplateFileName, folders.Chat);
        if (chat is null)
        {
            if (findings.All.Count == known) findings.Ok(Subject, "none", ChatRenderers.TemplateFileName, "prompts must be plain text: gate eval --plain");
            return null;
        }

        findings.Try(Subject, TokenizerSettings.ConfigFileName, () =>
        {
            Source(chat, findings);
            return chat;
        });
        var text = findings.Try(Subject, ChatRenderers.TemplateFileName, () => chat.Render([ChatMessage.User(Question)], addGenerationPrompt: true));
        if (text is null) return null;
        if (!text.Contains(Question, StringComparison.Ordinal)) findings.Wrong(Subject, "the prompt is not in what the template writes", ChatRenderers.TemplateFileName, "use the template the model came with");
        if (Unbegun(chat, text) is { } header) findings.Warn(Subject, $"add_generation_prompt adds nothing, and answers stand behind '{header}', which the prompt lacks: the model must write it itself", ChatRenderers.TemplateFileName, "use the template the model was trained with, or let this one write it where add_generation_prompt is set");
        if (tokenizer is not null && config is not null && tokenizer.Encode(text).Where(id => id >= config.VocabularySize).Distinct().ToArray() is { Length: > 0 } outside)
            findings.Wrong(Subject, Invariant($"the template writes {string.Join(", ", outside.Take(3).Select(id => $"{tokenizer.Decode([id])} ({id})"))}, for which the embedding of {config.VocabularySize} has no row"), $"{ChatRenderers.TemplateFileName}, {CheckpointReader.ConfigFileName}", "resize the embedding, or use the template and the tokenizer the model came with");
        if (tokenizer is not null && settings is not null) Tokens(text, tokenizer, settings, findings);
        return chat;
    }

    /// <summary>
    /// The token that the template writes after an assistant's turn, without an id when the tokenizer has no such token; <c>null</c> when it
    /// writes none, or cannot say.
    /// </summary>
    public static (int? Id, string Token)? EndOfTurn(ChatRenderer chat, ITokenizer tokenizer)
    {
        string text;
        try
        {
            text = chat.Render([ChatMessage.User(Question), ChatMessage.Assistant(Answer)], addGenerationPrompt: false);
        }
        catch (UserErrorException)
        {
            return null; // a template that writes no assistant's turn says nothing of its end
        }

        var at = text.LastIndexOf(Answer, StringComparison.Ordinal);
        if (at < 0) return null;
        var rest = text[(at + Answer.Length)..];
        if (Marks().Match(rest) is { Success: true } mark && rest[..mark.Index].Trim().Length == 0 && tokenizer.TokenId(mark.Value) is null) return (null, mark.Value);
        foreach (var id in tokenizer.Encode(rest))
        {
            var token = tokenizer.Decode([id]);
            if (tokenizer is TokenizerPipeline pipeline && pipeline.AddedIds.TryGetValue(token, out var added) && added == id) return (id, token);
            if (token.Trim().Length > 0) return null; // ordinary text ends the turn
        }

        return null;
    }

    // What the template writes between a prompt and its answer, where it writes the same prompt whether or not an answer is to follow
    // (huggingface/transformers#26539). Templates that end each question with a mark, as Llama 2's and Mistral's do, write none.
    private static string? Unbegun(ChatRenderer chat, string prompt)
    {
        try
        {
            if (chat.Render([ChatMessage.User(Question)], addGenerationPrompt: false) != prompt) return null;
            var whole = chat.Render([ChatMessage.User(Question), ChatMessage.Assistant(Answer)], addGenerationPrompt: false);
            return whole.StartsWith(prompt, StringComparison.Ordinal) && whole.IndexOf(Answer, prompt.Length, StringComparison.Ordinal) is >= 0 and var at && whole[prompt.Length..at].Trim() is { Length: > 0 } header ? header : null;
        }
        catch (UserErrorException)
        {
            return null; // a template that writes no such turns says nothing of them
        }
    }

    // Templates in more than one file: a tokenizer and a processor of transformers read different ones.
    private static void Source(ChatRenderer chat, Findings findings)
    {
        var names = chat.Texts.Count == 1 ? "one" : $"{chat.Texts.Count} named {string.Join(", ", chat.Texts.Keys.Order(StringComparer.Ordinal))}";
        var (directory, used) = (Path.GetDirectoryName(chat.Source) ?? "", Path.GetFileName(chat.Source));
        var others = ChatRenderers.Places.Where(place => place != used && ChatRenderers.In(directory, place) is { Count: > 0 } inside && !inside.All(pair => chat.Texts.GetValueOrDefault(pair.Key) == pair.Value)).ToList();
        if (others.Count == 0) findings.Ok(Subject, names, used);
        else findings.Warn(Subject, $"{used} is used{(used == ChatRenderers.TemplateFileName ? ", as in transformers" : "")}; {(others.Count == 1 ? $"the one in {others[0]} differs" : $"those in {string.Join(" and ", others)} differ")}", used, "remove what is not the model's");
    }

    private static void Tokens(string text, ITokenizer tokenizer, TokenizerSettings settings, Findings findings)
    {
        var ids = tokenizer.Encode(text);
        if (settings.Named.TryGetValue("bos_token", out var token) && tokenizer.TokenId(token.Content) is { } bos)
        {
            var written = ids.TakeWhile(id => id == bos).Count();
            var added = tokenizer.Encode("", addSpecialTokens: true).Contains(bos);
            if (written > 1) findings.Wrong(Subject, Invariant($"the template writes {token.Content} {written} times"), ChatRenderers.TemplateFileName, "take all but one out");
            else if (written == 0 && added) findings.Warn(Subject, $"the template writes no {token.Content}, which plain text gets: chats start without it, as in transformers", ChatRenderers.TemplateFileName, "see whether the model was trained so");
            else if (written == 1) findings.Ok(Subject, $"{token.Content} is the template's{(added ? "; the tokenizer's own is not added to a chat" : "")}", ChatRenderers.TemplateFileName);
        }

        var pieces = Marks().Matches(text).Select(mark => mark.Value).Distinct(StringComparer.Ordinal).Where(mark => tokenizer.TokenId(mark) is null).ToArray();
        if (pieces.Length > 0) findings.Warn(Subject, $"the template writes {string.Join(", ", pieces.Take(3).Select(piece => $"'{piece}'"))}, no token of the tokenizer: the model sees pieces", $"{ChatRenderers.TemplateFileName}, {TokenizerFile.FileName}", "see whether the template is the model's");
    }

    [GeneratedRegex(@"<\|[^|<>\s]{1,40}\|>|<(?:start|end)_of_turn>")]
    private static partial Regex Marks();
}
