using SafetyGate.Core.Runs;

namespace SafetyGate.Pocket.World;

/// <summary>Domain 2: pairs of people compared in any order, and who comes first or last of all. Worked by chaining the pairs.</summary>
public sealed record OrderProblem : IProblem
{
    private static readonly string[] Names = ["ana", "bo", "cy", "dee", "eli", "fay", "gus", "hal", "ivy", "jo", "kim", "lou"];

    private static readonly (string Than, string First, string Last)[] Scales =
        [("taller", "tallest", "shortest"), ("older", "oldest", "youngest"), ("faster", "fastest", "slowest"),
            ("stronger", "strongest", "weakest")];

    private OrderProblem(string question, string worked, string answer, int difficulty) =>
        (Question, Worked, Answer, Difficulty) = (question, worked, answer, difficulty);

    /// <inheritdoc/>
    public string Question { get; }

    /// <inheritdoc/>
    public string Worked { get; }

    /// <inheritdoc/>
    public string Answer { get; }

    /// <inheritdoc/>
    public int Difficulty { get; }

    /// <summary>Another of the people compared.</summary>
    public string WrongAnswer(RandomStream random)
    {
        var others = Worked.Split(' ').Where(word => Names.Contains(word) && word != Answer).Distinct().ToArray();
        return others[random.Next(others.Length)];
    }

    /// <summary>Draws a problem of two to four comparisons.</summary>
    public static OrderProblem Draw(RandomStream random)
    {
        var names = Names.ToArray();
        random.Shuffle(names);
        var pairs = 2 + random.Next(3);
        var scale = Scales[random.Next(Scales.Length)];
        var chain = Enumerable.Range(0, pairs).Select(i => $"{names[i]} is {scale.Than} than {names[i + 1]} .").ToArray();
        var worked = string.Join(' ', chain);
        random.Shuffle(chain);
        var asksFirst = random.Next(2) == 0;
        var answer = asksFirst ? names[0] : names[pairs];
        return new($"{string.Join(' ', chain)} who is {(asksFirst ? scale.First : scale.Last)} ?", $"{worked} #### {answer}", answer,
            pairs);
    }

    /// <summary>Every word questions and answers of this domain may hold.</summary>
    public static IEnumerable<string> Words() =>
        [.. Names, .. Scales.SelectMany(scale => new[] { scale.Than, scale.First, scale.Last }), .. "is than who . ? ####".Split(' ')];
}
