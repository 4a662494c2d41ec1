using System.Security.Cryptography;
using System.Text;
using SafetyGate.Core.Files;

namespace SafetyGate.Core.Tests.Files;

/// <summary>A large file is hashed once; a file that may have changed is hashed again.</summary>
public sealed class DigestCacheSpecs : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _file;
    private readonly string _entries;

    public DigestCacheSpecs()
    {
        (_file, _entries) = (_folder["weights"], _folder["digests"]);
        File.WriteAllText(_file, "one");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_digest_is_the_files_and_is_kept()
    {
        Assert.Equal(Of("one"), new DigestCache(_entries).Sha256(_file));
        Forge(Of("one"), Of("forged")); // what comes back now can only come from the entry
        Assert.Equal(Of("forged"), new DigestCache(_entries).Sha256(_file));
    }

    [Fact]
    public void A_file_of_another_size_or_time_is_hashed_again()
    {
        _ = new DigestCache(_entries).Sha256(_file);
        File.WriteAllText(_file, "other");
        Assert.Equal(Of("other"), new DigestCache(_entries).Sha256(_file));
        File.SetLastWriteTimeUtc(_file, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Forge(Of("other"), Of("forged"));
        Assert.Equal(Of("other"), new DigestCache(_entries).Sha256(_file));
    }

    [Fact]
    public void Another_file_in_its_place_is_hashed_again_though_size_and_time_are_the_same()
    {
        _ = new DigestCache(_entries).Sha256(_file);
        var time = File.GetLastWriteTimeUtc(_file);
        File.WriteAllText(_folder["second"], "two");
        File.SetLastWriteTimeUtc(_folder["second"], time);
        File.Move(_folder["second"], _file, overwrite: true);
        if (OperatingSystem.IsLinux()) Assert.Equal(Of("two"), new DigestCache(_entries).Sha256(_file));
    }

    [Fact]
    public void A_change_with_the_time_set_back_is_seen()
    {
        _ = new DigestCache(_entries).Sha256(_file);
        var time = File.GetLastWriteTimeUtc(_file);
        File.WriteAllText(_file, "two");
        File.SetLastWriteTimeUtc(_file, time);
        if (OperatingSystem.IsLinux()) Assert.Equal(Of("two"), new DigestCache(_entries).Sha256(_file));
    }

    [Fact]
    public void Verification_hashes_anew_and_refuses_an_entry_that_is_wrong()
    {
        _ = new DigestCache(_entries).Sha256(_file);
        Assert.Equal(Of("one"), new DigestCache(_entries, verify: true).Sha256(_file));
        Forge(Of("one"), Of("forged"));
        var refused = Assert.Throws<UserErrorException>(() => new DigestCache(_entries, verify: true).Sha256(_file));
        Assert.Contains(_file, refused.Message, StringComparison.Ordinal);
        Assert.Equal(Of("one"), new DigestCache(_entries).Sha256(_file)); // the wrong entry is gone
    }

    [Theory]
    [InlineData("")]
    [InlineData("digest 1\n")]
    [InlineData("nonsense")]
    public void A_damaged_entry_counts_as_none(string text)
    {
        _ = new DigestCache(_entries).Sha256(_file);
        File.WriteAllText(Entry, text);
        Assert.Equal(Of("one"), new DigestCache(_entries).Sha256(_file));
        Forge(Of("one"), "ABC");
        Assert.Equal(Of("one"), new DigestCache(_entries).Sha256(_file));
    }

    [Fact]
    public void Without_a_folder_that_can_be_written_the_file_is_hashed_each_time()
    {
        File.WriteAllText(_folder["occupied"], "");
        Assert.Equal(Of("one"), new DigestCache(_folder["occupied"]).Sha256(_file));
        Assert.Equal(Of("one"), new DigestCache(null).Sha256(_file));
    }

    [Fact]
    public void A_link_has_the_digest_and_the_state_of_its_target()
    {
        File.CreateSymbolicLink(_folder["link"], _file);
        _ = new DigestCache(_entries).Sha256(_folder["link"]);
        File.WriteAllText(_file, "three");
        Assert.Equal(Of("three"), new DigestCache(_entries).Sha256(_folder["link"]));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("absent", Assert.Throws<FileNotFoundException>(() => new DigestCache(_entries).Sha256(_folder["absent"])).Message, StringComparison.Ordinal);

    private string Entry => Assert.Single(Directory.GetFiles(_entries));

    private void Forge(string was, string now) => File.WriteAllText(Entry, File.ReadAllText(Entry).Replace(was, now, StringComparison.Ordinal));

    private static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
