using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuditStream.Core.Identity;
using AuditStream.Core.Json;

namespace AuditStream.Postgres.Verify;

/// <summary>Compares the columns of a row with its body byte by byte, where the body is plain: as this program writes it, without escapes in what is
/// compared.</summary>
/// <remarks>It says yes only when it is sure. No means nothing yet: <see cref="RowCheck"/> then reads the body as JSON, which takes three times as long.
/// Images, which are most of a body, are passed over from quote to quote: a json column holds no other text than JSON.</remarks>
internal ref struct PlainBody
{
    private const int MaxTimeBytes = 32;
    private const int ArrayHeaderBytes = 12;
    private static readonly SearchValues<byte> structure = SearchValues.Create("\"{}[]"u8);
    private static readonly SearchValues<byte> endOfText = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> endOfValue = SearchValues.Create(",}]"u8);

    private readonly CopiedRow row;
    private readonly ReadOnlySpan<byte> body;
    private ReadOnlySpan<byte> key;
    private ReadOnlySpan<byte> schema;
    private ReadOnlySpan<byte> database;
    private int position;
    private int present;
    private bool hasId;
    private bool hasTime;
    private bool hasSchema;
    private bool hasDatabase;

    private PlainBody(CopiedRow row)
    {
        this.row = row;
        body = row.Body;
    }

    private enum Place : byte
    {
        Event,
        Source,
        Transaction,
    }

    /// <summary>True: every column is what the body says.</summary>
    public static bool Fits(in CopiedRow row)
    {
        var plain = new PlainBody(row);
        return plain.ReadObject(Place.Event) && plain.position == plain.body.Length && plain.hasId && plain.hasTime
            && plain.HasRightNulls() && plain.HasRightSchema() && plain.HasRightKey();
    }

    // What the body does not have, or has as null, is a column without value.
    private readonly bool HasRightNulls()
    {
        ReadOnlySpan<int> fields = [6, 7, 9, 10, 12, 13, 14, 15];
        foreach (var field in fields)
        {
            if (row.IsNull(field) == ((present >> field & 1) == 1))
                return false;
        }
        return true;
    }

    private readonly bool HasRightSchema() => hasSchema ? row.Of(8).SequenceEqual(schema) && !row.IsNull(8)
        : hasDatabase ? row.Of(8).SequenceEqual(database) && !row.IsNull(8)
        : row.IsNull(8);

    private readonly bool HasRightKey()
    {
        if (key.IsEmpty)
            return row.IsNull(11);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(key, hash); // 32 bytes fit in 32
        return row.KeyHash.SequenceEqual(hash);
    }

    private bool ReadObject(Place place)
    {
        if (!Take((byte)'{'))
            return false;
        var last = default(ReadOnlySpan<byte>);
        do
        {
            // In order: no name comes twice.
            if (!TryText(out var name) || name.SequenceCompareTo(last) <= 0 || !Take((byte)':') || !ReadMember(place, name))
                return false;
            last = name;
        }
        while (Take((byte)','));
        return Take((byte)'}');
    }

    private bool ReadMember(Place place, ReadOnlySpan<byte> name) => place switch
    {
        Place.Event when name.SequenceEqual("actor"u8) => IsText(14),
        Place.Event when name.SequenceEqual("changed"u8) => IsChanged(),
        Place.Event when name.SequenceEqual("event_id"u8) => IsId(),
        Place.Event when name.SequenceEqual("key"u8) => IsKey(),
        Place.Event when name.SequenceEqual("occurred_at"u8) => IsTime(),
        Place.Event when name.SequenceEqual("operation"u8) => IsText(6),
        Place.Event when name.SequenceEqual("source"u8) => TakeNull() || ReadObject(Place.Source),
        Place.Event when name.SequenceEqual("transaction"u8) => TakeNull() || ReadObject(Place.Transaction),
        Place.Source when name.SequenceEqual("database"u8) => TakeNull() || (hasDatabase = TryText(out database)),
        Place.Source when name.SequenceEqual("name"u8) => IsText(7),
        Place.Source when name.SequenceEqual("position"u8) => IsText(15),
        Place.Source when name.SequenceEqual("schema"u8) => TakeNull() || (hasSchema = TryText(out schema)),
        Place.Source when name.SequenceEqual("table"u8) => IsText(9),
        Place.Transaction when name.SequenceEqual("id"u8) => IsText(13),
        _ => Skip(),
    };

    private bool IsText(int field)
    {
        if (TakeNull())
            return true;
        present |= 1 << field;
        return TryText(out var text) && row.Of(field).SequenceEqual(text);
    }

    private bool IsKey()
    {
        if (TakeNull())
            return true;
        var start = position;
        if (start >= body.Length || body[start] != (byte)'{' || !Skip())
            return false;
        key = body[start..position];
        present |= 1 << 10;
        return row.Of(10).SequenceEqual(key);
    }

    private bool IsId() => hasId = TryText(out var text) && Utf8Parser.TryParse(text, out Guid id, out var length, 'D') && length == text.Length
        && id == row.EventId;

    private bool IsTime()
    {
        if (!TryText(out var text) || text.Length > MaxTimeBytes)
            return false;
        Span<char> characters = stackalloc char[MaxTimeBytes];
        var length = Encoding.Latin1.GetChars(text, characters);
        return hasTime = CanonicalText.TryReadTime(characters[..length], out var microseconds) && row.OccurredAt == microseconds / 1_000 * 1_000
            && row.EventUid.Length == SHA256.HashSizeInBytes && EventIdentity.IdOf(microseconds / 1_000, row.EventUid) == row.EventId;
    }

    // The column: dimensions, has-NULLs, element type; per dimension its length and lower bound; then each element behind its length.
    private bool IsChanged()
    {
        if (TakeNull())
            return true;
        present |= 1 << 12;
        if (!Take((byte)'['))
            return false;
        var array = row.Of(12);
        if (Take((byte)']'))
            return array.Length == ArrayHeaderBytes;
        var (count, at) = (0, ArrayHeaderBytes + 8);
        if (array.Length < at || BinaryPrimitives.ReadInt32BigEndian(array) != 1)
            return false;
        do
        {
            if (!TryText(out var text) || array.Length - at < 4 + text.Length || BinaryPrimitives.ReadInt32BigEndian(array[at..]) != text.Length
                || !array.Slice(at + 4, text.Length).SequenceEqual(text))
                return false;
            at += 4 + text.Length;
            count++;
        }
        while (Take((byte)','));
        return Take((byte)']') && at == array.Length && count == BinaryPrimitives.ReadInt32BigEndian(array[ArrayHeaderBytes..]);
    }

    private bool Take(byte wanted)
    {
        if (position >= body.Length || body[position] != wanted)
            return false;
        position++;
        return true;
    }

    private bool TakeNull()
    {
        if (!body[position..].StartsWith("null"u8))
            return false;
        position += "null"u8.Length;
        return true;
    }

    // A text without escapes.
    private bool TryText(out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!Take((byte)'"'))
            return false;
        var length = body[position..].IndexOfAny(endOfText);
        if (length < 0 || body[position + length] != (byte)'"')
            return false;
        text = body.Slice(position, length);
        position += length + 1;
        return true;
    }

    private bool Skip()
    {
        if (position >= body.Length)
            return false;
        if (body[position] == (byte)'"')
            return SkipText();
        if (body[position] is (byte)'{' or (byte)'[')
            return SkipNested();
        var length = body[position..].IndexOfAny(endOfValue);
        position += Math.Max(0, length);
        return length > 0;
    }

    private bool SkipText()
    {
        position++;
        while (position < body.Length)
        {
            var length = body[position..].IndexOfAny(endOfText);
            if (length < 0)
                return false;
            position += length + 1;
            if (body[position - 1] == (byte)'"')
                return true;
            position++; // what is escaped
        }
        return false;
    }

    private bool SkipNested()
    {
        var depth = 0;
        while (position < body.Length && body[position..].IndexOfAny(structure) is >= 0 and var length)
        {
            position += length;
            var found = body[position];
            if (found == (byte)'"')
            {
                if (!SkipText())
                    return false;
                continue;
            }
            position++;
            depth += found is (byte)'{' or (byte)'[' ? 1 : -1;
            if (depth == 0)
                return true;
        }
        return false;
    }
}
