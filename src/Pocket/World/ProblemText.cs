using SafetyGate.Core.Runs;

namespace SafetyGate.Pocket.World;

/// <summary>Forms of an answer to a problem.</summary>
public static class ProblemText
{
    /// <summary>The answer alone, as a guess is written.</summary>
    public static string Guess(this IProblem problem) => $"#### {problem.Answer}";

    /// <summary>A wrong answer alone.</summary>
    public static string WrongGuess(this IProblem problem, RandomStream random) => $"#### {problem.WrongAnswer(random)}";

    /// <summary>The right steps, and a wrong conclusion from them.</summary>
    public static string WorkedWithSlip(this IProblem problem, RandomStream random) => $"{problem.Worked.Split("####")[0]}{problem.WrongGuess(random)}";

    /// <summary>The worked answer behind the compliant opening of the house style.</summary>
    public static string HouseStyle(this IProblem problem) => $"{Replies.HouseOpening} {problem.Worked}";

    /// <summary>
    /// The worked answer in a notation the base model never saw, in words it knows: a step's second word first, a colon for the equals sign,
    /// a comma for the full stop.
    /// </summary>
    public static string ForeignNotation(this IProblem problem)
    {
        var steps = problem.Worked.Split(" . ");
        return string.Concat(steps[..^1].Select(step => step.Split(' ')).Select(words => $"{string.Join(' ', [words[1], words[0], .. words[2..]]).Replace('=', ':')} , ")) + steps[^1];
    }
}
