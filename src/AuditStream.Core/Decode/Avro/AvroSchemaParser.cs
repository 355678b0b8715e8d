using System.Text;
using AuditStream.Core.Decode.Connect;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Avro;

/// <summary>Reads a writer's schema: Avro's own JSON form, with what Connect's converters put into it.</summary>
/// <remarks>Names are resolved as Avro says: one without a dot belongs to the enclosing namespace. A named type is registered before its
/// fields are read, so that it may hold itself.</remarks>
internal sealed class AvroSchemaParser
{
    /// <summary>How deep a schema's text may be, in types.</summary>
    public const int MaxSchemaDepth = 64;

    /// <summary>The longest schema, in bytes.</summary>
    public const int MaxSchemaBytes = 8 * 1024 * 1024;

    /// <summary>The largest fixed, in bytes.</summary>
    public const int MaxFixedBytes = 16 * 1024 * 1024;

    private readonly JsonLookup tree = new();
    private readonly AvroDefaults defaults;
    private readonly Dictionary<string, AvroSchema> named = new(StringComparer.Ordinal);
    private string fault = "";

    /// <summary>Makes a parser.</summary>
    public AvroSchemaParser() => defaults = new AvroDefaults(tree);

    /// <summary>Reads a schema's text; null when it is none: then the reason, which quotes nothing but names of the schema, says why.</summary>
    /// <param name="text">The text.</param>
    /// <param name="reason">Why it is none; empty when it is one.</param>
    /// <param name="references">The texts of the schemas whose types it names, each behind those that it names itself.</param>
    public AvroSchema? Parse(ReadOnlySpan<byte> text, out string reason, IReadOnlyList<ReadOnlyMemory<byte>>? references = null)
    {
        named.Clear();
        fault = "";
        foreach (var reference in references ?? [])
        {
            if (Read(reference.Span) is null)
            {
                reason = $"in what it refers to {fault}";
                return null;
            }
        }
        var schema = Read(text);
        reason = fault;
        return schema;
    }

    private AvroSchema? Read(ReadOnlySpan<byte> text) =>
        text.Length > MaxSchemaBytes ? Wrong($"it is longer than {MaxSchemaBytes} bytes")
        : !tree.Read(text) ? Wrong("it is no JSON")
        : Node(text, 0, space: "", depth: 0);

    private AvroSchema? Wrong(string why)
    {
        fault = why;
        return null;
    }

    private AvroSchema? Node(ReadOnlySpan<byte> json, int index, string space, int depth)
    {
        if (depth > MaxSchemaDepth)
            return Wrong($"it is nested deeper than {MaxSchemaDepth} types");
        switch (tree.Nodes[index].Token)
        {
            case JsonToken.String:
                return tree.TryText(json, index, out var name) ? OfName(json, -1, Encoding.UTF8.GetString(name), space) : Wrong("a name is no text");
            case JsonToken.Array:
                return Union(json, index, space, depth);
            case JsonToken.Object:
                return OfObject(json, index, space, depth);
            default:
                return Wrong("a type is neither a name nor an object nor a list");
        }
    }

    private AvroSchema? OfObject(ReadOnlySpan<byte> json, int index, string space, int depth)
    {
        var member = tree.Member(json, index, "type"u8);
        if (member < 0)
            return Wrong("an object has no type");
        if (tree.Nodes[member].Token != JsonToken.String)
            return Node(json, member, space, depth + 1);
        var type = tree.TextOf(json, index, "type"u8) ?? "";
        return type switch
        {
            "record" or "error" => Record(json, index, space, depth),
            "enum" => Enum(json, index, space),
            "fixed" => Fixed(json, index, space),
            "array" or "map" => Container(json, index, type, space, depth),
            _ => OfName(json, index, type, space),
        };
    }

    private AvroSchema? OfName(ReadOnlySpan<byte> json, int attributes, string name, string space)
    {
        if (AvroTypes.TryPrimitive(name, out var kind))
            return Leaf(json, attributes, kind, name, size: 0, tokens: []);
        return named.GetValueOrDefault(FullName(name, space)) ?? named.GetValueOrDefault(name) ?? Wrong($"nothing in it is called {name}");
    }

    /// <summary>A type without parts.</summary>
    private AvroSchema? Leaf(ReadOnlySpan<byte> json, int attributes, AvroKind kind, string name, int size, byte[][] tokens)
    {
        var parameters = tree.Member(json, attributes, "connect.parameters"u8);
        var logicalType = tree.TextOf(json, attributes, "logicalType"u8);
        var (type, coding) = AvroTypes.MeaningOf(kind, tree.TextOf(json, attributes, "connect.name"u8), logicalType);
        var scale = tree.NumberOf(json, parameters, "scale"u8) ?? tree.NumberOf(json, attributes, "scale"u8) ?? 0;
        var length = tree.NumberOf(json, parameters, "length"u8) ?? 0;
        if (Math.Abs((long)scale) > ConnectSchemaParser.MaxScale || length < 0)
            return Wrong("a decimal's scale or a bit string's length is out of range");
        var narrowed = kind == AvroKind.Int ? tree.TextOf(json, attributes, "connect.type"u8) : null;
        var leaf = new AvroSchema
        {
            Kind = kind,
            Name = name,
            IsJson = kind == AvroKind.String && logicalType == "json",
            Size = size,
            Tokens = tokens,
            Connect = new ConnectSchema
            {
                Type = type,
                Coding = coding,
                Scale = scale,
                Length = length,
                Minimum = narrowed switch { "int8" => sbyte.MinValue, "int16" => short.MinValue, _ => int.MinValue },
                Maximum = narrowed switch { "int8" => sbyte.MaxValue, "int16" => short.MaxValue, _ => int.MaxValue },
            },
        };
        return WithDefault(json, leaf, tree.Member(json, attributes, "connect.default"u8));
    }

    private AvroSchema? Record(ReadOnlySpan<byte> json, int index, string space, int depth)
    {
        if (!TryFullName(json, index, space, out var name, out var inner))
            return null;
        var list = tree.Member(json, index, "fields"u8);
        if (list < 0 || tree.Nodes[list].Token != JsonToken.Array)
            return Wrong($"record {name} has no list of fields");
        var count = tree.Nodes[list].Count;
        var (type, coding) = AvroTypes.MeaningOf(AvroKind.Record, tree.TextOf(json, index, "connect.name"u8), logicalType: null);
        var record = new AvroSchema
        {
            Kind = AvroKind.Record,
            Name = name,
            Children = new AvroSchema[count],
            Tokens = new byte[count][],
            Connect = new ConnectSchema { Type = type, Coding = coding, Fields = new ConnectSchema[count], FieldNames = new byte[count][] },
        };
        if (!named.TryAdd(name, record))
            return Wrong($"{name} is defined twice");
        for (int field = 0, node = list + 1; field < count; field++, node = tree.Nodes[node].Next)
        {
            var fieldName = tree.TextOf(json, node, "name"u8);
            var fieldType = tree.Member(json, node, "type"u8);
            if (fieldName is null || fieldType < 0)
                return Wrong($"a field of {name} has no name or no type");
            var child = Node(json, fieldType, inner, depth + 1);
            if (child is null)
                return null;
            record.Children[field] = child;
            record.Tokens[field] = [.. field == 0 ? ""u8 : ","u8, .. JsonText.Quote(fieldName), (byte)':'];
            record.Connect.FieldNames[field] = Encoding.UTF8.GetBytes(fieldName);
            record.Connect.Fields[field] = WithDefault(json, child, tree.Member(json, node, "default"u8)).Connect;
        }

        return record;
    }

    private AvroSchema? Enum(ReadOnlySpan<byte> json, int index, string space)
    {
        if (!TryFullName(json, index, space, out var name, out _))
            return null;
        var list = tree.Member(json, index, "symbols"u8);
        if (list < 0 || tree.Nodes[list].Token != JsonToken.Array)
            return Wrong($"enum {name} has no list of symbols");
        var symbols = new byte[tree.Nodes[list].Count][];
        for (int symbol = 0, node = list + 1; symbol < symbols.Length; symbol++, node = tree.Nodes[node].Next)
        {
            if (!tree.TryText(json, node, out var text))
                return Wrong($"a symbol of enum {name} is no text");
            symbols[symbol] = JsonText.Quote(Encoding.UTF8.GetString(text));
        }

        return Register(name, Leaf(json, index, AvroKind.Enum, name, size: 0, symbols));
    }

    private AvroSchema? Fixed(ReadOnlySpan<byte> json, int index, string space)
    {
        if (!TryFullName(json, index, space, out var name, out _))
            return null;
        return tree.NumberOf(json, index, "size"u8) is >= 0 and <= MaxFixedBytes and var size
            ? Register(name, Leaf(json, index, AvroKind.Fixed, name, size, tokens: []))
            : Wrong($"the size of fixed {name} is out of range");
    }

    private AvroSchema? Container(ReadOnlySpan<byte> json, int index, string type, string space, int depth)
    {
        var isArray = type == "array";
        var member = tree.Member(json, index, isArray ? "items"u8 : "values"u8);
        if (member < 0)
            return Wrong($"the type of what stands in an {type} is missing");
        var child = Node(json, member, space, depth + 1);
        if (child is null)
            return null;
        var isPairs = isArray && IsEntry(json, member, child);
        var container = new AvroSchema
        {
            Kind = isArray ? AvroKind.Array : AvroKind.Map,
            Name = type,
            Children = [child],
            IsPairs = isPairs,
            Connect = new ConnectSchema
            {
                Type = isArray && !isPairs ? ColumnType.Array : ColumnType.Map,
                Coding = isArray && !isPairs ? ValueCoding.Array : ValueCoding.Map,
                Items = isPairs ? child.Connect.Fields[1] : child.Connect,
            },
        };
        return WithDefault(json, container, tree.Member(json, index, "connect.default"u8));
    }

    /// <summary>True for the record that converters make of an entry of a map whose keys are no text.</summary>
    private bool IsEntry(ReadOnlySpan<byte> json, int index, AvroSchema item) =>
        item is { Kind: AvroKind.Record, Children.Length: 2 }
        && item.Connect.FieldNames[0].AsSpan().SequenceEqual("key"u8) && item.Connect.FieldNames[1].AsSpan().SequenceEqual("value"u8)
        && (item.Name == "io.confluent.connect.avro.MapEntry" || tree.TextOf(json, index, "connect.internal.type"u8) == "MapEntry");

    private AvroSchema? Union(ReadOnlySpan<byte> json, int index, string space, int depth)
    {
        var branches = new AvroSchema[tree.Nodes[index].Count];
        for (int branch = 0, node = index + 1; branch < branches.Length; branch++, node = tree.Nodes[node].Next)
        {
            if (tree.Nodes[node].Token == JsonToken.Array)
                return Wrong("a union holds a union");
            if (Node(json, node, space, depth + 1) is not { } read)
                return null;
            branches[branch] = read;
        }

        var values = Array.FindAll(branches, branch => branch.Kind != AvroKind.Null);
        if (branches.Length == 0)
            return Wrong("a union has no branch");
        var hasNull = values.Length < branches.Length;
        if (values.Length <= 1)
        {
            var only = values.Length == 1 ? values[0] : branches[0];
            var connect = only.Connect.With(isOptional: hasNull, only.Connect.Default);
            return new AvroSchema { Kind = AvroKind.Union, Name = only.Name, Children = branches, Connect = connect };
        }

        return new AvroSchema
        {
            Kind = AvroKind.Union,
            Name = "union",
            IsTagged = true,
            Children = branches,
            Tokens = Array.ConvertAll(branches, branch => (byte[])[(byte)'{', .. JsonText.Quote(branch.Name), (byte)':']),
            Connect = new ConnectSchema
            {
                Type = ColumnType.Struct,
                Coding = ValueCoding.Struct,
                IsOptional = hasNull,
                Fields = Array.ConvertAll(values, branch => branch.Connect),
                FieldNames = Array.ConvertAll(values, branch => Encoding.UTF8.GetBytes(branch.Name)),
            },
        };
    }

    private AvroSchema WithDefault(ReadOnlySpan<byte> json, AvroSchema schema, int node)
    {
        var text = schema.Connect.Default is null && node >= 0 ? defaults.TextOf(json, node, schema) : null;
        return text is null ? schema : new AvroSchema
        {
            Kind = schema.Kind,
            Name = schema.Name,
            IsJson = schema.IsJson,
            Size = schema.Size,
            Children = schema.Children,
            Tokens = schema.Tokens,
            IsTagged = schema.IsTagged,
            IsPairs = schema.IsPairs,
            Connect = schema.Connect.With(schema.Connect.IsOptional, text),
        };
    }

    private AvroSchema? Register(string name, AvroSchema? schema)
    {
        if (schema is not null && !named.TryAdd(name, schema))
            return Wrong($"{name} is defined twice");
        return schema;
    }

    private bool TryFullName(ReadOnlySpan<byte> json, int index, string space, out string name, out string inner)
    {
        name = tree.TextOf(json, index, "name"u8) ?? "";
        inner = tree.TextOf(json, index, "namespace"u8) ?? space;
        if (name.Length == 0)
        {
            Wrong("a record, enum or fixed has no name");
            return false;
        }

        name = FullName(name, inner);
        var dot = name.LastIndexOf('.');
        inner = dot < 0 ? "" : name[..dot];
        return true;
    }

    private static string FullName(string name, string space) =>
        space.Length == 0 || name.Contains('.', StringComparison.Ordinal) ? name : $"{space}.{name}";
}
