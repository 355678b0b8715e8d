using System.Globalization;
using System.Text;
using AuditStream.Core.Tests.Properties;
using FsCheck;
using FsCheck.Fluent;

namespace AuditStream.Core.Tests.Decode.Avro;

/// <summary>A schema with a datum of it, in binary and as the JSON that Connect would write.</summary>
/// <remarks>Both are made of the value by nothing of the product: what decoding gives is compared with what was encoded.</remarks>
/// <param name="Type">The schema.</param>
/// <param name="Whole">A whole number, a symbol, eighths of a double; of what has parts, how they are spread over blocks.</param>
/// <param name="Bytes">Bytes.</param>
/// <param name="Text">A text.</param>
/// <param name="Parts">Fields, items or entries; none of an optional is null.</param>
internal sealed record MadeDatum(MadeType Type, long Whole, byte[] Bytes, string Text, MadeDatum[] Parts)
{
    public static Gen<MadeDatum> All { get; } = MadeType.All.SelectMany(Of);

    public string Schema
    {
        get
        {
            var names = 0;
            return Type.Schema(ref names);
        }
    }

    public byte[] Binary
    {
        get
        {
            var datum = new AvroWriter();
            Write(datum);
            return datum.ToArray();
        }
    }

    public string Json => Type.Kind switch
    {
        "null" => "null",
        "boolean" => Whole % 2 == 0 ? "true" : "false",
        "int" => ((int)Whole).ToString(CultureInfo.InvariantCulture),
        "long" => Whole.ToString(CultureInfo.InvariantCulture),
        "double" => PlainDouble(Whole % 1_000 / 8.0),
        "string" => MadeJson.Quote(Text),
        "decimal" or "fixed" => $"\"{Convert.ToBase64String(Bytes)}\"",
        "enum" => $"\"S{Symbol}\"",
        "array" => $"[{string.Join(',', Parts.Select(part => part.Json))}]",
        "map" => $"{{{string.Join(',', Parts.Select((part, entry) => $"\"k{entry}\":{part.Json}"))}}}",
        "optional" => Parts.Length == 0 ? "null" : Parts[0].Json,
        _ => $"{{{string.Join(',', Parts.Select((part, index) => $"\"f{index}\":{part.Json}"))}}}",
    };

    private long Symbol => (Whole & long.MaxValue) % Type.Size;

    /// <summary>Parts of a datum alone; a record without one of its fields; fewer items.</summary>
    public static IEnumerable<MadeDatum> Shrink(MadeDatum datum)
    {
        foreach (var part in datum.Parts)
            yield return part;
        for (var at = 0; at < datum.Parts.Length; at++)
        {
            MadeDatum[] others = [.. datum.Parts[..at], .. datum.Parts[(at + 1)..]];
            if (datum.Type.Kind == "record")
                yield return datum with { Type = datum.Type with { Parts = [.. others.Select(part => part.Type)] }, Parts = others };
            else
                yield return datum with { Parts = others };
        }

        if (datum.Type.Kind == "record")
        {
            for (var at = 0; at < datum.Parts.Length; at++)
            {
                foreach (var simpler in Shrink(datum.Parts[at]))
                {
                    MadeDatum[] parts = [.. datum.Parts[..at], simpler, .. datum.Parts[(at + 1)..]];
                    yield return datum with { Type = datum.Type with { Parts = [.. parts.Select(part => part.Type)] }, Parts = parts };
                }
            }
        }
    }

    public override string ToString() => $"{Schema} {Json} {Convert.ToHexString(Binary)}";

    private static Gen<MadeDatum> Of(MadeType type) =>
        from whole in Gen.Choose(int.MinValue, int.MaxValue)
        from shift in Gen.Choose(0, 62)
        from bytes in Gen.ArrayOf(Gen.Choose(0, 255).Select(value => (byte)value), type.Kind == "fixed" ? type.Size : shift % 20)
        from text in Gen.ArrayOf(Gen.Elements("a", "é", "李", "𝄞", "\"", "\n", " ", "\u007f"), shift % 6)
        from parts in PartsOf(type, shift)
        select new MadeDatum(type, ((long)whole << 32 | (uint)whole) >> shift, bytes, string.Concat(text), parts);

    private static Gen<MadeDatum[]> PartsOf(MadeType type, int chance) => type.Kind switch
    {
        "record" => Gen.CollectToArray(type.Parts.Select(Of)),
        "array" or "map" => Gen.ArrayOf(Of(type.Parts[0]), chance % 5),
        "optional" => Gen.ArrayOf(Of(type.Parts[0]), chance % 3 == 0 ? 0 : 1),
        _ => Gen.Constant(Array.Empty<MadeDatum>()),
    };

    private void Write(AvroWriter datum)
    {
        switch (Type.Kind)
        {
            case "null":
                break;
            case "boolean":
                datum.Boolean(Whole % 2 == 0);
                break;
            case "int":
                datum.Long((int)Whole);
                break;
            case "long":
                datum.Long(Whole);
                break;
            case "double":
                datum.Double(Whole % 1_000 / 8.0);
                break;
            case "string":
                datum.String(Text);
                break;
            case "decimal":
                datum.Bytes(Bytes);
                break;
            case "fixed":
                datum.Raw(Bytes);
                break;
            case "enum":
                datum.Long(Symbol);
                break;
            case "optional":
                datum.Long((Parts.Length == 0) == (Type.Size == 0) ? 1 : 0);
                break;
        }

        if (Type.Kind is "array" or "map")
            WriteBlocks(datum);
        else
            Array.ForEach(Parts, part => part.Write(datum));
    }

    /// <summary>All in one block, each in one of its own, or in blocks that tell their length.</summary>
    private void WriteBlocks(AvroWriter datum)
    {
        var perBlock = Whole % 3 == 0 ? 1 : Math.Max(Parts.Length, 1);
        for (var at = 0; at < Parts.Length; at++)
        {
            if (at % perBlock == 0 && Whole % 2 == 0)
                datum.Long(perBlock);
            else if (at % perBlock == 0)
                datum.Long(-perBlock).Long(7); // the length in bytes is of use only to who passes over a block
            if (Type.Kind == "map")
                datum.String($"k{at}");
            Parts[at].Write(datum);
        }

        datum.Long(0);
    }

    private static string PlainDouble(double value) =>
        value == Math.Truncate(value) ? value.ToString("F1", CultureInfo.InvariantCulture) : value.ToString(CultureInfo.InvariantCulture);
}
