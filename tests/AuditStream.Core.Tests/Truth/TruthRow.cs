using System.Text.Json;
using AuditStream.Core.Tests.Decode;

namespace AuditStream.Core.Tests.Truth;

/// <summary>What a trigger saw, as the events tell it: a change of key is two, as on the wire.</summary>
internal sealed record TruthRow
{
    /// <summary>Where it stands in the truth.</summary>
    public required string Name { get; init; }

    /// <summary>The operation that its event should have.</summary>
    public required string Operation { get; init; }

    /// <summary>The table with its schema; empty for what belongs to none.</summary>
    public required string Table { get; init; }

    /// <summary>The row's key, as <c>column=value</c>; of a statement or a message what it says; empty without a key.</summary>
    public string Key { get; init; } = "";

    /// <summary>The row before; null when there was none.</summary>
    public JsonElement? Old { get; init; }

    /// <summary>The row after; null when there is none.</summary>
    public JsonElement? New { get; init; }

    /// <summary>The transaction; empty when the truth does not tell it.</summary>
    public string Transaction { get; init; } = "";

    /// <summary>What it says beside rows: a statement, a message.</summary>
    public string Info { get; init; } = "";

    /// <summary>Reads the truth of one database, in the order of commits.</summary>
    public static List<TruthRow> Read(string database)
    {
        var rows = new List<TruthRow>();
        foreach (var line in File.ReadLines(Path.Combine(CapturedMessages.Folder ?? "", "debezium", database, "truth.jsonl")).Where(line => line.Length > 0))
            Add(rows, CapturedMessages.JsonElementOf(line), database);
        return rows;
    }

    private static void Add(List<TruthRow> rows, JsonElement json, string database)
    {
        var op = json.GetProperty("op").GetString();
        var table = json.GetProperty("table").GetString();
        var transaction = json.GetProperty(database == "pg" ? "txid" : "gtid");
        var row = new TruthRow
        {
            Name = $"commit {json.GetProperty("commit")} {op} {table}",
            Operation = json.GetProperty("phase").GetString() == "before" ? "snapshot" : op switch
            {
                "c" => "insert", "u" => "update", "d" => "delete", "t" => "truncate", "m" => "message", _ => "schema",
            },
            Table = table is null ? "" : $"{json.GetProperty("schema").GetString()}.{table}",
            Old = Image(json.GetProperty("old")),
            New = Image(json.GetProperty("new")),
            Transaction = transaction.ValueKind == JsonValueKind.Null ? "" : transaction.ToString(),
            Info = json.GetProperty("info").GetString() ?? "",
        };
        var keys = KeysOf(json, row.Table);
        var (before, after) = (KeyOf(row.Old, keys), KeyOf(row.New, keys));
        if (row.Operation == "update" && before != after)
        {
            rows.Add(row with { Operation = "delete", Key = before, New = null, Name = row.Name + " from" });
            rows.Add(row with { Operation = "insert", Key = after, Old = null, Name = row.Name + " to" });
            return;
        }

        rows.Add(row with { Key = row.Table.Length == 0 ? KeyOfInfo(row) : after.Length > 0 ? after : before });
    }

    /// <summary>The key columns: PostgreSQL's truth names them, MariaDB's does not.</summary>
    private static string[] KeysOf(JsonElement json, string table) => json.TryGetProperty("keys", out var keys)
        ? keys.ValueKind == JsonValueKind.Null ? [] : [.. keys.EnumerateArray().Select(key => key.GetString() ?? "").Order(StringComparer.Ordinal)]
        : table == "bankm.transfers" ? ["account_id", "number"] : ["id"];

    /// <summary>What finds the event of what is no row: a statement's text; a message's prefix and content.</summary>
    private static string KeyOfInfo(TruthRow row)
    {
        if (row.Operation != "message")
            return row.Info;
        var info = CapturedMessages.JsonElementOf(row.Info);
        return $"{info.GetProperty("prefix").GetString()} {info.GetProperty("content").GetString()}";
    }

    private static JsonElement? Image(JsonElement image) => image.ValueKind == JsonValueKind.Null ? null : image;

    private static string KeyOf(JsonElement? image, string[] keys) =>
        image is { } row ? string.Join(' ', keys.Select(key => $"{key}={row.GetProperty(key)}")) : "";
}
