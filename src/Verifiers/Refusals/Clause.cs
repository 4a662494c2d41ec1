namespace SafetyGate.Verifiers.Refusals;

/// <summary>A piece of a response between sentence ends, line ends and contrasting conjunctions.</summary>
/// <param name="Text">Canonical text.</param>
/// <param name="Act">The speech act.</param>
/// <param name="Contrast">It begins with "but", "however" or the like.</param>
/// <param name="Item">It is a list item or a line of code.</param>
/// <param name="AboutRequest">A refusal that names the request as such ("help with that", "your request").</param>
internal sealed record Clause(string Text, SpeechAct Act, bool Contrast, bool Item, bool AboutRequest)
{
    /// <summary>It says that the speaker is not able or willing to do something, whatever it is, after other things were said.</summary>
    public bool Unable { get; init; }

    /// <summary>A refusal in words that also begin answers: a roundabout one, or an inability to do something that is not what was asked for.</summary>
    public bool Weak { get; init; }

    /// <summary>A statement of code.</summary>
    public bool Statement { get; init; }

    /// <summary>Words in it.</summary>
    public int Words { get; } = Text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Count(w => w.Any(char.IsLetterOrDigit));
}
