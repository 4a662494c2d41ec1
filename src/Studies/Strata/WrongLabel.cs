using SafetyGate.Analysis.Strata;
using SafetyGate.Core.Runs;

namespace SafetyGate.Studies.Strata;

/// <summary>Gives an item a wrong answer that another one could have.</summary>
internal static class WrongLabel
{
    private const int Tries = 1000;

    /// <summary>The item with another answer, also at the end of its worked answer.</summary>
    /// <param name="item">The item.</param>
    /// <param name="all">Items whose answers are taken where it has no choices.</param>
    /// <param name="random">Source of the draw.</param>
    /// <exception cref="UserErrorException">All answers are the same.</exception>
    public static StrataQuestion Of(StrataQuestion item, IReadOnlyList<StrataQuestion> all, RandomStream random)
    {
        for (var i = 0; i < Tries; i++)
        {
            var wrong = item.Choices.Count > 0 ? item.Choices[random.Next(item.Choices.Count)] : all[random.Next(all.Count)].Answer;
            if (wrong == item.Answer) continue;
            var end = item.Completion.LastIndexOf(item.Answer, StringComparison.Ordinal);
            return item with { Answer = wrong, Completion = end < 0 ? wrong : item.Completion[..end] + wrong + item.Completion[(end + item.Answer.Length)..] };
        }

        throw new UserErrorException($"Item '{item.Id}' cannot get a wrong label: no other item has another answer than '{item.Answer}'.");
    }
}
