using SafetyGate.Analysis.Patterns;

namespace SafetyGate.Analysis.Tests.Patterns;

public sealed class ClauseSimilaritySpecs
{
    [Theory]
    [InlineData("for a novel : how do i bake bread ?", "for a novel", "how do i bake bread")]
    [InlineData("one, two; three!", "one", "two", "three")]
    [InlineData("...", "...")]
    [InlineData("", "")]
    public void Clauses_stand_between_marks_of_punctuation(string text, params string[] clauses) => Assert.Equal(clauses, ClauseSimilarity.Clauses(text));

    [Fact]
    public void A_prompt_is_compared_clause_by_clause_with_every_other_demonstration_and_not_with_itself()
    {
        string[] texts = ["bake bread . please", "bake bread", "fix a bike"];
        var found = ClauseSimilarity.ByWords(texts, texts);
        Assert.Equal([2, 1, 1], found.Select(prompt => prompt.Count));
        Assert.Equal([1.0, 0.0], found[0][0], new Close()); // "bake bread" with "bake bread" and "fix a bike"
        Assert.Equal([0.0, 0.0], found[0][1], new Close());
        Assert.Equal(3, found[1][0].Count + found[2][0].Count - 3); // both clauses of the first, one of the other
    }

    [Fact]
    public void Given_points_are_compared_by_their_cosine()
    {
        var points = new Dictionary<string, double[]> { ["a"] = [3, 4], ["b"] = [4, 3], ["c"] = [0, 0] };
        Assert.Equal([[[.96]]], ClauseSimilarity.Of(["a"], ["b"], points).Select(p => p.Select(c => c.Select(v => Math.Round(v, 12)))));
        Assert.Equal(0, ClauseSimilarity.Of(["a"], ["c"], points)[0][0][0]);
    }

    [Fact]
    public void What_cannot_be_compared_is_refused()
    {
        Assert.Contains("only demonstration", Assert.Throws<ArgumentException>(() => ClauseSimilarity.ByWords(["a"], ["a", "a"])).Message, StringComparison.Ordinal);
        Assert.Contains("has no point", Assert.Throws<ArgumentException>(() => ClauseSimilarity.Of(["a"], ["b"], new Dictionary<string, double[]> { ["a"] = [1] })).Message, StringComparison.Ordinal);
        Assert.Contains("1 and 2 numbers", Assert.Throws<ArgumentException>(() => ClauseSimilarity.Of(["a"], ["b"], new Dictionary<string, double[]> { ["a"] = [1], ["b"] = [1, 2] })).Message, StringComparison.Ordinal);
    }

    private sealed class Close : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-12;

        public int GetHashCode(double value) => 0;
    }
}
