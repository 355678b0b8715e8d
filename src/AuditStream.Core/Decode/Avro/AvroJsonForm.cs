using System.Buffers.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Avro;

/// <summary>Reads a datum in Avro's JSON form and writes the same text that <see cref="AvroTranscoder"/> makes of its binary form.</summary>
/// <remarks>
/// <code>
/// in Avro's JSON form                       here
/// {"string":"x"}, of a union with null      "x"
/// {"long":1}, of a union of more            {"long":1}
/// "\u0001\u00ff", of bytes or a fixed       "Af8="
/// </code>
/// Not for a hot path: the text is read into a tree first.
/// </remarks>
internal sealed class AvroJsonForm
{
    private readonly JsonLookup tree = new();
    private readonly ByteWriter scratch = new();
    private ByteWriter output = new(capacity: 16);
    private int wrongAt;

    /// <summary>True when bytes may be a record in this form: no binary datum begins and ends like an object but by chance.</summary>
    public static bool MayBe(ReadOnlySpan<byte> datum, AvroSchema schema) =>
        schema.Kind == AvroKind.Record && datum.Length > 1 && datum[0] == '{' && datum.TrimEnd(" \t\r\n"u8)[^1] == '}';

    /// <summary>Writes a datum's text; null when it is one of the schema.</summary>
    /// <param name="datum">The text.</param>
    /// <param name="start">Where it begins in the record.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="text">Takes the text.</param>
    /// <param name="isJson">False when the bytes are no JSON at all.</param>
    public Rejection? Write(ReadOnlySpan<byte> datum, int start, AvroSchema schema, ByteWriter text, out bool isJson)
    {
        text.Clear();
        (output, wrongAt) = (text, -1);
        isJson = tree.Read(datum);
        if (!isJson)
            return new Rejection(RejectionCode.MalformedAvro, "The value is no JSON.", start);
        return Value(datum, 0, schema)
            ? null
            : new Rejection(RejectionCode.MalformedAvro, "The value is JSON, and in Avro's JSON form it is not what its schema says.", start + wrongAt);
    }

    private bool Value(ReadOnlySpan<byte> json, int node, AvroSchema schema)
    {
        var token = tree.Nodes[node].Token;
        var isWritten = schema.Kind switch
        {
            AvroKind.Null => token == JsonToken.Null && Copy(json, node),
            AvroKind.Boolean => token is JsonToken.True or JsonToken.False && Copy(json, node),
            AvroKind.Int => token == JsonToken.Number && Integer(json, node, int.MinValue, int.MaxValue),
            AvroKind.Long => token == JsonToken.Number && Integer(json, node, long.MinValue, long.MaxValue),
            AvroKind.Float or AvroKind.Double => Floating(json, node, schema.Kind == AvroKind.Float),
            AvroKind.Bytes or AvroKind.Fixed => token == JsonToken.String && Bytes(json, node, schema),
            AvroKind.String => token == JsonToken.String && Copy(json, node),
            AvroKind.Enum => token == JsonToken.String && Symbol(json, node, schema),
            AvroKind.Array => token == JsonToken.Array && Elements(json, node, schema),
            AvroKind.Map => token == JsonToken.Object && Elements(json, node, schema),
            AvroKind.Record => token == JsonToken.Object && Record(json, node, schema),
            _ => Union(json, node, schema),
        };
        if (!isWritten && wrongAt < 0)
            wrongAt = tree.Nodes[node].Start;
        return isWritten;
    }

    private bool Copy(ReadOnlySpan<byte> json, int node)
    {
        output.Write(tree.Nodes[node].Slice.Of(json));
        return true;
    }

    private bool Integer(ReadOnlySpan<byte> json, int node, long least, long most)
    {
        var digits = tree.Nodes[node].Slice.Of(json);
        if (!Utf8Parser.TryParse(digits, out long value, out var used) || used != digits.Length || value < least || value > most)
            return false;
        CanonicalText.WriteInteger(output, value);
        return true;
    }

    // NaN and the infinities have no number in JSON: encoders write their names.
    private bool Floating(ReadOnlySpan<byte> json, int node, bool isFloat)
    {
        var slice = tree.Nodes[node].Slice;
        double value;
        if (slice.Token == JsonToken.String)
        {
            var name = slice.ContentOf(json);
            value = name.SequenceEqual("NaN"u8) ? double.NaN
                : name.SequenceEqual("Infinity"u8) ? double.PositiveInfinity
                : name.SequenceEqual("-Infinity"u8) ? double.NegativeInfinity
                : 0;
            if (value == 0)
                return false;
        }
        else if (slice.Token != JsonToken.Number || !Utf8Parser.TryParse(slice.Of(json), out value, out var used) || used != slice.Of(json).Length)
        {
            return false;
        }

        if (isFloat)
            FloatText.Write((float)value, output);
        else
            FloatText.Write(value, output);
        return true;
    }

    private bool Bytes(ReadOnlySpan<byte> json, int node, AvroSchema schema)
    {
        // U+0000 is a byte here.
        scratch.Clear();
        JsonText.Unescape(tree.Nodes[node].Slice.ContentOf(json), scratch);
        return (schema.Kind == AvroKind.Bytes || LatinBytes.Count(scratch.Written) == schema.Size) && LatinBytes.TryWrite(scratch.Written, output);
    }

    private bool Symbol(ReadOnlySpan<byte> json, int node, AvroSchema schema)
    {
        foreach (var token in schema.Tokens)
        {
            if (tree.Nodes[node].Slice.Of(json).SequenceEqual(token))
                return Copy(json, node);
        }

        return false;
    }

    private bool Record(ReadOnlySpan<byte> json, int node, AvroSchema schema)
    {
        if (tree.Nodes[node].Count != schema.Children.Length)
            return false;
        output.Write((byte)'{');
        for (var field = 0; field < schema.Children.Length; field++)
        {
            var member = tree.Member(json, node, schema.Connect.FieldNames[field]);
            if (member < 0)
                return false;
            output.Write(schema.Tokens[field]);
            if (!Value(json, member, schema.Children[field]))
                return false;
        }

        output.Write((byte)'}');
        return true;
    }

    private bool Union(ReadOnlySpan<byte> json, int node, AvroSchema schema)
    {
        var value = tree.Nodes[node];
        for (var branch = 0; branch < schema.Children.Length; branch++)
        {
            var type = schema.Children[branch];
            if (type.Kind == AvroKind.Null)
            {
                if (value.Token == JsonToken.Null)
                    return Copy(json, node);
                continue;
            }

            if (value.Token != JsonToken.Object || value.Count != 1 || !IsNamed(json, node + 1, type.Name))
                continue;
            if (!schema.IsTagged)
                return Value(json, node + 1, type);
            output.Write(schema.Tokens[branch]);
            if (!Value(json, node + 1, type))
                return false;
            output.Write((byte)'}');
            return true;
        }

        return false;
    }

    private bool Elements(ReadOnlySpan<byte> json, int node, AvroSchema schema)
    {
        var (open, close) = schema.Kind == AvroKind.Map ? ('{', '}') : ('[', ']');
        output.Write((byte)open);
        var child = node + 1;
        for (var left = tree.Nodes[node].Count; left > 0; left--, child = tree.Nodes[child].Next)
        {
            if (child != node + 1)
                output.Write((byte)',');
            if (schema.Kind == AvroKind.Map)
            {
                output.Write((byte)'"');
                output.Write(json.Slice(tree.Nodes[child].NameStart, tree.Nodes[child].NameLength));
                output.Write("\":"u8);
            }

            if (schema.IsPairs ? !Pair(json, child, schema.Children[0]) : !Value(json, child, schema.Children[0]))
                return false;
        }

        output.Write((byte)close);
        return true;
    }

    private bool Pair(ReadOnlySpan<byte> json, int node, AvroSchema entry)
    {
        var (key, value) = (tree.Member(json, node, "key"u8), tree.Member(json, node, "value"u8));
        if (key < 0 || value < 0)
            return false;
        output.Write((byte)'[');
        if (!Value(json, key, entry.Children[0]))
            return false;
        output.Write((byte)',');
        if (!Value(json, value, entry.Children[1]))
            return false;
        output.Write((byte)']');
        return true;
    }

    private bool IsNamed(ReadOnlySpan<byte> json, int node, string name)
    {
        var written = json.Slice(tree.Nodes[node].NameStart, tree.Nodes[node].NameLength);
        return written.Length == name.Length && System.Text.Ascii.Equals(written, name);
    }
}
