using System.Buffers.Binary;

namespace AuditStream.Core.Flow;

/// <summary>The double entry of one raw partition: each consumed record has exactly one outcome.</summary>
/// <remarks>
/// As bytes, numbers big-endian:
/// <code>
///  8 each   consumed, emitted, dead letters, events, forwarded
///  1        how many reasons of skips follow
///  1 + 8    the reason's number, and how many records were left out for it
/// </code>
/// </remarks>
public sealed class LedgerEntry
{
    private static readonly int SkipReasons = Enum.GetValues<SkipReason>().Length;
    private const int FixedBytes = (5 * sizeof(long)) + 1;
    private const int SkipBytes = 1 + sizeof(long);
    private readonly long[] skips = new long[SkipReasons];

    /// <summary>Records taken from the topic.</summary>
    public long Consumed { get; private set; }

    /// <summary>Records that gave events.</summary>
    public long Emitted { get; private set; }

    /// <summary>Records that became dead letters.</summary>
    public long DeadLetters { get; private set; }

    /// <summary>Events that were produced: one record may give several.</summary>
    public long Events { get; private set; }

    /// <summary>Changes that were forwarded to the tasks that keep row images, which make the events of them.</summary>
    public long Forwards { get; private set; }

    /// <summary>Records left out on purpose.</summary>
    public long Skipped => skips.Sum();

    /// <summary>True when each consumed record has exactly one outcome.</summary>
    public bool IsBalanced => Consumed == Emitted + DeadLetters + Skipped;

    /// <summary>Records left out for one reason.</summary>
    public long SkippedFor(SkipReason reason) => skips[(int)reason];

    /// <summary>Counts a record as taken.</summary>
    public void Consume() => Consumed++;

    /// <summary>Takes the last record out of the count again: it will come once more.</summary>
    public void GiveBack() => Consumed--;

    /// <summary>Counts a record that gave so many events, and forwarded so many changes.</summary>
    public void Emit(int events, int forwards = 0)
    {
        Emitted++;
        Events += events;
        Forwards += forwards;
    }

    /// <summary>Counts a record that became a dead letter.</summary>
    public void DeadLetter() => DeadLetters++;

    /// <summary>Counts a record that was left out.</summary>
    public void Skip(SkipReason reason) => skips[(int)reason]++;

    /// <summary>Adds another entry's counts to this one.</summary>
    public void Add(LedgerEntry other)
    {
        Consumed += other.Consumed;
        Emitted += other.Emitted;
        DeadLetters += other.DeadLetters;
        Events += other.Events;
        Forwards += other.Forwards;
        for (var reason = 0; reason < skips.Length; reason++)
            skips[reason] += other.skips[reason];
    }

    /// <summary>Sets every count to zero.</summary>
    public void Clear()
    {
        Consumed = Emitted = DeadLetters = Events = Forwards = 0;
        Array.Clear(skips);
    }

    /// <summary>Its bytes.</summary>
    public byte[] ToBytes()
    {
        var reasons = skips.Count(count => count > 0);
        var bytes = new byte[FixedBytes + (reasons * SkipBytes)];
        var rest = bytes.AsSpan();
        foreach (var count in (ReadOnlySpan<long>)[Consumed, Emitted, DeadLetters, Events, Forwards])
        {
            BinaryPrimitives.WriteInt64BigEndian(rest, count);
            rest = rest[sizeof(long)..];
        }
        rest[0] = (byte)reasons;
        rest = rest[1..];
        for (var reason = 0; reason < skips.Length; reason++)
        {
            if (skips[reason] == 0)
                continue;
            rest[0] = (byte)reason;
            BinaryPrimitives.WriteInt64BigEndian(rest[1..], skips[reason]);
            rest = rest[SkipBytes..];
        }
        return bytes;
    }

    /// <summary>Reads what <see cref="ToBytes"/> has written.</summary>
    /// <returns>Null for what is no such thing, or has a reason that this version does not know.</returns>
    public static LedgerEntry? Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedBytes || bytes.Length != FixedBytes + (bytes[FixedBytes - 1] * SkipBytes))
            return null;
        var entry = new LedgerEntry
        {
            Consumed = NumberAt(bytes, 0), Emitted = NumberAt(bytes, 1), DeadLetters = NumberAt(bytes, 2), Events = NumberAt(bytes, 3),
            Forwards = NumberAt(bytes, 4),
        };
        for (var rest = bytes[FixedBytes..]; rest.Length > 0; rest = rest[SkipBytes..])
        {
            if (rest[0] >= SkipReasons)
                return null;
            entry.skips[rest[0]] = BinaryPrimitives.ReadInt64BigEndian(rest[1..]);
        }
        return entry;
    }

    private static long NumberAt(ReadOnlySpan<byte> bytes, int place) => BinaryPrimitives.ReadInt64BigEndian(bytes[(place * sizeof(long))..]);

    /// <summary>The sums in words, for the message of a breach.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Consumed} consumed, {Emitted} emitted ({Events} events, {Forwards} forwarded), {DeadLetters} dead letters, {Skipped} skipped");
}
