using SafetyGate.Torch;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A scope in which nothing is recorded for gradients, until it is disposed.</summary>
    public static IDisposable no_grad() => new GradMode(false);

    /// <summary>A scope in which operations are recorded for gradients (or not), until it is disposed.</summary>
    /// <param name="enabled">Whether they are.</param>
    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    /// <summary>Turns recording for gradients on or off; disposing the result restores what was.</summary>
    /// <param name="mode">Whether operations are recorded.</param>
    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    /// <summary>Whether operations are recorded for gradients on this thread.</summary>
    public static bool is_grad_enabled() => Native.sg_grad_enabled() != 0;

    /// <summary>A scope without gradients, version counters and view tracking, until it is disposed (on the same thread).</summary>
    /// <param name="mode">Whether the mode is on.</param>
    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    /// <summary>Whether inference mode is on for this thread.</summary>
    public static bool is_inference_mode_enabled() => Native.sg_inference_enabled() != 0;

    /// <summary>A scope that disposes what is made inside it, on this thread.</summary>
    public static DisposeScope NewDisposeScope() => new();

    /// <summary>The innermost dispose scope of this thread, null when there is none.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScope.Current;

    /// <summary>Evaluates an expression in a scope of its own and keeps only its value.</summary>
    /// <param name="expr">The expression.</param>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }

    private sealed class GradMode : IDisposable
    {
        private readonly int _before = Native.sg_grad_enabled();

        internal GradMode(bool on) => Native.sg_set_grad_enabled(on ? 1 : 0);

        public void Dispose() => Native.sg_set_grad_enabled(_before);
    }

    private sealed class InferenceMode(bool on) : IDisposable
    {
        private nint _guard = Native.sg_enter_inference(on ? 1 : 0);

        public void Dispose()
        {
            var guard = Interlocked.Exchange(ref _guard, 0);
            if (guard != 0) Native.sg_leave_inference(guard);
        }
    }
}
