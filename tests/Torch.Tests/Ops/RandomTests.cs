namespace SafetyGate.Torch.Tests.Ops;

public sealed class RandomTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void The_same_seed_gives_the_same_numbers()
    {
        using var a = new Generator(5);
        using var b = new Generator(5);
        rand([4], generator: a).Equals(null).Should().BeFalse();
        rand([4], generator: b);
        randn([100], generator: a).data<float>().ToArray().Should().Equal(randn([100], generator: b).data<float>().ToArray());
        a.manual_seed(9);
        var first = randint(0, 1000, [10], generator: a).data<long>().ToArray();
        a.manual_seed(9);
        randint(0, 1000, [10], generator: a).data<long>().ToArray().Should().Equal(first);
        a.initial_seed().Should().Be(9);
    }

    [Fact]
    public void A_stream_continues_from_its_state()
    {
        using var a = new Generator(1);
        rand([3], generator: a);
        var state = a.get_state();
        var next = rand([3], generator: a).data<float>().ToArray();
        a.set_state(state);
        rand([3], generator: a).data<float>().ToArray().Should().Equal(next);
    }

    [Fact]
    public void Random_numbers_have_their_distributions_moments()
    {
        using var g = new Generator(3);
        var normal = randn([100_000], generator: g);
        Math.Abs(normal.mean().item<float>()).Should().BeLessThan(0.02f);
        normal.std().item<float>().Should().BeApproximately(1, 0.02f);
        var uniform = zeros(100_000).uniform_(2, 4, g);
        uniform.mean().item<float>().Should().BeApproximately(3, 0.02f);
        uniform.min().item<float>().Should().BeGreaterThanOrEqualTo(2);
        zeros(100_000).bernoulli_(0.25, g).mean().item<float>().Should().BeApproximately(0.25f, 0.01f);
        randperm(50, generator: g).sort().Item1.data<long>().ToArray().Should().Equal(Enumerable.Range(0, 50).Select(i => (long)i));
    }

    [Fact]
    public void Multinomial_draws_by_weight_and_never_a_zero()
    {
        using var g = new Generator(3);
        var drawn = tensor(new float[] { 0, 1, 3 }).multinomial(40_000, true, g).data<long>().ToArray();
        drawn.Should().NotContain(0);
        ((double)drawn.Count(i => i == 2) / drawn.Length).Should().BeApproximately(0.75, 0.01);
    }

    [Fact]
    public void Gradients_of_repeated_indices_are_the_same_bytes_every_time()
    {
        using var g = new Generator(3);
        var ids = randint(0, 50, [4096], generator: g);
        var up = randn([4096, 32], generator: g);
        var first = Run();
        for (var i = 0; i < 5; i++) Run().Should().Equal(first);

        byte[] Run()
        {
            using var scope = NewDisposeScope();
            var table = ones(50, 32, requires_grad: true);
            (table.index_select(0, ids) * up).sum().backward();
            var gathered = ones(50, 32, requires_grad: true);
            (gathered.gather(0, ids.unsqueeze(1).expand(4096, 32)) * up).sum().backward();
            var indexed = ones(50, 32, requires_grad: true);
            (indexed[ids] * up).sum().backward();
            return [.. table.grad!.bytes.ToArray(), .. gathered.grad!.bytes.ToArray(), .. indexed.grad!.bytes.ToArray(), .. zeros(50, 32).index_add_(0, ids, up, 1).bytes.ToArray()];
        }
    }
}
