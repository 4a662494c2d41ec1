namespace SafetyGate.Models.Checkpoints;

/// <summary>
/// Tells a file from the few lines that Git keeps in its place (Git LFS): a clone without <c>git lfs</c> has those, and a template or a list
/// of tokens that is one would be read as if it were meant.
/// </summary>
internal static class LfsPointer
{
    private static ReadOnlySpan<byte> Beginning => "version https://git-lfs.github.com/spec/"u8;

    /// <summary>Bytes of a file's beginning that are enough to tell.</summary>
    public static int Length => Beginning.Length;

    /// <summary>Refuses a pointer.</summary>
    /// <param name="path">The file, for the message.</param>
    /// <param name="bytes">Its beginning.</param>
    /// <exception cref="UserErrorException">It is one.</exception>
    public static void Refuse(string path, ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Beginning))
            throw new UserErrorException($"{path}: is a Git LFS pointer, which names the file and does not hold it. Fetch the file itself: git lfs pull in the clone, or download it from where the model came from.");
    }
}
