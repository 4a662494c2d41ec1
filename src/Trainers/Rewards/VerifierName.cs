using System.Text.Json;
using System.Text.Json.Serialization;
using SafetyGate.Core;
using SafetyGate.Core.Scoring;
using SafetyGate.Verifiers;

namespace SafetyGate.Trainers.Rewards;

/// <summary>A scorer or reward in JSON: its name among <see cref="Scorers"/>.</summary>
/// <typeparam name="T"><see cref="IReward"/> or <see cref="IScorer"/>.</typeparam>
internal sealed class VerifierName<T> : JsonConverter<T> where T : class
{
    public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var name = reader.GetString()!;
        BuiltIn.Register();
        try
        {
            return (T)(object)(typeof(T) == typeof(IReward) ? Scorers.Reward(name) : Scorers.Scorer(name));
        }
        catch (UserErrorException unknown)
        {
            throw new JsonException($"is '{name}'. {unknown.Message}", unknown);
        }
    }

    public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value is IScorer scorer ? scorer.Name : ((IReward)value).Name);
}
