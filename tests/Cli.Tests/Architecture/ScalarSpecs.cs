using System.Reflection;

namespace SafetyGate.Cli.Tests.Architecture;

/// <summary>
/// The model's operators run on several threads, so no number of theirs may be a temporary: TorchSharp frees it while libtorch may still
/// read it. A conversion to a scalar makes one, and so do TorchSharp's sums and differences without a factor and its ranges without a step.
/// </summary>
public sealed class ScalarSpecs
{
    [Fact]
    public void Numbers_of_the_models_operators_are_kept()
    {
        var users = MetadataUses.Of(Assembly.Load("SafetyGate.Models")).Where(use => MakesScalar(use.Used)).Select(use => Outermost(use.User).FullName!).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(["SafetyGate.Models.Engine.Scalars"], users);
    }

    private static bool MakesScalar(MemberInfo used) => used.DeclaringType?.FullName switch
    {
        "TorchSharp.Scalar" => used.Name == "op_Implicit",
        "TorchSharp.torch+Tensor" => used.Name is "op_Addition" or "op_Subtraction" || (used.Name is "add" or "add_" or "sub" or "sub_" && Parameters(used) == 1),
        "TorchSharp.torch" => used.Name == "arange" && ((MethodBase)used).GetParameters().Count(parameter => parameter.ParameterType.Name == "Scalar") < 3,
        _ => false,
    };

    private static int Parameters(MemberInfo method) => ((MethodBase)method).GetParameters().Length;

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
