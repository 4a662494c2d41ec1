using System.Runtime.Versioning;
using SafetyGate.Core.Files;
using SafetyGate.Core.Runs;

namespace SafetyGate.Core.Tests.Runs;

public sealed class StoreTrustSpecs : IDisposable
{
    private const int Folder = 0x4000, Plain = 0x8000, Link = 0xA000, Pipe = 0x1000;
    private const uint Me = 1000, Other = 1001, MyGroup = 1000, Team = 50;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static StoreTrust Trust(FileOwner? owner, uint? group = null) => new(_ => owner, Me, group, number => number == MyGroup);

    public static TheoryData<string?, uint, uint, int, uint?> Entries => new()
    {
        { null, Me, MyGroup, Plain | 0x1A4, null }, // 0644
        { null, Me, MyGroup, Folder | 0x1FD, null }, // 0775 of a group of one's own
        { null, 0, 0, Plain | 0x1A4, null }, // root could change anything anyway
        { null, Other, Team, Plain | 0x1B4, Team }, // 0664 of the team
        { "is owned by user 1001, not by this one (1000)", Other, MyGroup, Plain | 0x1A4, null },
        { "is owned by user 1001, not by this one (1000)", Other, 7, Plain | 0x1A4, Team },
        { "can be written by everyone", Me, MyGroup, Folder | 0x1FF, null }, // 0777
        { "can be written by everyone", Me, MyGroup, Folder | 0x3FF, null }, // 01777
        { "can be written by everyone", Other, Team, Plain | 0x1B6, Team }, // 0666
        { "can be written by the members of group 7", Me, 7, Folder | 0x1FD, null },
        { "can be written by the members of group 7", Me, 7, Folder | 0x1FD, Team },
        { "is a link", Me, MyGroup, Link | 0x1FF, null },
        { "is neither a file nor a folder", Me, MyGroup, Pipe | 0x1A4, null },
    };

    [Theory, MemberData(nameof(Entries))]
    public void An_entry_is_taken_from_this_user_root_and_the_named_group_only_and_where_no_other_can_write(string? problem, uint user, uint group, int mode, uint? trusted)
    {
        var trust = Trust(new(user, group, mode), trusted);
        if (problem is null) Assert.Null(trust.Problem("/x"));
        else Assert.Contains(problem, trust.Problem("/x"), StringComparison.Ordinal);
        if (problem is null) trust.Require("/x");
        else Assert.DoesNotContain('\n', Assert.Throws<UserErrorException>(() => trust.Require("/x")).Message);
    }

    [Fact]
    public void What_is_not_there_is_no_problem() => Assert.Null(Trust(null).Problem("/x"));

    [Fact]
    public void A_link_on_the_way_to_a_store_is_followed_if_it_is_ones_own_and_refused_if_another_user_made_it()
    {
        Directory.CreateDirectory(_folder["store"]);
        Directory.CreateSymbolicLink(_folder["link"], _folder["store"]);
        uint maker = Me;
        var trust = new StoreTrust(path => path == _folder["link"] ? new(maker, MyGroup, Link) : Path.Exists(path) ? new(Me, MyGroup, Folder | 0x1ED) : null, Me, null, _ => false);
        Assert.Null(trust.RootProblem(_folder["link"]));
        Assert.Null(trust.RootProblem(_folder["link", "inner"]));
        maker = Other;
        Assert.Contains("is a link of user 1001", trust.RootProblem(_folder["link"]), StringComparison.Ordinal);
        Assert.Contains("is a link of user 1001", trust.RootProblem(_folder["link", "inner"]), StringComparison.Ordinal);
    }

    [Fact, SupportedOSPlatform("linux")]
    public void The_system_tells_owner_type_and_mode_of_an_entry_itself()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Owners are read on Linux.");
        var file = _folder.Write("file", "x");
        File.SetUnixFileMode(file, (UnixFileMode)0x1A4);
        File.CreateSymbolicLink(_folder["link"], file);
        Assert.Equal((FileOwner.ThisUser(), true, false), (FileOwner.Of(file)!.User, FileOwner.Of(file)!.IsFile, FileOwner.Of(file)!.OthersMayWrite));
        Assert.True(FileOwner.Of(_folder["link"])!.IsLink);
        Assert.True(FileOwner.Of(_folder.Path)!.IsFolder);
        Assert.Null(FileOwner.Of(_folder["gone"]));
        File.SetUnixFileMode(file, (UnixFileMode)0x1B6);
        Assert.Contains("can be written by everyone", StoreTrust.FromEnvironment().Problem(file), StringComparison.Ordinal);
    }

    [Fact]
    public void A_tree_is_refused_for_any_entry_in_it()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Owners are read on Linux.");
        Directory.CreateDirectory(_folder["run", "checkpoint"]);
        File.WriteAllText(_folder["run", "checkpoint", "model.safetensors"], "x");
        var trust = StoreTrust.FromEnvironment();
        trust.RequireTree(_folder["run"]);
        File.CreateSymbolicLink(_folder["run", "checkpoint", "config.json"], "/etc/passwd");
        Assert.Contains("config.json is a link", Assert.Throws<UserErrorException>(() => trust.RequireTree(_folder["run"])).Message, StringComparison.Ordinal);
    }
}
