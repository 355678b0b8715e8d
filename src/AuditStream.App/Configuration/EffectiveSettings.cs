using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace AuditStream.App.Configuration;

/// <summary>Writes options back as keys with values: for people, and for the hash that every event carries.</summary>
public static class EffectiveSettings
{
    // What decides the bytes of an event; the rest of the configuration only decides how they travel.
    private static readonly string[] NormalizerSettings = ["Sources:", "Protect:", "Emit:", "Images:State", "Raw:MaxRecordBytes"];

    /// <summary>Every setting with its value, in the order of the options classes.</summary>
    public static IReadOnlyList<EffectiveSetting> List(AuditStreamOptions options)
    {
        var settings = new List<EffectiveSetting>();
        AddSection(options, path: "", settings);
        return settings;
    }

    /// <summary>SHA-256 over the settings that decide an event's bytes, in lower-case hexadecimal; secrets are left out.</summary>
    /// <remarks>One line per setting that has a value, <c>key=value</c> in code-unit order: two files that mean the same have the same
    /// hash, whatever their order.</remarks>
    public static string NormalizerHash(AuditStreamOptions options)
    {
        var lines = List(options)
            .Where(setting => setting is { IsSensitive: false, Value: not null })
            .Where(setting => NormalizerSettings.Any(start => setting.Path.StartsWith(start, StringComparison.Ordinal)))
            .Select(setting => $"{setting.Path}={setting.Value}\n")
            .Order(StringComparer.Ordinal);
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(lines))));
    }

    /// <summary>A value as configuration writes it.</summary>
    public static string? Text(object? value) => value switch
    {
        null => null,
        string text => text,
        bool boolean => boolean ? "true" : "false",
        Enum member => WireName.Of(member),
        IEnumerable list => string.Join(", ", list.Cast<object>().Select(Text)),
        IFormattable number => number.ToString(format: null, CultureInfo.InvariantCulture),
        _ => throw new ArgumentException($"A setting of type {value.GetType()} has no written form.", nameof(value)),
    };

    private static void AddSection(object section, string path, List<EffectiveSetting> settings)
    {
        foreach (var property in SettingShape.Properties(section.GetType()))
        {
            var (shape, value) = (SettingShape.Of(property), property.GetValue(section));
            var key = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
            var isSensitive = property.IsDefined(typeof(SensitiveAttribute));
            switch (value)
            {
                case IDictionary dictionary:
                    foreach (var name in dictionary.Keys.Cast<string>().Order(StringComparer.Ordinal))
                        AddValue(dictionary[name], $"{key}:{name}", shape.HasScalarElements, isSensitive, settings);
                    break;
                case IList list when !shape.HasScalarElements:
                    for (var i = 0; i < list.Count; i++)
                        AddValue(list[i], $"{key}:{i.ToString(CultureInfo.InvariantCulture)}", isScalar: false, isSensitive, settings);
                    break;
                default:
                    AddValue(value, key, shape.HasScalarElements && shape.Kind != SettingKind.Section, isSensitive, settings);
                    break;
            }
        }
    }

    private static void AddValue(object? value, string key, bool isScalar, bool isSensitive, List<EffectiveSetting> settings)
    {
        if (isScalar)
            settings.Add(new(key, Text(value), isSensitive));
        else if (value is not null)
            AddSection(value, key, settings);
    }
}
