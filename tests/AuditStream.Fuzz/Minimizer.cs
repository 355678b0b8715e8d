using AuditStream.Core.Flow;

namespace AuditStream.Fuzz;

/// <summary>Makes a failing history small: first records go, then bytes of those that are left, in pieces of half the size each time.</summary>
/// <param name="fails">Whether a history fails as the first one did.</param>
internal sealed class Minimizer(Func<IReadOnlyList<RawRecord>, bool> fails)
{
    /// <summary>How often it is tried; then what is left stays.</summary>
    public const int MaxTries = 2_000;

    private int tries;

    /// <summary>The smallest history that was found; the same where nothing can go.</summary>
    public IReadOnlyList<RawRecord> Minimize(IReadOnlyList<RawRecord> records)
    {
        // The last record is where it failed: alone it is most often enough.
        RawRecord[] history = Fails([records[^1]]) ? [records[^1]] : [.. Cut([.. records], Fails)];
        for (var at = history.Length - 1; at >= 0; at--)
        {
            var record = history[at];
            var headers = Cut<RecordHeader>([.. record.Headers], less => Fails(With(history, at, record with { Headers = less })));
            history = With(history, at, record with { Headers = headers });
            history = Smaller(history, at, one => one.Value, (one, bytes) => one with { Value = bytes });
            history = Smaller(history, at, one => one.Key, (one, bytes) => one with { Key = bytes });
        }

        return history;
    }

    private RawRecord[] Smaller(
        RawRecord[] history, int at, Func<RawRecord, ReadOnlyMemory<byte>?> read, Func<RawRecord, ReadOnlyMemory<byte>, RawRecord> write)
    {
        var record = history[at];
        if (read(record) is not { } bytes)
            return history;
        var cut = Cut(bytes.ToArray(), less => Fails(With(history, at, write(record, less))));
        return cut.Length < bytes.Length ? With(history, at, write(record, cut)) : history;
    }

    /// <summary>Takes pieces out as long as what is left fails.</summary>
    private T[] Cut<T>(T[] all, Func<T[], bool> stillFails)
    {
        for (var piece = (all.Length + 1) / 2; piece > 0 && tries < MaxTries; piece = piece == 1 ? 0 : (piece + 1) / 2)
        {
            for (var at = 0; at < all.Length && tries < MaxTries;)
            {
                T[] less = [.. all[..at], .. all[Math.Min(at + piece, all.Length)..]];
                if (stillFails(less))
                    all = less;
                else
                    at += piece;
            }
        }

        return all;
    }

    private bool Fails(RawRecord[] history) => history.Length > 0 && tries++ < MaxTries && fails(history);

    private static RawRecord[] With(RawRecord[] history, int at, in RawRecord record) => [.. history[..at], record, .. history[(at + 1)..]];
}
