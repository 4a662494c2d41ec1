using SafetyGate.Core;
using SafetyGate.Core.Language;
using SafetyGate.Models.Tests.Decoders;

namespace SafetyGate.Models.Tests.Generation;

/// <summary>What generation_config.json says of sampling and padding, with transformers' defaults for what it omits.</summary>
public sealed class GenerationDefaultsSpecs
{
    private static readonly SamplingOptions Given = new() { MaxNewTokens = 5, Temperature = 0.25, TopK = 2, TopP = 0.25, MinP = 0.75, RepetitionPenalty = 3, SamplesPerPrompt = 4, Seed = 9 };

    public static TheoryData<string, double, int?, double?, double?, double> Files => new()
    {
        { "{}", 0, null, null, null, 1 },
        { """{"temperature": 0.5, "top_k": 7, "top_p": 0.9, "min_p": 0.1, "repetition_penalty": 1.5}""", 0, null, null, null, 1.5 }, // no do_sample: greedy, and the penalty counts
        { """{"do_sample": true}""", 1, 50, null, null, 1 },
        { """{"do_sample": true, "top_k": 0}""", 1, null, null, null, 1 },
        { """{"do_sample": true, "top_k": 7, "top_p": 1.0}""", 1, 7, null, null, 1 },
        { """{"do_sample": true, "temperature": 0.5, "top_k": 7, "top_p": 0.9, "min_p": 0.1, "repetition_penalty": 1.5}""", 0.5, 7, 0.9, 0.1, 1.5 },
    };

    [Theory, MemberData(nameof(Files))]
    public void Sampling_is_what_the_file_says_and_the_rest_what_was_given(string file, double temperature, int? topK, double? topP, double? minP, double penalty) =>
        Assert.Equal(Given with { Temperature = temperature, TopK = topK, TopP = topP, MinP = minP, RepetitionPenalty = penalty }, From(file).Sampling(Given));

    [Fact]
    public void Without_a_file_or_with_what_is_not_supported_there_is_no_sampling_of_the_models()
    {
        Assert.Contains("there is no such file", Assert.Throws<UserErrorException>(() => From(null).Sampling(Given)).Message, StringComparison.Ordinal);
        Assert.Contains("asks for num_beams 4, which is not supported", Assert.Throws<UserErrorException>(() => From("""{"num_beams": 4, "min_length": 0}""").Sampling(Given)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"pad_token_id": 5}""", 3, 5)]
    [InlineData("""{"pad_token_id": 0}""", 3, 0)]
    [InlineData("""{"pad_token_id": -1}""", 3, 3)]
    [InlineData("""{"pad_token_id": null}""", 3, 3)]
    [InlineData("{}", 3, 3)]
    [InlineData(null, 3, 3)]
    [InlineData("""{"eos_token_id": [7, 8]}""", null, 7)] // none is named: the first end token
    [InlineData("{}", null, 2)]
    public void Padding_is_the_files_then_the_models_then_the_first_end_token(string? file, int? ofModel, int expected) =>
        Assert.Equal(expected, From(file, ofModel).PadId);

    [Fact]
    public void A_padding_token_beyond_the_vocabulary_is_refused() =>
        Assert.Contains("below the vocabulary's size of 40", Assert.Throws<UserErrorException>(() => From("""{"pad_token_id": 40}""")).Message, StringComparison.Ordinal);

    private static GenerationDefaults From(string? file, int? pad = null) =>
        GenerationDefaults.From(TinyModels.Config("llama", ("eos_token_id", 2), ("pad_token_id", pad), ("vocab_size", 40)), file, "generation_config.json");
}
