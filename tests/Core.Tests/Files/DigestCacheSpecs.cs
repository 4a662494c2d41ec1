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
        Assert.Equal(Of("one"), Cache().Sha256(_file));
        Forge(Of("one"), Of("forged")); // what comes back now can only come from the entry
        Assert.Equal(Of("forged"), Cache().Sha256(_file));
    }

    [Fact]
    public void A_file_of_another_size_or_time_is_hashed_again()
    {
        _ = Cache().Sha256(_file);
        File.WriteAllText(_file, "other");
        Assert.Equal(Of("other"), Cache().Sha256(_file));
        File.SetLastWriteTimeUtc(_file, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Forge(Of("other"), Of("forged"));
        Assert.Equal(Of("other"), Cache().Sha256(_file));
    }

    [Fact]
    public void Another_file_in_its_place_is_hashed_again_though_size_and_time_are_the_same()
    {
        _ = Cache().Sha256(_file);
        var time = File.GetLastWriteTimeUtc(_file);
        File.WriteAllText(_folder["second"], "two");
        File.SetLastWriteTimeUtc(_folder["second"], time);
        File.Move(_folder["second"], _file, overwrite: true);
        if (OperatingSystem.IsLinux()) Assert.Equal(Of("two"), Cache().Sha256(_file));
    }

    [Fact]
    public void A_change_with_the_time_set_back_is_seen()
    {
        _ = Cache().Sha256(_file);
        var time = File.GetLastWriteTimeUtc(_file);
        File.WriteAllText(_file, "two");
        File.SetLastWriteTimeUtc(_file, time);
        if (OperatingSystem.IsLinux()) Assert.Equal(Of("two"), Cache().Sha256(_file));
    }

    [Fact]
    public void Verification_hashes_anew_and_refuses_an_entry_that_is_wrong()
    {
        _ = Cache().Sha256(_file);
        Assert.Equal(Of("one"), Cache(verify: true).Sha256(_file));
        Forge(Of("one"), Of("forged"));
        var refused = Assert.Throws<UserErrorException>(() => Cache(verify: true).Sha256(_file));
        Assert.Contains(_file, refused.Message, StringComparison.Ordinal);
        Assert.Equal(Of("one"), Cache().Sha256(_file)); // the wrong entry is gone
    }

    [Fact]
    public void Three_loads_digest_once()
    {
        File.WriteAllText(_folder["shard"], "second");
        var count = 0;
        for (var load = 0; load < 3; load++) Assert.Equal(Of("both"), Both(Cache(), () => { count++; return Of("both"); }));
        Assert.Equal(1, count);
        Assert.Equal(Of("another"), Both(Cache(), () => Of("another"), kind: "another kind", "weights", "shard"));
    }

    [Theory, InlineData("weights"), InlineData("shard")]
    public void A_changed_byte_in_any_of_the_files_is_seen_though_size_and_time_are_the_same(string changed)
    {
        File.WriteAllText(_folder["shard"], "second");
        _ = Both(Cache(), () => Of("both"));
        var time = File.GetLastWriteTimeUtc(_folder[changed]);
        var bytes = File.ReadAllBytes(_folder[changed]);
        bytes[0] ^= 1;
        File.WriteAllBytes(_folder[changed], bytes);
        File.SetLastWriteTimeUtc(_folder[changed], time);
        Assert.Equal(Of("changed"), Both(Cache(), () => Of("changed")));
    }

    [Fact]
    public void A_file_that_was_just_written_is_digested_and_not_kept()
    {
        foreach (var age in (double[])[-3600, 0, 1.5])
        {
            Assert.Equal(Of("one"), new DigestCache(_entries, time: new LaterClock(age)).Sha256(_file));
            Assert.False(Directory.Exists(_entries));
        }

        _ = new DigestCache(_entries, time: new LaterClock()).Sha256(_file);
        Assert.NotEmpty(Entry);
    }

    [Theory, InlineData(true), InlineData(false)]
    public void A_change_after_the_state_was_taken_is_neither_kept_nor_answered_from_an_entry(bool known)
    {
        if (known) _ = Cache().Sha256(_file);
        var files = Cache().Files("sha256");
        files.Add(_file);
        File.WriteAllText(_file, "six");
        Assert.Equal(Of("six"), Cache().Of(files, () => Of("six")));
        Assert.Equal(Of("six"), Cache().Sha256(_file));
        Forge(Of("six"), Of("forged"));
        Assert.Equal(Of("forged"), Cache().Sha256(_file)); // the one entry is that of the present content
    }

    [Fact]
    public void A_file_that_changes_while_it_is_digested_is_not_kept()
    {
        Assert.Equal(Of("torn"), Both(Cache(), () => { File.WriteAllText(_file, "four"); return Of("torn"); }, kind: "torn", "weights"));
        Assert.False(Directory.Exists(_entries));
    }

    // A pipe is read until its writer has ended: another file has taken its place by then.
    [Fact]
    public async Task A_file_that_changes_while_it_is_hashed_has_no_digest()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("mkfifo is Linux's.");
        var pipe = _folder["pipe"];
        using (var made = System.Diagnostics.Process.Start("mkfifo", pipe)) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        var hashed = Task.Run(() => Cache().Sha256(pipe), TestContext.Current.CancellationToken);
        await using (var writer = new FileStream(pipe, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) // opens once the other has opened it
        {
            File.Move(_file, pipe, overwrite: true);
            writer.Write("one"u8);
        }

        Assert.Contains("changed while it was read; run the command again.", (await Assert.ThrowsAsync<IOException>(() => hashed)).Message, StringComparison.Ordinal);
        Assert.Equal(Of("one"), Cache().Sha256(pipe));
    }

    [Fact]
    public void A_small_file_has_no_entry()
    {
        Assert.Equal(Of("one"), new DigestCache(_entries, time: new LaterClock()) { SmallestBytes = 4 }.Sha256(_file));
        Assert.False(Directory.Exists(_entries));
    }

    [Fact]
    public void Entries_are_listed_with_their_files_and_whether_these_changed()
    {
        Assert.Empty(Cache().Entries());
        File.WriteAllText(_folder["shard"], "second");
        _ = Both(Cache(), () => Of("both"));
        _ = Cache().Sha256(_file);
        File.WriteAllText(Path.Combine(_entries, "old.digest"), "digest 1\nx\ny\nz\n");
        Assert.Equal([("both", 2, true), ("sha256", 1, true)], Cache().Entries().Select(entry => (entry.Kind, entry.Paths.Count, entry.IsCurrent)));
        Assert.Equal(2, Directory.GetFiles(_entries).Length); // the damaged one is gone
        File.Delete(_folder["shard"]);
        Assert.Equal([false, true], Cache().Entries().Select(entry => entry.IsCurrent));
    }

    [Theory]
    [InlineData("")]
    [InlineData("digest 2\n")]
    [InlineData("digest 2\nsha256\n")]
    [InlineData("nonsense")]
    public void A_damaged_entry_counts_as_none(string text)
    {
        _ = Cache().Sha256(_file);
        File.WriteAllText(Entry, text);
        Assert.Equal(Of("one"), Cache().Sha256(_file));
        Forge(Of("one"), "ABC");
        Assert.Equal(Of("one"), Cache().Sha256(_file));
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
        _ = Cache().Sha256(_folder["link"]);
        File.WriteAllText(_file, "three");
        Assert.Equal(Of("three"), Cache().Sha256(_folder["link"]));
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains("absent", Assert.Throws<FileNotFoundException>(() => Cache().Sha256(_folder["absent"])).Message, StringComparison.Ordinal);

    // A minute after the files were written.
    private DigestCache Cache(bool verify = false) => new(_entries, verify, new LaterClock());

    private string Both(DigestCache cache, Func<string> compute, string kind = "both", params string[] paths)
    {
        var files = cache.Files(kind);
        foreach (var path in paths.Length > 0 ? paths : ["weights", "shard"]) files.Add(_folder[path]);
        return cache.Of(files, compute);
    }

    private string Entry => Assert.Single(Directory.GetFiles(_entries));

    private void Forge(string was, string now) => File.WriteAllText(Entry, File.ReadAllText(Entry).Replace(was, now, StringComparison.Ordinal));

    private static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
