using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Benchmarks;
using SafetyGate.Core.Language;
using SafetyGate.Models;
using SafetyGate.Trainers.Data;
using SafetyGate.Trainers.Probes;

namespace SafetyGate.Studies.Strata;

/// <summary>Items as a model reads them: prompts and answers in tokens, by its template.</summary>
internal sealed class ModelItems(PretrainedModel model, PromptTemplate template)
{
    public ExampleEncoder Encoder { get; } = new(model.Tokenizer, model.Chat, template, EndToken.Of(model));

    public bool IsChat => template == PromptTemplate.Chat;

    /// <summary>A question with its completion.</summary>
    public TokenExample Example(StrataQuestion item, string completion) => Encoder.PromptCompletion(item.Id, item.Prompt, Separated(completion));

    /// <summary>Tokens up to the answer's last one; what ends a turn or a text is left out.</summary>
    public IReadOnlyList<int> UntilEnd(TokenExample example)
    {
        var end = example.CompletionIds.Count;
        while (end > 1 && model.GenerationConfig.EosIds.Contains(example.CompletionIds[end - 1])) end--;
        return [.. example.PromptIds, .. example.CompletionIds.Take(end)];
    }

    /// <summary>Prompt of a question behind solved ones.</summary>
    public int[] Prompt(StrataQuestion item, IReadOnlyList<StrataQuestion> solved)
    {
        if (!IsChat) return Encoder.Prompt(string.Concat(solved.Select(one => $"{one.Prompt}{Separated(one.Completion)}\n\n")) + item.Prompt);
        List<ChatMessage> turns = [.. solved.SelectMany(one => (ChatMessage[])[ChatMessage.User(one.Prompt), ChatMessage.Assistant(one.Completion)]), ChatMessage.User(item.Prompt)];
        return Encoder.Prompt(new BenchmarkItem { Id = item.Id, Prompt = item.Prompt, Conversation = new Conversation { Messages = turns } });
    }

    /// <summary>The likelihood of each choice of each question, behind solved ones: log-probabilities in nats.</summary>
    public double[][] Choices(IReadOnlyList<StrataQuestion> items, IReadOnlyList<StrataQuestion> solved, CancellationToken cancellationToken)
    {
        List<TokenExample> examples = [.. items.SelectMany(item => item.Choices.Select(choice => solved.Count == 0 ? Example(item, choice)
            : Example(item, choice) with { PromptIds = Prompt(item, solved) }))];
        if (examples.FirstOrDefault(example => example.Length > model.Decoder.MaxPositions) is { } longest) throw TooLong(longest.Id, longest.Length);
        var sums = ExampleLikelihood.Of(model.Decoder, examples, cancellationToken);
        var at = 0;
        return [.. items.Select(item => sums[at..(at += item.Choices.Count)])];
    }

    /// <summary>A prompt has no room.</summary>
    public UserErrorException TooLong(string id, int tokens) =>
        new(Invariant($"Item '{id}' has {tokens} tokens with what stands before it; {model.Directory} has {model.Decoder.MaxPositions} positions. Give fewer examples (--examples), or shorter items."));

    private string Separated(string completion) => IsChat || completion.StartsWith(' ') ? completion : " " + completion;
}
