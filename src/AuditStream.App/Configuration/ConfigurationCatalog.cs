using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AuditStream.App.Configuration;

/// <summary>The list of all settings, read from the options classes: there is no second place that names a key.</summary>
public static partial class ConfigurationCatalog
{
    private static readonly Lazy<IReadOnlyList<ConfigurationKey>> Keys = new(Read);
    private static readonly Lazy<Dictionary<string, string>> Docs = new(ReadDocs);

    /// <summary>Every key, in the order of the options classes.</summary>
    /// <exception cref="FileNotFoundException">The program's documentation file (<c>auditstream.xml</c>, made by the build beside the
    /// program) is missing: the doc lines stand in it.</exception>
    public static IReadOnlyList<ConfigurationKey> All => Keys.Value;

    /// <summary>The doc line of a setting or section.</summary>
    public static string DocOf(PropertyInfo property) => Docs.Value[$"P:{property.DeclaringType}.{property.Name}"];

    private static List<ConfigurationKey> Read()
    {
        var keys = new List<ConfigurationKey>();
        Collect(new AuditStreamOptions(), path: "", keys);
        return keys;
    }

    private static void Collect(object section, string path, List<ConfigurationKey> keys)
    {
        foreach (var property in SettingShape.Properties(section.GetType()))
        {
            var shape = SettingShape.Of(property);
            var key = path.Length == 0 ? property.Name : $"{path}:{property.Name}";
            if (shape.Kind == SettingKind.Dictionary)
                key += $":{{{property.GetCustomAttribute<KeyedByAttribute>()?.What ?? "name"}}}";
            if (shape.HasScalarElements)
            {
                var isSensitive = property.IsDefined(typeof(SensitiveAttribute));
                keys.Add(new(key, TypeText.Of(property), DefaultText(property, section), DocOf(property), isSensitive));
            }
            else
            {
                // Options classes have a constructor without arguments.
                Collect(Activator.CreateInstance(shape.Element)!, shape.Kind == SettingKind.List ? $"{key}:[n]" : key, keys);
            }
        }
    }

    private static string DefaultText(PropertyInfo property, object section) =>
        property.GetValue(section) is { } value and not IDictionary ? EffectiveSettings.Text(value) ?? "" : "";

    private static Dictionary<string, string> ReadDocs()
    {
        var file = Path.Combine(AppContext.BaseDirectory, $"{typeof(ConfigurationCatalog).Assembly.GetName().Name}.xml");
        return XDocument.Load(file).Descendants("member")
            .Where(member => member.Element("summary") is not null)
            .ToDictionary(member => member.Attribute("name")?.Value ?? "", member => OneLine(member.Element("summary")?.Value ?? ""));
    }

    private static string OneLine(string text) => Spaces().Replace(text, " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
