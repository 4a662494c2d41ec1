using System.Reflection;

namespace SafetyGate.Cli.Tests.Architecture;

/// <summary>
/// While one thread computes, another may start a collection of garbage, so no number of an operator may be a temporary: TorchSharp frees
/// it while libtorch may still read it. A conversion to a scalar makes one, and so do TorchSharp's sums without a factor and its ranges without a step.
/// </summary>
public sealed class ScalarSpecs
{
    [Theory, InlineData("SafetyGate.Models", "SafetyGate.Models.Engine.Scalars"), InlineData("SafetyGate.Trainers"), InlineData("SafetyGate.Studies"), InlineData("SafetyGate.Pocket")]
    public void Numbers_of_operators_outlive_them(string room, params string[] makers)
    {
        var users = MetadataUses.Of(Assembly.Load(room)).Where(use => MakesScalar(use.Used)).Select(use => Outermost(use.User).FullName!).Distinct().Order(StringComparer.Ordinal);
        Assert.Equal(makers, users);
    }

    private static bool MakesScalar(MemberInfo used) => used.DeclaringType?.FullName switch
    {
        "TorchSharp.Scalar" => used.Name == "op_Implicit",
        "TorchSharp.torch+Tensor" => used.Name == "op_Addition" || (used.Name is "add" or "add_" && Parameters(used) == 1),
        "TorchSharp.torch" => used.Name == "arange" && ((MethodBase)used).GetParameters().Count(parameter => parameter.ParameterType.Name == "Scalar") < 3,
        _ => false,
    };

    private static int Parameters(MemberInfo method) => ((MethodBase)method).GetParameters().Length;

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;
}
