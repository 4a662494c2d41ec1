namespace SafetyGate.Analysis.Patterns;

/// <summary>Reads the questions of a grammar that is known: how they are worked, and what is true of them.</summary>
public interface IQuestionReader
{
    /// <summary>What a question asks for; <c>null</c> if it is not of the grammar.</summary>
    ReadQuestion? Read(string prompt);
}
