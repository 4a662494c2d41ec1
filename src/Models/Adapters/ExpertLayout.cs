using SafetyGate.Models.Engine;
using static TorchSharp.torch;

namespace SafetyGate.Models.Adapters;

/// <summary>
/// Where the matrices of one expert lie in those of all experts of a layer, which PEFT saves for a parameter of three dimensions
/// (<c>target_parameters</c>).
/// </summary>
/// <param name="Expert">The expert.</param>
/// <param name="Count">X, experts.</param>
/// <param name="First">The first row of the parameter that is the module's: gate and up lie one after another.</param>
/// <param name="AllOutputs">Rows of the parameter, O.</param>
/// <remarks>
/// With I inputs and the rank R, A is [X·R, I], expert by expert, and B [O, R·X], rank by rank. Before PEFT 0.19.1 the two axes of a parameter
/// were taken the other way round: A is [X·R, O] there, B [I, R·X], and the product is turned. Source: PEFT, <c>ParamWrapper</c>.
/// </remarks>
internal sealed record ExpertLayout(int Expert, int Count, long First, long AllOutputs)
{
    /// <summary>A version of PEFT that has them as they are written here.</summary>
    public const string WrittenAs = "0.20.0";

    private static readonly Version TurnedUntil = new(0, 19, 0);

    /// <summary>The expert's first matrix, [R, I]: a view of the caller's dispose scope.</summary>
    public Tensor FirstOf(Tensor all, int rank) => all.narrow(0, (long)Expert * rank, rank);

    /// <summary>The second matrix of the expert's module, [outputs, R]: a view of the caller's dispose scope.</summary>
    public Tensor SecondOf(Tensor all, int rank, long outputs) => all.view(AllOutputs, rank, Count).select(2, Expert).narrow(0, First, outputs);

    /// <summary>Whether a version of PEFT writes the axes the other way round.</summary>
    /// <param name="version">The file's <c>peft_version</c>.</param>
    public static bool IsTurned(string? version) =>
        version is not null && Version.TryParse(new string([.. version.TakeWhile(letter => char.IsAsciiDigit(letter) || letter == '.')]).TrimEnd('.'), out var read) && read <= TurnedUntil;

    /// <summary>The matrices as they lie now, from those of the other axes.</summary>
    /// <param name="first">[X·R, O].</param>
    /// <param name="second">[I, R·X].</param>
    /// <param name="experts">X.</param>
    /// <returns>[X·R, I] and [O, R·X], of the caller's dispose scope.</returns>
    public static (Tensor A, Tensor B) Turned(Tensor first, Tensor second, int experts)
    {
        var (ranks, outputs, inputs) = (first.shape[0] / experts, first.shape[1], second.shape[0]);
        return (second.view(inputs, ranks, experts).permute(2, 1, 0).reshape(experts * ranks, inputs),
            first.view(experts, ranks, outputs).permute(2, 1, 0).reshape(outputs, ranks * experts));
    }
}
