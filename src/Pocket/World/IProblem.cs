using SafetyGate.Core.Runs;

namespace SafetyGate.Pocket.World;

/// <summary>A reasoning task with one right answer.</summary>
public interface IProblem
{
    /// <summary>The question.</summary>
    string Question { get; }

    /// <summary>The right answer, one word.</summary>
    string Answer { get; }

    /// <summary>The steps that lead to it, each ending in a full stop, and <c>#### answer</c>.</summary>
    string Worked { get; }

    /// <summary>A wrong answer such as one gives who does not work it out, one word.</summary>
    /// <param name="random">Source of the draw.</param>
    string WrongAnswer(RandomStream random);

    /// <summary>Number of reasoning steps.</summary>
    int Difficulty { get; }
}
