using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Canal;

public sealed class CanalDialectTests
{
    [Theory]
    [InlineData("CREATE", "true")]
    [InlineData("ALTER", "true")]
    [InlineData("ERASE", "true")]
    [InlineData("RENAME", "true")]
    [InlineData("CINDEX", "true")]
    [InlineData("DINDEX", "true")]
    [InlineData("QUERY", "false")]
    [InlineData("WHAT-COMES-NEXT", "true")]
    public void A_statement_is_a_change_of_definition(string type, string isDdl)
    {
        var change = Change(Record(Statement(type, isDdl)));
        change.Facts.Operation.ShouldBe(ChangeOperation.Schema);
        Text(change.Facts.Detail).ShouldBe($"{{\"sql\":\"alter \\\"t\\\"\",\"type\":\"{type}\"}}");
        change.Facts.Identity.ShouldBe(IdentityStrength.Weak);
    }

    [Fact]
    public void A_truncate_has_no_rows()
    {
        var change = Change(Record(Statement("TRUNCATE", "true")));
        change.Facts.Operation.ShouldBe(ChangeOperation.Truncate);
        change.Facts.Table.Table.ShouldBe("t");
        change.Key.IsPresent.ShouldBeFalse();
        change.Before.IsPresent.ShouldBeFalse();
        change.After.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void A_sign_of_life_is_left_out() => Given.Decode(Record(Statement("MHEARTBEAT", "false"))).Skip.ShouldBe(SkipReason.Heartbeat);

    [Fact]
    public void Bookkeeping_tables_are_left_out() =>
        Given.Decode(Record(CanalRecord.Message("INSERT", "[{}]")), Settings(bookkeeping: ["d.t"])).Skip.ShouldBe(SkipReason.SkippedTable);

    [Theory]
    [InlineData("{\"isDdl\":\"no\",\"type\":\"INSERT\",\"data\":[]}")]
    [InlineData("{\"isDdl\":false,\"type\":5,\"data\":[]}")]
    [InlineData("{\"type\":\"INSERT\",\"data\":[]}")]
    public void A_row_with_columns_of_such_names_is_no_message_of_Canal(string row) =>
        CanalRecord.Rejection(row).Code.ShouldBe(RejectionCode.UnknownShape);

    [Fact]
    public void A_flat_row_may_hold_what_looks_like_a_message_of_Canal()
    {
        var flat = new DecodeSettings { Sources = [new SourceSettings { Dialect = SourceDialect.Flat }] };
        Change(Record(CanalRecord.Message("INSERT", "[{\"id\":\"1\"}]")), flat).Facts.Table.Kind.ShouldBe("debezium");
    }

    [Theory]
    [InlineData("\"INSERT\"", "\"GTID\"", RejectionCode.UnknownOperation, "\"GTID\"")]
    [InlineData("[{\"id\":\"1\"}]", "{}", RejectionCode.MissingMember, "{},")]
    [InlineData("[{\"id\":\"1\"}]", "[]", RejectionCode.MissingMember, "[],\"database")]
    [InlineData("[{\"id\":\"1\"}]", "[{\"id\":\"1\"},7]", RejectionCode.InvalidMember, "7]")]
    [InlineData("[{\"id\":\"1\"}]", "[{\"id\":\"1\"},{\"id\":\"1\",\"id\":\"2\"}]", RejectionCode.InvalidMember, "{\"id\":\"1\",\"id")]
    [InlineData("\"old\":null", "\"old\":5", RejectionCode.InvalidMember, "5,")]
    [InlineData("\"table\":\"t\"", "\"table\":[1]", RejectionCode.InvalidMember, "[1]")]
    [InlineData("\"table\":\"t\"", "\"table\":null", RejectionCode.MissingMember, "{")]
    [InlineData("1683006724000", "\"x\"", RejectionCode.InvalidMember, "\"x\"")]
    [InlineData("1683006724000", "253402300800000", RejectionCode.TimeOutOfRange, "253402300800000")]
    [InlineData("\"id\":94", "\"id\":{}", RejectionCode.InvalidMember, "{},\"isDdl")]
    [InlineData("\"isDdl\":false", "\"isDdl\":false,\"isDdl\":true", RejectionCode.InvalidMember, "{")]
    public void What_is_malformed_is_refused_with_its_place(string from, string to, RejectionCode code, string at)
    {
        var value = CanalRecord.Message("INSERT", "[{\"id\":\"1\"}]").Replace(from, to, StringComparison.Ordinal);
        var rejection = CanalRecord.Rejection(value);
        rejection.Code.ShouldBe(code);
        rejection.ByteOffset.ShouldBe(value.IndexOf(at, StringComparison.Ordinal));
    }

    [Fact]
    public void Too_many_rows_are_refused()
    {
        var rows = string.Join(',', Enumerable.Repeat("{}", ChangeList.MaxChanges));
        Given.Decode(Record(CanalRecord.Message("INSERT", $"[{rows}]"))).Changes.Count.ShouldBe(ChangeList.MaxChanges);
        CanalRecord.Rejection(CanalRecord.Message("INSERT", $"[{rows},{{}}]")).Code.ShouldBe(RejectionCode.TooLarge);
    }

    private static string Statement(string type, string isDdl) =>
        $"{{\"data\":null,\"database\":\"d\",\"es\":1683006724000,\"id\":94,\"isDdl\":{isDdl},\"old\":null,\"sql\":\"alter \\\"t\\\"\",\"table\":\"t\","
        + $"\"ts\":1683006724404,\"type\":\"{type}\"}}";
}
