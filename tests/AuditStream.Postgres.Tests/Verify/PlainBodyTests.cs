using System.Text;
using AuditStream.Core.Sink;
using AuditStream.Postgres.Verify;

namespace AuditStream.Postgres.Tests.Verify;

/// <summary>Comparing by bytes says yes only where reading the body says so too.</summary>
public sealed class PlainBodyTests
{
    private static readonly AuditRow row = ChainEvents.Row(65);

    [Fact]
    public void A_row_as_it_is_written_fits()
    {
        Fits(row).ShouldBeTrue();
        Difference(row).ShouldBeNull();
    }

    [Fact]
    public void What_the_body_does_not_have_is_null_in_the_row()
    {
        var bare = row with { Actor = null, TransactionId = null, Key = null, KeyHash = null, Changed = null, SourcePosition = null, Schema = "shop_db" };
        var body = Body(bare)
            .Replace("\"actor\":\"ann\",", "\"actor\":null,", StringComparison.Ordinal)
            .Replace(",\"transaction\":{\"id\":\"tx-65\"}", "", StringComparison.Ordinal)
            .Replace("\"key\":{\"id\":\"65\"}", "\"key\":null", StringComparison.Ordinal)
            .Replace("\"changed\":[\"amount\",\"state\"]", "\"changed\":null", StringComparison.Ordinal)
            .Replace("\"source\":{\"name\":\"shop\",\"position\":\"65\",\"schema\":\"public\",", "\"source\":{\"database\":\"shop_db\",\"name\":\"shop\",", StringComparison.Ordinal);
        bare = With(bare, body);
        Fits(bare).ShouldBeTrue(body);
        Difference(bare).ShouldBeNull();
        foreach (var (other, column) in new[]
        {
            (bare with { Actor = "" }, "actor"), (bare with { TransactionId = "" }, "transaction_id"), (bare with { Changed = [] }, "changed"),
            (bare with { Schema = null }, "schema_name"), (bare with { Schema = "public" }, "schema_name"), (bare with { SourcePosition = "" }, "source_position"),
            (bare with { Key = "{}", KeyHash = Rows.Hash("{}") }, "key"), (bare with { KeyHash = Rows.Hash("{}") }, "key"),
        })
        {
            Fits(other).ShouldBeFalse(column);
            Difference(other).ShouldBe(column);
        }
    }

    [Fact]
    public void Every_changed_column_is_seen()
    {
        foreach (var (other, column) in new[]
        {
            (row with { OccurredAtMilliseconds = row.OccurredAtMilliseconds + 1 }, "occurred_at"), (row with { EventId = Guid.Empty }, "event_id"),
            (row with { EventUid = Rows.Hash("other") }, "event_uid"), (row with { Operation = "insert" }, "operation"), (row with { Source = "sho" }, "source"),
            (row with { Schema = null }, "schema_name"), (row with { Schema = "public2" }, "schema_name"), (row with { Table = null }, "table_name"),
            (row with { Key = "{\"id\":\"66\"}" }, "key"), (row with { Key = null, KeyHash = null }, "key"), (row with { KeyHash = Rows.Hash("66") }, "key_hash"),
            (row with { Changed = ["amount"] }, "changed"), (row with { Changed = ["amount", "state", "x"] }, "changed"), (row with { Changed = null }, "changed"),
            (row with { Changed = [] }, "changed"), (row with { TransactionId = "tx-66" }, "transaction_id"), (row with { TransactionId = null }, "transaction_id"),
            (row with { Actor = "bob" }, "actor"), (row with { Actor = null }, "actor"), (row with { SourcePosition = "66" }, "source_position"),
        })
        {
            Fits(other).ShouldBeFalse(column);
            Difference(other).ShouldBe(column);
        }
    }

    [Fact]
    public void A_body_that_is_written_in_another_way_is_read()
    {
        foreach (var (written, other) in new[]
        {
            ("\"actor\":\"ann\"", "\"actor\": \"ann\""), ("\"actor\":\"ann\"", "\"actor\":\"\\u0061nn\""), ("\"actor\":\"ann\"", "\"actor\":\"bob\",\"actor\":\"ann\""),
            ("\"actor\":\"ann\",", "\"zeta\":1,\"actor\":\"ann\","), ("{\"actor\"", "{\"\":0,\"actor\""),
        })
        {
            var body = Body(row).Replace(written, other, StringComparison.Ordinal);
            body.ShouldNotBe(Body(row));
            Fits(With(row, body)).ShouldBeFalse(body);
            Difference(With(row, body)).ShouldBeNull(body);
        }
        Fits(With(row, Body(row) + " ")).ShouldBeFalse();
    }

    [Fact]
    public void Text_in_images_does_not_mislead()
    {
        foreach (var image in new[] { """{"a":"}\"],{\\","b":[{"c":[]},"]"]}""", """{"actor":"bob","event_id":"x"}""", "null", "-1e5", "[]", "\"\\\\\"" })
        {
            var body = Body(row).Replace("{\"amount\":\"65\"}", image, StringComparison.Ordinal);
            Fits(With(row, body)).ShouldBeTrue(body);
            Difference(With(row, body)).ShouldBeNull(body);
        }
    }

    [Fact]
    public void Cut_and_damaged_bodies_never_fit_when_reading_them_says_otherwise()
    {
        var whole = row.Body.ToArray();
        for (var length = 0; length < whole.Length; length++)
            Fits(row with { Body = whole.AsMemory(0, length) }).ShouldBeFalse();
        var random = new Random(20_260_301);
        for (var round = 0; round < 5_000; round++)
        {
            var damaged = whole.ToArray();
            for (var change = random.Next(1, 4); change > 0; change--)
                damaged[random.Next(damaged.Length)] = (byte)"{}[]\",:\\x0n"[random.Next(11)];
            var other = row with { Body = damaged };
            // No body that is not JSON is in a json column; "body" is that.
            if (Fits(other))
                (Read(other) is null or "body").ShouldBeTrue(Encoding.UTF8.GetString(damaged));
        }
    }

    private static bool Fits(AuditRow row) => PlainBody.Fits(CopiedRow.Read(Copied(row), new (int, int)[CopiedRow.Fields]));

    private static string? Difference(AuditRow row) => new RowCheck().Difference(CopiedRow.Read(Copied(row), new (int, int)[CopiedRow.Fields]));

    private static string? Read(AuditRow row) => new RowCheck().ReadDifference(CopiedRow.Read(Copied(row), new (int, int)[CopiedRow.Fields]));

    private static string Body(AuditRow row) => Encoding.UTF8.GetString(row.Body.Span);

    private static AuditRow With(AuditRow row, string body) => row with { Body = Encoding.UTF8.GetBytes(body) };

    // In the order of CopiedRow.Columns.
    private static byte[] Copied(AuditRow row)
    {
        var buffer = new CopyBuffer();
        buffer.StartRow(CopiedRow.Fields);
        buffer.WriteInt32(row.Shard);
        buffer.WriteInt64(1);
        buffer.WriteInt64(row.StreamOffset);
        buffer.WriteTimestamp(row.OccurredAtMilliseconds);
        buffer.WriteUuid(row.EventId);
        buffer.WriteInt16(row.FactScheme);
        buffer.WriteText(row.Operation);
        buffer.WriteText(row.Source);
        buffer.WriteTextOrNull(row.Schema);
        buffer.WriteTextOrNull(row.Table);
        buffer.WriteTextOrNull(row.Key);
        buffer.WriteBytesOrNull(row.KeyHash);
        buffer.WriteTextArrayOrNull(row.Changed);
        buffer.WriteTextOrNull(row.TransactionId);
        buffer.WriteTextOrNull(row.Actor);
        buffer.WriteTextOrNull(row.SourcePosition);
        buffer.WriteBytes(row.FactHash);
        buffer.WriteBytes(row.EventUid);
        buffer.WriteBytes(row.Body.Span);
        return buffer.Written.ToArray();
    }
}
