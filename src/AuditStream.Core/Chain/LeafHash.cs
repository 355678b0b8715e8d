using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AuditStream.Core.Sink;

namespace AuditStream.Core.Chain;

/// <summary>Hashes of what a block holds. Not thread-safe: it has one buffer.</summary>
/// <remarks>
/// <code>
/// event         SHA-256(0x00 ‖ body)
/// divergence    SHA-256(0x00 ‖ "divergence" ‖ 0x00 ‖ event id ‖ offset ‖ scheme ‖ fact hash ‖ stored fact hash ‖ body)
/// dead letter   SHA-256(0x00 ‖ "dead-letter" ‖ 0x00 ‖ salt ‖ stage ‖ topic ‖ reason ‖ message ‖ partition ‖ offset ‖ timestamp ‖ key ‖ value ‖ headers)
/// </code>
/// Numbers are big-endian, a uuid is its 16 bytes in the order of its text. Of a dead letter each salt, text, key, value and the headers
/// come behind their length in 4 bytes; the length of what is null is -1. Its timestamp is in milliseconds, -1 for none.
/// A body begins with a brace, so that no leaf of one kind can be one of another.
/// </remarks>
public sealed class LeafHash
{
    /// <summary>How many bytes <see cref="WriteColumns"/> gives: offset (8), scheme (2), fact hash (32), event uid (32).</summary>
    public const int ColumnsBytes = 8 + 2 + 32 + 32;

    private const byte LeafPrefix = 0;
    private byte[] buffer = new byte[4_096];
    private int length;

    /// <summary>The leaf of an event.</summary>
    public void OfEvent(ReadOnlySpan<byte> body, Span<byte> leaf)
    {
        length = 0;
        Add([LeafPrefix]);
        Add(body);
        _ = SHA256.HashData(buffer.AsSpan(0, length), leaf);
    }

    /// <summary>The leaf of an event that came with other facts than the stored ones.</summary>
    public byte[] OfDivergence(Guid eventId, long streamOffset, short factScheme, byte[] factHash, byte[] storedFactHash, ReadOnlySpan<byte> body)
    {
        length = 0;
        Add([LeafPrefix]);
        Add("divergence\0"u8);
        Add(eventId.ToByteArray(bigEndian: true));
        AddInt64(streamOffset);
        AddInt16(factScheme);
        Add(factHash);
        Add(storedFactHash);
        Add(body);
        return SHA256.HashData(buffer.AsSpan(0, length));
    }

    /// <summary>The leaf of a dead letter, whose texts are as the table has them.</summary>
    public byte[] OfDeadLetter(DeadLetterRow row, byte[]? salt)
    {
        length = 0;
        Add([LeafPrefix]);
        Add("dead-letter\0"u8);
        AddSized(salt);
        AddSized(Encoding.UTF8.GetBytes(row.Stage));
        AddSized(Encoding.UTF8.GetBytes(row.Topic));
        AddSized(Encoding.UTF8.GetBytes(row.Reason));
        AddSized(Encoding.UTF8.GetBytes(row.Message));
        AddInt32(row.Partition);
        AddInt64(row.Offset);
        AddInt64(row.TimestampMilliseconds);
        AddSized(row.Key);
        AddSized(row.Value);
        AddSized(Encoding.UTF8.GetBytes(row.HeadersJson));
        return SHA256.HashData(buffer.AsSpan(0, length));
    }

    /// <summary>What a row has that its body does not, as it goes into the block's hash of columns: <see cref="ColumnsBytes"/> bytes.</summary>
    public static void WriteColumns(long streamOffset, short factScheme, ReadOnlySpan<byte> factHash, ReadOnlySpan<byte> eventUid, Span<byte> to)
    {
        BinaryPrimitives.WriteInt64BigEndian(to, streamOffset);
        BinaryPrimitives.WriteInt16BigEndian(to[8..], factScheme);
        factHash.CopyTo(to[10..]);
        eventUid.CopyTo(to[42..]);
    }

    /// <summary>Eight bytes that tell, not for certain, which row's columns were changed; not part of any hash.</summary>
    public static ulong CheckOfColumns(ReadOnlySpan<byte> columns)
    {
        ulong check = 14_695_981_039_346_656_037; // FNV-1a
        foreach (var value in columns)
            check = (check ^ value) * 1_099_511_628_211;
        return check;
    }

    private void AddSized(byte[]? bytes)
    {
        AddInt32(bytes?.Length ?? -1);
        Add(bytes);
    }

    private void AddInt16(short value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(short)];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        Add(bytes);
    }

    private void AddInt32(int value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        Add(bytes);
    }

    private void AddInt64(long value)
    {
        Span<byte> bytes = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        Add(bytes);
    }

    private void Add(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > buffer.Length - length)
            Array.Resize(ref buffer, checked((int)Math.Min(Array.MaxLength, Math.Max((long)buffer.Length * 2, (long)length + bytes.Length))));
        bytes.CopyTo(buffer.AsSpan(length));
        length += bytes.Length;
    }
}
