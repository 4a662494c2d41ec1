using System.Diagnostics;
using SafetyGate.Torch;

namespace SafetyGate.Torch.Tests.Build;

public class MissingEngineTests
{
    private static readonly string Native = Path.Combine(Repository.Root, "src", "Torch", "native");

    [Fact]
    public void A_missing_native_library_is_one_line_that_says_what_to_do()
    {
        var act = () => NativeLoader.Load(["/nowhere/libsafetygate_torch.so"]);
        act.Should().Throw<DllNotFoundException>().Which.Message.Should().Be(
            "The tensor engine's library libsafetygate_torch.so is missing from /nowhere: install libtorch (apt-get install libtorch-dev libopenblas0-pthread, or set SAFETYGATE_LIBTORCH) and build again.");
    }

    [Fact]
    public void A_library_that_cannot_be_loaded_is_one_line_too()
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, "no library");
        var act = () => NativeLoader.Load([file]);
        act.Should().Throw<DllNotFoundException>().Which.Message.Should().StartWith("The tensor engine cannot be loaded (").And.EndWith("and build again.").And.NotContain("\n");
        File.Delete(file);
    }

    [Fact]
    public void A_process_without_the_library_fails_with_that_line()
    {
        var folder = Directory.CreateTempSubdirectory("no-engine-");
        foreach (var file in Directory.GetFiles(AppContext.BaseDirectory))
        {
            if (Path.GetFileName(file) != "libsafetygate_torch.so") File.CreateSymbolicLink(Path.Combine(folder.FullName, Path.GetFileName(file)), file);
        }
        // The test assembly itself, run without the library beside it, one test of it.
        File.Delete(Path.Combine(folder.FullName, "SafetyGate.Torch.dll"));
        File.Copy(typeof(torch).Assembly.Location, Path.Combine(folder.FullName, "SafetyGate.Torch.dll"));
        File.Delete(Path.Combine(folder.FullName, "SafetyGate.Torch.Tests.dll"));
        File.Copy(typeof(MissingEngineTests).Assembly.Location, Path.Combine(folder.FullName, "SafetyGate.Torch.Tests.dll"));
        var (_, output) = Run("dotnet", "exec", Path.Combine(folder.FullName, "SafetyGate.Torch.Tests.dll"), "-method", "*.A_version_is_given");
        output.Should().Contain("System.DllNotFoundException : The tensor engine's library libsafetygate_torch.so is missing from");
        output.Should().Contain("apt-get install libtorch-dev");
        folder.Delete(true);
    }

    [Fact]
    public void A_directory_that_is_no_libtorch_is_refused_in_one_line()
    {
        var (exit, output) = Run("sh", Path.Combine(Native, "find-libtorch.sh"), "/nowhere");
        exit.Should().Be(1);
        output.Trim().Should().Be("SAFETYGATE_LIBTORCH is '/nowhere', which is no libtorch: include/torch and lib/libtorch.so are needed under it.");
    }

    [Fact]
    public void A_machine_without_libtorch_gets_one_line()
    {
        // The same search with the system's folders and Python out of sight.
        var folder = Directory.CreateTempSubdirectory("no-libtorch-");
        var script = Path.Combine(folder.FullName, "find-libtorch.sh");
        File.WriteAllText(script, File.ReadAllText(Path.Combine(Native, "find-libtorch.sh")).Replace("/usr/", "/nowhere/", StringComparison.Ordinal).Replace("python3", "no-such-python", StringComparison.Ordinal));
        var (exit, output) = Run("sh", script, "");
        exit.Should().Be(1);
        output.Trim().Should().Be("No libtorch found. Install it (apt-get install libtorch-dev libopenblas0-pthread), or set SAFETYGATE_LIBTORCH to a directory with libtorch's include/ and lib/.");
        folder.Delete(true);
    }

    [Fact]
    public void An_unpacked_libtorch_is_found_with_its_version()
    {
        var root = Directory.CreateTempSubdirectory("libtorch-");
        var api = root.CreateSubdirectory("include/torch/csrc/api/include/torch");
        File.WriteAllText(Path.Combine(api.FullName, "version.h"), "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 5\n#define TORCH_VERSION_PATCH 1\n");
        File.WriteAllText(Path.Combine(root.CreateSubdirectory("lib").FullName, "libtorch.so"), "");
        var (exit, output) = Run("sh", Path.Combine(Native, "find-libtorch.sh"), root.FullName + "/");
        exit.Should().Be(0);
        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().Equal($"{root.FullName}/include;{root.FullName}/include/torch/csrc/api/include", $"{root.FullName}/lib", "2.5.1");
        root.Delete(true);
    }

    [Fact]
    public void The_build_stops_with_that_line_before_compiling_anything()
    {
        // Only the target that looks for libtorch, in a project of its own: the real one is being tested here and now.
        var folder = Directory.CreateTempSubdirectory("build-");
        var project = Path.Combine(folder.FullName, "Probe.proj");
        File.WriteAllText(project, $"<Project><PropertyGroup><BaseIntermediateOutputPath>obj/</BaseIntermediateOutputPath></PropertyGroup><Import Project=\"{Path.Combine(Native, "Native.targets")}\" /></Project>");
        var (exit, output) = Run("dotnet", "msbuild", project, "-t:CompileNative", "-nologo", "-v:q", "-nodeReuse:false", "-p:SAFETYGATE_LIBTORCH=/nowhere");
        exit.Should().NotBe(0);
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().ContainSingle().Which.Should().Contain("SAFETYGATE_LIBTORCH is '/nowhere', which is no libtorch");
        folder.Delete(true);
    }

    private static (int Exit, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
