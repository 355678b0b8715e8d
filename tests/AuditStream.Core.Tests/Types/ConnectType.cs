using System.Text.Json;
using AuditStream.Core.Tests.Decode.Avro;

namespace AuditStream.Core.Tests.Types;

/// <summary>A type of Kafka Connect in its two written forms, JSON and Avro, as the converters write them.</summary>
internal sealed record ConnectType(string Wire, string Name = "")
{
    public static readonly ConnectType Flag = new("boolean");
    public static readonly ConnectType Short = new("int16");
    public static readonly ConnectType Int = new("int32");
    public static readonly ConnectType Long = new("int64");
    public static readonly ConnectType Float32 = new("float");
    public static readonly ConnectType Float64 = new("double");
    public static readonly ConnectType Text = new("string");
    public static readonly ConnectType Binary = new("bytes");

    public static readonly ConnectType VariableScale = new("struct", "io.debezium.data.VariableScaleDecimal")
    {
        Fields = [("scale", Int), ("value", Binary)],
    };

    /// <summary>Value by parameter.</summary>
    public (string Name, string Value)[] Parameters { get; init; } = [];

    /// <summary>Of an array's elements, or of a map's values.</summary>
    public ConnectType? Items { get; init; }

    /// <summary>Of a struct.</summary>
    public (string Name, ConnectType Type)[] Fields { get; init; } = [];

    /// <summary>How the page names it.</summary>
    public string Shown => Name.Length > 0 ? Name : Items is null ? Wire : $"{Wire} of {Items.Shown}";

    public static ConnectType Of(string wire, string name, params (string Name, string Value)[] parameters) => new(wire, name) { Parameters = parameters };

    public static ConnectType Decimal(int scale) =>
        Of("bytes", "org.apache.kafka.connect.data.Decimal", ("scale", $"{scale}"));

    public static ConnectType List(ConnectType items) => new("array") { Items = items };

    public static ConnectType Map(ConnectType values) => new("map") { Items = values };

    public static ConnectType Geometry(string name, bool isPoint = false) => new("struct", $"io.debezium.data.geometry.{name}")
    {
        Fields = isPoint ? [("x", Float64), ("y", Float64), ("wkb", Binary), ("srid", Int)] : [("wkb", Binary), ("srid", Int)],
    };

    /// <summary>The schema in JSON, as that of a field where a name is given.</summary>
    public string Json(string? field = null)
    {
        var parts = new List<string> { $"\"type\":\"{Wire}\"", "\"optional\":true" };
        if (Name.Length > 0)
            parts.Add($"\"name\":\"{Name}\"");
        if (Parameters.Length > 0)
            parts.Add($"\"parameters\":{{{string.Join(',', Parameters.Select(one => $"\"{one.Name}\":\"{one.Value}\""))}}}");
        if (Wire == "array")
            parts.Add($"\"items\":{Items?.Json()}");
        if (Wire == "map")
            parts.Add($"\"keys\":{Text.Json()},\"values\":{Items?.Json()}");
        if (Wire == "struct")
            parts.Add($"\"fields\":[{string.Join(',', Fields.Select(one => one.Type.Json(one.Name)))}]");
        if (field is not null)
            parts.Add($"\"field\":\"{field}\"");
        return $"{{{string.Join(',', parts)}}}";
    }

    /// <summary>The schema in Avro: null is allowed everywhere.</summary>
    public string Avro(string record)
    {
        var inner = Wire switch
        {
            "int8" or "int16" or "int32" => "\"type\":\"int\"",
            "int64" => "\"type\":\"long\"",
            "array" => $"\"type\":\"array\",\"items\":{Items?.Avro(record + "I")}",
            "map" => $"\"type\":\"map\",\"values\":{Items?.Avro(record + "I")}",
            "struct" => $"\"type\":\"record\",\"name\":\"{record}\",\"fields\":["
                + $"{string.Join(',', Fields.Select((one, index) => $"{{\"name\":\"{one.Name}\",\"type\":{one.Type.Avro($"{record}{index}")}}}"))}]",
            _ => $"\"type\":\"{Wire}\"",
        };
        var name = Name.Length > 0 ? $",\"connect.name\":\"{Name}\"" : "";
        var narrow = Wire is "int8" or "int16" ? $",\"connect.type\":\"{Wire}\"" : "";
        var parameters = Parameters.Length > 0
            ? $",\"connect.parameters\":{{{string.Join(',', Parameters.Select(one => $"\"{one.Name}\":\"{one.Value}\""))}}}"
            : "";
        return $"[\"null\",{{{inner}{name}{narrow}{parameters}}}]";
    }

    /// <summary>Writes a value of the type in Avro.</summary>
    public void Write(JsonElement value, AvroWriter datum)
    {
        datum.Long(value.ValueKind == JsonValueKind.Null ? 0 : 1);
        if (value.ValueKind == JsonValueKind.Null)
            return;
        switch (Wire)
        {
            case "boolean":
                datum.Boolean(value.GetBoolean());
                break;
            case "float":
                datum.Float((float)Number(value));
                break;
            case "double":
                datum.Double(Number(value));
                break;
            case "string":
                datum.String(value.GetString() ?? "");
                break;
            case "bytes":
                datum.Bytes(value.GetBytesFromBase64());
                break;
            case "array":
                WriteAll([.. value.EnumerateArray()], element => Items?.Write(element, datum), datum);
                break;
            case "map":
                WriteAll([.. value.EnumerateObject()], entry =>
                {
                    datum.String(entry.Name);
                    Items?.Write(entry.Value, datum);
                }, datum);
                break;
            case "struct":
                foreach (var (name, type) in Fields)
                    type.Write(value.GetProperty(name), datum);
                break;
            default:
                datum.Long(value.GetInt64());
                break;
        }
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : value.GetString() switch { "NaN" => double.NaN, "Infinity" => double.PositiveInfinity, _ => double.NegativeInfinity };

    private static void WriteAll<T>(T[] entries, Action<T> write, AvroWriter datum)
    {
        if (entries.Length > 0)
            datum.Long(entries.Length);
        foreach (var entry in entries)
            write(entry);
        datum.Long(0);
    }
}
