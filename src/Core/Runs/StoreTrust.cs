using System.Globalization;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Runs;

/// <summary>
/// Whose files are taken from a store or a cache: those of this user and of root, and of members of one named group
/// (<c>$SAFETYGATE_STORE_GROUP</c>). What others could write is refused, and so is every link, which could lead anywhere.
/// </summary>
/// <remarks>
/// A folder that only trusted users can write cannot have an entry exchanged between the look and the use. Not covered: a folder above the
/// store that others can write and that is not sticky, access lists beyond the mode, and systems other than Linux.
/// </remarks>
internal sealed class StoreTrust
{
    /// <summary>The environment variable that names the group, by name or number, whose members share a store.</summary>
    public const string GroupVariable = "SAFETYGATE_STORE_GROUP";

    private const string GroupsFile = "/etc/group", UsersFile = "/etc/passwd";
    private readonly Func<string, FileOwner?> _owner;
    private readonly uint _user;
    private readonly uint? _group;
    private readonly Func<uint, bool> _isPrivate;

    /// <summary>A policy for given answers of the system.</summary>
    /// <param name="owner">Owner and mode of a path, without following links.</param>
    /// <param name="user">This user.</param>
    /// <param name="group">The trusted group; <c>null</c>: none.</param>
    /// <param name="isPrivate">Whether a group has no members but this user and root.</param>
    internal StoreTrust(Func<string, FileOwner?> owner, uint user, uint? group, Func<uint, bool> isPrivate) =>
        (_owner, _user, _group, _isPrivate) = (owner, user, group, isPrivate);

    /// <summary>The policy of this process. Files it makes from now on cannot be written by others.</summary>
    /// <exception cref="UserErrorException">The group is not known here (exit code 64).</exception>
    public static StoreTrust FromEnvironment()
    {
        var user = FileOwner.ThisUser();
        uint? group = Environment.GetEnvironmentVariable(GroupVariable) is { Length: > 0 } name ? GroupOf(name) : null;
        FileOwner.RestrictNewFiles(group is not null);
        return new(FileOwner.Of, user, group, number => HasNoOtherMember(number, user));
    }

    /// <summary>Requires folders and files that are there to be trusted.</summary>
    /// <param name="paths">The paths; what is missing is no problem.</param>
    /// <exception cref="UserErrorException">One is not; one line with the cause and the remedy (exit code 65).</exception>
    public void Require(params IEnumerable<string> paths)
    {
        foreach (var path in paths)
            if (Problem(path) is { } problem) throw Refused(problem);
    }

    /// <summary>Requires a store's folder: also that no link of another user leads to it.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Require"/>.</exception>
    public void RequireRoot(string root)
    {
        if (RootProblem(root) is { } problem) throw Refused(problem);
    }

    /// <summary>Why a store's folder is not trusted; <c>null</c> if it is, or is not there.</summary>
    public string? RootProblem(string root)
    {
        var path = Path.GetFullPath(root);
        for (var part = path; part is not null; part = Path.GetDirectoryName(part))
            if (_owner(part) is { IsLink: true } link && !IsTrusted(link))
                return Invariant($"{part} is a link of user {link.User}, who can let it lead elsewhere");
        return Problem(Directory.Exists(path) ? new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path : path);
    }

    /// <summary>Requires a folder and everything in it, such as a run.</summary>
    /// <exception cref="UserErrorException">As for <see cref="Require"/>.</exception>
    public void RequireTree(string folder)
    {
        Require(folder);
        if (!Directory.Exists(folder)) return;
        // A link is named here and never entered.
        foreach (var entry in Directory.EnumerateFileSystemEntries(folder))
        {
            Require(entry);
            if (_owner(entry) is { IsFolder: true }) RequireTree(entry);
        }
    }

    /// <summary>Why a file or folder is not trusted; <c>null</c> if it is, or is not there.</summary>
    public string? Problem(string path)
    {
        if (_owner(path) is not { } owner) return null;
        if (owner.IsLink) return $"{path} is a link";
        if (!owner.IsFile && !owner.IsFolder) return $"{path} is neither a file nor a folder";
        if (!IsTrusted(owner)) return Invariant($"{path} is owned by user {owner.User}, not by this one ({_user})");
        if (owner.OthersMayWrite) return $"{path} can be written by everyone (chmod -R o-w)";
        return owner.GroupMayWrite && owner.Group != _group && !_isPrivate(owner.Group)
            ? Invariant($"{path} can be written by the members of group {owner.Group} (chmod -R g-w)")
            : null;
    }

    private bool IsTrusted(FileOwner owner) => owner.User == _user || owner.User == 0 || (_group is { } group && owner.Group == group);

    private static UserErrorException Refused(string problem) => new($"Nothing is taken from this store: {problem}. Point {StoreLocation.Variable} at a folder of your own, or name the group you share it with ({GroupVariable}); what others could have written decides no verdict.");

    private static uint GroupOf(string name)
    {
        if (uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return number;
        return Lines(GroupsFile).Where(line => line.Length > 2 && line[0] == name && uint.TryParse(line[2], NumberStyles.None, CultureInfo.InvariantCulture, out number))
            .Select(_ => (uint?)number).FirstOrDefault()
            ?? throw new UserErrorException($"{GroupVariable} is '{name}', which {GroupsFile} does not list. Give the name of a group of this machine, or its number.", GateExitCode.Usage);
    }

    // A group that is not listed here may have members that are listed elsewhere: it is not private.
    private static bool HasNoOtherMember(uint group, uint user)
    {
        var number = group.ToString(CultureInfo.InvariantCulture);
        var users = Lines(UsersFile).Where(line => line.Length > 3).ToList();
        string[] allowed = ["root", .. users.Where(line => line[2] == user.ToString(CultureInfo.InvariantCulture)).Select(line => line[0])];
        return Lines(GroupsFile).FirstOrDefault(line => line.Length > 3 && line[2] == number) is { } found
            && found[3].Split(',', StringSplitOptions.RemoveEmptyEntries).All(allowed.Contains)
            && users.Where(line => line[3] == number).All(line => allowed.Contains(line[0]));
    }

    private static IEnumerable<string[]> Lines(string path) => File.Exists(path) ? File.ReadLines(path).Select(line => line.Split(':')) : [];
}
