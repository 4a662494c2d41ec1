namespace SafetyGate.Trainers.Data;

/// <summary>How texts become what the model reads.</summary>
public enum PromptTemplate
{
    /// <summary>With the model's chat template: the prompt is the user's turn, the completion the assistant's.</summary>
    Chat,

    /// <summary>Verbatim; the end-of-sequence token is appended to the completion.</summary>
    Plain,
}
