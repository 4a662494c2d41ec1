namespace SafetyGate.Models.Tokenization;

/// <summary>The part of a tokenizer that knows the vocabulary: it turns one piece of text into ids.</summary>
internal interface ITokenModel
{
    /// <summary>Id by token.</summary>
    IReadOnlyDictionary<string, int> Vocabulary { get; }

    /// <summary>Every token with its id; a spelling may have several.</summary>
    IEnumerable<KeyValuePair<string, int>> Tokens => Vocabulary;

    /// <summary>Number of tokens; the next one that is added gets the id after them.</summary>
    int Count { get; }

    /// <summary>Appends the ids of a piece of text that is not empty.</summary>
    /// <param name="piece">The piece.</param>
    /// <param name="ids">Receives the ids.</param>
    /// <param name="spans">Receives for each id the units of the piece it stands for; <c>null</c> when nobody asks.</param>
    void Encode(string piece, List<int> ids, List<(int Start, int Stop)>? spans = null);
}
