using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AuditStream.Demo.Messages;

namespace AuditStream.Demo.Changes;

/// <summary>Goes on where the captured bank messages end: money moves between the captured accounts, one transaction at a time.</summary>
/// <remarks>Every message is a captured one with new values, positions, transaction and times: its shape stays what the connector sent. The same
/// seed and the same clock give the same messages. Not thread-safe.</remarks>
public sealed class BankGenerator
{
    /// <summary>The raw topic of the accounts.</summary>
    public const string Accounts = "bank.bank.accounts";

    private const string Transfers = "bank.bank.transfers";
    private const string Transactions = "bank.transaction";
    private const int MaxCents = 25_000;
    private const int Partitions = 3; // as the captured topics have

    private readonly Random random;
    private readonly JsonObject accountUpdate;
    private readonly JsonObject transferInsert;
    private readonly JsonObject begin;
    private readonly JsonObject end;
    private readonly IReadOnlyList<KeyValuePair<string, byte[]?>> headers;
    private readonly List<(CapturedMessage Message, JsonObject Image)> accounts;
    private long transactionId;
    private long position;
    private long transferId;

    /// <summary>Takes its templates from captured messages.</summary>
    /// <exception cref="InvalidDataException">The bank's messages are not among them.</exception>
    public BankGenerator(IReadOnlyList<CapturedMessage> captured, int seed)
    {
        random = new Random(seed);
        accountUpdate = Template(captured, Accounts, "op", "u");
        transferInsert = Template(captured, Transfers, "op", "c");
        begin = Template(captured, Transactions, "status", "BEGIN");
        end = Template(captured, Transactions, "status", "END");
        var rows = captured.Where(message => message.Topic == Accounts && message.Value is not null).ToList();
        headers = rows[0].Headers;
        accounts = [.. rows.GroupBy(message => Encoding.UTF8.GetString(message.Key ?? [])).Select(row => (row.Last(), After(row.Last())))];
        if (accounts.Count < 2)
            throw new InvalidDataException("The captured messages hold fewer than two bank accounts.");
        var sources = captured.Where(message => message.Topic is Accounts or Transfers && message.Value is not null)
            .Select(message => Object(Object(message.Value), "source")).ToList();
        transactionId = sources.Max(source => (long?)source["txId"] ?? 0);
        position = sources.Max(source => (long?)source["lsn"] ?? 0);
        transferId = captured.Where(message => message.Topic == Transfers && message.Value is not null)
            .Max(message => (long?)After(message)["id"] ?? 0);
    }

    /// <summary>The messages of the next transaction: its begin, two accounts, a transfer, its end.</summary>
    /// <param name="now">When it commits.</param>
    public IReadOnlyList<CapturedMessage> Next(DateTimeOffset now)
    {
        transactionId += random.Next(1, 4);
        position += random.Next(100, 5_000);
        transferId++;
        var from = random.Next(accounts.Count);
        var to = (from + random.Next(1, accounts.Count)) % accounts.Count;
        var cents = random.Next(100, MaxCents);
        var id = string.Create(CultureInfo.InvariantCulture, $"{transactionId}:{position}");
        return
        [
            Marker(begin, id, now),
            Booking(from, -cents, id, order: 1, now),
            Booking(to, cents, id, order: 2, now),
            Transfer(from, to, cents, id, now),
            Marker(end, id, now),
        ];
    }

    private CapturedMessage Booking(int account, int cents, string id, int order, DateTimeOffset now)
    {
        var (message, image) = accounts[account];
        var changed = Copy(image);
        changed["balance"] = Money(Cents(image["balance"]) + cents);
        changed["last_booking"] = now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        accounts[account] = (message, changed);
        var envelope = Stamp(accountUpdate, id, order, order, now);
        envelope["before"] = Copy(image);
        envelope["after"] = Copy(changed);
        return Message(Accounts, message.Partition, message.Key, envelope, now);
    }

    private CapturedMessage Transfer(int from, int to, int cents, string id, DateTimeOffset now)
    {
        var envelope = Stamp(transferInsert, id, totalOrder: 3, collectionOrder: 1, now);
        var row = Object(envelope, "after");
        row["id"] = transferId;
        row["from_iban"] = accounts[from].Image["iban"]?.DeepClone();
        row["to_iban"] = accounts[to].Image["iban"]?.DeepClone();
        row["amount"] = Money(cents);
        row["booked_at"] = Microseconds(now);
        row["purpose"] = string.Create(CultureInfo.InvariantCulture, $"Payment {transferId}");
        var key = new JsonObject { ["id"] = transferId };
        return Message(Transfers, (int)(transferId % Partitions), Encoding.UTF8.GetBytes(key.ToJsonString()), envelope, now);
    }

    private CapturedMessage Marker(JsonObject template, string id, DateTimeOffset now)
    {
        var marker = Copy(template);
        marker["id"] = id;
        marker["ts_ms"] = now.ToUnixTimeMilliseconds();
        if ((string?)marker["status"] == "END")
        {
            marker["event_count"] = 3;
            marker["data_collections"] = new JsonArray(
                new JsonObject { ["data_collection"] = "bank.accounts", ["event_count"] = 2 },
                new JsonObject { ["data_collection"] = "bank.transfers", ["event_count"] = 1 });
        }
        var key = new JsonObject { ["id"] = id };
        return Message(Transactions, (int)(transactionId % Partitions), Encoding.UTF8.GetBytes(key.ToJsonString()), marker, now);
    }

    private JsonObject Stamp(JsonObject template, string id, int totalOrder, int collectionOrder, DateTimeOffset now)
    {
        var envelope = Copy(template);
        position += random.Next(50, 500);
        var source = Object(envelope, "source");
        source["txId"] = transactionId;
        source["lsn"] = position;
        source["sequence"] = string.Create(CultureInfo.InvariantCulture, $"[\"{position - 1}\",\"{position}\"]");
        envelope["transaction"] = new JsonObject { ["id"] = id, ["total_order"] = totalOrder, ["data_collection_order"] = collectionOrder };
        foreach (var clock in (JsonObject[])[source, envelope])
        {
            clock["ts_ms"] = now.ToUnixTimeMilliseconds();
            clock["ts_us"] = Microseconds(now);
            clock["ts_ns"] = Microseconds(now) * 1_000;
        }
        return envelope;
    }

    private CapturedMessage Message(string topic, int partition, byte[]? key, JsonObject value, DateTimeOffset now) =>
        new(topic, partition, now.ToUnixTimeMilliseconds(), key, Encoding.UTF8.GetBytes(value.ToJsonString()), headers);

    private static long Microseconds(DateTimeOffset instant) => (instant - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    // The connector writes money as text with two decimals; in whole cents nothing is lost.
    private static long Cents(JsonNode? text) =>
        long.Parse(((string?)text ?? "0.00").Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private static string Money(long cents) => string.Create(CultureInfo.InvariantCulture,
        $"{(cents < 0 ? "-" : "")}{Math.Abs(cents) / 100}.{Math.Abs(cents) % 100:00}");

    private static JsonObject Template(IReadOnlyList<CapturedMessage> captured, string topic, string member, string value) =>
        captured.Where(message => message.Topic == topic && message.Value is not null).Select(message => Object(message.Value))
            .FirstOrDefault(message => (string?)message[member] == value)
        ?? throw new InvalidDataException($"The captured messages hold none on {topic} with {member} '{value}', which new changes are made of.");

    private static JsonObject After(CapturedMessage message) => Object(Object(message.Value), "after");

    private static JsonObject Object(byte[]? json) => JsonNode.Parse(json ?? []) as JsonObject ?? throw NoObject("value");

    private static JsonObject Object(JsonObject parent, string member) => parent[member] as JsonObject ?? throw NoObject(member);

    private static JsonObject Copy(JsonObject json) => (JsonObject)json.DeepClone();

    private static InvalidDataException NoObject(string member) => new($"A captured bank message has no object '{member}'.");
}
