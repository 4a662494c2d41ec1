namespace SafetyGate.Torch.Tests.Lifetime;

public class DisposeScopeTests
{
    [Fact]
    public void A_scope_disposes_what_was_made_in_it()
    {
        Tensor a, b;
        using (NewDisposeScope())
        {
            a = ones(2);
            b = a + a;
        }
        a.IsInvalid.Should().BeTrue();
        b.IsInvalid.Should().BeTrue();
    }

    [Fact]
    public void A_tensor_moved_to_the_outer_scope_ends_with_that_one()
    {
        Tensor a;
        using (NewDisposeScope())
        {
            using (NewDisposeScope()) a = ones(2).MoveToOuterDisposeScope();
            a.IsInvalid.Should().BeFalse();
        }
        a.IsInvalid.Should().BeTrue();
    }

    [Fact]
    public void A_tensor_moved_out_of_the_outermost_scope_lives_on()
    {
        Tensor a;
        using (NewDisposeScope()) a = ones(2).MoveToOuterDisposeScope();
        a.IsInvalid.Should().BeFalse();
        a.Dispose();
    }

    [Fact]
    public void A_detached_tensor_lives_on()
    {
        Tensor a;
        using (NewDisposeScope())
        using (NewDisposeScope())
        {
            a = ones(2).DetachFromDisposeScope();
        }
        a.sum().item<float>().Should().Be(2);
        a.Dispose();
    }

    [Fact]
    public void A_tensor_moved_to_another_scope_or_tensor_goes_with_it()
    {
        using var outer = NewDisposeScope();
        var anchor = ones(1);
        Tensor a, b;
        using (NewDisposeScope())
        {
            a = ones(2).MoveToOtherDisposeScope(outer);
            b = ones(2).MoveToOtherDisposeScope(anchor);
        }
        a.IsInvalid.Should().BeFalse();
        b.IsInvalid.Should().BeFalse();
        outer.Contains(a).Should().BeTrue();
        outer.DisposablesCount.Should().Be(3);
    }

    [Fact]
    public void Disposing_everything_but_one_keeps_it_in_the_scope()
    {
        using var scope = NewDisposeScope();
        var a = ones(2);
        var b = ones(2);
        scope.DisposeEverythingBut(b);
        a.IsInvalid.Should().BeTrue();
        b.IsInvalid.Should().BeFalse();
        scope.DisposablesView.Should().Equal(b);
    }

    [Fact]
    public void A_tensor_disposed_by_hand_leaves_its_scope()
    {
        using var scope = NewDisposeScope();
        var (a, b, c) = (ones(1), ones(1), ones(1));
        b.Dispose();
        scope.DisposablesCount.Should().Be(2);
        scope.Contains(a).Should().BeTrue();
        scope.Contains(c).Should().BeTrue();
        c.Dispose();
        a.Dispose();
        scope.DisposablesCount.Should().Be(0);
    }

    [Fact]
    public void A_wrapped_expression_keeps_only_its_value()
    {
        using var scope = NewDisposeScope();
        var value = WrappedTensorDisposeScope(() => (ones(3) * 2 + 1).sum());
        value.item<float>().Should().Be(9);
        scope.DisposablesCount.Should().Be(1);
    }

    [Fact]
    public void Scopes_of_different_threads_do_not_see_each_other()
    {
        using var scope = NewDisposeScope();
        var thread = new Thread(() =>
        {
            CurrentDisposeScope.Should().BeNull();
            ones(2).Dispose();
        });
        thread.Start();
        thread.Join();
        scope.DisposablesCount.Should().Be(0);
        CurrentDisposeScope.Should().BeSameAs(scope);
    }

    [Fact]
    public void A_scope_ended_out_of_order_leaves_the_inner_one_current()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        outer.Dispose();
        CurrentDisposeScope.Should().BeSameAs(inner);
        inner.Dispose();
        CurrentDisposeScope.Should().BeNull();
    }

    [Fact]
    public void A_disposed_tensor_is_refused_with_advice()
    {
        var a = ones(2);
        a.Dispose();
        a.Dispose();
        var act = () => a + 1;
        act.Should().Throw<ObjectDisposedException>().WithMessage("*MoveToOuterDisposeScope*");
    }

    [Fact]
    public void Forgotten_tensors_are_freed_by_the_garbage_collector()
    {
        var before = Tensor.TotalCount;
        Forget(20_000);
        (Tensor.TotalCount - before).Should().BeLessThan(25_000, "the engine collects when native memory grows");
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        (Tensor.TotalCount - before).Should().BeLessThan(2_000);

        static void Forget(int count)
        {
            var x = ones(8, 8);
            for (var i = 0; i < count; i++) _ = x + x;
        }
    }

    [Fact]
    public void Forgotten_large_tensors_do_not_pile_up()
    {
        using var x = ones(1024, 1024);
        for (var i = 0; i < 400; i++) _ = x + 1.0;
        System.Diagnostics.Process.GetCurrentProcess().WorkingSet64.Should().BeLessThan(1200L << 20, "1.6 GB were made, 4 MB at a time");
    }
}
