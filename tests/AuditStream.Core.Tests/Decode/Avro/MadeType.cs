using FsCheck;
using FsCheck.Fluent;

namespace AuditStream.Core.Tests.Decode.Avro;

/// <summary>A schema of Avro.</summary>
/// <param name="Kind">What it is: a primitive's name, <c>decimal fixed enum array map optional record</c>.</param>
/// <param name="Size">A fixed's bytes, an enum's symbols; of an optional, 1 when null comes first.</param>
/// <param name="Parts">What it is made of.</param>
internal sealed record MadeType(string Kind, int Size, MadeType[] Parts)
{
    private const int MaxDepth = 4;

    public static Gen<MadeType> All { get; } = Any(MaxDepth);

    /// <summary>The schema's text; named types get names of their own.</summary>
    /// <param name="names">Counts them.</param>
    public string Schema(ref int names)
    {
        switch (Kind)
        {
            case "int":
                return "{\"type\":\"int\"}";
            case "decimal":
                return "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"scale\":2}";
            case "fixed":
                return $"{{\"type\":\"fixed\",\"name\":\"N{names++}\",\"size\":{Size}}}";
            case "enum":
                return $"{{\"type\":\"enum\",\"name\":\"N{names++}\",\"symbols\":[{string.Join(',', Enumerable.Range(0, Size).Select(symbol => $"\"S{symbol}\""))}]}}";
            case "array":
                return $"{{\"type\":\"array\",\"items\":{Parts[0].Schema(ref names)}}}";
            case "map":
                return $"{{\"type\":\"map\",\"values\":{Parts[0].Schema(ref names)}}}";
            case "optional":
                var inner = Parts[0].Schema(ref names);
                return Size == 0 ? $"[{inner},\"null\"]" : $"[\"null\",{inner}]";
            case "record":
                var name = names++;
                var fields = new string[Parts.Length];
                for (var field = 0; field < fields.Length; field++)
                    fields[field] = $"{{\"name\":\"f{field}\",\"type\":{Parts[field].Schema(ref names)}}}";
                return $"{{\"type\":\"record\",\"name\":\"N{name}\",\"namespace\":\"made\",\"fields\":[{string.Join(',', fields)}]}}";
            default:
                return $"\"{Kind}\"";
        }
    }

    private static Gen<MadeType> Any(int depth)
    {
        var plain = Gen.Elements("null", "boolean", "int", "long", "double", "string", "decimal").Select(kind => new MadeType(kind, 0, []));
        var sized = Gen.Choose(0, 8).Select(size => new MadeType("fixed", size, [])).Or(Gen.Choose(1, 100).Select(size => new MadeType("enum", size, [])));
        if (depth == 0)
            return plain.Or(sized);
        var holder = from kind in Gen.Elements("array", "map") from item in Any(depth - 1) select new MadeType(kind, 0, [item]);
        // A union in a union, or null twice, is no schema.
        var optional = from item in Any(depth - 1) from order in Gen.Choose(0, 1)
                       select item.Kind is "optional" or "null" ? item : new MadeType("optional", order, [item]);
        var record = from count in Gen.Choose(0, 5) from fields in Gen.ArrayOf(Any(depth - 1), count) select new MadeType("record", 0, fields);
        return Gen.Frequency((5, plain), (2, sized), (2, holder), (1, optional), (2, record));
    }
}
