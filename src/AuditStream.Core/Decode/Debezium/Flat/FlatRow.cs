using System.Runtime.InteropServices;
using System.Text;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;

namespace AuditStream.Core.Decode.Debezium.Flat;

/// <summary>A flat row taken apart: its columns, and what was added to it in members and headers, sorted into the blocks of an envelope.
/// Reused.</summary>
internal sealed class FlatRow
{
    /// <summary>How long the value of an added member or header may be, in bytes; a longer one is not read.</summary>
    public const int MaxAddedBytes = 1_024;

    private readonly MemberMap envelopeMap = EnvelopeMember.NewMap();
    private readonly MemberMap sourceMap = SourceMember.NewMap();
    private readonly MemberMap transactionMap = ChangeReader.NewTransactionMap();
    private readonly List<TapeMember> columns = [];
    private readonly List<TapeMember> envelope = [];
    private readonly List<TapeMember> source = [];
    private readonly List<TapeMember> transaction = [];
    private readonly JsonTape headerTape = new();
    private readonly ByteWriter added = new();
    private readonly ByteWriter delivered = new();

    /// <summary>True when something was added that no row has by chance.</summary>
    public bool IsTold { get; private set; }

    /// <summary>What the member <c>deleted</c> says; null without one.</summary>
    public bool? IsDeleted { get; private set; }

    /// <summary>The added members of the envelope.</summary>
    public MemberBlock Envelope => new(added.Written, CollectionsMarshal.AsSpan(envelope), envelopeMap);

    /// <summary>The added members of the block <c>source</c>.</summary>
    public MemberBlock Source => new(added.Written, CollectionsMarshal.AsSpan(source), sourceMap);

    /// <summary>The added members of the block <c>transaction</c>.</summary>
    public MemberBlock Transaction => new(added.Written, CollectionsMarshal.AsSpan(transaction), transactionMap);

    /// <summary>Takes a record apart. Of a thing that is there twice, members come before headers.</summary>
    /// <param name="text">The record's value; empty for a null value.</param>
    /// <param name="members">Its members.</param>
    /// <param name="headers">The record's headers.</param>
    /// <param name="prefix">What added names begin with.</param>
    public void Read(ReadOnlySpan<byte> text, ReadOnlySpan<TapeMember> members, IReadOnlyList<RecordHeader>? headers, byte[] prefix)
    {
        columns.Clear();
        envelope.Clear();
        source.Clear();
        transaction.Clear();
        added.Clear();
        IsTold = false;
        IsDeleted = null;
        foreach (ref readonly var member in members)
        {
            var name = member.NameOf(text);
            if (!name.StartsWith(prefix) || !TryAdd(name[prefix.Length..], member.Slice.Of(text), member.Token))
                columns.Add(member);
        }

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
        if (block == AddedBlock.None)
            return false;
        IsTold |= isTelling;
        if (block == AddedBlock.Envelope && inBlock.SequenceEqual("deleted"u8))
        {
            // A string from relational connectors, a boolean from MongoDB's.
            IsDeleted ??= value.SequenceEqual("true"u8) || value.SequenceEqual("\"true\""u8) ? true
                : value.SequenceEqual("false"u8) || value.SequenceEqual("\"false\""u8) ? false
                : null;
            return true;
        }

        var into = block switch
        {
            AddedBlock.Envelope => envelope,
            AddedBlock.Source => source,
            AddedBlock.Transaction => transaction,
            _ => null,
        };
        if (into is null || value.Length > MaxAddedBytes || token is JsonToken.Object or JsonToken.Array)
            return true;
        var start = added.Length;
        added.Write(inBlock);
        added.Write(value);
        into.Add(new TapeMember
        {
            NameStart = start, NameLength = inBlock.Length, Start = start + inBlock.Length, Length = value.Length, Token = token,
        });
        return true;
    }

    /// <summary>Reads a header: bare text, as Connect's converter for headers writes it, or JSON, with its schema or without.</summary>
    private void ReadHeader(RecordHeader header, byte[] prefix)
    {
        if (header.Value is not { Length: > 0 and <= MaxAddedBytes } memory || header.Name.Length > MaxAddedBytes)
            return;
        Span<byte> bytes = stackalloc byte[3 * MaxAddedBytes];
        var name = bytes[..Encoding.UTF8.GetBytes(header.Name, bytes)];
        if (!name.StartsWith(prefix) || AddedName.Find(name[prefix.Length..], out _, out _) == AddedBlock.None)
            return;
        name = name[prefix.Length..];
        var value = memory.Span;
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
        else if (System.Text.Unicode.Utf8.IsValid(value))
        {
            var quoted = new ByteWriter(64);
            quoted.Write((byte)'"');
            JsonText.Escape(value, quoted);
            quoted.Write((byte)'"');
            TryAdd(name, quoted.Written, JsonToken.String);
        }
    }
}
