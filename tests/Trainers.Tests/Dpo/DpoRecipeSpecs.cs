using SafetyGate.Trainers.Dpo;

namespace SafetyGate.Trainers.Tests.Dpo;

public sealed class DpoRecipeSpecs
{
    private const string Recipe = """
        {"kind": "dpo", "base": "model", "template": "plain", "data": [{"path": "pairs.jsonl"}],
         "options": {"max_steps": 10, "learning_rate": 1e-4, "seed": 3, OPTIONS}}
        """;

    [Theory]
    [InlineData("\"loss_type\": \"ipo\"", new[] { DpoLossType.Ipo }, null)]
    [InlineData("\"loss_type\": [\"sigmoid\", \"sft\"], \"loss_weights\": [1, 0.5]", new[] { DpoLossType.Sigmoid, DpoLossType.Sft }, new[] { 1, 0.5 })]
    [InlineData("\"loss_type\": \"sigmoid_norm\", \"loss_weights\": 2", new[] { DpoLossType.SigmoidNorm }, new[] { 2.0 })]
    public void A_loss_is_named_alone_or_in_a_list(string options, DpoLossType[] losses, double[]? weights)
    {
        using var folder = new TemporaryFolder();
        var recipe = Assert.IsType<DpoRecipe>(RecipeFile.Load(folder.Write("r.json", Recipe.Replace("OPTIONS", options, StringComparison.Ordinal))));
        Assert.Equal(losses, recipe.Options.LossType);
        Assert.Equal(weights, recipe.Options.LossWeights);
        Assert.Equal("prompt", Assert.Single(recipe.Data).Prompt);
    }

    [Theory]
    [InlineData("\"loss_type\": \"sigmoidal\"", "Did you mean 'sigmoid'?")]
    [InlineData("\"loss_type\": {\"name\": \"ipo\"}", "it must be one of sigmoid, hinge, ipo")]
    [InlineData("\"f_divergence_type\": \"kl\"", "it must be one of reverse_kl, forward_kl, js_divergence, alpha_divergence")]
    [InlineData("\"beta\": 0", "beta is 0; it must be finite and above 0")]
    [InlineData("\"sync_ref_model\": true", "is not a known key")]
    public void A_mistake_is_told_with_what_is_allowed(string options, string says)
    {
        using var folder = new TemporaryFolder();
        Assert.Contains(says, Assert.Throws<Core.UserErrorException>(() => RecipeFile.Load(folder.Write("r.json", Recipe.Replace("OPTIONS", options, StringComparison.Ordinal)))).Message, StringComparison.Ordinal);
    }
}
