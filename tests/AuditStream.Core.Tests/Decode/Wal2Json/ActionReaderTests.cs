using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Wal2Json;

public sealed class ActionReaderTests
{
    [Fact]
    public void An_insert_has_its_row_key_place_and_time()
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("I", Wal2JsonRecord.Columns));
        change.Facts.Operation.ShouldBe(ChangeOperation.Insert);
        (change.Facts.Table.Kind, change.Facts.Table.Engine, change.Facts.Table.Source, change.Facts.Table.Database, change.Facts.Table.Schema,
            change.Facts.Table.Table).ShouldBe(("wal2json", "postgresql", "p.s.t", null, "s", "t"));
        Show(change, change.After).ShouldBe("full id=1 v=\"a\"");
        Show(change, change.Key).ShouldBe("full id=\"1\"");
        change.Before.IsPresent.ShouldBeFalse();
        Text(change.Facts.TransactionId).ShouldBe("771");
        Text(change.Facts.Position).ShouldBe("0/1763D90");
        (change.Facts.OccurredAtMicroseconds, change.Facts.OccurredAtDigits, change.Facts.OccurredFrom)
            .ShouldBe((1_749_981_600_123_456, 6, OccurredFrom.Commit));
        Text(change.DeliveredAfter).ShouldBe(Wal2JsonRecord.Columns);
    }

    [Fact]
    public void A_delete_has_the_identity_only()
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("D", identity: Wal2JsonRecord.Id));
        change.Facts.Operation.ShouldBe(ChangeOperation.Delete);
        Show(change, change.Before).ShouldBe("key id=1");
        Show(change, change.Key).ShouldBe("full id=\"1\"");
        Text(change.DeliveredBefore).ShouldBe(Wal2JsonRecord.Id);
    }

    [Fact]
    public void A_truncate_has_no_row()
    {
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Action("T", rest: ""));
        change.Facts.Operation.ShouldBe(ChangeOperation.Truncate);
        change.Facts.Table.Table.ShouldBe("t");
        change.Facts.Identity.ShouldBe(IdentityStrength.Strong);
    }

    [Fact]
    public void A_message_has_its_prefix_and_content()
    {
        var change = Wal2JsonRecord.Change(
            "{\"action\":\"M\",\"xid\":null,\"timestamp\":null,\"lsn\":\"0/5\",\"transactional\":false,\"prefix\":\"p\",\"content\":\"a\\nb\"}");
        change.Facts.Operation.ShouldBe(ChangeOperation.Message);
        change.Facts.Table.Table.ShouldBeNull();
        Text(change.Facts.Detail).ShouldBe("{\"content\":\"a\\nb\",\"prefix\":\"p\",\"transactional\":false}");
        change.Facts.OccurredFrom.ShouldBe(OccurredFrom.Record);
        change.Facts.TransactionId.IsEmpty.ShouldBeTrue();
        change.Facts.Identity.ShouldBe(IdentityStrength.Medium);
    }

    [Fact]
    public void A_transaction_begins_and_ends()
    {
        Given.Decode(Record($"{{\"action\":\"B\"{Wal2JsonRecord.Facts}}}")).Skip.ShouldBe(SkipReason.TransactionBegin);
        Given.Decode(Record("{\"action\":\"B\"}")).Skip.ShouldBe(SkipReason.TransactionBegin);
        var change = Wal2JsonRecord.Change($"{{\"action\":\"C\"{Wal2JsonRecord.Facts},\"nextlsn\":\"0/1763E08\",\"origin\":0}}");
        change.Facts.Operation.ShouldBe(ChangeOperation.Transaction);
        Text(change.Facts.TransactionId).ShouldBe("771");
        Text(change.Facts.Detail).ShouldBe("{\"nextlsn\":\"0/1763E08\",\"origin\":0}");
        change.Facts.Identity.ShouldBe(IdentityStrength.Strong);
    }

    [Fact]
    public void A_table_may_have_no_schema()
    {
        var value = Wal2JsonRecord.Action("I", Wal2JsonRecord.Columns).Replace("\"schema\":\"s\",", "", StringComparison.Ordinal);
        Wal2JsonRecord.Change(value).Facts.Table.Schema.ShouldBeNull();
    }

    [Theory]
    [InlineData("I", Wal2JsonRecord.Pk, Wal2JsonRecord.Facts, IdentityStrength.Strong)]
    [InlineData("I", "", Wal2JsonRecord.Facts, IdentityStrength.Weak)]
    [InlineData("U", "", Wal2JsonRecord.Facts, IdentityStrength.Strong)]
    [InlineData("D", "", Wal2JsonRecord.Facts, IdentityStrength.Strong)]
    [InlineData("I", Wal2JsonRecord.Pk, ",\"lsn\":\"0/1\"", IdentityStrength.Medium)]
    [InlineData("U", Wal2JsonRecord.Pk, ",\"xid\":771,\"timestamp\":\"2025-06-15 12:00:00+00\"", IdentityStrength.Weak)]
    [InlineData("U", Wal2JsonRecord.Pk, "", IdentityStrength.Weak)]
    public void An_identity_is_as_strong_as_the_record_makes_it(string action, string pk, string facts, IdentityStrength expected)
    {
        var columns = action == "D" ? null : Wal2JsonRecord.Columns;
        var record = Record(Wal2JsonRecord.Action(action, columns, action == "I" ? null : Wal2JsonRecord.Id, pk, facts));
        var change = Change(record);
        change.Facts.Identity.ShouldBe(expected);
        Change(record with { Offset = 99 }).Coordinate.Span.SequenceEqual(change.Coordinate.Span).ShouldBe(expected != IdentityStrength.Weak);
    }

    [Fact]
    public void Rows_of_one_COPY_have_coordinates_of_their_own()
    {
        var first = Wal2JsonRecord.Change(Wal2JsonRecord.Action("I", Wal2JsonRecord.Id));
        var second = Wal2JsonRecord.Change(
            Wal2JsonRecord.Action("I", Wal2JsonRecord.Id.Replace("\"value\":1", "\"value\":2", StringComparison.Ordinal)));
        first.Coordinate.Span.SequenceEqual(second.Coordinate.Span).ShouldBeFalse();
    }

    [Theory]
    [InlineData("{\"action\":\"I\",\"table\":\"t\"}")]
    [InlineData("{\"action\":\"insert\",\"table\":\"t\",\"columns\":[]}")]
    [InlineData("{\"action\":\"C\",\"id\":5}")]
    [InlineData("{\"action\":\"T\",\"table\":\"t\",\"id\":5}")]
    [InlineData("{\"action\":\"M\",\"content\":\"x\"}")]
    [InlineData("{\"action\":5,\"table\":\"t\",\"columns\":[]}")]
    public void A_row_with_columns_of_such_names_is_no_record_of_wal2json(string row) =>
        Wal2JsonRecord.Rejection(row).Code.ShouldBe(RejectionCode.UnknownShape);

    [Theory]
    [InlineData("\"I\"", "\"X\"", RejectionCode.UnknownOperation, "\"X\"")]
    [InlineData("\"I\"", "\"D\"", RejectionCode.MissingMember, "{\"action")]
    [InlineData("\"table\":\"t\"", "\"table\":\"\"", RejectionCode.MissingMember, "\"\",")]
    [InlineData("\"schema\":\"s\"", "\"schema\":5", RejectionCode.InvalidMember, "5,")]
    [InlineData("+02", "", RejectionCode.InvalidMember, "\"2025")]
    [InlineData("2025", "1925", RejectionCode.TimeOutOfRange, "\"1925")]
    [InlineData("771", "[1]", RejectionCode.InvalidMember, "[1]")]
    [InlineData("\"name\":\"v\"", "\"name\":5", RejectionCode.InvalidMember, "{\"name\":5")]
    [InlineData("\"value\":\"a\"", "\"valve\":\"a\"", RejectionCode.InvalidMember, "{\"name\":\"v\"")]
    [InlineData("\"name\":\"v\"", "\"name\":\"id\"", RejectionCode.InvalidMember, "[{\"name\":\"id\"")]
    [InlineData("\"xid\":", "\"xid\":1,\"xid\":", RejectionCode.InvalidMember, "{\"action")]
    public void What_is_malformed_is_refused_with_its_place(string from, string to, RejectionCode code, string at)
    {
        var value = Wal2JsonRecord.Action("I", Wal2JsonRecord.Columns).Replace(from, to, StringComparison.Ordinal);
        var rejection = Wal2JsonRecord.Rejection(value);
        rejection.Code.ShouldBe(code);
        rejection.ByteOffset.ShouldBe(value.IndexOf(at, StringComparison.Ordinal));
    }
}
