using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace AuditStream.App.Configuration;

/// <summary>Says in words what a setting's value may be.</summary>
public static class TypeText
{
    /// <summary>What a property's value may be, with its range.</summary>
    public static string Of(PropertyInfo property)
    {
        var shape = SettingShape.Of(property);
        var element = Of(shape.Element);
        var range = property.GetCustomAttribute<RangeAttribute>();
        return shape.Kind switch
        {
            SettingKind.Scalar when property.IsDefined(typeof(RegexSyntaxAttribute)) => "a regular expression",
            SettingKind.Scalar when range is not null => $"{element} from {range.Minimum} to {range.Maximum}",
            SettingKind.List => $"a list: {element}",
            SettingKind.Dictionary => $"by name: {element}",
            _ => element,
        };
    }

    /// <summary>What a value of a type may be.</summary>
    public static string Of(Type type)
    {
        if (type == typeof(string))
            return "a text";
        if (type == typeof(bool))
            return "true or false";
        if (type == typeof(int) || type == typeof(long))
            return "a whole number";
        return type.IsEnum ? "one of " + string.Join(", ", WireName.AllOf(type)) : "a section";
    }
}
