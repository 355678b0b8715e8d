using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Diff;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Protect;

namespace AuditStream.Core.Tests.Emit;

public sealed class EmitterTests
{
    private const string Pipeline = """
        "pipeline":{"config":"c0ffee","identity_key":"8988165f5778e921","normalizer":1,"version":"0.1.0"}
        """;

    private const string Origin = """
        "origin":{"offset":41,"partition":2,"timestamp":1749981600200,"topic":"shop.public.orders"}
        """;

    private const string Id = "01977308-197b-8b2b-aa62-5fd6a4014cdf";

    private static readonly string source = """
        "source":{"database":"shopdb","engine":"postgresql","incarnation":1,"kind":"debezium","name":"shop","position":"0/24023128",
        "schema":"public","table":"orders"}
        """.ReplaceLineEndings("");

    private static readonly string[] before = ["\"Ann\"", "42", "\"old\"", "\"1.00\""];
    private static readonly string[] after = ["\"Ann\"", "42", "null", "\"2.00\""];

    [Fact]
    public void An_update_has_every_member_in_canonical_order()
        => Value(Update(), changed: ["note", "total"]).ShouldBe($$"""
            {"after":{"customer":"Ann","id":42,"note":null,"total":"2.00"},
            "before":{"customer":"Ann","id":42,"note":"old","total":"1.00"},
            "changed":["note","total"],"changed_is":"all",
            "changes":[{"field":"note","new":null,"old":"old","type":"string"},{"field":"total","new":"2.00","old":"1.00","type":"decimal"}],
            "event_id":"{{Id}}","identity":"strong",
            "images":{"after":"full","before":"full","before_from":"record"},"key":{"id":"42"},
            "occurred_at":"2025-06-15T10:00:00.123456Z","occurred_from":"commit","operation":"update",
            {{Origin}},
            {{Pipeline}},
            {{source}},
            "spec":"auditstream/1","transaction":{"id":"571"}
            }
            """.ReplaceLineEndings(""));

    [Fact]
    public void An_insert_has_no_old_values_and_a_delete_no_new_ones()
    {
        Value(MadeChange.Of(ChangeOperation.Insert, before: null, after, ["\"42\""]), ["note", "total"])
            .ShouldContain("""changes":[{"field":"note","new":null,"type":"string"},{"field":"total","new":"2.00","type":"decimal"}]""");
        Value(MadeChange.Of(ChangeOperation.Delete, before, after: null, ["\"42\""]), ["total"])
            .ShouldContain("""changes":[{"field":"total","old":"1.00","type":"decimal"}]""");
    }

    [Fact]
    public void Nothing_changed_is_said_and_so_is_not_known()
    {
        Value(Update(), changed: []).ShouldContain("\"changed\":[],\"changed_is\":\"all\",\"changes\":[],");
        var unknown = MadeChange.Diff(MadeChange.Of(ChangeOperation.Update, before: null, after, ["\"42\""]));
        unknown.Knowledge = ChangedKnowledge.Unknown;
        var value = Value(unknown);
        value.ShouldContain("\"changed\":null,\"changes\":null,");
        value.ShouldNotContain("changed_is");
        value.ShouldContain("\"images\":{\"after\":\"full\",\"before\":\"none\",\"before_from\":\"none\"}");
    }

    [Fact]
    public void A_partial_list_of_changes_says_at_least()
    {
        var diff = MadeChange.Diff(Update(), "total");
        diff.Knowledge = ChangedKnowledge.AtLeast;
        Value(diff).ShouldContain("\"changed\":[\"total\"],\"changed_is\":\"at_least\",");
    }

    [Theory]
    [InlineData(ChangeOperation.Snapshot)]
    [InlineData(ChangeOperation.Upsert)]
    [InlineData(ChangeOperation.Truncate)]
    public void Operations_that_change_no_field_by_name_have_no_changes(ChangeOperation operation)
        => Value(MadeChange.Of(operation, before: null, after, ["\"42\""]), ["note"]).ShouldNotContain("chang");

    [Fact]
    public void A_table_without_key_has_a_key_of_null()
    {
        var (auditEvent, value) = Emit(MadeChange.Diff(MadeChange.Of(ChangeOperation.Insert, before: null, after, key: null)));
        value.ShouldContain("\"key\":null,");
        Text(auditEvent.Key).ShouldBe("""{"key":null,"schema":"public","source":"shop","table":"orders"}""");
    }

    [Fact]
    public void A_moved_row_names_its_other_key()
    {
        var change = Update();
        MadeChange.Fill(change, change.PreviousKey, MadeChange.OrderKey, ["\"41\""]);
        MadeChange.Fill(change, change.NextKey, MadeChange.OrderKey, ["\"43\""]);
        var value = Value(change, []);
        value.ShouldContain("\"key\":{\"id\":\"42\"},\"next_key\":{\"id\":\"43\"},\"occurred_at\"");
        value.ShouldContain("\"previous_key\":{\"id\":\"41\"},\"source\"");
    }

    [Fact]
    public void Withheld_ambiguous_and_encoded_columns_are_listed_and_withheld_values_are_nowhere()
    {
        var change = MadeChange.Of(
            ChangeOperation.Update,
            before: [MadeChange.Unavailable, "42", "\"x\"", "\"1\""],
            after: ["\"Ann\"", "42", MadeChange.Unavailable, "\"1\""],
            key: ["\"42\""]);
        change.After.Values[3] = change.After.Values[3] with { Traits = ValueTraits.Ambiguous };
        change.Before.Values[3] = change.Before.Values[3] with { Traits = ValueTraits.Encoded };
        var value = Value(change, []);
        value.ShouldStartWith("{\"after\":{\"customer\":\"Ann\",\"id\":42,\"total\":\"1\"},\"before\":{\"id\":42,\"note\":\"x\",\"total\":\"1\"},");
        value.ShouldContain("""
            "images":{"after":"full","ambiguous":["total"],"before":"full","before_from":"record","encoded":["total"],
            "unavailable":["customer","note"]}
            """.ReplaceLineEndings(""));
    }

    [Theory]
    [InlineData(ImagesOut.Full, true, true, "\"after\":\"full\",\"before\":\"full\"")]
    [InlineData(ImagesOut.After, true, false, "\"after\":\"full\",\"before\":\"omitted\"")]
    [InlineData(ImagesOut.None, false, false, "\"after\":\"omitted\",\"before\":\"omitted\"")]
    public void Settings_decide_which_images_go_out(ImagesOut images, bool hasAfter, bool hasBefore, string extents)
    {
        var value = Value(Update(), ["total"], new EmitSettings { Images = images });
        value.Contains("\"after\":{", StringComparison.Ordinal).ShouldBe(hasAfter);
        value.Contains("\"before\":{", StringComparison.Ordinal).ShouldBe(hasBefore);
        value.ShouldContain(extents);
        value.ShouldContain("\"new\":\"2.00\",\"old\":\"1.00\"");
    }

    [Fact]
    public void What_is_no_row_has_a_detail_instead_of_key_and_images()
    {
        var change = MadeChange.WithoutRow(ChangeOperation.Transaction);
        change.Facts.Detail = "{\"event_count\":3}"u8.ToArray();
        var (auditEvent, value) = Emit(MadeChange.Diff(change));
        value.ShouldStartWith("{\"detail\":{\"event_count\":3},\"event_id\":");
        value.ShouldNotContain("\"key\"");
        value.ShouldNotContain("\"images\"");
        Text(auditEvent.Key).ShouldBe("""{"key":null,"schema":"shopdb","source":"shop","table":null}""");
        auditEvent.Headers.Select(header => header.Name).ShouldNotContain(EventHeaders.Subject);
        auditEvent.Headers.Count.ShouldBe(8);
    }

    [Fact]
    public void Headers_stand_in_their_order_with_their_values()
    {
        var (auditEvent, _) = Emit(MadeChange.Diff(Update()));
        auditEvent.Headers.Select(header => $"{header.Name}={Text(header.Value.GetValueOrDefault())}").ShouldBe(
        [
            "ce_specversion=1.0",
            $"ce_id={Id}",
            "ce_type=auditstream.update",
            "ce_source=/shop",
            "ce_time=2025-06-15T10:00:00.123456Z",
            "ce_subject=public.orders",
            "content-type=application/json",
            "auditstream-fact-hash=1:766ffacaefa02a08b3f74ac6e3bdaccafe175d580cd2d4c735712a2407f4586e",
            "auditstream-event-uid=5b2bea625fd6a4014cdfcf13720e350a8fed37c6e8a1e9b964afd2369e292093",
        ]);
        Text(auditEvent.Key).ShouldBe("""{"key":{"id":"42"},"schema":"public","source":"shop","table":"orders"}""");
        auditEvent.Id.ToString().ShouldBe(Id);
        auditEvent.Operation.ShouldBe(ChangeOperation.Update);
        auditEvent.TimestampMilliseconds.ShouldBe(1_749_981_600_200);
    }

    [Fact]
    public void A_source_name_is_percent_encoded_in_its_header()
    {
        var table = new TableReference
        {
            Kind = "dms", Engine = null, Source = "shöp 1", Incarnation = 3, Database = null, Schema = null, Table = "t",
        };
        var change = MadeChange.Of(table, MadeChange.OrderColumns, MadeChange.OrderKey, ChangeOperation.Insert, null, after, null);
        var (auditEvent, value) = Emit(MadeChange.Diff(change));
        Text(auditEvent.Headers[3].Value.GetValueOrDefault()).ShouldBe("/sh%C3%B6p%201");
        Text(auditEvent.Headers[5].Value.GetValueOrDefault()).ShouldBe("t");
        value.ShouldContain("""
            "source":{"incarnation":3,"kind":"dms","name":"shöp 1","position":"0/24023128","table":"t"}
            """);
        Text(auditEvent.Key).ShouldBe("""{"key":null,"schema":null,"source":"shöp 1","table":"t"}""");
    }

    [Fact]
    public void What_the_record_does_not_say_is_left_out()
    {
        var change = Update();
        change.Facts.TransactionId = default;
        change.Facts.TransactionOrder = 4;
        change.Facts.Position = default;
        change.Facts.TimestampMilliseconds = -1;
        var value = Value(change, []);
        value.ShouldNotContain("\"transaction\"");
        value.ShouldNotContain("\"position\"");
        value.ShouldNotContain("\"timestamp\"");
        value.ShouldNotContain("\"snapshot\"");
    }

    [Fact]
    public void Snapshot_and_order_are_said_when_known()
    {
        var change = Update();
        change.Facts.Snapshot = "first"u8.ToArray();
        change.Facts.TransactionOrder = 4;
        var value = Value(change, []);
        value.ShouldContain("\"schema\":\"public\",\"snapshot\":\"first\",\"table\":\"orders\"");
        value.ShouldContain("\"transaction\":{\"id\":\"571\",\"order\":4}");
    }

    [Fact]
    public void A_protected_value_is_nowhere_in_the_event()
    {
        var rules = new ProtectSettings
        {
            Version = "7",
            Rules =
            [
                new ProtectRule { Table = "*", Column = "customer", Action = FieldAction.Drop },
                new ProtectRule { Table = "*", Column = "note", Action = FieldAction.Mask },
                new ProtectRule { Table = "*", Column = "id", Action = FieldAction.Mask },
            ],
        };
        var change = MadeChange.Of(ChangeOperation.Update, ["\"Ann\"", "4711", "\"old\"", "1"], ["\"Bob\"", "4711", "null", "1"], ["\"4711\""]);
        var (auditEvent, value) = Emit(MadeChange.Diff(change, "customer", "note"), protect: rules);
        var everything = value + Text(auditEvent.Key) + string.Concat(auditEvent.Headers.Select(header => Text(header.Value.GetValueOrDefault())));
        foreach (var secret in new[] { "Ann", "Bob", "4711", "\"old\":\"old\"" })
            everything.ShouldNotContain(secret);
        value.ShouldContain("""changes":[{"field":"customer","type":"string"},{"field":"note","new":"***","old":"***","type":"string"}]""");
        value.ShouldContain("\"key\":{\"id\":\"keyed-hash:");
        value.ShouldContain("""
            "protection":{"fields":[{"action":"drop","field":"customer"},{"action":"keyed_hash","field":"id"},
            {"action":"mask","field":"note"}],"policy":"7"}
            """.ReplaceLineEndings(""));
        Text(auditEvent.Key).ShouldStartWith("{\"key\":{\"id\":\"keyed-hash:");
    }

    [Fact]
    public void An_event_that_is_too_large_goes_out_without_images_then_without_values_then_not_at_all()
    {
        var long1 = $"\"{new string('x', 1_000)}\"";
        var change = MadeChange.Of(ChangeOperation.Update, ["\"Ann\"", "42", "null", long1], ["\"Ann\"", "42", "null", "\"2\""], ["\"42\""]);
        var diff = MadeChange.Diff(change, "total");
        var whole = Size(diff, 1_000_000, out var value);
        value.ShouldContain("\"before\":{");

        var withoutImages = Size(diff, whole - 1, out value);
        value.ShouldContain("\"images\":{\"after\":\"omitted\",\"before\":\"omitted\",\"before_from\":\"record\"}");
        value.ShouldContain(long1);

        Size(diff, withoutImages - 1, out value);
        value.ShouldContain("\"changed\":[\"total\"],\"changed_is\":\"all\",\"event_id\"");
        value.ShouldNotContain("changes");

        var refused = Emitter(new EmitSettings { MaxEventBytes = 600 }).Write(Protected(diff), new AuditEvent());
        refused.ShouldNotBeNull().Code.ShouldBe(RejectionCode.TooLarge);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(253_402_300_800_000_000)]
    public void A_time_that_no_id_can_hold_is_refused(long microseconds)
    {
        var change = Update();
        change.Facts.OccurredAtMicroseconds = microseconds;
        Emitter().Write(Protected(MadeChange.Diff(change)), new AuditEvent()).ShouldNotBeNull().Code.ShouldBe(RejectionCode.TimeOutOfRange);
    }

    [Fact]
    public void Writing_an_event_allocates_nothing()
    {
        var (emitter, diff, auditEvent) = (Emitter(), Protected(MadeChange.Diff(Update(), "total")), new AuditEvent());
        emitter.Write(diff, auditEvent).ShouldBeNull();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++)
            emitter.Write(diff, auditEvent);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_000);
    }

    private static RowChange Update()
    {
        var change = MadeChange.Of(ChangeOperation.Update, before, after, ["\"42\""]);
        change.DeliveredAfter = "{\"id\":42}"u8.ToArray();
        return change;
    }

    private static string Value(RowChange change, string[] changed, EmitSettings? settings = null)
        => Value(MadeChange.Diff(change, changed), settings);

    private static string Value(RowDiff diff, EmitSettings? settings = null) => Emit(diff, settings).Value;

    private static (AuditEvent AuditEvent, string Value) Emit(RowDiff diff, EmitSettings? settings = null, ProtectSettings? protect = null)
    {
        var auditEvent = new AuditEvent();
        Emitter(settings).Write(Protected(diff, protect), auditEvent).ShouldBeNull();
        return (auditEvent, Text(auditEvent.Value));
    }

    private static int Size(RowDiff diff, int maxEventBytes, out string value)
    {
        var auditEvent = new AuditEvent();
        Emitter(new EmitSettings { MaxEventBytes = maxEventBytes }).Write(Protected(diff), auditEvent).ShouldBeNull();
        value = Text(auditEvent.Value);
        const int framingBytes = 256;
        var size = auditEvent.Value.Length + auditEvent.Key.Length + framingBytes
            + auditEvent.Headers.Sum(header => header.Name.Length + header.Value.GetValueOrDefault().Length);
        size.ShouldBeLessThanOrEqualTo(maxEventBytes);
        return size;
    }

    private static Emitter Emitter(EmitSettings? settings = null) => new(settings ?? new EmitSettings(), MadeKey.Key, 1, "0.1.0", "c0ffee");

    private static ProtectedDiff Protected(RowDiff diff, ProtectSettings? protect = null)
    {
        new EventIdentity(MadeKey.Key).Stamp(diff.Change);
        return new FieldPolicy(protect ?? new ProtectSettings(), MadeKey.Key).Apply(diff);
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);
}
