using System.Diagnostics;
using System.Runtime.InteropServices;
using SafetyGate.Models.Engine;
using static TorchSharp.torch;

namespace SafetyGate.Models.Tests.Engine;

/// <summary>The engine of this process, and of one that has none.</summary>
public sealed class TensorEngineSpecs
{
    private delegate nint ContextFunction();

    private delegate byte FlagFunction(nint context);

    [Fact]
    public void The_natives_that_are_loaded_are_identified()
    {
        var natives = TensorEngine.Describe().Natives!;
        foreach (var name in (string[])["libc10.so", "libtorch.so", "libtorch_cpu.so", "libLibTorchSharp.so"])
            Assert.Matches("^[0-9a-f]{64}$", Assert.Single(natives, file => file.Name == name).Sha256);
        Assert.Equal(natives.Select(file => file.Name).Order(StringComparer.Ordinal), natives.Select(file => file.Name));
        Assert.All(natives, file => Assert.True(file.Change.Length == 0 || (file.Name == "libLibTorchSharp.so" && file.Change == "GLIBCXX_3.4.32 weak")));
    }

    [Fact]
    public void A_weakened_copy_is_identified_by_the_file_it_was_made_of()
    {
        var files = new EngineFiles("/x", "/x/libLibTorchSharp.so", [], IsPackages: true);
        Assert.Equal(
            [new LoadedFile("libLibTorchSharp.so", "/x/libLibTorchSharp.so", "GLIBCXX_3.4.32 weak"), new LoadedFile("libtorch_cpu.so", "/x/libtorch_cpu.so", "")],
            EngineStart.Loaded(["/cache/libLibTorchSharp-ab.so", "/lib/libc.so.6", "/x/libtorch_cpu.so"], files, "/cache/libLibTorchSharp-ab.so"));
    }

    [Theory]
    [InlineData("PyTorch built with:\n - Build settings: BLAS_INFO=mkl, TORCH_VERSION=2.10.0, USE_CUDA=0", "2.10.0")]
    [InlineData("TORCH_VERSION=2.11.0+cu130", "2.11.0+cu130")]
    [InlineData("Build settings: USE_CUDA=0", null)]
    public void The_version_is_that_of_the_library(string configuration, string? version) => Assert.Equal(version, LibtorchCalls.VersionIn(configuration));

    [Fact]
    public void Threads_are_the_processors_unless_the_environment_says_otherwise()
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"))) Assert.Equal(Environment.ProcessorCount, get_num_threads());
    }

    [Fact]
    public void Sums_over_repeated_indices_are_the_same_each_time()
    {
        // Without the deterministic forms, 1 MiB of float32 additions into few places are atomic and come in any order.
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var values = rand([1 << 18], generator: generator);
        var indices = randint(7, [1 << 18], dtype: ScalarType.Int64, generator: generator);
        float[] Sums() => zeros([7]).index_put_(values, [indices], accumulate: true).data<float>().ToArray();
        var first = Sums();
        for (var i = 0; i < 20; i++) Assert.Equal(first, Sums());
    }

    // A setting of the process that only a GPU acts on; libtorch has it on at first.
    [Fact]
    public void Attention_that_sums_in_any_order_is_not_taken()
    {
        if (!OperatingSystem.IsLinux()) return;
        TensorEngine.Start();
        var library = NativeLibrary.Load(Path.Combine(TensorEngine.Folder, EngineFiles.Cpu));
        var context = Marshal.GetDelegateForFunctionPointer<ContextFunction>(NativeLibrary.GetExport(library, "_ZN2at13globalContextEv"))();
        Assert.Equal(0, Marshal.GetDelegateForFunctionPointer<FlagFunction>(NativeLibrary.GetExport(library, "_ZNK2at7Context19userEnabledCuDNNSDPEv"))(context));
        Assert.Equal(1, Marshal.GetDelegateForFunctionPointer<FlagFunction>(NativeLibrary.GetExport(library, "_ZNK2at7Context19userEnabledFlashSDPEv"))(context));
    }

    [Fact]
    public async Task A_process_that_touches_a_tensor_first_hears_the_true_cause()
    {
        if (!OperatingSystem.IsLinux()) return;
        var start = new ProcessStartInfo("dotnet", ["exec", PlainProgram.Assembly, "-method", "*." + nameof(Threads_are_the_processors_unless_the_environment_says_otherwise)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["SAFETYGATE_LIBTORCH"] = "/nowhere", ["OMP_NUM_THREADS"] = "" },
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken));
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        var text = await output + await error;
        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains("SAFETYGATE_LIBTORCH is \"/nowhere\", but there is no libtorch_cpu.so in it", text, StringComparison.Ordinal);
        Assert.DoesNotContain("doesn't contain a reference", text, StringComparison.Ordinal);
    }
}
