using System.Text.Json;

namespace SafetyGate.SpeedBench;

/// <summary>Sizes of the work of a page of real shapes; the peers read the same file.</summary>
internal sealed record RealSettings
{
    private static readonly JsonSerializerOptions Format = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>Rows that decode at once.</summary>
    public int[] Batches { get; init; } = [1, 64, 256];

    /// <summary>Tokens of a prompt.</summary>
    public int Prompt { get; init; } = 64;

    /// <summary>Tokens decoded.</summary>
    public int New { get; init; } = 128;

    public int GrpoPrompts { get; init; } = 8;
    public int GrpoSamples { get; init; } = 8;
    public int GrpoNew { get; init; } = 128;
    public int SftRows { get; init; } = 16;
    public int SftTokens { get; init; } = 512;
    public int EvalPrompts { get; init; } = 840;
    public int EvalNew { get; init; } = 64;
    public int KlPrompts { get; init; } = 64;
    public int KlNew { get; init; } = 64;

    /// <summary>Steps that are timed, after one that warms up.</summary>
    public int Steps { get; init; } = 3;

    /// <summary>The work for two cores.</summary>
    public static RealSettings Small { get; } = new()
    {
        Batches = [1, 16, 64], Prompt = 32, New = 16, GrpoPrompts = 4, GrpoSamples = 4, GrpoNew = 16, SftRows = 4, SftTokens = 128, EvalPrompts = 64,
        EvalNew = 16, KlPrompts = 16, KlNew = 16,
    };

    public static RealSettings Read(string path) => JsonSerializer.Deserialize<RealSettings>(File.ReadAllText(path), Format)!;

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Format));
}
