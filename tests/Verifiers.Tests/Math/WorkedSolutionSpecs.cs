using System.Text.Json;
using SafetyGate.Verifiers.Math;

namespace SafetyGate.Verifiers.Tests.Math;

/// <summary>Public problems with their worked solutions: the answer is found in the text and is the reference answer.</summary>
public sealed class WorkedSolutionSpecs(ITestOutputHelper output)
{
    private const ulong Seed = 20_261_127;
    private const int Perturbations = 2000;

    private static IEnumerable<(string Gold, string Solution)> Gsm8k(string file = "test.jsonl") =>
        File.ReadLines(Datasets.Require($"gsm8k/{file}")).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("answer").GetString()!)
            .Select(solution => (solution[(solution.LastIndexOf("####", StringComparison.Ordinal) + 4)..].Trim(), solution));

    [Theory]
    [InlineData("test.jsonl", 1319)]
    [InlineData("train_first2000.jsonl", 2000)]
    public void The_answer_of_every_solution_of_gsm8k_is_its_reference_answer(string file, int rows)
    {
        var misses = Gsm8k(file).Where(c => AnswerEquivalence.Compare(c.Gold, c.Solution).Correct != true).Select(c => c.Solution).ToList();
        Assert.True(misses.Count == 0, string.Join("\n---\n", misses));
        Assert.Equal(rows, Gsm8k(file).Count());
    }

    [Fact]
    public void Every_reference_answer_of_gsm8k_is_accepted_in_every_frame()
    {
        var misses = Gsm8k().SelectMany(c => PerturbedGolds.Framed(c.Gold), (c, said) => (c.Gold, Said: said)).Where(c => AnswerEquivalence.Compare(c.Gold, c.Said).Correct != true).ToList();
        output.WriteLine($"{Gsm8k().Count() * PerturbedGolds.Framed("1").Count()} responses with the reference answer, {misses.Count} missed");
        Assert.True(misses.Count == 0, string.Join("\n", misses.Take(20)));
    }

    [Fact]
    public void No_perturbed_reference_answer_of_gsm8k_is_accepted()
    {
        var golds = Gsm8k().Select(c => c.Gold).ToList();
        var generator = new PerturbedGolds(Seed);
        var made = Enumerable.Range(0, Perturbations).Select(i => (Gold: golds[i % golds.Count], Wrong: generator.Wrong(golds[i % golds.Count]))).ToList();
        var accepted = made.Where(m => AnswerEquivalence.Compare(m.Gold, m.Wrong.Response).Correct == true).ToList();
        output.WriteLine($"seed {Seed}: {made.Count} perturbed answers of {made.Select(m => m.Wrong.Kind).Distinct().Count()} kinds, {accepted.Count} accepted");
        Assert.True(accepted.Count == 0, string.Join("\n", accepted.Take(20)));
    }

    /// <summary>MATH-500 (MIT), which is not beside the repository by default: <c>math-500/test.jsonl</c> with solution and answer.</summary>
    [Fact]
    public void The_answer_of_nearly_every_solution_of_math_500_is_its_reference_answer()
    {
        var rows = File.ReadLines(Datasets.Require("math-500/test.jsonl")).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        var misses = rows.Where(r => AnswerEquivalence.Compare(r.GetProperty("answer").GetString()!, r.GetProperty("solution").GetString()!, r.GetProperty("problem").GetString()).Correct != true).Select(r => r.GetProperty("answer").GetString()).ToList();
        output.WriteLine($"{rows.Count - misses.Count} of {rows.Count}");
        Assert.Equal(500, rows.Count);
        Assert.True(misses.Count <= 2, string.Join("\n", misses)); // two: what a solution without a box or with two answers may cost
    }
}
