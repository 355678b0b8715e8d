using System.Buffers;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace AuditStream.App.Configuration;

/// <summary>The configuration file's JSON Schema, made from the options classes: editors complete and check with it.</summary>
public static class SettingsSchema
{
    /// <summary>The schema, indented, lines ended by a line feed.</summary>
    public static string Text()
    {
        var buffer = new ArrayBufferWriter<byte>();
        var form = new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
        using (var writer = new Utf8JsonWriter(buffer, form))
        {
            writer.WriteStartObject();
            writer.WriteString("$schema", "https://json-schema.org/draft/2020-12/schema");
            writer.WriteString("title", "AuditStream configuration");
            WriteSection(writer, new AuditStreamOptions(), isRoot: true);
            writer.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
    }

    private static void WriteSection(Utf8JsonWriter writer, object section, bool isRoot = false)
    {
        writer.WriteString("type", "object");
        writer.WriteBoolean("additionalProperties", value: false);
        writer.WriteStartObject("properties");
        if (isRoot)
        {
            writer.WriteStartObject(SettingsBinder.SchemaKey);
            writer.WriteString("type", "string");
            writer.WriteEndObject();
        }
        foreach (var property in SettingShape.Properties(section.GetType()))
        {
            writer.WriteStartObject(property.Name);
            writer.WriteString("description", ConfigurationCatalog.DocOf(property));
            WriteProperty(writer, property, SettingShape.Of(property), section);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private static void WriteProperty(Utf8JsonWriter writer, PropertyInfo property, SettingShape shape, object section)
    {
        switch (shape.Kind)
        {
            case SettingKind.Section:
                // Every section is made in its class.
                WriteSection(writer, property.GetValue(section)!);
                return;
            case SettingKind.Dictionary:
                writer.WriteString("type", "object");
                writer.WriteStartObject("additionalProperties");
                WriteElement(writer, shape.Element);
                writer.WriteEndObject();
                return;
            case SettingKind.List:
                WriteList(writer, property, shape);
                break;
            default:
                WriteScalar(writer, shape.Type);
                WriteLimits(writer, property);
                break;
        }
        WriteDefault(writer, property.GetValue(section));
    }

    private static void WriteList(Utf8JsonWriter writer, PropertyInfo property, SettingShape shape)
    {
        writer.WriteString("type", "array");
        writer.WriteStartObject("items");
        if (shape.HasScalarElements)
            WriteScalar(writer, shape.Element);
        else
            WriteElement(writer, shape.Element);
        writer.WriteEndObject();
        if (property.GetCustomAttribute<MinLengthAttribute>() is { } minimum)
            writer.WriteNumber("minItems", minimum.Length);
    }

    private static void WriteElement(Utf8JsonWriter writer, Type element)
    {
        if (SettingShape.Of(element).Kind == SettingKind.Section)
        {
            // Options classes have a constructor without arguments.
            WriteSection(writer, Activator.CreateInstance(element)!);
            return;
        }
        // Client settings: their values are texts, and a number or a yes as JSON writes it does as well.
        writer.WriteStartArray("type");
        foreach (var type in new[] { "string", "number", "boolean" })
            writer.WriteStringValue(type);
        writer.WriteEndArray();
    }

    private static void WriteScalar(Utf8JsonWriter writer, Type type)
    {
        if (type.IsEnum)
        {
            writer.WriteStartArray("enum");
            foreach (var name in WireName.AllOf(type))
                writer.WriteStringValue(name);
            writer.WriteEndArray();
            return;
        }
        writer.WriteString("type", type == typeof(string) ? "string" : type == typeof(bool) ? "boolean" : "integer");
    }

    private static void WriteLimits(Utf8JsonWriter writer, PropertyInfo property)
    {
        if (property.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            writer.WriteNumber("minimum", Convert.ToInt64(range.Minimum, CultureInfo.InvariantCulture));
            writer.WriteNumber("maximum", Convert.ToInt64(range.Maximum, CultureInfo.InvariantCulture));
        }
        if (property.GetCustomAttribute<RegularExpressionAttribute>() is { } expression)
            writer.WriteString("pattern", $"^(?:{expression.Pattern})$");
        if (property.IsDefined(typeof(RegexSyntaxAttribute)))
            writer.WriteString("format", "regex");
    }

    private static void WriteDefault(Utf8JsonWriter writer, object? value)
    {
        switch (value)
        {
            case null or System.Collections.ICollection { Count: 0 }:
                break;
            case int or long:
                writer.WriteNumber("default", Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case bool boolean:
                writer.WriteBoolean("default", boolean);
                break;
            case System.Collections.IList list:
                writer.WriteStartArray("default");
                foreach (var element in list)
                    writer.WriteStringValue(EffectiveSettings.Text(element));
                writer.WriteEndArray();
                break;
            default:
                writer.WriteString("default", EffectiveSettings.Text(value));
                break;
        }
    }
}
