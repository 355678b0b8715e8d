namespace AuditStream.Core.Tests.Parity;

/// <summary>What happened in a database, from which each tool's records are written.</summary>
/// <param name="LoadMicroseconds">When the rows were read that were there before, since the Unix epoch.</param>
/// <param name="Loaded">Those rows.</param>
/// <param name="Transactions">What happened since.</param>
internal sealed record MadeHistory(
    long LoadMicroseconds, IReadOnlyList<MadeRowChange> Loaded, IReadOnlyList<MadeTransaction> Transactions)
{
    private const long Noon = 1_749_988_800_123_456;

    private static readonly string?[] First =
    [
        "eu", "1", "42", "9007199254740993", "18446744073709551615", "19.9000", "0.1", "Åsa \"the\" Öberg\n\\ 😀", "true", "2025-06-15",
        "2025-06-15T10:00:00.25", "2025-06-15T08:00:00.123456Z", "10:00:00.25", "cafe00ff", "{\"a\": 1, \"b\": [1.5, null, \"x\"]}",
        "11111111-2222-3333-4444-555555555555", "open", "none",
    ];

    private static readonly string?[] Bare =
        ["us", "-7", null, null, null, null, null, null, "false", null, null, null, null, null, null, null, "paid", null];

    /// <summary>A history to read: each kind of change, and each kind of value, at least once.</summary>
    public static MadeHistory Fixed { get; } = MakeFixed();

    private static MadeHistory MakeFixed()
    {
        var (orders, returns) = (ModelTable.Names[0], ModelTable.Names[1]);
        var second = ModelTable.With(First, ("id", "2"), ("note", null), ("state", "it's \"gone\""), ("doc", "null"));
        var priced = ModelTable.With(First, ("price", "0.0010"));
        var emptied = ModelTable.With(
            priced, ("quantity", null), ("total", null), ("counter", null), ("price", null), ("ratio", null), ("name", null), ("day", null),
            ("at", null), ("seen", null), ("clock", null), ("raw", null), ("doc", null), ("token", null), ("note", null));
        var filled = ModelTable.With(
            Bare, ("quantity", "-2147483648"), ("total", "-9223372036854775808"), ("counter", "0"), ("price", "-1234567.8900"), ("ratio", "-2.5E-05"),
            ("name", ""), ("active", "true"), ("day", "1969-12-31"), ("at", "1969-12-31T23:59:59.999999"), ("seen", "1999-12-31T23:59:59Z"),
            ("clock", "00:00:00"), ("raw", ""), ("doc", "[]"), ("token", "00000000-0000-0000-0000-000000000000"), ("note", "nothing"));
        var nothing = ModelTable.With(filled, ("doc", "null"));
        var moved = ModelTable.With(second, ("region", "as"), ("name", "moved"));
        var back = ModelTable.With(moved, ("doc", null));
        var defaulted = ModelTable.With(back, ("note", "none"));
        return new MadeHistory(
            Noon - 3_600_000_000,
            [new(MadeOperation.Snapshot, orders, Before: null, First), new(MadeOperation.Snapshot, returns, Before: null, Bare)],
            [
                new(501, Noon, [new(MadeOperation.Insert, orders, Before: null, second)]),
                new(502, Noon + 1_000_001, [new(MadeOperation.Update, orders, First, priced)]),
                new(503, Noon + 2_500_000,
                [
                    new(MadeOperation.Update, orders, priced, emptied),
                    new(MadeOperation.Update, returns, Bare, filled),
                    new(MadeOperation.Update, orders, emptied, emptied),
                    new(MadeOperation.Update, returns, filled, nothing),
                ]),
                new(504, Noon + 3_000_000, [new(MadeOperation.Update, orders, second, moved), new(MadeOperation.Update, orders, moved, back)]),
                new(505, Noon + 4_000_000,
                [
                    new(MadeOperation.Update, orders, back, defaulted),
                    new(MadeOperation.Delete, orders, emptied, After: null),
                ]),
                new(506, Noon + 5_000_000,
                [
                    new(MadeOperation.Delete, orders, defaulted, After: null),
                    new(MadeOperation.Truncate, returns, Before: null, After: null),
                ]),
                new(507, Noon + 6_000_000, [new(MadeOperation.Insert, returns, Before: null, Bare)]),
            ]);
    }
}
