using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium.Flat;

/// <summary>A flat row taken apart: its columns, and what was added to it in members and headers, sorted into the blocks of an envelope.
/// Reused.</summary>
internal sealed class FlatRow
{
    private readonly List<TapeMember> columns = [];
    private readonly JsonTape headerTape = new();
    private readonly ByteWriter delivered = new();

    /// <summary>True when something was added that no row has by chance.</summary>
    public bool IsTold { get; private set; }

    /// <summary>True when a member that says what happened, or when, is there twice.</summary>
    public bool IsToldTwice { get; private set; }

    /// <summary>What the member <c>deleted</c> says; null without one.</summary>
    public bool? IsDeleted { get; private set; }

    /// <summary>What was added.</summary>
    public EnvelopeBlocks Added { get; } = new();

    /// <summary>Takes a record apart. Of a thing that is there twice, members come before headers.</summary>
    /// <param name="text">The record's value; empty for a null value.</param>
    /// <param name="members">Its members.</param>
    /// <param name="headers">The record's headers.</param>
    /// <param name="prefix">What added names begin with.</param>
    public void Read(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, IReadOnlyList<RecordHeader>? headers, byte[] prefix)
    {
        columns.Clear();
        Added.Clear();
        IsTold = false;
        IsDeleted = null;
        foreach (ref readonly var member in members)
        {
            var name = member.NameOf(text);
            if (!name.StartsWith(prefix) || !TryAdd(name[prefix.Length..], member.Slice.Of(text), member.Token))
                columns.Add(member);
        }

        IsToldTwice = Added.Envelope.HasDuplicates;
        for (var index = 0; index < headers?.Count; index++)
            ReadHeader(headers[index], prefix);
    }

    /// <summary>The row itself, without what was added.</summary>
    public DeliveredImage Image(ReadOnlySpan<byte> text, Connect.ConnectSchema? schema)
    {
        delivered.Clear();
        foreach (ref readonly var column in CollectionsMarshal.AsSpan(columns))
        {
            delivered.Write(delivered.Length == 0 ? (byte)'{' : (byte)',');
            delivered.Write((byte)'"');
            delivered.Write(column.NameOf(text));
            delivered.Write("\":"u8);
            delivered.Write(column.Slice.Of(text));
        }

        delivered.Write(delivered.Length == 0 ? "{}"u8 : "}"u8);
        var whole = new JsonSlice(Start: 0, text.Length, JsonToken.Object, JsonTextFlags.None);
        return new DeliveredImage(text, whole, CollectionsMarshal.AsSpan(columns), schema, delivered.WrittenMemory);
    }

    private bool TryAdd(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, JsonToken token)
    {
        var block = AddedName.Find(name, out var inBlock, out var isTelling);
        if (block == BlockKind.None)
            return false;
        IsTold |= isTelling;
        if (block == BlockKind.Envelope && inBlock.SequenceEqual("deleted"u8))
        {
            // A string from relational connectors, a boolean from MongoDB's.
            IsDeleted ??= value.SequenceEqual("true"u8) || value.SequenceEqual("\"true\""u8) ? true
                : value.SequenceEqual("false"u8) || value.SequenceEqual("\"false\""u8) ? false
                : null;
            return true;
        }

        Added.Add(block, inBlock, value, token);
        return true;
    }

    /// <summary>Reads a header: bare text, as Connect's converter for headers writes it, or JSON, with its schema or without.</summary>
    private void ReadHeader(RecordHeader header, byte[] prefix)
    {
        if (header.Value is not { Length: > 0 and <= EnvelopeBlocks.MaxValueBytes } memory || header.Name.Length > EnvelopeBlocks.MaxValueBytes)
            return;
        Span<byte> bytes = stackalloc byte[3 * EnvelopeBlocks.MaxValueBytes];
        var name = bytes[..Encoding.UTF8.GetBytes(header.Name, bytes)];
        if (!name.StartsWith(prefix) || AddedName.Find(name[prefix.Length..], out _, out _) == BlockKind.None)
            return;
        name = name[prefix.Length..];
        var value = memory.Span;
        if (!Utf8.IsValid(value))
            return;
        var position = 0;
        if (value[0] == '{')
        {
            if (headerTape.Read(value, ref position) != JsonFault.None)
                return;
            foreach (ref readonly var member in headerTape.Outer)
            {
                if (member.NameOf(value).SequenceEqual("payload"u8))
                    TryAdd(name, member.Slice.Of(value), member.Token);
            }
        }
        else if (JsonScanner.TryScalar(value, ref position, out var token, out _) && position == value.Length)
        {
            TryAdd(name, value, token);
        }
        else
        {
            var quoted = new ByteWriter(64);
            quoted.Write((byte)'"');
            JsonText.Escape(value, quoted);
            quoted.Write((byte)'"');
            TryAdd(name, quoted.Written, JsonToken.String);
        }
    }
}
