using SafetyGate.Models.Checkpoints;

namespace SafetyGate.Models.Tests.Checkpoints;

public sealed class CheckpointConformance
{
    public static TheoryData<string> References() => ConformanceFolder.Files("models", "reference.json", SearchOption.AllDirectories);

    [Theory, MemberData(nameof(References))]
    public void A_checkpoint_read_and_written_again_has_the_same_digest(string file)
    {
        var directory = Path.GetDirectoryName(ConformanceFolder.Require(file))!;
        using var folder = new TemporaryFolder();
        using var original = CheckpointReader.Open(directory);
        var tensors = original.ReadAll();
        try
        {
            CheckpointWriter.Write(folder.File("copy"), tensors, CheckpointFiles.CopiedFrom(directory));
            using var copy = CheckpointReader.Open(folder.File("copy"));
            Assert.Equal(original.WeightsDigest(), copy.WeightsDigest());
            Assert.Equal(original.WeightsDigest(), WeightsDigest.Of(tensors, original.ConfigJson));
            Assert.Equal(original.ConfigJson, copy.ConfigJson);
            Assert.Equal(original.GenerationConfigJson, copy.GenerationConfigJson);
            Assert.NotEmpty(copy.Tensors);
        }
        finally
        {
            foreach (var tensor in tensors.Values) tensor.Dispose();
        }
    }
}
