using SafetyGate.Core;
using SafetyGate.Models.Engine;

namespace SafetyGate.Models.Tests.Engine;

/// <summary>Where the natives are looked for, and what is said when they are not there.</summary>
public sealed class EngineFilesSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("runtimes/linux-x64/native/")]
    [InlineData("")]
    public void The_packages_natives_are_in_the_programs_folder(string inside)
    {
        Make($"app/{inside}libtorch_cpu.so", $"app/{inside}libLibTorchSharp.so");
        var files = EngineFiles.Find("", [_folder.File("app")]);
        Assert.Equal(_folder.File($"app/{inside}libLibTorchSharp.so"), files.TorchSharp);
        Assert.Equal(_folder.File($"app/{inside}").TrimEnd('/'), files.Libtorch.TrimEnd('/'));
        Assert.True(files.IsPackages);
    }

    [Fact]
    public void They_may_be_in_two_package_folders()
    {
        Make("torch/libtorch_cpu.so", "sharp/libLibTorchSharp.so");
        var files = EngineFiles.Find(null, [_folder.File("app"), _folder.File("torch"), _folder.File("sharp")]);
        Assert.Equal((_folder.File("torch"), _folder.File("sharp/libLibTorchSharp.so")), (files.Libtorch, files.TorchSharp));
    }

    [Theory]
    [InlineData("libtorch", "libtorch/lib/libtorch_cpu.so")]
    [InlineData("libtorch/lib", "libtorch/lib/libtorch_cpu.so")]
    [InlineData("site-packages/torch", "site-packages/torch/lib/libtorch_cpu.so")]
    [InlineData("site-packages", "site-packages/torch/lib/libtorch_cpu.so")]
    public void A_libtorch_of_the_machine_goes_with_the_packages_bridge(string value, string library)
    {
        Make("app/libLibTorchSharp.so", "app/libtorch_cpu.so", library);
        var files = EngineFiles.Find(_folder.File(value), [_folder.File("app")]);
        Assert.Equal(Path.GetDirectoryName(_folder.File(library)), files.Libtorch);
        Assert.Equal(_folder.File("app/libLibTorchSharp.so"), files.TorchSharp);
        Assert.False(files.IsPackages);
    }

    [Fact]
    public void A_wheels_cuda_is_found_beside_it()
    {
        Make("app/libLibTorchSharp.so", "site/torch/lib/libtorch_cpu.so", "site/nvidia/cublas/lib/libcublas.so.12", "site/nvidia/cu13/lib/libcudart.so.13");
        Assert.Equal([_folder.File("site/nvidia/cu13/lib"), _folder.File("site/nvidia/cublas/lib")], EngineFiles.Find(_folder.File("site/torch/lib"), [_folder.File("app")]).Companions);
    }

    [Fact]
    public void A_folder_that_is_no_libtorch_is_one_line()
    {
        Make("app/libLibTorchSharp.so", "app/libtorch_cpu.so", "other/libc10.so");
        var refused = Assert.Throws<UserErrorException>(() => EngineFiles.Find(_folder.File("other"), [_folder.File("app")]));
        Assert.Equal(GateExitCode.MissingEngine, refused.ExitCode);
        Assert.Equal($"SAFETYGATE_LIBTORCH is \"{_folder.File("other")}\", but there is no libtorch_cpu.so in it, in its lib or in its torch/lib. Name the folder of an unpacked libtorch or of a pip wheel (site-packages/torch), or unset the variable to use the package's libtorch.", refused.Message);
    }

    [Theory]
    [InlineData("libLibTorchSharp.so")]
    [InlineData("libtorch_cpu.so")]
    public void A_missing_file_is_one_line(string missing)
    {
        Make(missing == "libtorch_cpu.so" ? "app/libLibTorchSharp.so" : "app/libtorch_cpu.so");
        var refused = Assert.Throws<UserErrorException>(() => EngineFiles.Find(null, [_folder.File("app")]));
        Assert.Equal(GateExitCode.MissingEngine, refused.ExitCode);
        Assert.StartsWith($"The tensor engine's file {missing} is missing from {_folder.File("app/runtimes/linux-x64/native")}. Build again (dotnet build)", refused.Message, StringComparison.Ordinal);
    }

    private void Make(params string[] files)
    {
        foreach (var file in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(file))!);
            File.WriteAllText(_folder.File(file), "");
        }
    }
}
