using System.Runtime.InteropServices;
using SafetyGate.Models.Engine;
using TorchSharp;

namespace SafetyGate.Models.Tests.Engine;

/// <summary>In which order CUDA is called to record steps and to tell its memory, on whatever device, and that what fails leaves no trace.</summary>
public sealed class CudaGraphsSpecs
{
    private static readonly string[] Entered = ["device 1", "wait for device 1", "stream 1/7"], Left = ["wait for device 1", "stream 1/3", "device 0"];
    private readonly FakeCuda _cuda = new();

    [Fact]
    public void A_device_is_made_the_threads_waited_for_at_both_ends_and_left_as_it_was()
    {
        var entered = Recorder().Enter();
        Assert.Equal(Entered, _cuda.Called);
        entered.Dispose();
        entered.Dispose();
        Assert.Equal([.. Entered, .. Left], _cuda.Called);
        Assert.Equal(0, _cuda.Device);
    }

    [Theory, InlineData("device 1"), InlineData("device?"), InlineData("wait for device")]
    public void A_device_that_fails_cannot_be_entered(string fault)
    {
        var recorder = Recorder();
        _cuda.Fault = fault;
        Assert.Throws<StepRecordingException>(() => recorder.Enter());
        _cuda.Fault = "none";
        Assert.DoesNotContain("stream 1/7", _cuda.Called);
        Assert.True(fault != "wait for device" || _cuda.Called[^1] == "device 0");
        Assert.True(CudaGraphs.WhileNoneIsEntered(() => { }));
    }

    [Fact]
    public void A_step_is_recorded_once_repeated_on_its_stream_and_freed_once()
    {
        var recorder = Recorder();
        using var entered = recorder.Enter();
        _cuda.Called.Clear();
        var step = recorder.Record(() => _cuda.Called.Add("operators"));
        step.Run();
        step.Run();
        step.Dispose();
        step.Dispose();
        Assert.Equal(["begin 1000 2", "operators", "end 1000", "instantiate 55 0", "destroy 55", "launch 66 1000", "launch 66 1000", "wait for stream 1000", "destroy 66"], _cuda.Called);
    }

    [Theory]
    [InlineData("begin", "cannot be recorded: out of order", "begin 1000 2")]
    [InlineData("end", "cannot be recorded: out of order", "destroy 55")]
    [InlineData("instantiate", "cannot be prepared: out of order", "destroy 55")]
    [InlineData("the step", "cannot be recorded: first line", "destroy 55")]
    public void What_cannot_be_recorded_says_why_and_ends_the_recording(string fault, string reason, string last)
    {
        var recorder = Recorder();
        using var entered = recorder.Enter();
        _cuda.Fault = fault;
        var error = Assert.Throws<StepRecordingException>(() => recorder.Record(() => { if (fault == "the step") throw new ExternalException("first line\nsecond"); }));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(last, _cuda.Called[^1]);
        Assert.Equal(fault != "begin", _cuda.Called.Contains("end 1000")); // a stream that is being recorded runs nothing
    }

    [Fact]
    public void A_repetition_that_fails_says_why()
    {
        var recorder = Recorder();
        using var entered = recorder.Enter();
        using var step = recorder.Record(() => { });
        _cuda.Fault = "launch";
        Assert.Contains("cannot be run: out of order", Assert.Throws<StepRecordingException>(step.Run).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Free_memory_is_that_of_the_device_after_libtorch_gave_back_what_it_kept()
    {
        var memory = GpuMemory.Of(_cuda.Calls, 1, Fails(900));
        Assert.Equal(new(900, 1000), memory);
        Assert.Equal(["device 1", "memory of 1", "allocate 2000", "memory of 1", "device 0"], _cuda.Called);
    }

    [Fact]
    public void What_is_taken_is_asked_without_giving_anything_back()
    {
        Assert.Equal(new(300, 1000), GpuMemory.Of(_cuda.Calls, 1, allocate: null));
        Assert.Equal(["device 1", "memory of 1", "device 0"], _cuda.Called);
    }

    [Fact]
    public void Memory_that_recorded_steps_write_to_is_not_given_back()
    {
        using (Recorder().Enter()) Assert.Equal(new(300, 1000), GpuMemory.Of(_cuda.Calls, 1, Fails(900)));
        Assert.Equal(new(900, 1000), GpuMemory.Of(_cuda.Calls, 1, Fails(900)));
    }

    [Fact]
    public void A_driver_that_does_not_tell_is_no_free_memory_and_no_error()
    {
        _cuda.Fault = "memory";
        Assert.Null(GpuMemory.Of(_cuda.Calls, 1, Fails(900)));
        Assert.Equal(0, _cuda.Device);
        _cuda.Lacking.Add("cudaMemGetInfo");
        Assert.Equal(["cudaMemGetInfo"], _cuda.Calls.Find());
        Assert.Null(GpuMemory.Of(_cuda.Calls, 1, Fails(900)));
        Assert.Null(GpuMemory.Of(new CudaCalls(0), 0, Fails(900)));
    }

    [Fact]
    public void The_machine_is_named_by_capability_and_driver() => Assert.Equal("compute capability 9.1, driver 12080", _cuda.Found().Machine(1));

    [Fact]
    public void Why_there_is_no_device_is_told_in_CUDAs_words()
    {
        Assert.Null(_cuda.Found().WhyNoDevice());
        _cuda.Count = 0;
        Assert.Equal("no device", _cuda.Found().WhyNoDevice());
        _cuda.Fault = "count";
        Assert.Equal("out of order", _cuda.Found().WhyNoDevice());
    }

    private CudaGraphs Recorder() => new(_cuda.Found(), new torch.Device(DeviceType.CUDA, 1));

    // As libtorch's allocator: gives back what it keeps, and cannot help.
    private Action<long> Fails(int free) => bytes =>
    {
        _cuda.Called.Add($"allocate {bytes}");
        _cuda.Free = free;
        throw new ExternalException("CUDA out of memory.");
    };
}
