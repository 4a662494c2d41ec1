using SafetyGate.Core;
using SafetyGate.Models.Engine;

namespace SafetyGate.Models.Tests.Engine;

/// <summary>The order of loading, and the one line for each way in which it fails.</summary>
public sealed class EngineLoaderSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Libraries_are_loaded_in_the_order_of_their_dependencies()
    {
        var loader = new FakeLoader();
        Load(loader, Files("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so"));
        Assert.Equal(["libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so"], loader.Loaded);
    }

    [Fact]
    public void Those_of_cuda_are_loaded_where_there_are_any()
    {
        var loader = new FakeLoader();
        Load(loader, Files("libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so", "libLibTorchSharp.so"));
        Assert.Equal(["libc10.so", "libtorch_cpu.so", "libc10_cuda.so", "libtorch_cuda.so", "libtorch.so", "libLibTorchSharp.so"], loader.Loaded);
    }

    [Fact]
    public void A_missing_dependency_is_taken_from_the_folders_beside_a_wheel()
    {
        var files = Files("libc10.so", "libtorch_cpu.so", "libtorch_cuda.so", "libtorch.so", "libLibTorchSharp.so", "nvidia/cublas/lib/libcublas.so.13", "nvidia/nvjitlink/lib/libnvJitLink.so.13");
        var loader = new FakeLoader
        {
            Needs = { ["libtorch_cuda.so"] = "libcublas.so.13", ["libcublas.so.13"] = "libnvJitLink.so.13" },
        };
        Load(loader, files with { Companions = [_folder.File("nvidia/cublas/lib"), _folder.File("nvidia/nvjitlink/lib")] });
        Assert.Equal(["libc10.so", "libtorch_cpu.so", "libnvJitLink.so.13", "libcublas.so.13", "libtorch_cuda.so", "libtorch.so", "libLibTorchSharp.so"], loader.Loaded);
    }

    [Theory]
    [InlineData("libgomp.so.1: cannot open shared object file: No such file or directory", "the library libgomp.so.1 that it needs is missing. Install the package that has it")]
    [InlineData("DIR/libtorch_cpu.so: undefined symbol: _ZN3c104impl3cowE", "the symbol _ZN3c104impl3cowE is missing. The libtorch of SAFETYGATE_LIBTORCH (DIR) has another interface than the one TorchSharp is built for")]
    [InlineData("/lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.38' not found (required by DIR/libtorch_cpu.so)", "it needs GLIBC_2.38 of libc.so.6, which this system's is too old for. Use a newer system")]
    [InlineData("DIR/libtorch_cpu.so: file too short", "DIR/libtorch_cpu.so: file too short. The file may be damaged")]
    public void What_cannot_be_loaded_is_one_line(string reason, string explained)
    {
        var loader = new FakeLoader { Reasons = { ["libtorch_cpu.so"] = reason.Replace("DIR", _folder.Path, StringComparison.Ordinal) } };
        var refused = Assert.Throws<UserErrorException>(() => Load(loader, Files("libc10.so", "libtorch_cpu.so", "libtorch.so", "libLibTorchSharp.so")));
        Assert.Equal(GateExitCode.MissingEngine, refused.ExitCode);
        Assert.StartsWith($"The tensor engine cannot load {_folder.File("libtorch_cpu.so")}: {explained.Replace("DIR", _folder.Path, StringComparison.Ordinal)}", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("\n", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        var refused = Assert.Throws<UserErrorException>(() => Load(new SystemLoaderOfNothing(), Files("libtorch_cpu.so", "libLibTorchSharp.so")));
        Assert.Equal($"The tensor engine cannot load {_folder.File("libc10.so")}: the file is missing. Set SAFETYGATE_LIBTORCH to a complete libtorch, or unset it.", refused.Message);
    }

    [Fact]
    public void The_systems_loader_gives_its_reason()
    {
        if (!OperatingSystem.IsLinux()) return;
        File.WriteAllText(_folder.File("lib.so"), "no library");
        Assert.Contains("file too short", new SystemLoader().Load(_folder.File("lib.so"), out var handle), StringComparison.Ordinal);
        Assert.Equal(0, handle);
        Assert.Null(new SystemLoader().Load("libm.so.6", out handle));
        Assert.NotEqual(0, handle);
    }

    private EngineFiles Files(params string[] names)
    {
        foreach (var name in names)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
            File.WriteAllText(_folder.File(name), "");
        }

        return new(_folder.Path, _folder.File("libLibTorchSharp.so"), [], IsPackages: false);
    }

    private void Load(ILibraryLoader loader, EngineFiles files) => new EngineLoader(loader, new NewSystem(), _folder.File("cache")).Load(files);

    private sealed class NewSystem : ISystemVersions
    {
        public bool Defines(string library, string version) => true;
    }

    private sealed class SystemLoaderOfNothing : ILibraryLoader
    {
        public string? Load(string path, out nint handle)
        {
            handle = 0;
            return $"{path}: cannot open shared object file: No such file or directory";
        }
    }

    private sealed class FakeLoader : ILibraryLoader
    {
        public List<string> Loaded { get; } = [];

        public Dictionary<string, string> Needs { get; } = [];

        public Dictionary<string, string> Reasons { get; } = [];

        public string? Load(string path, out nint handle)
        {
            handle = 0;
            var name = Path.GetFileName(path);
            if (Reasons.TryGetValue(name, out var reason)) return reason;
            if (Needs.TryGetValue(name, out var needed) && !Loaded.Contains(needed)) return $"{needed}: cannot open shared object file: No such file or directory";
            Loaded.Add(name);
            handle = Loaded.Count;
            return null;
        }
    }
}
