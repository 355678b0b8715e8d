using System.Text;

namespace AuditStream.Core.Packed;

/// <summary>Reads what <see cref="PackedWriting"/> writes. Never throws: bytes that cannot be read make it unsound, and it then gives nothings.</summary>
internal ref struct PackedReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>How many bytes were read.</summary>
    public int Position { get; private set; }

    /// <summary>False once something could not be read.</summary>
    public bool IsSound { get; private set; } = true;

    /// <summary>True when everything was read and could be.</summary>
    public readonly bool IsDone => IsSound && Position == bytes.Length;

    /// <summary>Says that what was read makes no sense.</summary>
    public void Refuse() => IsSound = false;

    /// <summary>Reads one byte.</summary>
    public byte Byte() => Bytes(1) is { IsEmpty: false } one ? one[0] : (byte)0;

    /// <summary>Reads one byte that must lie below a bound.</summary>
    public byte Below(int bound)
    {
        var value = Byte();
        if (value < bound)
            return value;
        IsSound = false;
        return 0;
    }

    /// <summary>Reads a number.</summary>
    public ulong Number()
    {
        ulong number = 0;
        for (var shift = 0; shift < 7 * PackedWriting.MaxNumberBytes; shift += 7)
        {
            var next = Byte();
            number |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return number;
        }

        IsSound = false;
        return 0;
    }

    /// <summary>Reads a number that is an index or a count: 0 to 2,147,483,647.</summary>
    public int Count()
    {
        var number = Number();
        if (number <= int.MaxValue)
            return (int)number;
        IsSound = false;
        return 0;
    }

    /// <summary>Reads a signed number.</summary>
    public long Signed()
    {
        var number = Number();
        return (long)(number >> 1) ^ -(long)(number & 1);
    }

    /// <summary>Reads so many bytes; nothing when there are not so many.</summary>
    public ReadOnlySpan<byte> Bytes(int count)
    {
        if (!IsSound || count > bytes.Length - Position)
        {
            IsSound = false;
            return default;
        }

        Position += count;
        return bytes.Slice(Position - count, count);
    }

    /// <summary>Reads a blob.</summary>
    public ReadOnlySpan<byte> Blob() => Bytes(Count());

    /// <summary>Reads a text or null.</summary>
    public string? Text()
    {
        var length = Count();
        return length == 0 ? null : Encoding.UTF8.GetString(Bytes(length - 1));
    }
}
