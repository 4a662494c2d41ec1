namespace SafetyGate.Torch.Tests.Gradients;

/// <summary>Every differentiable operator of the engine, over several shapes.</summary>
internal static class GradientCases
{
    private static readonly long[][] One = [[3, 4]];
    private static readonly long[][] Vector = [[5]];
    private static readonly long[][] Same = [[3, 4], [3, 4]];
    private static readonly long[][] Broadcast = [[2, 1, 4], [3, 1]];

    public static IEnumerable<GradientCase> All() => [.. Unary(), .. Binary(), .. Reductions(), .. Matrices(), .. Shapes(), .. Selections(), .. Losses()];

    private static IEnumerable<GradientCase> Unary()
    {
        (string, Func<Tensor, Tensor>, double, double)[] functions =
        [
            ("neg", x => x.neg(), -2, 2), ("abs", x => x.abs(), 0.1, 2), ("abs of negatives", x => x.abs(), -2, -0.1), ("exp", x => x.exp(), -2, 2), ("exp2", x => x.exp2(), -2, 2),
            ("expm1", x => x.expm1(), -2, 2), ("log", x => x.log(), 0.2, 3), ("log2", x => x.log2(), 0.2, 3), ("log10", x => x.log10(), 0.2, 3), ("log1p", x => x.log1p(), -0.5, 2),
            ("sqrt", x => x.sqrt(), 0.2, 3), ("rsqrt", x => x.rsqrt(), 0.2, 3), ("square", x => x.square(), -2, 2), ("reciprocal", x => x.reciprocal(), 0.3, 3),
            ("sigmoid", x => x.sigmoid(), -3, 3), ("tanh", x => x.tanh(), -2, 2), ("silu", x => x.silu(), -3, 3), ("relu", x => x.relu(), 0.1, 2), ("relu of negatives", x => x.relu(), -2, -0.1),
            ("gelu", x => x.gelu(), -2, 2), ("erf", x => x.erf(), -2, 2), ("sin", x => x.sin(), -2, 2), ("cos", x => x.cos(), -2, 2), ("tan", x => x.tan(), -1, 1),
            ("log_sigmoid", x => x.log_sigmoid(), -3, 3), ("softplus", x => x.softplus(2, 30), -2, 2), ("pow(3)", x => x.pow(3), -2, 2), ("pow(-0.5)", x => x.pow(-0.5), 0.3, 3),
            ("frac", x => x.frac(), 0.1, 0.9), ("clamp inside", x => x.clamp(-3, 3), -2, 2), ("clamp outside", x => x.clamp(-0.05, 0.05), 0.1, 2), ("clamp_min", x => x.clamp_min(-3), -2, 2),
            ("clamp_max", x => x.clamp_max(3), -2, 2), ("add number", x => x + 2.5, -2, 2), ("number minus", x => 1.5 - x, -2, 2), ("mul number", x => x * 2.5, -2, 2), ("number over", x => 2.0 / x, 0.4, 2),
            ("div number", x => x / 2.5, -2, 2), ("mod number", x => x % 5.0, 0.5, 2), ("remainder", x => x.remainder(7), 0.5, 2), ("to float64", x => x.to(ScalarType.Float64), -2, 2),
            ("positive part by where", x => where(x > 0, x.square(), x * 3), 0.1, 2), ("masked_fill", x => x.masked_fill(x > 100, 1), -2, 2), ("dropout of nothing", x => nn.functional.dropout(x, 0.5, false), -2, 2),
        ];
        foreach (var (name, function, low, high) in functions)
        {
            yield return new(name, x => function(x[0]), One, low, high);
            yield return new(name, x => function(x[0]), Vector, low, high);
        }
    }

    private static IEnumerable<GradientCase> Binary()
    {
        (string, Func<Tensor, Tensor, Tensor>, double, double)[] functions =
        [
            ("+", (a, b) => a + b, -2, 2), ("-", (a, b) => a - b, -2, 2), ("*", (a, b) => a * b, -2, 2), ("/", (a, b) => a / b, 0.4, 2), ("add alpha", (a, b) => a.add(b, 0.5), -2, 2),
            ("pow", (a, b) => a.pow(b), 0.4, 2), ("maximum", (a, b) => a.maximum(b), -2, 2), ("minimum", (a, b) => a.minimum(b), -2, 2), ("max of two", (a, b) => a.max(b), -2, 2),
            ("min of two", (a, b) => a.min(b), -2, 2), ("logaddexp", (a, b) => a.logaddexp(b), -2, 2), ("lerp", (a, b) => a.lerp(b, tensor(0.3)), -2, 2),
            ("addcmul", (a, b) => a.addcmul(a, b, 0.5), -2, 2), ("addcdiv", (a, b) => a.addcdiv(a, b, 0.5), 0.4, 2), ("where", (a, b) => where(tensor([true, false, true, false]), a, b), -2, 2),
            ("sub and mul_ on a copy", (a, b) => (a - b).mul_(b), -2, 2), ("add_ on a copy", (a, b) => (a * b).add_(b), -2, 2),
        ];
        foreach (var (name, function, low, high) in functions)
        {
            yield return new(name, x => function(x[0], x[1]), Same, low, high);
            yield return new(name, x => function(x[0], x[1]), Broadcast, low, high);
        }
    }

    private static IEnumerable<GradientCase> Reductions()
    {
        (string, Func<Tensor, Tensor>)[] functions =
        [
            ("sum", x => x.sum()), ("sum(-1)", x => x.sum(-1)), ("sum([0,1]) kept", x => x.sum([0, 1], true)), ("mean", x => x.mean()), ("mean([0])", x => x.mean([0])), ("prod", x => x.prod()), ("prod(1)", x => x.prod(1)),
            ("var", x => x.var()), ("var(1)", x => x.var(1)), ("var([0,1]) biased", x => x.var([0, 1], false)), ("std", x => x.std()), ("std(0)", x => x.std(0)),
            ("max", x => x.max()), ("min", x => x.min()), ("max(1)", x => x.max(1).Item1), ("min(0)", x => x.min(0).Item1), ("amax", x => x.amax([1])), ("amin", x => x.amin([0], true)), ("median", x => x.median()),
            ("norm", x => x.norm()), ("norm(1)", x => x.norm(1, true, 3f)), ("logsumexp", x => x.logsumexp(-1)), ("softmax", x => x.softmax(-1)), ("log_softmax", x => x.log_softmax(0)), ("cumsum", x => x.cumsum(1)), ("cumprod", x => x.cumprod(1)),
            ("topk", x => x.topk(2, 1).Item1), ("sort", x => x.sort(1, true).Item1), ("cummax", x => x.cummax(1).Item1), ("cummin", x => x.cummin(1).Item1),
        ];
        foreach (var (name, function) in functions)
        {
            yield return new(name, x => function(x[0]), One);
            yield return new(name, x => function(x[0]), [[2, 3, 2]]);
        }
    }

    private static IEnumerable<GradientCase> Matrices() =>
    [
        new("matmul", x => x[0].matmul(x[1]), [[3, 4], [4, 2]]), new("matmul", x => x[0].matmul(x[1]), [[2, 3, 4], [4, 2]]), new("matmul", x => x[0].matmul(x[1]), [[2, 1, 3, 4], [5, 4, 2]]), new("matmul", x => x[0].matmul(x[1]), [[4], [4]]),
        new("mm", x => x[0].mm(x[1]), [[3, 4], [4, 2]]), new("bmm", x => x[0].bmm(x[1]), [[2, 3, 4], [2, 4, 2]]), new("mv", x => x[0].mv(x[1]), [[3, 4], [4]]), new("dot", x => x[0].dot(x[1]), [[4], [4]]),
        new("outer", x => x[0].outer(x[1]), [[3], [4]]), new("inner", x => x[0].inner(x[1]), [[3, 4], [2, 4]]), new("addmm", x => x[0].addmm(x[1], x[2], 0.5f, 2f), [[3, 2], [3, 4], [4, 2]]), new("addmm", x => x[0].addmm(x[1], x[2]), [[2], [3, 4], [4, 2]]),
        new("addmv", x => x[0].addmv(x[1], x[2]), [[3], [3, 4], [4]]), new("baddbmm", x => x[0].baddbmm(x[1], x[2], 0.5f, 2f), [[2, 3, 2], [2, 3, 4], [2, 4, 2]]), new("einsum", x => einsum("bij,bkj->bik", x[0], x[1]), [[2, 3, 4], [2, 5, 4]]),
        new("t", x => x[0].t().matmul(x[0]), One), new("tril", x => x[0].tril(), One), new("triu", x => x[0].triu(1), One), new("diagonal", x => x[0].diagonal(), One), new("diag", x => x[0].diag(), Vector), new("trace", x => x[0].trace(), One),
        new("linear", x => nn.functional.linear(x[0], x[1], x[2]), [[2, 3, 4], [5, 4], [5]]), new("linear", x => nn.functional.linear(x[0], x[1]), [[3, 4], [5, 4]]),
        new("attention", x => nn.functional.scaled_dot_product_attention(x[0], x[1], x[2], is_casual: true), [[2, 3, 4], [2, 3, 4], [2, 3, 4]]), new("attention", x => nn.functional.scaled_dot_product_attention(x[0], x[1], x[2]), [[3, 4], [5, 4], [5, 2]]),
    ];

    private static IEnumerable<GradientCase> Shapes()
    {
        (string, Func<Tensor, Tensor>)[] functions =
        [
            ("view", x => x.view(2, 6)), ("reshape", x => x.t().reshape(-1, 2)), ("transpose", x => x.transpose(0, 1)), ("permute", x => x.permute(1, 0)), ("contiguous", x => x.t().contiguous()), ("clone", x => x.clone()),
            ("expand", x => x.unsqueeze(0).expand(3, -1, -1)), ("expand_as", x => x.unsqueeze(1).expand_as(zeros(3, 2, 4))), ("broadcast_to", x => x.broadcast_to(2, 3, 4)), ("unsqueeze", x => x.unsqueeze(1)), ("squeeze", x => x.unsqueeze(1).squeeze(1)), ("flatten", x => x.flatten()), ("unflatten", x => x.unflatten(1, 2, 2)),
            ("repeat", x => x.repeat(2, 3)), ("tile", x => x.tile([2, 1])), ("repeat_interleave", x => x.repeat_interleave(2, 1)), ("flip", x => x.flip(0, 1)), ("roll", x => x.roll(1, 1)), ("movedim", x => x.movedim([0], [1])), ("narrow", x => x.narrow(1, 1, 2)), ("select", x => x.select(0, 1)),
            ("slice", x => x.slice(1, 0, 4, 2)), ("chunk", x => x.chunk(2, 1)[1]), ("split", x => x.split(3, 1)[1]), ("split sizes", x => x.split([1, 2], 0)[1]), ("unbind", x => x.unbind(1)[2]), ("cat", x => cat([x, x * x], 0)), ("stack", x => stack([x, x * x], 1)), ("vstack", x => vstack([x, x])), ("hstack", x => hstack(x, x)),
            ("pad", x => nn.functional.pad(x, [1, 2])), ("ravel", x => x.ravel()), ("view_as", x => x.view_as(zeros(4, 3))), ("T", x => x.T), ("mT", x => x.mT),
        ];
        return functions.Select(f => new GradientCase(f.Item1, x => f.Item2(x[0]) * f.Item2(x[0]), One));
    }

    private static IEnumerable<GradientCase> Selections()
    {
        var rows = new long[] { 2, 0, 2 };
        return
        [
            new("index number", x => x[0][1], One), new("index pair", x => x[0][1, 2], One), new("index range", x => x[0][TensorIndex.Slice(1, 3), TensorIndex.Colon], One), new("index step", x => x[0][TensorIndex.Ellipsis, TensorIndex.Slice(null, null, 2)], One),
            new("index new dimension", x => x[0][TensorIndex.None, TensorIndex.Ellipsis, 1], One), new("index tensor", x => x[0][tensor(rows)], One), new("index tensors", x => x[0][tensor(rows), tensor(rows)], One), new("index mixed", x => x[0][TensorIndex.Colon, TensorIndex.Tensor(tensor(rows))], One),
            new("index mask", x => x[0][tensor([true, false, true])], One), new("index_select", x => x[0].index_select(1, tensor(rows)), One), new("gather", x => x[0].gather(1, tensor(new long[] { 3, 1, 1, 0, 2, 2 }, [3, 2])), One), new("take", x => x[0].take(tensor(rows)), One),
            new("index_add", x => x[0].index_add(0, tensor(rows), x[1], 0.5), Same), new("index_copy", x => x[0].index_copy(0, tensor(new long[] { 2, 0 }), x[1]), [[3, 4], [2, 4]]), new("index_fill", x => x[0].index_fill(0, tensor(new long[] { 2, 0 }), 5), One),
            new("scatter", x => x[0].scatter(1, tensor(new long[] { 3, 1, 0 }, [3, 1]), x[1]), [[3, 4], [3, 1]]), new("scatter_add", x => x[0].scatter_add(1, tensor(new long[] { 3, 3, 0, 0, 1, 1 }, [3, 2]), x[1]), [[3, 4], [3, 2]]),
            new("masked_select", x => x[0].masked_select(tensor([true, false, true, true])), One), new("masked_scatter", x => x[0].masked_scatter(tensor([true, false, true, true]).expand(3, 4), x[1]), Same), new("select_scatter", x => x[0].select_scatter(x[1], 0, 1), [[3, 4], [4]]),
            new("slice_scatter", x => x[0].slice_scatter(x[1], 0, 1, 3), [[3, 4], [2, 4]]), new("index_put_", x => (x[0] * 1).index_put_(x[1], [tensor(rows)], true), Same), new("set range", x => { var y = x[0] * 1; y[TensorIndex.Slice(0, 2)] = x[1]; return y; }, [[3, 4], [2, 4]]),
        ];
    }

    private static IEnumerable<GradientCase> Losses()
    {
        var targets = new long[] { 1, 0, 3 };
        return
        [
            new("cross_entropy", x => nn.functional.cross_entropy(x[0], tensor(targets)), One), new("cross_entropy sum", x => nn.functional.cross_entropy(x[0], tensor(targets), reduction: nn.Reduction.Sum, label_smoothing: 0.1), One), new("cross_entropy ignored", x => nn.functional.cross_entropy(x[0], tensor(new long[] { 1, -100, 3 })), One),
            new("nll_loss", x => nn.functional.nll_loss(x[0].log_softmax(-1), tensor(targets)), One), new("mse_loss", x => nn.functional.mse_loss(x[0], x[1]), Same), new("l1_loss", x => nn.functional.l1_loss(x[0], x[1]), Same), new("kl_div", x => nn.functional.kl_div(x[0].log_softmax(-1), x[1].log_softmax(-1), true, nn.Reduction.Sum), Same),
            new("binary_cross_entropy_with_logits", x => nn.functional.binary_cross_entropy_with_logits(x[0], x[1].sigmoid()), Same), new("layer_norm", x => nn.functional.layer_norm(x[0], [4], x[1], x[2]), [[3, 4], [4], [4]]), new("nn.functional activations", x => nn.functional.silu(x[0]) + nn.functional.gelu(x[0]) + nn.functional.tanh(x[0]) + nn.functional.sigmoid(x[0]) + nn.functional.logsigmoid(x[0]) + nn.functional.softplus(x[0]), One),
            new("nn.functional softmax", x => nn.functional.softmax(x[0], -1) + nn.functional.log_softmax(x[0], -1), One), new("nn.functional relu", x => nn.functional.relu(x[0]), One, 0.1, 2),
        ];
    }
}
