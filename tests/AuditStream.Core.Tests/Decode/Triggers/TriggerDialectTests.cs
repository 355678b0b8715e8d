using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Dms;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Triggers;

public sealed class TriggerDialectTests
{
    private const string Old = "{\"id\":7,\"status\":\"open\",\"note\":null}";
    private const string New = "{\"id\":7,\"status\":\"closed\",\"note\":\"\"}";

    private static readonly DecodeSettings settings = new()
    {
        Sources =
        [
            new SourceSettings
            {
                TopicPattern = "(?<table>.+)", Tables = new Dictionary<string, TableSettings> { ["stream"] = new() { Key = ["id"] } },
            },
        ],
    };

    [Theory]
    [InlineData("{\"type\":\"UPDATE\",\"data\":{\"old\":" + Old + ",\"new\":" + New + "}}")]
    [InlineData("{\"operation\":\"update\",\"old\":" + Old + ",\"new\":" + New + "}")]
    [InlineData("{\"op\":\"Update\",\"new\":" + New + ",\"old\":" + Old + "}")]
    [InlineData("{\"action\":\"UPDATE\",\"data\":{\"new\":" + New + ",\"old\":" + Old + "},\"at\":5}")]
    public void The_generic_forms_give_both_rows_and_configuration_the_table_and_key(string value)
    {
        var change = Change(Broken.Record(value), settings);
        change.Facts.Operation.ShouldBe(ChangeOperation.Update);
        change.Facts.Table.Kind.ShouldBe("trigger");
        change.Facts.Table.Table.ShouldBe("stream");
        change.Facts.Table.TableFrom.ShouldBe(NameOrigin.Configuration);
        Show(change, change.Key).ShouldBe("full id=\"7\"");
        Show(change, change.Before).ShouldBe("full id=7 note=null status=\"open\"");
        Show(change, change.After).ShouldBe("full id=7 note=\"\" status=\"closed\"");
        DmsRecord.Changed(change).ShouldBe("all note status");
        change.Facts.OccurredFrom.ShouldBe(OccurredFrom.Record);
        change.Facts.Identity.ShouldBe(IdentityStrength.Weak);
    }

    [Theory]
    [InlineData("INSERT", ChangeOperation.Insert, "none", "full id=1")]
    [InlineData("UPDATE", ChangeOperation.Update, "none", "full id=1")]
    [InlineData("DELETE", ChangeOperation.Delete, "full id=1", "none")]
    [InlineData("UPSERT", ChangeOperation.Upsert, "none", "full id=1")]
    [InlineData("TRUNCATE", ChangeOperation.Truncate, "none", "none")]
    public void A_row_in_data_is_the_new_one_and_of_a_delete_the_old_one(string name, ChangeOperation operation, string before, string after)
    {
        var change = Change(Broken.Record($"{{\"table\":\"t\",\"schema\":\"s\",\"action\":\"{name}\",\"data\":{{\"id\":1}}}}"));
        change.Facts.Operation.ShouldBe(operation);
        change.Facts.Table.Table.ShouldBe("t");
        change.Facts.Table.Schema.ShouldBe("s");
        change.Facts.Table.TableFrom.ShouldBe(NameOrigin.Record);
        Show(change, change.Before).ShouldBe(before);
        Show(change, change.After).ShouldBe(after);
    }

    [Theory]
    [InlineData("INSERT", "{}", New)]
    [InlineData("DELETE", Old, "{}")]
    [InlineData("DELETE", Old, "null")]
    public void An_empty_object_is_no_row(string name, string old, string now)
    {
        var change = Change(Broken.Record($"{{\"type\":\"{name}\",\"data\":{{\"old\":{old},\"new\":{now}}}}}"), settings);
        change.Before.IsPresent.ShouldBe(name == "DELETE");
        change.After.IsPresent.ShouldBe(name == "INSERT");
    }

    [Fact]
    public void A_delete_without_a_row_is_a_delete_of_which_nothing_is_known()
    {
        var change = Change(Broken.Record("{\"type\":\"DELETE\",\"data\":{\"old\":null,\"new\":null}}"), settings);
        change.Facts.Operation.ShouldBe(ChangeOperation.Delete);
        change.Key.IsPresent.ShouldBeFalse();
        DmsRecord.Changed(change).ShouldBe("unknown");
    }

    [Fact]
    public void A_row_that_lacks_a_column_of_the_other_is_partial()
    {
        var change = Change(Broken.Record("{\"operation\":\"UPDATE\",\"table\":\"t\",\"old\":{\"id\":1},\"new\":{\"id\":1,\"a\":2}}"));
        Show(change, change.Before).ShouldBe("partial id=1");
        DmsRecord.Changed(change).ShouldBe("unknown");
    }

    [Fact]
    public void Where_configuration_says_so_the_old_row_is_its_key()
    {
        var keyed = Settings(ReplicaIdentity.Key, key: ["id"]);
        var change = Change(Broken.Record($"{{\"operation\":\"UPDATE\",\"schema\":\"s\",\"table\":\"t\",\"old\":{Old},\"new\":{New}}}"), keyed);
        Show(change, change.Before).ShouldBe("key id=7");
    }

    [Fact]
    public void A_change_of_the_key_has_the_old_one()
    {
        var change = Change(
            Broken.Record("{\"type\":\"UPDATE\",\"schema\":\"s\",\"table\":\"t\",\"record\":{\"id\":2},\"old_record\":{\"id\":1}}"), Settings(key: ["id"]));
        Show(change, change.Key).ShouldBe("full id=\"2\"");
        Show(change, change.PreviousKey).ShouldBe("full id=\"1\"");
    }

    [Fact]
    public void Hasura_tells_table_time_id_and_who()
    {
        var change = Change(Broken.Record(Hasura("UPDATE", Old, New)));
        change.Facts.Operation.ShouldBe(ChangeOperation.Update);
        change.Facts.Table.Kind.ShouldBe("hasura");
        change.Facts.Table.Schema.ShouldBe("app");
        change.Facts.Table.Table.ShouldBe("profiles");
        change.Facts.OccurredAtMicroseconds.ShouldBe(1_633_569_437_429_567);
        change.Facts.OccurredFrom.ShouldBe(OccurredFrom.Capture);
        change.Facts.Identity.ShouldBe(IdentityStrength.Medium);
        Text(change.Facts.Actor).ShouldBe("{\\\"x-hasura-role\\\":\\\"admin\\\",\\\"x-hasura-user-id\\\":\\\"5\\\"}");
        var coordinate = change.Coordinate.ToArray();
        Change(Broken.Record(Hasura("UPDATE", Old, New, "3")) with { Offset = 99 }).Coordinate.ToArray().ShouldBe(coordinate);
    }

    [Fact]
    public void A_table_that_is_named_twice_is_none()
    {
        var twice = Hasura("UPDATE", Old, New).Replace("\"name\":\"profiles\"", "\"name\":\"profiles\",\"name\":\"others\"", StringComparison.Ordinal);
        Rejection(Broken.Record(twice)).Code.ShouldBe(RejectionCode.UnknownShape);
    }

    [Fact]
    public void A_call_of_Hasura_by_hand_changes_nothing() =>
        Change(Broken.Record(Hasura("MANUAL", "null", New))).Facts.Operation.ShouldBe(ChangeOperation.Snapshot);

    [Fact]
    public void Supabase_tells_the_table()
    {
        var change = Change(Broken.Record("{\"type\":\"DELETE\",\"table\":\"t\",\"schema\":\"s\",\"record\":null,\"old_record\":" + Old + "}"), settings);
        change.Facts.Operation.ShouldBe(ChangeOperation.Delete);
        change.Facts.Table.Kind.ShouldBe("supabase");
        change.Facts.Table.Schema.ShouldBe("s");
        Show(change, change.Before).ShouldBe("full id=7 note=null status=\"open\"");
    }

    [Theory]
    [InlineData("{\"type\":\"UPDATE\",\"data\":{\"old\":" + Old + ",\"new\":" + New + "}}", RejectionCode.MissingMember)]
    [InlineData("{\"type\":\"MERGE\",\"table\":\"t\",\"data\":{\"old\":null,\"new\":" + New + "}}", RejectionCode.UnknownOperation)]
    [InlineData("{\"type\":\"INSERT\",\"table\":\"t\",\"data\":{\"old\":null,\"new\":null}}", RejectionCode.MissingMember)]
    [InlineData("{\"type\":\"INSERT\",\"table\":\"t\",\"record\":[1],\"old_record\":null}", RejectionCode.InvalidMember)]
    [InlineData("{\"type\":\"INSERT\",\"table\":\"t\",\"record\":{\"a\":1,\"a\":2},\"old_record\":null}", RejectionCode.InvalidMember)]
    [InlineData("{\"action\":\"insert\",\"record\":{\"id\":1},\"metadata\":{\"table_name\":\"t\",\"commit_timestamp\":\"soon\"}}", RejectionCode.InvalidMember)]
    [InlineData("{\"action\":\"insert\",\"record\":{\"id\":1},\"metadata\":{\"table_name\":\"t\",\"commit_timestamp\":\"1969-12-31T23:59:59Z\"}}", RejectionCode.TimeOutOfRange)]
    public void A_payload_that_says_too_little_is_refused(string value, RejectionCode code) => Rejection(Broken.Record(value)).Code.ShouldBe(code);

    [Theory]
    [InlineData("{\"type\":\"sale\",\"data\":{\"id\":1}}")]
    [InlineData("{\"type\":\"insert\",\"data\":{\"id\":1}}")]
    [InlineData("{\"id\":1,\"old\":{\"a\":1},\"new\":{\"a\":2}}")]
    [InlineData("{\"type\":\"update\",\"old\":5,\"new\":{\"a\":2}}")]
    [InlineData("{\"action\":\"I\",\"schema\":\"s\",\"table\":\"t\",\"data\":{\"id\":1}}")]
    [InlineData("{\"event\":{\"op\":\"INSERT\"},\"id\":\"x\"}")]
    public void Other_shapes_are_not_taken(string value) => Rejection(Broken.Record(value), settings).Code.ShouldBe(RejectionCode.UnknownShape);

    [Fact]
    public void Payloads_cut_short_or_mutated_always_have_an_outcome()
    {
        string[] values =
        [
            Hasura("UPDATE", Old, New), Sequin.Record("update", New, "{\"status\":\"open\"}"),
            "{\"type\":\"UPDATE\",\"table\":\"t\",\"schema\":\"s\",\"record\":" + New + ",\"old_record\":" + Old + "}",
            "{\"type\":\"UPDATE\",\"data\":{\"old\":" + Old + ",\"new\":" + New + "}}",
        ];
        foreach (var value in values)
            Broken.CutEverywhere(value, settings);
        Broken.Mutate(values, rounds: 15_000, settings);
    }

    private static string Hasura(string op, string old, string now, string attempt = "0") =>
        $"{{\"event\":{{\"session_variables\":{{\"x-hasura-user-id\":\"5\",\"x-hasura-role\":\"admin\"}},\"op\":\"{op}\",\"data\":{{\"old\":{old},\"new\":{now}}},"
        + $"\"trace_context\":{{\"trace_id\":\"b6\"}}}},\"created_at\":\"2021-10-07T01:17:17.429567Z\",\"id\":\"cbbcde14\",\"delivery_info\":{{\"max_retries\":0,"
        + $"\"current_retry\":{attempt}}},\"trigger\":{{\"name\":\"on_user\"}},\"table\":{{\"schema\":\"app\",\"name\":\"profiles\"}}}}";
}
