using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Normalize;
using AuditStream.Core.Tests.Normalize;

namespace AuditStream.Core.Tests.Decode.Dms;

/// <summary>Messages of DMS from public documentation and captures, through the whole normalizer: every field means what is
/// published.</summary>
/// <remarks>No record says what its table's key is, how whole the source's log is, or whether nulls are left out: the configuration of each
/// sample is what <c>expected.md</c> takes for granted. Where that calls an image full, <c>IncludeNullAndEmpty</c> makes it so.</remarks>
public sealed partial class PublishedDmsTests
{
    private static readonly Dictionary<string, (string Key, ReplicaIdentity Identity, bool IncludeNullAndEmpty)> configurations = new()
    {
        ["pg-data-insert.json"] = ("id", ReplicaIdentity.Auto, true),
        ["pg-data-load.json"] = ("id", ReplicaIdentity.Auto, true),
        // REPLICA IDENTITY DEFAULT: only so does an empty before-image say that the row kept its key.
        ["pg-data-update-empty-before-image.json"] = ("id", ReplicaIdentity.Key, true),
        ["pg-control-create-table.json"] = ("id", ReplicaIdentity.Auto, false),
        ["mysql-insert-timestamp.json"] = ("trans_id", ReplicaIdentity.Auto, false),
        ["mysql-update-without-before.json"] = ("LINE_ID", ReplicaIdentity.Auto, false),
        // binlog_row_image=FULL.
        ["before-image-columns-update.json"] = ("id", ReplicaIdentity.Full, true),
        ["delete-primary-key-partitioned.json"] = ("id", ReplicaIdentity.Auto, false),
        ["pg-delete-key-only.json"] = ("id", ReplicaIdentity.Key, false),
    };

    [CapturedMessagesFact]
    public void Records_on_Kafka_mean_what_is_published() => Check("dms-json", count: 8);

    [CapturedMessagesFact]
    public void Records_on_Kinesis_mean_what_is_published() => Check("dms-kinesis", count: 1);

    private static void Check(string folder, int count)
    {
        var path = Path.Combine(CapturedMessages.Folder ?? "", "published", folder);
        var samples = Sample().Matches(File.ReadAllText(Path.Combine(path, "expected.md")));
        samples.Count.ShouldBe(count);
        foreach (Match sample in samples)
        {
            var file = sample.Groups["file"].Value;
            var expected = CapturedMessages.JsonElementOf(sample.Groups["json"].Value);
            var actual = EventOf(file, CapturedMessages.JsonElementOf(File.ReadAllText(Path.Combine(path, file))));
            foreach (var property in expected.EnumerateObject())
                Check($"{file} {property.Name}", property.Name, property.Value, actual);
        }
    }

    private static JsonElement EventOf(string file, JsonElement sample)
    {
        var (key, identity, includeNullAndEmpty) = configurations[file];
        var table = sample.GetProperty("value").GetProperty("metadata");
        var name = $"{table.GetProperty("schema-name")}.{table.GetProperty("table-name")}";
        var settings = new NormalizerSettings
        {
            Decode = new DecodeSettings
            {
                Sources =
                [
                    new SourceSettings
                    {
                        Name = "published", ReplicaIdentity = identity, IncludeNullAndEmpty = includeNullAndEmpty,
                        Tables = new Dictionary<string, TableSettings> { [name] = new() { Key = [key] } },
                    },
                ],
            },
            IdentityKey = MadeKey.Key,
            ConfigHash = "6d3a0f5c9b2e4718",
            ProductVersion = "0.1.0",
        };
        var output = new CollectingOutput();
        var record = DmsRecord.Value(sample.GetProperty("value").GetRawText()) with
        {
            Key = sample.GetProperty("key").GetString() is { } text ? Encoding.UTF8.GetBytes(text) : null,
        };
        new Normalizer(settings).Process(record, output).Rejection.ShouldBeNull(file);
        return CapturedMessages.JsonElementOf(Encoding.UTF8.GetString(output.Values.ShouldHaveSingleItem()));
    }

    private static void Check(string what, string name, JsonElement wanted, JsonElement actual)
    {
        switch (name)
        {
            case "class":
                (actual.GetProperty("operation").GetString() == "schema" ? "schema-change" : "data").ShouldBe(wanted.GetString(), what);
                break;
            case "operation":
                actual.GetProperty("operation").GetString().ShouldBe(wanted.GetString(), what);
                break;
            case "schema" or "table":
                actual.GetProperty("source").GetProperty(name).GetString().ShouldBe(wanted.GetString(), what);
                break;
            case "primary_key":
                // Inside a key every number is a text of plain digits.
                var key = wanted.EnumerateObject().Select(column => $"\"{column.Name}\":\"{column.Value}\"");
                actual.GetProperty("key").GetRawText().ShouldBe($"{{{string.Join(',', key)}}}", what);
                break;
            case "primary_key_from":
                break; // From configuration always: a control record is on another partition.
            case "before" or "after":
                IsSame(Member(actual, name), wanted).ShouldBeTrue(what);
                break;
            case "before_is" or "after_is":
                var extent = actual.GetProperty("images").GetProperty(name[..^"_is".Length]).GetString();
                // The published wording knows full and partial only.
                (extent == "key" ? "partial" : extent).ShouldBe(wanted.GetString(), what);
                break;
            case "changed":
                IsSame(actual.GetProperty("changed"), wanted).ShouldBeTrue(what);
                break;
            case "event_time":
                actual.GetProperty("occurred_at").GetString().ShouldBe(wanted.GetString(), what);
                break;
            case "event_time_from":
                actual.GetProperty("occurred_from").GetString().ShouldBe(wanted.GetString() == "metadata.commit-timestamp" ? "commit" : "capture", what);
                break;
            case "transaction_id":
                var transaction = Member(actual, "transaction");
                (transaction.ValueKind == JsonValueKind.Null ? null : transaction.GetProperty("id").GetString()).ShouldBe(wanted.GetString(), what);
                break;
            case "position":
                actual.GetProperty("source").GetProperty("position").GetString().ShouldBe(wanted.GetString(), what);
                break;
            default:
                CheckDefinition(what, name, wanted, actual.GetProperty("detail"));
                break;
        }
    }

    private static void CheckDefinition(string what, string name, JsonElement wanted, JsonElement detail)
    {
        if (name == "ddl_operation")
        {
            detail.GetProperty("instruction").GetString().ShouldBe(wanted.GetString(), what);
            return;
        }

        var definition = detail.GetProperty("control").GetProperty("table-def");
        switch (name)
        {
            case "primary_key_columns":
                IsSame(definition.GetProperty("primary-key"), wanted).ShouldBeTrue(what);
                break;
            case "columns":
                var columns = definition.GetProperty("columns").EnumerateObject().ToDictionary(
                    column => column.Name,
                    column => column.Value.GetProperty("type").GetString() + (column.Value.GetProperty("nullable").GetBoolean() ? " null" : " not null"));
                columns.ShouldBe(wanted.EnumerateObject().ToDictionary(column => column.Name, column => column.Value.GetString() ?? ""), ignoreOrder: true, what);
                break;
            default:
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{what}: no such field is known."));
        }
    }

    private static JsonElement Member(JsonElement json, string name) =>
        json.TryGetProperty(name, out var member) ? member : CapturedMessages.JsonElementOf("null");

    // Value for value: 8.10 is 8.1, members in any order.
    private static bool IsSame(JsonElement one, JsonElement other) => JsonElement.DeepEquals(one, other);

    [GeneratedRegex(@"### (?<file>\S+)\s+```json\s(?<json>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Sample();
}
