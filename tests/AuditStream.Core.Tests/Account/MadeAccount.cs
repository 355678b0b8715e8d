using AuditStream.Core.Account;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;

namespace AuditStream.Core.Tests.Account;

/// <summary>A range and a note for tests, and what makes events of them.</summary>
internal static class MadeAccount
{
    public const string Process = "5d0c7a1e";

    public static NormalizerSettings Settings { get; } = new()
    {
        IdentityKey = MadeKey.Key, ConfigHash = "6d3a0f5c9b2e4718", ProductVersion = "0.1.0",
    };

    public static AuditNote Note { get; } = new()
    {
        Action = "reset", Reason = "A rule was wrong: everything since Monday again.", By = "ann@example.org",
        At = new DateTimeOffset(2025, 6, 15, 10, 0, 20, TimeSpan.Zero).AddMicroseconds(123_456),
        Facts = new Dictionary<string, string> { ["group"] = "auditstream", ["to"] = "earliest" },
    };

    public static PipelineEvents Events() => new(Settings, "auditstream");

    public static LedgerRange Range(long from = 41, long to = 52)
    {
        var counts = new LedgerEntry();
        for (var i = 0; i < 9; i++)
            counts.Consume();
        for (var i = 0; i < 6; i++)
            counts.Emit(events: 1);
        counts.Skip(SkipReason.TransactionBegin);
        counts.Skip(SkipReason.Heartbeat);
        counts.DeadLetter();
        return new LedgerRange
        {
            SubTopology = "normalize", Topic = "shop.public.orders", Partition = 2, From = from, To = to, Counts = counts,
            TimestampMilliseconds = 1_749_981_610_232,
        };
    }
}
