using System.Text;
using System.Text.Json;
using AuditStream.Core.Account;
using AuditStream.Core.Decode;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Sink;
using AuditStream.Core.Tests.Decode.Avro;

namespace AuditStream.Core.Tests.Account;

public sealed class PipelineEventsTests
{
    [Fact]
    public void A_range_says_what_became_of_its_records()
    {
        var made = MadeAccount.Events().Of(MadeAccount.Range());
        using var body = JsonDocument.Parse(made.Value);
        body.RootElement.GetProperty("detail").GetRawText().ShouldBe(
            """
            {"consumed":"9","dead_letters":"1","emitted":"6","events":"6","forwarded":"0","from":"41","partition":2,
            "skipped":{"heartbeat":"1","transaction-begin":"1"},"sub_topology":"normalize","to":"52","topic":"shop.public.orders"}
            """.ReplaceLineEndings(""));
        body.RootElement.GetProperty("operation").GetString().ShouldBe("ledger");
        body.RootElement.GetProperty("occurred_from").GetString().ShouldBe("record");
        body.RootElement.GetProperty("identity").GetString().ShouldBe("medium");
        body.RootElement.GetProperty("origin").GetProperty("offset").GetInt64().ShouldBe(51);
        made.TimestampMilliseconds.ShouldBe(1_749_981_610_232);
        Encoding.UTF8.GetString(made.Key.Span).ShouldBe("""{"key":null,"schema":null,"source":"auditstream","table":null}""");
    }

    [Fact]
    public void The_same_cut_is_the_same_event_and_another_cut_is_another()
    {
        var id = MadeAccount.Events().Of(MadeAccount.Range()).Id;
        MadeAccount.Events().Of(MadeAccount.Range()).Id.ShouldBe(id);
        MadeAccount.Events().Of(MadeAccount.Range(from: 40)).Id.ShouldNotBe(id);
        MadeAccount.Events().Of(MadeAccount.Range(to: 53)).Id.ShouldNotBe(id);
        MadeAccount.Events().Of(MadeAccount.Range() with { SubTopology = "images" }).Id.ShouldNotBe(id);
        new PipelineEvents(MadeAccount.Settings, "other").Of(MadeAccount.Range()).Id.ShouldNotBe(id);
    }

    [Fact]
    public void The_same_range_with_other_sums_is_another_event_and_no_divergence()
    {
        var id = MadeAccount.Events().Of(MadeAccount.Range()).Id;
        var range = MadeAccount.Range();
        range.Counts.Emit(events: 1);
        MadeAccount.Events().Of(range).Id.ShouldNotBe(id);
    }

    [Theory]
    [InlineData(-1, "1970-01-01T00:00:00.000Z")]
    [InlineData(long.MaxValue, "9999-12-31T23:59:59.999Z")]
    public void A_record_without_a_usable_time_does_not_stop_the_account(long timestamp, string occurredAt)
    {
        var made = MadeAccount.Events().Of(MadeAccount.Range() with { TimestampMilliseconds = timestamp });
        using var body = JsonDocument.Parse(made.Value);
        body.RootElement.GetProperty("occurred_at").GetString().ShouldBe(occurredAt);
    }

    [Fact]
    public void A_note_says_who_did_what_why_and_when()
    {
        var made = MadeAccount.Events().Of(MadeAccount.Note, MadeAccount.Process);
        using var body = JsonDocument.Parse(made.Value);
        body.RootElement.GetProperty("detail").GetRawText().ShouldBe(
            """
            {"action":"reset","by":"ann@example.org","group":"auditstream","process":"5d0c7a1e",
            "reason":"A rule was wrong: everything since Monday again.","to":"earliest"}
            """.ReplaceLineEndings(""));
        body.RootElement.GetProperty("occurred_at").GetString().ShouldBe("2025-06-15T10:00:20.123456Z");
        body.RootElement.GetProperty("occurred_from").GetString().ShouldBe("process");
        body.RootElement.TryGetProperty("origin", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_note_that_is_sent_again_is_the_same_event_and_that_of_another_process_or_moment_is_another()
    {
        var id = MadeAccount.Events().Of(MadeAccount.Note, MadeAccount.Process).Id;
        MadeAccount.Events().Of(MadeAccount.Note, MadeAccount.Process).Id.ShouldBe(id);
        MadeAccount.Events().Of(MadeAccount.Note, "other").Id.ShouldNotBe(id);
        MadeAccount.Events().Of(MadeAccount.Note with { At = MadeAccount.Note.At.AddMicroseconds(1) }, MadeAccount.Process).Id.ShouldNotBe(id);
        MadeAccount.Events().Of(MadeAccount.Note with { Action = "hold" }, MadeAccount.Process).Id.ShouldNotBe(id);
    }

    [Fact]
    public void A_note_is_bounded_and_its_own_members_cannot_be_taken()
    {
        var events = MadeAccount.Events();
        Should.Throw<ArgumentException>(() => events.Of(MadeAccount.Note with { Reason = new string('x', 4_001) }, MadeAccount.Process));
        Should.Throw<ArgumentException>(() => events.Of(MadeAccount.Note with { Reason = "a\0b" }, MadeAccount.Process));
        Should.Throw<ArgumentException>(() => events.Of(With([("action", "x")]), MadeAccount.Process));
        Should.Throw<ArgumentException>(() => events.Of(With([.. Enumerable.Range(0, 33).Select(n => ($"f{n}", "x"))]), MadeAccount.Process));
        events.Of(With([.. Enumerable.Range(0, 32).Select(n => ($"f{n}", "x"))]), MadeAccount.Process).Id.ShouldNotBe(Guid.Empty);
    }

    [Fact]
    public void The_sink_makes_rows_of_them()
    {
        var reader = new AuditRowReader(MadeKey.Key.Fingerprint);
        var row = Row(reader, MadeAccount.Events().Of(MadeAccount.Range()));
        (row.Operation, row.Source, row.Schema, row.Table, row.Key, row.Changed).ShouldBe(("ledger", "auditstream", null, null, null, null));
        row.OccurredAtMilliseconds.ShouldBe(1_749_981_610_232);
        row = Row(reader, MadeAccount.Events().Of(MadeAccount.Note, MadeAccount.Process));
        (row.Operation, row.Actor, row.OccurredAtMilliseconds).ShouldBe(("audit", null, 1_749_981_620_123));
    }

    [Fact]
    public void They_are_the_same_in_Avro()
    {
        var settings = MadeAccount.Settings with { Emit = new EmitSettings { AvroSchemaId = 7 } };
        var avro = new PipelineEvents(settings, "auditstream");
        var json = MadeAccount.Events();
        var reader = new AuditRowReader(MadeKey.Key.Fingerprint, new MadeSchemas().With(7, EventSchema.Text));
        Row(reader, avro.Of(MadeAccount.Range())).Body.ToArray().ShouldBe(json.Of(MadeAccount.Range()).Value.ToArray());
        Row(reader, avro.Of(MadeAccount.Note, MadeAccount.Process)).Body.ToArray()
            .ShouldBe(json.Of(MadeAccount.Note, MadeAccount.Process).Value.ToArray());
    }

    [Theory]
    [InlineData(ChangeOperation.Ledger)]
    [InlineData(ChangeOperation.Audit)]
    public void Headers_are_those_of_any_event(ChangeOperation operation)
    {
        var events = MadeAccount.Events();
        var made = operation == ChangeOperation.Ledger ? events.Of(MadeAccount.Range()) : events.Of(MadeAccount.Note, MadeAccount.Process);
        made.Operation.ShouldBe(operation);
        var headers = made.Headers.ToDictionary(header => header.Name, header => Encoding.UTF8.GetString(header.Value.GetValueOrDefault().Span));
        headers[EventHeaders.Type].ShouldBe("auditstream." + ChangeOperationName.Of(operation));
        headers[EventHeaders.Source].ShouldBe("/auditstream");
        headers[EventHeaders.Id].ShouldBe(made.Id.ToString());
        headers.Keys.ShouldNotContain(EventHeaders.Subject);
    }

    private static AuditNote With((string Name, string Text)[] facts) =>
        MadeAccount.Note with { Facts = facts.ToDictionary(fact => fact.Name, fact => fact.Text) };

    private static AuditRow Row(AuditRowReader reader, AuditEvent made)
    {
        var record = new RawRecord
        {
            Topic = "audit.events", Partition = 3, Offset = 9, TimestampMilliseconds = made.TimestampMilliseconds,
            Key = made.Key, Value = made.Value, Headers = made.Headers,
        };
        var row = reader.Read(record, out var rejection);
        rejection.ShouldBeNull();
        return row.ShouldNotBeNull();
    }
}
