using System.Reflection;
using System.Reflection.Emit;

namespace SafetyGate.Cli.Tests.Architecture;

/// <summary>Who uses what, read from an assembly's metadata and instructions: base types, fields, signatures, and every member a method body names.</summary>
internal static class MetadataUses
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <summary>Each pair of a type of the assembly and a member (or type) that it uses.</summary>
    // A coverage tool adds a counter of its own to what it measures; it is no code of the product.
    public static IEnumerable<(Type User, MemberInfo Used)> Of(Assembly assembly) =>
        assembly.GetTypes().Where(type => type.Namespace?.StartsWith("Coverlet.", StringComparison.Ordinal) != true).SelectMany(OfType);

    private static IEnumerable<(Type, MemberInfo)> OfType(Type type)
    {
        var used = new List<MemberInfo>();
        if (type.BaseType is { } parent) used.Add(parent);
        used.AddRange(type.GetInterfaces());
        used.AddRange(type.GetFields(All).Select(field => field.FieldType));
        foreach (var method in type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
        {
            used.AddRange(method.GetParameters().Select(parameter => parameter.ParameterType));
            if (method is MethodInfo info) used.Add(info.ReturnType);
            used.AddRange(InBody(method));
        }

        return used.SelectMany(WithArguments).Select(member => (type, member));
    }

    // A generic's arguments count as used too: List<Tensor> uses Tensor.
    private static IEnumerable<MemberInfo> WithArguments(MemberInfo member)
    {
        yield return member;
        var arguments = member switch
        {
            Type { IsGenericType: true } type => type.GetGenericArguments(),
            Type { HasElementType: true } type => [type.GetElementType()!],
            MethodInfo { IsGenericMethod: true } method => method.GetGenericArguments(),
            _ => [],
        };
        foreach (var argument in arguments)
            foreach (var inner in WithArguments(argument)) yield return inner;
    }

    private static IEnumerable<MemberInfo> InBody(MethodBase method)
    {
        if (method.GetMethodBody() is not { } body || body.GetILAsByteArray() is not { } il) yield break;
        foreach (var local in body.LocalVariables) yield return local.LocalType;
        var typeArguments = method.DeclaringType?.GetGenericArguments();
        var methodArguments = method is MethodInfo { IsGenericMethodDefinition: true } generic ? generic.GetGenericArguments() : null;
        for (var at = 0; at < il.Length;)
        {
            short value = il[at++];
            if (value == 0xFE) value = unchecked((short)(0xFE00 | il[at++]));
            var code = OpCodesByValue[value];
            if (code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineType or OperandType.InlineTok)
                if (method.Module.ResolveMember(BitConverter.ToInt32(il, at), typeArguments, methodArguments) is { } member) yield return member;
            at += OperandSize(code, il, at);
        }
    }

    private static int OperandSize(OpCode code, byte[] il, int at) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(il, at),
        _ => 4,
    };
}
