using System.Globalization;
using SafetyGate.Core.Runs;

namespace SafetyGate.Pocket.World;

/// <summary>Domain 1: somebody has things, gains and loses some, and how many are left. All totals are between 0 and 20.</summary>
public sealed record SumProblem : IProblem
{
    private const int Largest = 20;
    private static readonly string[] Names = ["ana", "bo", "cy", "dee", "eli", "fay", "gus", "hal", "ivy", "jo", "kim", "lou"];
    private static readonly string[] Things = ["stones", "shells", "coins", "cards", "pens", "cups", "marbles", "buttons", "stamps",
        "apples", "books", "eggs"];
    private static readonly string[] Gains = ["{0} finds {1} .", "{0} gets {1} more .", "a friend gives {0} {1} ."];
    private static readonly string[] Losses = ["{0} loses {1} .", "{0} gives away {1} .", "{0} drops {1} ."];

    private SumProblem(string question, string worked, string answer, int difficulty) =>
        (Question, Worked, Answer, Difficulty) = (question, worked, answer, difficulty);

    /// <inheritdoc/>
    public string Question { get; }

    /// <inheritdoc/>
    public string Worked { get; }

    /// <inheritdoc/>
    public string Answer { get; }

    /// <inheritdoc/>
    public int Difficulty { get; }

    /// <summary>Off by one or two, inside 0 to 20.</summary>
    public string WrongAnswer(RandomStream random)
    {
        var right = int.Parse(Answer, CultureInfo.InvariantCulture);
        while (true)
        {
            var wrong = right + (1 + random.Next(2)) * (random.Next(2) == 0 ? 1 : -1);
            if (wrong is >= 0 and <= Largest) return Invariant($"{wrong}");
        }
    }

    /// <summary>Draws a problem of three or four changes of 1 to 5.</summary>
    public static SumProblem Draw(RandomStream random) => Draw(random, changes: null);

    /// <summary>Draws a problem of a number of changes that the grammar itself may never draw.</summary>
    /// <param name="random">Source of the draw.</param>
    /// <param name="changes">How many changes; <c>null</c> for the grammar's own three or four.</param>
    public static SumProblem Draw(RandomStream random, int? changes)
    {
        var name = Names[random.Next(Names.Length)];
        var thing = Things[random.Next(Things.Length)];
        var total = 3 + random.Next(15);
        var count = changes ?? 3 + random.Next(2);
        List<string> told = [Invariant($"{name} has {total} {thing} .")], steps = [];
        for (var i = 0; i < count; i++)
        {
            var amount = 1 + random.Next(5);
            var gains = random.Next(2) == 0;
            if (gains && total + amount > Largest) gains = false;
            if (!gains && total - amount < 0) gains = true;
            var form = (gains ? Gains : Losses)[random.Next(3)];
            var after = gains ? total + amount : total - amount;
            told.Add(form.Replace("{0}", name, StringComparison.Ordinal).Replace("{1}", Invariant($"{amount}"), StringComparison.Ordinal));
            steps.Add(Invariant($"{total} {(gains ? '+' : '-')} {amount} = {after} ."));
            total = after;
        }

        told.Add($"how many {thing} does {name} have ?");
        steps.Add(Invariant($"#### {total}"));
        return new(string.Join(' ', told), string.Join(' ', steps), Invariant($"{total}"), count);
    }

    /// <summary>Every word questions and answers of this domain may hold.</summary>
    public static IEnumerable<string> Words() =>
        [.. Names, .. Things, .. Gains.Concat(Losses).SelectMany(form => form.Split(' ')).Where(word => word[0] != '{'),
         .. "has + - = . #### how many does have ?".Split(' '), .. Enumerable.Range(0, Largest + 1).Select(n => Invariant($"{n}"))];
}
