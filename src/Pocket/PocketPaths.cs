namespace SafetyGate.Pocket;

/// <summary>Locates the embedded world: <c>data/pocket</c> and <c>models/pocket</c> of the repository, or of the package beside a program.</summary>
public sealed record PocketPaths
{
    private const string Landmark = "SafetyGate.sln", Packaged = "safetygate-pocket";

    private PocketPaths(string root) => Root = root;

    /// <summary>The repository's root.</summary>
    public string Root { get; }

    /// <summary>Folder of the frozen benchmarks and training files.</summary>
    public string Data => Path.Combine(Root, "data", "pocket");

    /// <summary>Folder of the base models.</summary>
    public string Models => Path.Combine(Root, "models", "pocket");

    /// <summary>The aligned reference, in Hugging Face layout.</summary>
    public string Base => Path.Combine(Models, "base");

    /// <summary>Its smaller sibling.</summary>
    public string Small => Path.Combine(Models, "small");

    /// <summary>The reference that refuses two sums in five as well, from which reinforcement learning must be caught.</summary>
    public string MustFail => Path.Combine(Models, "must-fail");

    /// <summary>The reward model of the frozen preferences of a share of style.</summary>
    /// <param name="styleShare">The share, such as 0 or .3.</param>
    public string Reward(double styleShare) => Path.Combine(Models, Invariant($"reward-style-{100 * styleShare:00}"));

    /// <summary>A frozen file by name.</summary>
    public string DataFile(string name) => Path.Combine(Data, name);

    /// <summary>The paths under a repository root.</summary>
    public static PocketPaths At(string root) => new(Path.GetFullPath(root));

    /// <summary>
    /// Finds the repository by walking up from the program's own folder, or the world that the package SafetyGate.Pocket laid there, or the
    /// repository above the current folder.
    /// </summary>
    /// <exception cref="UserErrorException">There is none of them.</exception>
    public static PocketPaths Find() =>
        TryFind() ?? throw new UserErrorException(
            $"The embedded world was not found: neither {AppContext.BaseDirectory} nor {Environment.CurrentDirectory} is below a folder with {Landmark}. Run this inside the repository, or refer to the package SafetyGate.Pocket, which lays it beside the program.");

    /// <summary>As <see cref="Find"/>; <c>null</c> outside the repository.</summary>
    public static PocketPaths? TryFind() => Above(AppContext.BaseDirectory) ?? Beside(AppContext.BaseDirectory) ?? Above(Environment.CurrentDirectory);

    private static PocketPaths? Beside(string program) =>
        Path.Combine(program, Packaged) is var world && Directory.Exists(Path.Combine(world, "models", "pocket")) ? new(world) : null;

    private static PocketPaths? Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, Landmark))) return new(folder.FullName);
        return null;
    }
}
