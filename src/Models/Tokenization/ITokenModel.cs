namespace SafetyGate.Models.Tokenization;

/// <summary>The part of a tokenizer that knows the vocabulary: it turns one piece of text into ids.</summary>
internal interface ITokenModel
{
    /// <summary>Id by token.</summary>
    IReadOnlyDictionary<string, int> Vocabulary { get; }

    /// <summary>Number of tokens; the next one that is added gets the id after them.</summary>
    int Count { get; }

    /// <summary>Appends the ids of a piece of text that is not empty.</summary>
    void Encode(string piece, List<int> ids);
}
