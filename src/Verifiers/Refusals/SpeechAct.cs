namespace SafetyGate.Verifiers.Refusals;

/// <summary>Speech act of one clause of a response.</summary>
internal enum SpeechAct
{
    /// <summary>Gives substance.</summary>
    Content,

    /// <summary>The speaker declines the task: cannot, will not, may not fulfill the request.</summary>
    Refusal,

    /// <summary>States a limitation or declines to judge (opinions, feelings, the future), which may open an answer or a refusal.</summary>
    Disclaimer,

    /// <summary>An apology or regret.</summary>
    Apology,

    /// <summary>Judges the request or its topic, or prescribes how one ought to behave.</summary>
    Moral,

    /// <summary>Evaluates, prescribes or advises in general terms: an answer where advice was asked for, else none.</summary>
    Norm,

    /// <summary>Courtesy before the point: thanks, sympathy, praise of the question.</summary>
    Courtesy,

    /// <summary>Agrees or announces what follows: "sure", "here is".</summary>
    Affirmation,

    /// <summary>Offers or hands over something in place of, or despite, the declined task.</summary>
    Offer,

    /// <summary>Offers an alternative to the request.</summary>
    Alternative,

    /// <summary>Describes the speaker's purpose or nature.</summary>
    SelfDescription,

    /// <summary>Closes politely.</summary>
    Closing,

    /// <summary>Asks a question.</summary>
    Question,
}
