using SafetyGate.Core.Files;

namespace SafetyGate.Harness;

/// <summary>
/// The <c>gate</c> command by the name under which it was installed, for messages: <c>./gate</c> in the product's own repository,
/// <c>dotnet gate</c> where a tool manifest lists it, else <c>gate</c>.
/// </summary>
public static class GateCommandName
{
    private const string Script = "./gate", LocalTool = "dotnet gate", GlobalTool = "gate", Package = "safetygate.cli";
    private static readonly string[] Manifests = [Path.Combine(".config", "dotnet-tools.json"), "dotnet-tools.json"];
    private static readonly Lazy<string> Here = new(() => Above(AppContext.BaseDirectory) ?? Above(Environment.CurrentDirectory) ?? GlobalTool);

    /// <summary>The command.</summary>
    public static string Text => Here.Value;

    /// <summary>The command that runs the specs.</summary>
    public static string Test => Text == Script ? "./gate test" : "dotnet test";

    /// <summary>The command as the folders above a place install it; <c>null</c> if none does.</summary>
    /// <param name="start">Where to begin.</param>
    internal static string? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "gate")) && File.Exists(Path.Combine(folder.FullName, "src", "Cli", "Cli.csproj"))) return Script;
            if (Manifests.Any(manifest => Lists(Path.Combine(folder.FullName, manifest)))) return LocalTool;
        }

        return null;
    }

    private static bool Lists(string manifest)
    {
        try
        {
            return File.Exists(manifest) && BoundedFile.ReadText(manifest).Contains($"\"{Package}\"", StringComparison.OrdinalIgnoreCase);
        }
        catch (Exception e) when (e is UserErrorException or IOException or UnauthorizedAccessException)
        {
            return false; // only words depend on it
        }
    }
}
