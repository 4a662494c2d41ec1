namespace SafetyGate.Core.Benchmarks;

/// <summary>How an item is put to a model.</summary>
public enum PromptStyle
{
    /// <summary>As a conversation of one user turn, rendered with the model's chat template.</summary>
    Chat,

    /// <summary>As plain text that the model continues.</summary>
    Plain,
}
