using SafetyGate.Core.Runs;
using SafetyGate.Harness.Statistics;

namespace SafetyGate.Harness.Tests.Statistics;

/// <summary>Resampling of tables whose rows and columns are both samples.</summary>
public sealed class CrossedResamplingSpecs
{
    private const int Many = 20_000;

    [Fact]
    public void Two_rows_and_two_columns_give_each_product_of_shares_as_often_as_it_is_likely()
    {
        // One cell of four is 1. Rows and columns are each drawn 0, 1 or 2 times with chances 1/4, 1/2, 1/4, and the mean is the product of
        // the two shares: 0 with 7/16, 1/4 with 4/16, 1/2 with 4/16, 1 with 1/16.
        var means = Means([[1, 0], [0, 0]], "first");
        foreach (var (value, chance) in new[] { (0, 7 / 16.0), (.25, 4 / 16.0), (.5, 4 / 16.0), (1, 1 / 16.0) })
            Assert.Equal(chance, means.Count(mean => mean == value) / (double)Many, 0.012); // over three standard errors
    }

    [Theory]
    [InlineData(0.0, 0, 1, 1)] // rows differ
    [InlineData(0.0, 1, 0, 1)] // columns differ
    public void Effects_of_rows_and_of_columns_both_count(double a, double b, double c, double d)
    {
        // The mean of two draws of 0 or 1 has the variance 1/8.
        var means = Means([[a, b], [c, d]], "effects");
        Assert.Equal(1 / 8.0, means.Average(mean => Math.Pow(mean - .5, 2)), 0.004);
    }

    [Fact]
    public void Tables_with_the_same_stream_of_columns_are_drawn_together()
    {
        var (one, other) = (RowMeans([[0, 1, 2]], "columns"), RowMeans([[0, 1, 2], [5, 6, 7]], "columns"));
        Assert.Equal(one.Select(means => means[0]), other.Select(means => means[0]));
        Assert.Equal(one.Select(means => Math.Round(means[0] + 5, 12)), other.Select(means => Math.Round(means[1], 12)));
        Assert.NotEqual(one.Select(means => means[0]), RowMeans([[0, 1, 2]], "others").Select(means => means[0]));

        static IReadOnlyList<double[]> RowMeans(double[][] table, string stream) => CrossedResampling.RowMeans(table, 50, new RandomStream(1, stream));
    }

    [Fact]
    public void Only_whole_tables_of_numbers_are_resampled()
    {
        Assert.StartsWith("The table has no rows.", Assert.Throws<ArgumentException>(() => CrossedResampling.RowMeans([], 5, new RandomStream(1, ""))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => CrossedResampling.RowMeans([[1, 2]], 0, new RandomStream(1, "")));
        Assert.Throws<ArgumentOutOfRangeException>(() => CrossedResampling.Rows(3, 0, new RandomStream(1, "")));
        Assert.Throws<ArgumentException>(() => CrossedResampling.RowMeans([[]], 5, new RandomStream(1, "")));
        Assert.StartsWith("The rows are not of one length", Assert.Throws<ArgumentException>(() => CrossedResampling.RowMeans([[1, 2], [1]], 5, new RandomStream(1, ""))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => CrossedResampling.RowMeans([[double.NaN]], 5, new RandomStream(1, "")));
        Assert.Throws<ArgumentOutOfRangeException>(() => CrossedResampling.Rows(0, 5, new RandomStream(1, "")));
        Assert.Throws<ArgumentException>(() => ResamplingDistribution.Of([], 0));
    }

    [Fact]
    public void Percentiles_of_given_resamples_are_those_counted()
    {
        var distribution = ResamplingDistribution.Of([.. Enumerable.Range(1, 100).Select(i => (double)i)], 50);
        Assert.Equal(new Interval(3, 98), distribution.Percentile(.95)); // the smallest value with F ≥ .025, and with F ≥ .975
    }

    private static double[] Means(double[][] table, string name) =>
        CrossedResampling.Means(CrossedResampling.RowMeans(table, Many, new RandomStream(1, name + "/columns")), CrossedResampling.Rows(table.Length, Many, new RandomStream(1, name + "/rows")));
}
