using System.Runtime.InteropServices;
using SafetyGate.Core.Runs;
using SafetyGate.Models.Engine;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Engine;

public sealed class OutOfMemorySpecs
{
    [Theory]
    [InlineData("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 79.10 GiB of which 1.20 GiB is free.")]
    [InlineData("[enforce fail at alloc_cpu.cpp:121] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 400000000000000 bytes. Error code 12 (Cannot allocate memory)")]
    [InlineData("[enforce fail at alloc_cpu.cpp:117] data. DefaultCPUAllocator: not enough memory: you tried to allocate 4000 bytes.")]
    [InlineData("std::bad_alloc")]
    [InlineData("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`")]
    public void What_allocators_say_is_recognized(string message) => Assert.True(OutOfMemory.Is(new ExternalException(message)));

    [Theory]
    [InlineData("The size of tensor a (3) must match the size of tensor b (4)")]
    [InlineData("CUDA error: an illegal memory access was encountered")]
    public void Other_errors_are_not(string message) => Assert.False(OutOfMemory.Is(new ExternalException(message)));

    [Fact]
    public void An_allocation_that_no_machine_can_make_ends_in_one_line_with_part_and_remedy()
    {
        var error = Assert.Throws<TrainingFailedException>(() => OutOfMemory.Guard("a chunk of logits", "lower it", () => empty(1L << 60).Dispose()));
        Assert.Equal("Out of memory: no room for a chunk of logits. To make it smaller, lower it. Every saved state is intact; the same command resumes from the last one.", error.Message);
        Assert.True(OutOfMemory.Is(error.InnerException!));
        Assert.Same(error, Assert.Throws<TrainingFailedException>(() => OutOfMemory.Guard("another part", "nothing", () => throw error))); // the innermost part is named
    }

    [Fact]
    public void A_product_that_no_machine_can_hold_is_an_error_and_not_the_end_of_the_process()
    {
        using var columnMK = zeros(1, 1).expand(1L << 30, 1);
        using var rowKN = zeros(1, 1).expand(1, 1L << 30);
        Assert.True(OutOfMemory.Is(Assert.Throws<ExternalException>(() => Products.Of(columnMK, rowKN))));
        using var small = Products.Of(arange(6, ScalarType.Float32).view(1, 2, 3), ones(1, 3, 1));
        Assert.Equal([3f, 12f], small.data<float>().ToArray());
    }

    [Fact]
    public void What_is_left_and_how_to_go_on_is_the_callers_to_say()
    {
        var error = Assert.Throws<TrainingFailedException>(() => OutOfMemory.Guard<bool>("the weights", "lower it", () => throw new OutOfMemoryException(), "Nothing was drawn."));
        Assert.Equal("Out of memory: no room for the weights. To make it smaller, lower it. Nothing was drawn.", error.Message);
    }
}
