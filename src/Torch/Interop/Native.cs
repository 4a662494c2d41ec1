using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace SafetyGate.Torch;

/// <summary>The C functions of libsafetygate_torch (src/Torch/native). Handles are owned references of libtorch's tensors.</summary>
internal static unsafe class Native
{
    internal const string Library = "safetygate_torch";

    static Native() => NativeLoader.Register();

    [DllImport(Library)] internal static extern byte* sg_error();
    [DllImport(Library)] internal static extern byte* sg_version();

    [DllImport(Library)] internal static extern nint sg_op(byte* name, byte* overload);
    [DllImport(Library)] internal static extern int sg_call(nint op, NativeArg* args, int n, NativeOut* outs, int room);
    [DllImport(Library)] internal static extern void sg_overflow(NativeOut* outs);
    [DllImport(Library)] internal static extern nint sg_call1(nint op, nint a, long* bytes);
    [DllImport(Library)] internal static extern nint sg_call2(nint op, nint a, nint b, long* bytes);

    [DllImport(Library)] internal static extern void sg_free(nint t);
    [DllImport(Library)] internal static extern nint sg_share(nint t);
    [DllImport(Library)] internal static extern nint sg_data(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern long sg_dim(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern long sg_numel(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern int sg_dtype(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern int sg_device_type(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern int sg_device_index(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern long sg_element_size(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern long sg_storage_offset(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern int sg_is_contiguous(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern int sg_is_sparse(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern long sg_owned_bytes(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern void sg_sizes(nint t, long* sizes);
    [DllImport(Library), SuppressGCTransition] internal static extern void sg_strides(nint t, long* strides);

    [DllImport(Library), SuppressGCTransition] internal static extern int sg_requires_grad(nint t);
    [DllImport(Library), SuppressGCTransition] internal static extern int sg_is_leaf(nint t);
    [DllImport(Library)] internal static extern int sg_set_requires_grad(nint t, int on);
    [DllImport(Library)] internal static extern int sg_retain_grad(nint t);
    [DllImport(Library)] internal static extern nint sg_grad(nint t);
    [DllImport(Library)] internal static extern int sg_set_grad(nint t, nint grad);
    [DllImport(Library)]
    internal static extern int sg_backward(nint* tensors, int n, nint* grads, int nGrads, int retainGraph, int createGraph, nint* inputs, int nInputs);
    [DllImport(Library)]
    internal static extern int sg_autograd_grad(nint* outputs, int n, nint* inputs, int nInputs, nint* grads, int nGrads, int retainGraph, int createGraph, int allowUnused, nint* outs);
    [DllImport(Library), SuppressGCTransition] internal static extern int sg_grad_enabled();
    [DllImport(Library), SuppressGCTransition] internal static extern void sg_set_grad_enabled(int on);
    [DllImport(Library)] internal static extern int sg_inference_enabled();
    [DllImport(Library)] internal static extern nint sg_enter_inference(int on);
    [DllImport(Library)] internal static extern void sg_leave_inference(nint guard);

    [DllImport(Library)] internal static extern int sg_get_num_threads();
    [DllImport(Library)] internal static extern int sg_set_num_threads(int n);
    [DllImport(Library)] internal static extern int sg_get_num_interop_threads();
    [DllImport(Library)] internal static extern int sg_set_num_interop_threads(int n);
    [DllImport(Library)] internal static extern int sg_cuda_available();
    [DllImport(Library)] internal static extern int sg_cudnn_available();
    [DllImport(Library)] internal static extern int sg_cuda_device_count();
    [DllImport(Library)] internal static extern int sg_cuda_synchronize(long index);
    [DllImport(Library)] internal static extern int sg_manual_seed(long seed);
    [DllImport(Library)] internal static extern int sg_cuda_manual_seed(long seed, int all);
    [DllImport(Library)] internal static extern nint sg_generator_new(long seed, int deviceType, int deviceIndex);
    [DllImport(Library)] internal static extern nint sg_generator_default();
    [DllImport(Library)] internal static extern void sg_generator_free(nint generator);
    [DllImport(Library)] internal static extern int sg_generator_set_seed(nint generator, long seed);
    [DllImport(Library)] internal static extern long sg_generator_initial_seed(nint generator);
    [DllImport(Library)] internal static extern long sg_generator_seed(nint generator);
    [DllImport(Library)] internal static extern nint sg_generator_get_state(nint generator);
    [DllImport(Library)] internal static extern int sg_generator_set_state(nint generator, nint state);
    [DllImport(Library)] internal static extern int sg_deterministic();
    [DllImport(Library)] internal static extern int sg_deterministic_warn_only();
    [DllImport(Library)] internal static extern void sg_set_deterministic(int on, int warnOnly);

    [DllImport(Library)] internal static extern double sg_bench_add(nint a, nint b, long calls);
    [DllImport(Library)] internal static extern double sg_bench_matmul(nint a, nint b, long calls);

    /// <summary>The last error line of this thread.</summary>
    internal static string Error() => Marshal.PtrToStringUTF8((nint)sg_error()) ?? "";

    /// <summary>Throws the last error of this thread when a call's status says that it failed.</summary>
    internal static void Check(int status, string what)
    {
        if (status < 0) throw new ExternalException($"{Error()} [{what}]");
    }

    /// <summary>Throws the last error of this thread when a call returned no handle.</summary>
    internal static nint Check(nint handle, string what) =>
        handle != 0 ? handle : throw new ExternalException($"{Error()} [{what}]");
}
