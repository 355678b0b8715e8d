using System.Reflection;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Emit;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Tests.Protect;

public sealed class ProtectedDiffTests
{
    private const BindingFlags Everything =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void Nothing_but_its_own_code_can_construct_one()
        => typeof(ProtectedDiff).GetConstructors(Everything).ShouldAllBe(constructor => constructor.IsPrivate);

    [Fact]
    public void Whoever_gives_one_out_holds_a_policy()
    {
        var givers =
            from type in typeof(ProtectedDiff).Assembly.GetTypes()
            from method in type.GetMethods(Everything)
            where method.ReturnType == typeof(ProtectedDiff)
            where method.DeclaringType != typeof(FieldPolicy)
            where method.GetParameters().All(parameter => parameter.ParameterType != typeof(FieldPolicy))
            select $"{type.Name}.{method.Name}";
        givers.ShouldBeEmpty();
    }

    [Fact]
    public void Values_come_into_it_in_one_place_only()
    {
        var entrances =
            from method in typeof(ProtectedDiff).GetMethods(Everything)
            where !method.IsPrivate
            let isSetter = method.Name.StartsWith("set_", StringComparison.Ordinal)
            where isSetter || method.GetParameters().Any(parameter => Carries(parameter.ParameterType))
            select method.Name;
        entrances.ShouldBe([nameof(ProtectedDiff.Protect)]);
    }

    [Fact]
    public void It_gives_neither_the_diff_nor_the_change_out()
    {
        var exits =
            from method in typeof(ProtectedDiff).GetMethods(Everything)
            where !method.IsPrivate && (method.ReturnType == typeof(RowDiff) || method.ReturnType == typeof(RowChange))
            select method.Name;
        exits.ShouldBeEmpty();
        typeof(ProtectedDiff).GetFields(Everything).ShouldAllBe(field => field.IsPrivate);
    }

    [Fact]
    public void Emit_takes_values_in_no_other_form()
    {
        var takers =
            from type in typeof(Emitter).Assembly.GetTypes()
            where type.Namespace == typeof(Emitter).Namespace
            from method in type.GetMethods(Everything).Cast<MethodBase>().Concat(type.GetConstructors(Everything))
            from parameter in method.GetParameters()
            where parameter.ParameterType == typeof(RowDiff) || parameter.ParameterType == typeof(RowChange)
            select $"{type.Name}.{method.Name}";
        takers.ShouldBeEmpty();
        typeof(Emitter).GetMethod(nameof(Emitter.Write)).ShouldNotBeNull().GetParameters()[0].ParameterType.ShouldBe(typeof(ProtectedDiff));
    }

    private static bool Carries(Type type)
        => type == typeof(RowDiff) || type == typeof(RowChange) || type == typeof(RowImage);
}
