using System.CommandLine;
using System.Reflection;
using System.Runtime.Loader;
using SafetyGate.Core.Scoring;

namespace SafetyGate.Cli.Commands;

/// <summary>
/// Scorers of a project of the user's. An assembly is code that runs with the user's rights, so one is loaded only where the command line
/// names its file: never from a model, a benchmark, a recipe, a variable or a search path.
/// </summary>
internal static class ScorerAssembly
{
    public static Option<string[]> Option() => new("--scorer-assembly")
    {
        Description = "A .NET assembly of yours whose scorers are registered: it runs as part of this command. May be repeated.",
        HelpName = "FILE.dll"
    };

    /// <summary>Loads the assemblies and registers their scorers and rewards.</summary>
    /// <exception cref="UserErrorException">A file is no assembly, holds no scorer, or one of its scorers has no version. Exit code 64.</exception>
    public static void Load(string[]? paths)
    {
        foreach (var path in paths ?? [])
        {
            var full = Path.GetFullPath(path);
            if (!File.Exists(full)) throw new UserErrorException($"There is no file {full}; --scorer-assembly takes the .dll that the project of your scorers builds.", GateExitCode.Usage);
            try
            {
                Scorers.RegisterAll(new Context(full).LoadFromAssemblyPath(full));
            }
            catch (Exception e) when (e is BadImageFormatException or FileLoadException or FileNotFoundException or ReflectionTypeLoadException or TypeLoadException or MissingMethodException)
            {
                throw new UserErrorException($"{full} cannot be loaded: {e.Message} It must be a .NET assembly built against this version of SafetyGate.", GateExitCode.Usage);
            }
            catch (ArgumentException e)
            {
                throw new UserErrorException($"{full}: {e.Message}", GateExitCode.Usage);
            }
            catch (TargetInvocationException e)
            {
                throw new UserErrorException($"{full}: the constructor of a scorer failed: {e.InnerException?.Message}", GateExitCode.Usage);
            }
        }
    }

    // Contracts come from the product, or a scorer would not be one here; what else the assembly needs lies beside it.
    private sealed class Context(string path) : AssemblyLoadContext(path)
    {
        private readonly AssemblyDependencyResolver _beside = new(path);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name?.StartsWith("SafetyGate.", StringComparison.Ordinal) == true || _beside.ResolveAssemblyToPath(assemblyName) is not { } found
                ? null
                : LoadFromAssemblyPath(found);
    }
}
