using SafetyGate.Analysis.Strata;
using SafetyGate.Pocket;

namespace SafetyGate.Studies.Strata;

/// <summary>Problems of the embedded world as items whose hardness is the number of steps.</summary>
public static class PocketStrataItems
{
    /// <summary>Names of the domains.</summary>
    public static IReadOnlyList<string> Domains { get; } = ["sums", "order"];

    private const int Largest = 20;

    /// <summary>Where strata of a domain end: two steps are easy orders and four hard ones; three are easy sums and four hard ones.</summary>
    public static StratumChoice Strata(string domain) => new() { Thresholds = domain == "order" ? new(2, 4) : new(3, 4) };

    /// <summary>The training and the test items.</summary>
    /// <param name="paths">The repository.</param>
    /// <param name="domain">One of <see cref="Domains"/>.</param>
    /// <param name="withChoices">Whether items have their possible answers, as a probe needs them; else answers are worked out.</param>
    /// <param name="tests">Test items, from the first.</param>
    public static (StrataQuestions Train, StrataQuestions Test) Read(PocketPaths paths, string domain, bool withChoices, int tests)
    {
        var columns = new QuestionColumns { Hardness = "difficulty" };
        var train = StrataQuestions.Read(paths.DataFile($"{domain}.train.own-style.jsonl"), columns with { Completion = "completion" });
        var test = StrataQuestions.Read(paths.DataFile($"{domain}.test.jsonl"), columns);
        return (Chosen(train, domain, withChoices), Chosen(test with { Items = [.. test.Items.Take(tests)] }, domain, withChoices));
    }

    private static StrataQuestions Chosen(StrataQuestions items, string domain, bool withChoices) => !withChoices ? items
        : items with { Items = [.. items.Items.Select(item => item with { Answer = Written(item.Answer), Completion = Written(item.Answer), Choices = [.. Choices(item, domain).Select(Written)] })] };

    // An order's answers are the names in the question, which stand before "is"; a sum's are all totals.
    private static IEnumerable<string> Choices(StrataQuestion item, string domain)
    {
        if (domain == "sums") return Enumerable.Range(0, Largest + 1).Select(total => Invariant($"{total}"));
        var words = item.Prompt.Split(' ');
        return words.Where((word, at) => at + 1 < words.Length && (words[at + 1] == "is" || (at > 0 && words[at - 1] == "than")) && word != "who").Distinct();
    }

    private static string Written(string answer) => $"#### {answer}";
}
