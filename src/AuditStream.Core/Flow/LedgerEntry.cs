namespace AuditStream.Core.Flow;

/// <summary>The double entry of one raw partition: each consumed record has exactly one outcome.</summary>
public sealed class LedgerEntry
{
    private static readonly int SkipReasons = Enum.GetValues<SkipReason>().Length;
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

    /// <summary>The sums in words, for the message of a breach.</summary>
    public override string ToString() => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{Consumed} consumed, {Emitted} emitted ({Events} events, {Forwards} forwarded), {DeadLetters} dead letters, {Skipped} skipped");
}
