using System.Globalization;
using System.Text;
using System.Text.Json;

namespace AuditStream.Core.Tests.Decode.Avro;

/// <summary>A random schema with a random datum of it, in binary and as the JSON that Connect would write.</summary>
/// <remarks>The datum is made beside its two forms and read by nothing of the product: what decoding gives is compared with what was
/// encoded.</remarks>
internal sealed class MadeDatum
{
    private const int MaxDepth = 4;
    private readonly Random random;
    private int names;

    private MadeDatum(Random random) => this.random = random;

    public string Schema { get; private set; } = "";

    public AvroWriter Datum { get; } = new();

    public StringBuilder Json { get; } = new();

    public static MadeDatum Of(Random random)
    {
        var made = new MadeDatum(random);
        var (schema, write) = made.Type(depth: 0);
        made.Schema = schema;
        write();
        return made;
    }

    private (string Schema, Action Write) Type(int depth)
    {
        var kind = random.Next(depth >= MaxDepth ? 9 : 14);
        return kind switch
        {
            0 => ("\"null\"", () => Json.Append("null")),
            1 => ("\"boolean\"", () => Both(random.Next(2) == 1, value => Datum.Boolean(value), value => value ? "true" : "false")),
            2 => ("{\"type\":\"int\"}", () => Both((int)Whole(), value => Datum.Long(value), value => value.ToString(CultureInfo.InvariantCulture))),
            3 => ("\"long\"", () => Both(Whole(), value => Datum.Long(value), value => value.ToString(CultureInfo.InvariantCulture))),
            4 => ("\"double\"", () => Both(random.Next(-1_000, 1_000) / 8.0, value => Datum.Double(value), PlainDouble)),
            5 => ("{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"scale\":2}", () => Both(Bytes(random.Next(20)), value => Datum.Bytes(value), Base64)),
            6 => ("\"string\"", () => Both(Text(), value => Datum.String(value), Quote)),
            7 => Fixed(),
            8 => Enum(),
            9 => Array(depth),
            10 => Map(depth),
            11 => Optional(depth),
            _ => Record(depth),
        };
    }

    private (string Schema, Action Write) Fixed()
    {
        var size = random.Next(9);
        return ($"{{\"type\":\"fixed\",\"name\":\"{Name()}\",\"size\":{size}}}", () => Both(Bytes(size), value => Datum.Raw(value), Base64));
    }

    private (string Schema, Action Write) Enum()
    {
        var count = random.Next(1, 100);
        var symbols = string.Join(',', Enumerable.Range(0, count).Select(symbol => $"\"S{symbol}\""));
        return ($"{{\"type\":\"enum\",\"name\":\"{Name()}\",\"symbols\":[{symbols}]}}",
            () => Both(random.Next(count), value => Datum.Long(value), value => $"\"S{value}\""));
    }

    private (string Schema, Action Write) Array(int depth)
    {
        var (items, write) = Type(depth + 1);
        return ($"{{\"type\":\"array\",\"items\":{items}}}", () => Blocks('[', ']', _ => write()));
    }

    private (string Schema, Action Write) Map(int depth)
    {
        var (values, write) = Type(depth + 1);
        return ($"{{\"type\":\"map\",\"values\":{values}}}", () => Blocks('{', '}', entry =>
        {
            Both($"k{entry}", value => Datum.String(value), Quote);
            Json.Append(':');
            write();
        }));
    }

    private (string Schema, Action Write) Optional(int depth)
    {
        var (schema, write) = Type(depth + 1);
        // A union in a union, or null twice, is no schema.
        if (schema[0] == '[' || schema == "\"null\"")
            return (schema, write);
        var isFirst = random.Next(2) == 0;
        return (isFirst ? $"[{schema},\"null\"]" : $"[\"null\",{schema}]", () =>
        {
            var isNull = random.Next(3) == 0;
            Datum.Long(isNull == isFirst ? 1 : 0);
            if (isNull)
                Json.Append("null");
            else
                write();
        });
    }

    private (string Schema, Action Write) Record(int depth)
    {
        var name = Name();
        var fields = Enumerable.Range(0, random.Next(6)).Select(field => (Name: $"f{field}", Type: Type(depth + 1))).ToList();
        var schema = string.Join(',', fields.Select(field => $"{{\"name\":\"{field.Name}\",\"type\":{field.Type.Schema}}}"));
        return ($"{{\"type\":\"record\",\"name\":\"{name}\",\"namespace\":\"made\",\"fields\":[{schema}]}}", () =>
        {
            Json.Append('{');
            for (var field = 0; field < fields.Count; field++)
            {
                Json.Append(field == 0 ? "" : ",").Append('"').Append(fields[field].Name).Append("\":");
                fields[field].Type.Write();
            }

            Json.Append('}');
        });
    }

    private void Blocks(char open, char close, Action<int> entry)
    {
        Json.Append(open);
        var written = 0;
        for (var blocks = random.Next(3); blocks > 0; blocks--)
        {
            var count = random.Next(1, 4);
            // The length of a block in bytes is of use only to who passes over it.
            if (random.Next(2) == 0)
                Datum.Long(count);
            else
                Datum.Long(-count).Long(random.Next(1_000));
            for (var left = count; left > 0; left--)
            {
                Json.Append(written == 0 ? "" : ",");
                entry(written++);
            }
        }

        Datum.Long(0);
        Json.Append(close);
    }

    private void Both<T>(T value, Action<T> binary, Func<T, string> text)
    {
        binary(value);
        Json.Append(text(value));
    }

    private string Name() => $"N{names++}";

    private long Whole() => random.NextInt64() >> random.Next(64);

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private string Text()
    {
        var text = new StringBuilder();
        for (var left = random.Next(20); left > 0; left--)
            text.Append((Rune)random.Next(random.Next(2) == 0 ? 0x80 : 0xD800));
        return text.ToString();
    }

    private static string PlainDouble(double value) =>
        value == Math.Truncate(value) ? value.ToString("F1", CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);

    private static string Base64(byte[] bytes) => $"\"{Convert.ToBase64String(bytes)}\"";

    private static string Quote(string text) => JsonSerializer.Serialize(
        text, new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
