using SafetyGate.Models.Families;
using SafetyGate.Studies.Safety.Cost;
using SafetyGate.Tests;

namespace SafetyGate.Studies.Tests.Safety;

public sealed class StudyCostSpecs
{
    private static readonly CostAssumptions Round = new()
    {
        PromptTokens = 100, ResponseTokens = 100, Steps = 10, EverySteps = 5, Validation = 256, Batch = 10, Rollouts = 512, DecodedRows = 256, TeraFlops = 100, LeastStepMilliseconds = 5, GigabytesPerSecond = 1000,
    };

    [Fact]
    public void Time_is_that_of_the_products_and_of_the_decoding_steps()
    {
        var cost = new StudyCost(Config("0.5b"), Round);
        var n = (double)cost.Parameters;
        var probes = 2 * 100 * .005; // two probes of one batch, 100 steps of 5 ms each: the weights of 0.5 10⁹ are read in 1 ms
        Assert.Equal((10 * 6 * n * 10 * 200 / 1e14) + probes, cost.TrainingSeconds("SFT"), 1e-9);
        Assert.Equal((10 * 16 * n * 10 * 200 / 1e14) + probes, cost.TrainingSeconds("DPO"), 1e-9);
        Assert.Equal((10 * ((10 * n * 512 * 200 / 1e14) + (2 * 100 * .005))) + probes, cost.TrainingSeconds("GRPO, RLOO, RLVR"), 1e-6);
        Assert.Equal((10 * ((18 * n * 512 * 200 / 1e14) + (2 * 100 * .005))) + probes, cost.TrainingSeconds("PPO"), 1e-6);
    }

    [Fact]
    public void A_large_model_decodes_as_fast_as_its_weights_are_read()
    {
        var cost = new StudyCost(Config("7b"), Round with { TeraFlops = 1e9 });
        Assert.Equal(2 * 100 * 2 * cost.Parameters / 1e12, cost.TrainingSeconds("SFT"), 1e-3);
    }

    [Fact]
    public void The_shapes_are_those_published()
    {
        Assert.Equal(494_032_768, new StudyCost(Config("0.5b"), Round).Parameters);
        Assert.Equal(7_615_616_512, new StudyCost(Config("7b"), Round).Parameters);
    }

    [Fact]
    public void An_adapter_takes_less_memory_than_all_weights_and_PPO_more_than_GRPO()
    {
        var cost = new StudyCost(Config("0.5b"), Round);
        Assert.All(StudyCost.Kinds, kind => Assert.True(cost.Memory(kind, isAdapter: true) < cost.Memory(kind, isAdapter: false)));
        Assert.True(cost.Memory("PPO", isAdapter: false) > cost.Memory("GRPO, RLOO, RLVR", isAdapter: false));
        Assert.True(cost.Memory("SFT", isAdapter: false) > 16 * cost.Parameters); // weights, masters, gradients and moments alone
        Assert.Contains("| some | 0.49 10⁹ | PPO |", CostPage.ToMarkdown([("some", Config("0.5b"))], Round, "./gate study cost"), StringComparison.Ordinal);
    }

    private static DecoderConfig Config(string size) => DecoderConfig.ParseText(File.ReadAllText(Path.Combine(Repository.Root, "docs", "examples", "shapes", $"qwen2.5-{size}.json")), size);
}
