using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Adapters;

/// <summary>The base that an adapter says it was trained on, against the one that is given.</summary>
internal static class AdapterBase
{
    /// <summary>The existing model directory that <c>base_model_name_or_path</c> names: absolute, relative to the adapter, or to the working
    /// directory; <c>null</c> for a name on the hub and a path that is not there.</summary>
    public static string? Named(AdapterFile file)
    {
        if (file.Config.BaseModel is not { Length: > 0 } named || named.Contains('\0', StringComparison.Ordinal)) return null;
        return new[] { Path.GetFullPath(named, Path.GetFullPath(file.Directory)), Path.GetFullPath(named) }
            .FirstOrDefault(path => File.Exists(Path.Combine(path, CheckpointReader.ConfigFileName)) || AdapterFile.IsIn(path));
    }

    /// <summary>Refuses a base of which the adapter shows that it is another.</summary>
    /// <param name="file">The adapter.</param>
    /// <param name="directory">The base's directory.</param>
    /// <param name="digest">The base's weights.</param>
    /// <returns>Whether the adapter shows that it is this one; a name on the hub shows nothing.</returns>
    /// <exception cref="UserErrorException">It is another.</exception>
    public static bool Require(AdapterFile file, string directory, string digest)
    {
        if (file.Tensors.Metadata.GetValueOrDefault(AdapterFile.BaseWeightsKey) is { Length: > 0 } recorded)
            return recorded == digest ? true : throw new UserErrorException($"{file.Directory}: the adapter was trained on weights with the digest {recorded}; those of {directory} have {digest}. Give the base it was trained on{Hint(file)}.");
        if (Named(file) is not { } named) return false;
        if (Path.TrimEndingDirectorySeparator(named) == Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory))) return true;
        if (!File.Exists(Path.Combine(named, CheckpointReader.ConfigFileName))) return false;
        using var checkpoint = CheckpointReader.Open(named);
        return checkpoint.WeightsDigest() == digest ? true : throw new UserErrorException($"{file.Directory}: the adapter names {named} as its base (base_model_name_or_path), whose weights are not those of {directory}. Give that base; if the adapter is meant for this one, correct the path in {AdapterFile.ConfigFileName}.");
    }

    /// <summary>What to say of a base that the adapter does not show to be its own.</summary>
    public static string Note(AdapterFile file, string directory) =>
        $"the adapter {file.Directory} says it was trained on '{file.Config.BaseModel ?? ""}'{(file.Config.Revision is { Length: > 0 } revision ? $" at the revision '{revision}'" : "")}, which is no directory here; that {directory} holds the same weights was not checked";

    private static string Hint(AdapterFile file) => file.Config.BaseModel is { Length: > 0 } named ? $" ({named})" : "";
}
