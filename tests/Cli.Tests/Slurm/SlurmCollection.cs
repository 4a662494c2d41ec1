namespace SafetyGate.Cli.Tests.Slurm;

/// <summary>Tests that share one cluster, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SlurmCollection : ICollectionFixture<SlurmCluster>
{
    public const string Name = "Slurm";
}
