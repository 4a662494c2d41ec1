using System.Reflection;

namespace SafetyGate.Cli.Tests.Architecture;

/// <summary>
/// Operators whose errors TorchSharp passes to nobody: the exception leaves a function of C, and the process is aborted, where memory that is
/// exhausted or a GPU that failed should end with a line. Of TorchSharp's native functions those on tensors that catch nothing; <c>bmm</c> and
/// <c>mm</c> do.
/// </summary>
public sealed class OperatorErrorSpecs
{
    private static readonly HashSet<string> Silent = ["matmul", "cummax", "cummin"];

    [Theory, InlineData("SafetyGate.Models"), InlineData("SafetyGate.Trainers"), InlineData("SafetyGate.Studies"), InlineData("SafetyGate.Pocket"), InlineData("SafetyGate.Analysis")]
    public void No_operator_is_called_whose_errors_end_the_process(string room) =>
        Assert.Empty(MetadataUses.Of(Assembly.Load(room)).Where(use => IsSilent(use.Used)).Select(use => $"{use.User.FullName}: {use.Used.Name}"));

    [Fact]
    public void A_call_of_one_is_found() => Assert.True(IsSilent(typeof(TorchSharp.torch).GetMethod("matmul")!) && IsSilent(typeof(TorchSharp.torch.Tensor).GetMethod("matmul")!));

    private static bool IsSilent(MemberInfo used) => used.DeclaringType?.FullName switch
    {
        "TorchSharp.torch" or "TorchSharp.torch+Tensor" => Silent.Contains(used.Name),
        "TorchSharp.torch+autograd" => used.Name == "grad",
        _ => false,
    };
}
