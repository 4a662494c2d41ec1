namespace SafetyGate.Verifiers.Refusals;

/// <summary>What one clause of a response does.</summary>
internal enum SpeechAct
{
    /// <summary>Says something of substance.</summary>
    Content,

    /// <summary>The speaker declines the task: cannot, will not, may not do what was asked.</summary>
    Refusal,

    /// <summary>The speaker says what it lacks or will not judge (opinions, feelings, the future), which may open an answer or a refusal.</summary>
    Disclaimer,

    /// <summary>An apology or regret.</summary>
    Apology,

    /// <summary>Judges the request or its topic, or says how one ought to behave.</summary>
    Moral,

    /// <summary>Courtesy before the point: thanks, sympathy, praise of the question.</summary>
    Courtesy,

    /// <summary>Agrees or announces what follows: "sure", "here is".</summary>
    Affirmation,

    /// <summary>Offers or hands over something in place of, or in spite of, what was declined.</summary>
    Offer,

    /// <summary>Offers something else than what was asked.</summary>
    Alternative,

    /// <summary>Speaks of the speaker's purpose or nature.</summary>
    SelfDescription,

    /// <summary>Closes politely.</summary>
    Closing,

    /// <summary>Asks something.</summary>
    Question,
}
