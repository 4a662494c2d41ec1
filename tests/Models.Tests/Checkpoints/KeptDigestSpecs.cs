using SafetyGate.Core;
using SafetyGate.Core.Files;
using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Tests.Checkpoints;

/// <summary>Weights are read for their digest once a machine, until one of their files changes.</summary>
public sealed class KeptDigestSpecs : IDisposable
{
    private static readonly string Forged = new('f', 64);

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _cache = new();

    public void Dispose()
    {
        _folder.Dispose();
        _cache.Dispose();
    }

    [Theory, InlineData(false), InlineData(true)]
    public void The_second_load_takes_the_digest_of_the_first(bool shards)
    {
        var digest = Written(shards);
        Assert.Equal(Computed(), digest);
        Forge(digest); // what comes back now can only come from the entry
        Assert.Equal(Forged, Digest());
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_changed_byte_gives_another_digest_though_size_and_time_are_the_same(bool shards)
    {
        var digest = Written(shards);
        var file = Directory.GetFiles(_folder.Path, "*.safetensors").Order(StringComparer.Ordinal).Last();
        var (time, bytes) = (File.GetLastWriteTimeUtc(file), File.ReadAllBytes(file));
        bytes[^1] ^= 1;
        File.WriteAllBytes(file, bytes);
        File.SetLastWriteTimeUtc(file, time);
        Assert.Equal(Computed(), Digest());
        Assert.NotEqual(digest, Digest());
    }

    [Fact]
    public void A_changed_config_gives_another_digest()
    {
        var digest = Written(shards: true);
        _folder.Write("config.json", TinyCheckpoint.Config.Replace("1e-05", "1e-06", StringComparison.Ordinal));
        Assert.Equal(Computed(), Digest());
        Assert.NotEqual(digest, Digest());
    }

    [Fact]
    public void Weights_replaced_after_they_were_opened_have_the_digest_of_what_was_opened()
    {
        var digest = Written(shards: false);
        using var opened = CheckpointReader.Open(_folder.Path, new DigestCache(_cache.Path, time: new LaterClock()));
        File.Delete(_folder["model.safetensors"]);
        TinyCheckpoint.WriteOneFile(_folder, [TinyCheckpoint.Floats("model.norm.weight", [2], 1, 2)]);
        Assert.Equal(digest, opened.WeightsDigest());
        Assert.Equal(Computed(), Digest());
        Assert.NotEqual(digest, Digest());
    }

    [Fact]
    public void Verification_reads_the_weights_and_refuses_an_entry_that_differs()
    {
        var digest = Written(shards: true);
        Assert.Equal(digest, Digest(verify: true));
        Forge(digest);
        var refused = Assert.Throws<UserErrorException>(() => Digest(verify: true));
        Assert.Equal(GateExitCode.BadInput, refused.ExitCode);
        foreach (var part in (string[])[Forged, digest, "model-00002-of-00003.safetensors"]) Assert.Contains(part, refused.Message, StringComparison.Ordinal);
        Assert.Equal(digest, Digest()); // the wrong entry is gone
    }

    private string Written(bool shards)
    {
        if (shards) TinyCheckpoint.WriteShards(_folder, TinyCheckpoint.Tensors());
        else TinyCheckpoint.WriteOneFile(_folder, TinyCheckpoint.Tensors());
        return Digest();
    }

    private string Digest(bool verify = false)
    {
        using var checkpoint = CheckpointReader.Open(_folder.Path, new DigestCache(_cache.Path, verify, new LaterClock()));
        return checkpoint.WeightsDigest();
    }

    private string Computed()
    {
        using var checkpoint = CheckpointReader.Open(_folder.Path);
        return WeightsDigest.Of(checkpoint);
    }

    private void Forge(string digest)
    {
        var entry = Assert.Single(Directory.GetFiles(_cache.Path));
        File.WriteAllText(entry, File.ReadAllText(entry).Replace(digest, Forged, StringComparison.Ordinal));
    }
}
