using System.Text;
using AuditStream.Core.Flow;

namespace AuditStream.Fuzz;

/// <summary>Records of a megabyte or less that are made to cost as much as they can: what mutation of real records does not find in time.</summary>
internal static class HostileRecords
{
    private const int MaxChanges = 16_384;

    /// <summary>The records by name.</summary>
    public static IReadOnlyList<(string Name, RawRecord Record)> All { get; } =
    [
        ("wal2json: as many changes as a record may hold", Record(Transaction(14_000, _ => Delete("t", "", "")))),
        ("wal2json: each change of a table of its own", Record(Transaction(13_000, index => Delete($"t{index}", "", "")))),
        ("wal2json: each change with a column of its own", Record(Transaction(10_000, index => Delete("t", $"\"c{index}\"", "1")))),
        ("Canal: as many rows as a record may hold", Record(Message(MaxChanges, _ => "{\"id\":\"1\"}"))),
        ("Canal: rows without a column", Record(Message(MaxChanges, _ => "{}"))),
        ("Canal: each row with a column of its own", Record(Message(MaxChanges, index => $"{{\"c{index}\":\"1\"}}"))),
        ("Canal: wide rows, each of other columns", Record(Message(90, index => Wide(1_000, index)))),
        ("Canal: the widest rows, each of other columns", Record(Message(6, index => Wide(16_000, index)))),
        ("flat: an array of numbers", Record(Flat("[" + Joined(477_000, _ => "1") + "]"))),
        ("flat: an array of empty objects", Record(Flat("[" + Joined(330_000, _ => "{}") + "]"))),
        ("flat: an array with blanks", Record(Flat("[" + string.Join(", ", Enumerable.Repeat("1", 330_000)) + "]"))),
        ("flat: a document of members in the wrong order", Record(Flat("{\"m\":{" + Joined(70_000, index => $"\"k{70_000 - index}\":1") + "}}"))),
        ("flat: arrays in arrays", Record(Flat(new string('[', 490_000) + new string(']', 490_000)))),
        ("flat: escapes", Record(Flat("\"" + string.Concat(Enumerable.Repeat("\\u0041", 160_000)) + "\""))),
    ];

    private static RawRecord Record(string value) => new()
    {
        Topic = "p.s.t", Partition = 0, Offset = 1, TimestampMilliseconds = 1_700_000_000_000,
        Key = "{\"id\":1}"u8.ToArray(), Value = Encoding.UTF8.GetBytes(value), Headers = [],
    };

    private static string Joined(int count, Func<int, string> part) => string.Join(',', Enumerable.Range(0, count).Select(part));

    private static string Transaction(int count, Func<int, string> change) =>
        $"{{\"xid\":5,\"nextlsn\":\"0/5\",\"timestamp\":\"2024-01-01 00:00:00.5+00\",\"change\":[{Joined(count, change)}]}}";

    private static string Delete(string table, string names, string values) =>
        $"{{\"kind\":\"delete\",\"table\":\"{table}\",\"oldkeys\":{{\"keynames\":[{names}],\"keyvalues\":[{values}]}}}}";

    private static string Message(int count, Func<int, string> row) =>
        $"{{\"data\":[{Joined(count, row)}],\"database\":\"d\",\"es\":1700000000000,\"id\":1,\"isDdl\":false,\"table\":\"t\",\"ts\":1700000000001,\"type\":\"INSERT\"}}";

    private static string Wide(int columns, int row) => $"{{{Joined(columns, index => $"\"{((row * 7_919) + index) % columns + row}\":1")}}}";

    private static string Flat(string value) => $"{{\"id\":1,\"__op\":\"c\",\"__table\":\"t\",\"a\":{value}}}";
}
