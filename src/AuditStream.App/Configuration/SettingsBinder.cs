using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;

namespace AuditStream.App.Configuration;

/// <summary>Fills the options classes from .NET configuration and collects everything that is wrong with it.</summary>
/// <remarks>The framework's own binder stops at the first value of a wrong type and can leave unknown keys alone or throw at the first;
/// here a person gets the whole list at once, each with its key and what would be right.</remarks>
public sealed class SettingsBinder
{
    /// <summary>Where a file may say for editors which JSON Schema it follows; no setting.</summary>
    public const string SchemaKey = "$schema";

    private readonly List<ConfigurationProblem> problems = [];

    private SettingsBinder()
    {
    }

    /// <summary>Reads the options.</summary>
    /// <param name="configuration">Where the values are.</param>
    /// <param name="problems">Receives unknown keys, wrong types and values out of range.</param>
    public static AuditStreamOptions Bind(IConfiguration configuration, List<ConfigurationProblem> problems)
    {
        var binder = new SettingsBinder();
        var options = new AuditStreamOptions();
        binder.FillSection(options, configuration, path: "");
        binder.Validate(options, path: "");
        problems.AddRange(binder.problems);
        return options;
    }

    private void FillSection(object target, IConfiguration node, string path)
    {
        var properties = SettingShape.Properties(target.GetType()).ToList();
        foreach (var child in node.GetChildren())
        {
            if (path.Length == 0 && child.Key == SchemaKey)
                continue;
            var property = properties.Find(candidate => candidate.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            if (property is null)
                Report(Join(path, child.Key), Unknown(child.Key, path, properties.Select(candidate => candidate.Name)));
            else
                FillProperty(target, property, child, Join(path, property.Name));
        }
    }

    private static string Unknown(string name, string path, IEnumerable<string> known)
    {
        var nearest = NearestName.Find(name, known);
        return nearest is null
            ? $"is no setting; {(path.Length == 0 ? "the root" : path)} has {string.Join(", ", known)}"
            : $"is no setting; the nearest is {Join(path, nearest)}";
    }

    private void FillProperty(object target, PropertyInfo property, IConfigurationSection node, string path)
    {
        var shape = SettingShape.Of(property);
        var isSensitive = property.IsDefined(typeof(SensitiveAttribute));
        switch (shape.Kind)
        {
            case SettingKind.Scalar when node.GetChildren().Any():
                Report(path, $"has parts below it; {TypeText.Of(property)} is expected");
                break;
            case SettingKind.Scalar when node.Value is "" && property.GetValue(target) is string:
                property.SetValue(target, ""); // not the default in silence; where a text must be there, its [Required] says so
                break;
            case SettingKind.Scalar:
                if (ReadScalar(shape.Type, node.Value, path, isSensitive) is { } value)
                    property.SetValue(target, value);
                break;
            case SettingKind.List:
                var before = problems.Count;
                var list = ReadList(shape, node, path, isSensitive);
                if (problems.Count == before) // a wrong element is reported as itself, not once more as a list that is too short
                    property.SetValue(target, list);
                break;
            case SettingKind.Dictionary:
                // Every dictionary setting is made in its class.
                FillDictionary((IDictionary)property.GetValue(target)!, shape, node, path, isSensitive);
                break;
            default:
                if (!string.IsNullOrEmpty(node.Value))
                    Report(path, "is a section: it has settings and no value of its own");
                // Every section is made in its class.
                FillSection(property.GetValue(target)!, node, path);
                break;
        }
    }

    // A list is written as numbered parts, or, where a variable or the command line gives it, as one text with commas. The text wins: it
    // comes from the later source.
    private IList ReadList(SettingShape shape, IConfigurationSection node, string path, bool isSensitive)
    {
        // A list type has a constructor without arguments.
        var list = (IList)Activator.CreateInstance(shape.Type)!;
        if (shape.HasScalarElements && !string.IsNullOrEmpty(node.Value))
        {
            foreach (var part in node.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
                AddScalar(list, shape, part, path, isSensitive);
            return list;
        }
        if (!shape.HasScalarElements && !string.IsNullOrEmpty(node.Value))
            Report(path, "is a list of sections and has no value of its own");
        foreach (var child in node.GetChildren())
        {
            var childPath = Join(path, child.Key);
            if (!int.TryParse(child.Key, NumberStyles.None, CultureInfo.InvariantCulture, out _))
                Report(childPath, "is no place in a list; a number from 0 is expected");
            else if (shape.HasScalarElements)
                AddScalar(list, shape, child.Value, childPath, isSensitive);
            else
                list.Add(ReadElement(shape.Element, child, childPath));
        }
        return list;
    }

    private void AddScalar(IList list, SettingShape shape, string? text, string path, bool isSensitive)
    {
        if (ReadScalar(shape.Element, text, path, isSensitive) is { } value)
            list.Add(value);
    }

    private void FillDictionary(IDictionary dictionary, SettingShape shape, IConfigurationSection node, string path, bool isSensitive)
    {
        if (!string.IsNullOrEmpty(node.Value))
            Report(path, "holds names with values and has no value of its own");
        foreach (var child in node.GetChildren())
        {
            var childPath = Join(path, child.Key);
            if (!shape.HasScalarElements)
                dictionary[child.Key] = ReadElement(shape.Element, child, childPath);
            else if (ReadScalar(shape.Element, child.Value, childPath, isSensitive) is { } value)
                dictionary[child.Key] = value;
        }
    }

    private object ReadElement(Type type, IConfigurationSection node, string path)
    {
        // Options classes have a constructor without arguments.
        var element = Activator.CreateInstance(type)!;
        FillSection(element, node, path);
        return element;
    }

    private object? ReadScalar(Type type, string? text, string path, bool isSensitive)
    {
        if (type == typeof(string))
            return string.IsNullOrEmpty(text) ? null : text;
        object? value = null;
        if (type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var int32))
            value = int32;
        else if (type == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var int64))
            value = int64;
        else if (type == typeof(bool) && bool.TryParse(text, out var boolean))
            value = boolean;
        else if (type.IsEnum && text is not null)
            value = WireName.Parse(type, text);
        if (value is null)
            Report(path, $"is {(isSensitive ? "something else" : $"'{text}'")}; {TypeText.Of(type)} is expected");
        return value;
    }

    private void Validate(object section, string path)
    {
        foreach (var property in SettingShape.Properties(section.GetType()))
        {
            var (value, key) = (property.GetValue(section), Join(path, property.Name));
            foreach (var attribute in property.GetCustomAttributes<ValidationAttribute>())
                ValidateValue(attribute, value, property, section, key);
            switch (SettingShape.Of(property))
            {
                case { Kind: SettingKind.Section } when value is not null:
                    Validate(value, key);
                    break;
                case { Kind: SettingKind.List, HasScalarElements: false } when value is IList list:
                    for (var i = 0; i < list.Count; i++)
                        Validate(list[i]!, Join(key, i.ToString(CultureInfo.InvariantCulture))); // Elements are made above, never null.
                    break;
                case { Kind: SettingKind.Dictionary, HasScalarElements: false } when value is IDictionary dictionary:
                    foreach (DictionaryEntry entry in dictionary)
                        Validate(entry.Value!, Join(key, (string)entry.Key)); // Elements are made above, never null.
                    break;
            }
        }
    }

    private void ValidateValue(ValidationAttribute attribute, object? value, PropertyInfo property, object section, string key)
    {
        var result = attribute.GetValidationResult(value, new ValidationContext(section) { MemberName = property.Name });
        if (result == ValidationResult.Success)
            return;
        var message = attribute switch
        {
            RangeAttribute range => $"is {value}; it must lie between {range.Minimum} and {range.Maximum}",
            RequiredAttribute => "is empty; a text is expected",
            _ => result?.ErrorMessage ?? "is not valid",
        };
        Report(key, message);
    }

    private void Report(string key, string message) => problems.Add(new(key, message));

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}:{name}";
}
