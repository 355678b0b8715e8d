using System.Reflection;

namespace AuditStream.App.Configuration;

/// <summary>What kind of thing a property of an options class is: the one place that tells scalars, lists, dictionaries and sections apart.</summary>
public sealed class SettingShape
{
    private SettingShape(Type type, SettingKind kind, Type element)
    {
        Type = type;
        Kind = kind;
        Element = element;
    }

    /// <summary>The property's type, without its nullability.</summary>
    public Type Type { get; }

    /// <summary>Scalar, list, dictionary or section.</summary>
    public SettingKind Kind { get; }

    /// <summary>The type of a list's or a dictionary's elements; <see cref="Type"/> otherwise.</summary>
    public Type Element { get; }

    /// <summary>Whether the elements (of a scalar: itself) are single values.</summary>
    public bool HasScalarElements => IsScalar(Element);

    /// <summary>The shape of a property.</summary>
    public static SettingShape Of(PropertyInfo property) => Of(property.PropertyType);

    /// <summary>The shape of a type.</summary>
    public static SettingShape Of(Type declared)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        if (IsScalar(type))
            return new(type, SettingKind.Scalar, type);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(List<>))
            return new(type, SettingKind.List, type.GetGenericArguments()[0]);
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>))
            return new(type, SettingKind.Dictionary, type.GetGenericArguments()[1]);
        return new(type, SettingKind.Section, type);
    }

    /// <summary>The settings of an options class, in the order of its source text.</summary>
    public static IEnumerable<PropertyInfo> Properties(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.CanWrite).OrderBy(property => property.MetadataToken);

    private static bool IsScalar(Type type) =>
        type.IsEnum || type == typeof(string) || type == typeof(int) || type == typeof(long) || type == typeof(bool);
}
