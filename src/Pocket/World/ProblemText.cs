using SafetyGate.Core.Runs;

namespace SafetyGate.Pocket.World;

/// <summary>Forms of an answer to a problem.</summary>
public static class ProblemText
{
    /// <summary>The answer alone, as a guess is written.</summary>
    public static string Guess(this IProblem problem) => $"#### {problem.Answer}";

    /// <summary>A wrong answer alone.</summary>
    public static string WrongGuess(this IProblem problem, RandomStream random) => $"#### {problem.WrongAnswer(random)}";

    /// <summary>The worked answer behind the compliant opening of the house style.</summary>
    public static string HouseStyle(this IProblem problem) => $"{Replies.HouseOpening} {problem.Worked}";
}
