using System.Runtime.InteropServices;

namespace SafetyGate.Torch.Tests.Ops;

public sealed class ValueTests : IDisposable
{
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    private static Tensor M(params float[] numbers) => tensor(numbers, [2, numbers.Length / 2]);

    private static float[] V(Tensor t) => t.to(ScalarType.Float32).data<float>().ToArray();

    private static long[] L(Tensor t) => t.to(ScalarType.Int64).data<long>().ToArray();

    [Fact]
    public void Factories_make_what_they_say()
    {
        V(zeros(2, 2)).Should().Equal(0, 0, 0, 0);
        V(ones([3])).Should().Equal(1, 1, 1);
        V(full([2], 2.5)).Should().Equal(2.5f, 2.5f);
        full([2], 3).dtype.Should().Be(ScalarType.Int64);
        full([1], true).dtype.Should().Be(ScalarType.Bool);
        L(arange(4)).Should().Equal(0, 1, 2, 3);
        arange(4).dtype.Should().Be(ScalarType.Int64);
        V(arange(1, 2, 0.25)).Should().Equal(1, 1.25f, 1.5f, 1.75f);
        V(eye(2)).Should().Equal(1, 0, 0, 1);
        V(linspace(0, 1, 3)).Should().Equal(0, 0.5f, 1);
        tensor(1.5).dtype.Should().Be(ScalarType.Float64);
        tensor(new float[,] { { 1, 2 }, { 3, 4 } }).shape.Should().Equal(2, 2);
        tensor(new List<long> { 1, 2 }).dtype.Should().Be(ScalarType.Int64);
        zeros_like(ones(2, 3, dtype: ScalarType.Int32)).dtype.Should().Be(ScalarType.Int32);
        V(full_like(ones(2), 7)).Should().Equal(7, 7);
        L(tril_indices(2, 2)).Should().Equal(0, 1, 1, 0, 0, 1);
        zeros(0, 3).numel().Should().Be(0);
        tensor(Array.Empty<float>()).shape.Should().Equal(0);
        ((Tensor)3f).item<float>().Should().Be(3);
    }

    [Fact]
    public void Numbers_that_do_not_fill_a_shape_are_refused()
    {
        var act = () => tensor(new float[] { 1, 2, 3 }, [2, 2]);
        act.Should().Throw<ArgumentException>().WithMessage("3 numbers do not fill the shape (2, 2), which has 4 elements");
    }

    [Fact]
    public void Arithmetic_is_element_by_element()
    {
        var a = M(1, 2, 3, 4);
        V(a + a).Should().Equal(2, 4, 6, 8);
        V(10 - a).Should().Equal(9, 8, 7, 6);
        V(12.0 / a).Should().Equal(12, 6, 4, 3);
        V(a % 3).Should().Equal(1, 2, 0, 1);
        V(a.div(2, RoundingMode.floor)).Should().Equal(0, 1, 1, 2);
        V(a.floor_divide(tensor(2f))).Should().Equal(0, 1, 1, 2);
        V(-a).Should().Equal(-1, -2, -3, -4);
        V(a.pow(2)).Should().Equal(1, 4, 9, 16);
        V(a.clamp(2, 3)).Should().Equal(2, 2, 3, 3);
        V(a.lerp(a * 2, tensor(0.5f))).Should().Equal(1.5f, 3, 4.5f, 6);
        V(a.addcmul(a, a, 2)).Should().Equal(3, 10, 21, 36);
        V(where(a > 2, a, zeros_like(a))).Should().Equal(0, 0, 3, 4);
        V(a.where(a > 2, tensor(-1f))).Should().Equal(-1, -1, 3, 4);
        V(a.maximum(tensor(2.5f))).Should().Equal(2.5f, 2.5f, 3, 4);
        V(tensor(new float[] { -1.5f, 0.5f, 1.5f, 2.5f }).round()).Should().Equal(-2, 0, 2, 2);
        V(tensor(new float[] { 1.25f }).round(1)).Should().Equal(1.2f);
        V(tensor(new float[] { -1.5f, 2.7f }).floor()).Should().Equal(-2, 2);
        V(tensor(new float[] { -1.5f, 2.7f }).sign()).Should().Equal(-1, 1);
    }

    [Fact]
    public void In_place_forms_change_the_tensor_and_give_it_back()
    {
        var a = M(1, 2, 3, 4);
        a.add_(1).Should().BeSameAs(a);
        a.sub_(tensor(1f)).mul_(2).div_(4).addcmul_(ones(2, 2), ones(2, 2), 0.5).addcdiv_(ones(2, 2), ones(2, 2), 0.5);
        V(a).Should().Equal(1.5f, 2, 2.5f, 3);
        V(a.masked_fill_(a > 2, -1)).Should().Equal(1.5f, 2, -1, -1);
        V(a.clamp_(-0.5, 1.75)).Should().Equal(1.5f, 1.75f, -0.5f, -0.5f);
        V(a.fill_(4).sqrt_()).Should().Equal(2, 2, 2, 2);
        V(a.copy_(ones(2))).Should().Equal(1, 1, 1, 1);
        V(a.lerp_(zeros(2, 2), tensor(0.25f))).Should().Equal(0.75f, 0.75f, 0.75f, 0.75f);
        V(a.zero_()).Should().Equal(0, 0, 0, 0);
    }

    [Fact]
    public void Reductions_match_hand_computed_values()
    {
        var a = M(1, 2, 3, 4, 5, 6);
        a.sum().item<float>().Should().Be(21);
        V(a.sum([0])).Should().Equal(5, 7, 9);
        a.sum(1, true).shape.Should().Equal(2, 1);
        a.mean().item<float>().Should().Be(3.5f);
        V(a.mean([1])).Should().Equal(2, 5);
        a.prod().item<float>().Should().Be(720);
        V(a.cumsum(1)).Should().Equal(1, 3, 6, 4, 9, 15);
        a.var().item<float>().Should().BeApproximately(3.5f, 1e-6f);
        V(a.std(1)).Should().Equal(1, 1);
        a.max().item<float>().Should().Be(6);
        L(a.argmax(1)).Should().Equal(2, 2);
        V(a.max(0).Item1).Should().Equal(4, 5, 6);
        V(a.amin([0])).Should().Equal(1, 2, 3);
        (a > 5).any().item<bool>().Should().BeTrue();
        (a > 5).all().item<bool>().Should().BeFalse();
        a.norm().item<float>().Should().BeApproximately(MathF.Sqrt(91), 1e-5f);
        var (top, where) = a.topk(2, 1);
        V(top).Should().Equal(3, 2, 6, 5);
        L(where).Should().Equal(2, 1, 2, 1);
        L(a.argsort(1, true)).Should().Equal(2, 1, 0, 2, 1, 0);
        V(tensor(new float[] { 0, 0 }).softmax(0)).Should().Equal(0.5f, 0.5f);
        tensor(new float[] { 1000, 1000 }).logsumexp(0).item<float>().Should().BeApproximately(1000 + MathF.Log(2), 1e-3f);
        a.sum(ScalarType.Float64).dtype.Should().Be(ScalarType.Float64);
        ones(3, dtype: ScalarType.BFloat16).log_softmax(0, ScalarType.Float32).dtype.Should().Be(ScalarType.Float32);
    }

    [Fact]
    public void A_stable_sort_keeps_the_order_of_equals()
    {
        var (_, order) = tensor(new float[] { 1, 0, 1, 0, 1, 0 }).sort(0, descending: true, stable: true);
        L(order).Should().Equal(0, 2, 4, 1, 3, 5);
    }

    [Fact]
    public void Comparisons_and_logic_give_truth_values()
    {
        var a = tensor(new float[] { 1, 2, float.NaN });
        (a == 1).data<bool>().ToArray().Should().Equal(true, false, false);
        (a != a.clone()).data<bool>().ToArray().Should().Equal(false, false, true);
        (2 > a).data<bool>().ToArray().Should().Equal(true, false, false);
        (2 <= a).data<bool>().ToArray().Should().Equal(false, true, false);
        a.isnan().data<bool>().ToArray().Should().Equal(false, false, true);
        (~a.isnan() & (a > 1)).data<bool>().ToArray().Should().Equal(false, true, false);
        (a.isnan() | (a == 1)).data<bool>().ToArray().Should().Equal(true, false, true);
        L(tensor(new long[] { 6 }) & tensor(new long[] { 3 })).Should().Equal(2);
        a.allclose(a, equal_nan: true).Should().BeTrue();
        a.allclose(a).Should().BeFalse();
        a.isfinite().logical_not().sum().item<long>().Should().Be(1);
    }

    [Fact]
    public void Matrix_products_match_hand_computed_values()
    {
        var a = M(1, 2, 3, 4);
        V(a.matmul(a)).Should().Equal(7, 10, 15, 22);
        V(a.mm(eye(2))).Should().Equal(1, 2, 3, 4);
        V(ones(2, 2).addmm(a, a, 2f, 0.5f)).Should().Equal(5.5f, 7, 9.5f, 13);
        V(tensor(new float[] { 1, 2 }).outer(tensor(new float[] { 3, 4 }))).Should().Equal(3, 4, 6, 8);
        V(einsum("ij->ji", a)).Should().Equal(1, 3, 2, 4);
        V(nn.functional.linear(a, a, ones(2))).Should().Equal(6, 12, 12, 26);
        V(a.unsqueeze(0).bmm(a.unsqueeze(0))).Should().Equal(7, 10, 15, 22);
        V(a.tril()).Should().Equal(1, 0, 3, 4);
    }

    [Fact]
    public void Shapes_change_as_asked()
    {
        var a = arange(24).view(2, 3, 4);
        a.transpose(1, 2).shape.Should().Equal(2, 4, 3);
        a.permute(2, 0, 1).shape.Should().Equal(4, 2, 3);
        a.transpose(1, 2).is_contiguous().Should().BeFalse();
        a.transpose(1, 2).stride().Should().Equal(12, 1, 4);
        a.flatten(1).shape.Should().Equal(2, 12);
        a.unflatten(2, 2, 2).shape.Should().Equal(2, 3, 2, 2);
        a.unsqueeze(-1).shape.Should().Equal(2, 3, 4, 1);
        a.unsqueeze(0).squeeze().shape.Should().Equal(2, 3, 4);
        a.chunk(2, 2).Select(c => c.size(2)).Should().Equal(2, 2);
        a.split(3, 2).Select(c => c.size(-1)).Should().Equal(3, 1);
        a.split([1, 3], 2)[1].shape.Should().Equal(2, 3, 3);
        arange(40).split(1).Should().HaveCount(40, "more parts than the call's own room");
        L(arange(40).split(1)[39]).Should().Equal(39);
        a.repeat(1, 2, 1).shape.Should().Equal(2, 6, 4);
        a.expand(5, 2, 3, 4).shape.Should().Equal(5, 2, 3, 4);
        L(arange(4).roll(1)).Should().Equal(3, 0, 1, 2);
        L(arange(4).flip(0)).Should().Equal(3, 2, 1, 0);
        L(arange(3).repeat_interleave(2)).Should().Equal(0, 0, 1, 1, 2, 2);
        L(arange(3).repeat_interleave(tensor(new long[] { 0, 1, 2 }))).Should().Equal(1, 2, 2);
        stack([a, a], 1).shape.Should().Equal(2, 2, 3, 4);
        L(cat([arange(2), arange(2)])).Should().Equal(0, 1, 0, 1);
        L(nn.functional.one_hot(arange(2), 3)).Should().Equal(1, 0, 0, 0, 1, 0);
        a.view(ReadOnlyLongs()).shape.Should().Equal(6, 4);
        var size = () => a.size(3);
        size.Should().Throw<ArgumentOutOfRangeException>();

        static long[] ReadOnlyLongs() => [6, 4];
    }

    [Fact]
    public void A_list_longer_than_the_stack_room_arrives_whole()
    {
        var sizes = Enumerable.Range(0, 200).Select(i => (long)(i % 3)).ToArray();
        var parts = arange(sizes.Sum()).split(sizes, 0);
        parts.Select(p => p.size(0)).Should().Equal(sizes);
    }

    [Fact]
    public void Selection_and_scattering_match_hand_computed_values()
    {
        var a = M(1, 2, 3, 4, 5, 6);
        V(a.index_select(1, tensor(new long[] { 2, 0 }))).Should().Equal(3, 1, 6, 4);
        V(a.gather(1, tensor(new long[] { 2, 0 }, [2, 1]))).Should().Equal(3, 4);
        V(zeros(2, 3).scatter_(1, tensor(new long[] { 2, 0 }, [2, 1]), M(7, 8))).Should().Equal(0, 0, 7, 8, 0, 0);
        V(zeros(3).scatter_add_(0, tensor(new long[] { 1, 1, 0 }), tensor(new float[] { 1, 2, 3 }))).Should().Equal(3, 3, 0);
        V(zeros(3).index_add_(0, tensor(new long[] { 1, 1 }), tensor(new float[] { 1, 2 }), 2)).Should().Equal(0, 6, 0);
        V(zeros(3).index_copy_(0, tensor(new long[] { 2 }), tensor(new float[] { 9 }))).Should().Equal(0, 0, 9);
        V(a.masked_select(a > 4)).Should().Equal(5, 6);
        L((a > 4).nonzero()).Should().Equal(1, 1, 1, 2);
        where(a > 4).Should().HaveCount(2);
        L(where(a > 4)[1]).Should().Equal(1, 2);
    }

    [Fact]
    public void Indexers_read_and_write_parts()
    {
        var a = arange(12).to(ScalarType.Float32).view(3, 4);
        V(a[1]).Should().Equal(4, 5, 6, 7);
        a[1, 2].item<float>().Should().Be(6);
        a[-1, -1].item<float>().Should().Be(11);
        V(a[TensorIndex.Slice(1), TensorIndex.Slice(null, 2)]).Should().Equal(4, 5, 8, 9);
        V(a[TensorIndex.Ellipsis, TensorIndex.Slice(null, -1, 2)]).Should().Equal(0, 2, 4, 6, 8, 10);
        V(a[TensorIndex.Ellipsis, -1]).Should().Equal(3, 7, 11);
        a[TensorIndex.None].shape.Should().Equal(1, 3, 4);
        a[TensorIndex.Colon, TensorIndex.None, 2].shape.Should().Equal(3, 1);
        a[TensorIndex.Bool(true)].shape.Should().Equal(1, 3, 4);
        V(a[tensor(new long[] { 2, 0 }), tensor(new long[] { 1, 1 })]).Should().Equal(9, 1);
        V(a[a > 9]).Should().Equal(10, 11);
        V(a[1, TensorIndex.Tensor(tensor(new long[] { 3, 0 }))]).Should().Equal(7, 4);
        V(a[TensorIndex.Tensor(a > 9)]).Should().Equal(10, 11);
        a[0] = tensor(new float[] { 9, 9, 9, 9 });
        a[1, 1] = 5f;
        a[TensorIndex.Slice(2), TensorIndex.Slice(0, 2)] = zeros(1, 2);
        a[a == 9] = tensor(-1f);
        V(a).Should().Equal(-1, -1, -1, -1, 4, 5, 6, 7, 0, 0, 10, 11);
        a.index_put_(100, TensorIndex.Slice(0, 1), TensorIndex.Colon);
        V(a[0]).Should().Equal(100, 100, 100, 100);
        V(zeros(3).index_put_(ones(3), [tensor(new long[] { 1, 1, 2 })], true)).Should().Equal(0, 2, 1);
        var tooMany = () => a[1, 2, 3];
        tooMany.Should().Throw<ArgumentException>().WithMessage("3 indices for the shape (3, 4)");
    }

    [Fact]
    public void A_parameter_with_gradients_is_changed_in_place_without_recording()
    {
        var w = ones(3, requires_grad: true);
        (w * 2).sum().backward();
        using (no_grad()) w.sub_(w.grad!.mul(0.5));
        V(w.detach()).Should().Equal(0, 0, 0);
        w.requires_grad.Should().BeTrue();
        w.is_leaf.Should().BeTrue();
    }

    [Fact]
    public void Failures_carry_libtorchs_first_line_and_the_shapes()
    {
        var product = () => ones(2, 3).mm(ones(4, 5));
        product.Should().Throw<ExternalException>().WithMessage("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5) [aten::mm on (2, 3) Float32, (4, 5) Float32]");
        var join = () => cat([ones(2, 3), ones(2, 4)]);
        join.Should().Throw<ExternalException>().Which.Message.Should().EndWith("[aten::cat on [(2, 3) Float32, (2, 4) Float32]]").And.NotContain("\n");
        var view = () => ones(6).view(4);
        view.Should().Throw<ExternalException>().WithMessage("shape '?4?' is invalid for input of size 6 [aten::view on (6) Float32]");
        var scalar = () => ones(2).item<float>();
        scalar.Should().Throw<ArgumentException>().WithMessage("*one element only*(2)*");
        var type = () => ones(1).item<double>();
        type.Should().Throw<ArgumentException>().WithMessage("the elements are Float32, not Float64");
        var twice = () => { var x = ones(1, requires_grad: true); var y = (x * x).sum(); y.backward(); y.backward(); };
        twice.Should().Throw<ExternalException>().WithMessage("Trying to backward through the graph a second time*");
    }
}
