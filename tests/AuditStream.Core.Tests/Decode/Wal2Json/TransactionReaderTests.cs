using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Decode.Dms;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Wal2Json;

public sealed class TransactionReaderTests
{
    private const string Facts = "\"xid\":771,\"nextlsn\":\"0/1763E08\",\"timestamp\":\"2025-06-15 10:00:00.5+00\",";

    private const string Update =
        "{\"kind\":\"update\",\"schema\":\"s\",\"table\":\"t\",\"columnnames\":[\"id\",\"v\"],\"columntypes\":[\"integer\",\"text\"],\"columnvalues\":[2,\"b\"],"
        + "\"oldkeys\":{\"keynames\":[\"id\"],\"keytypes\":[\"integer\"],\"keyvalues\":[1]},\"pk\":{\"pknames\":[\"id\"],\"pktypes\":[\"integer\"]}}";

    private const string Delete =
        "{\"kind\":\"delete\",\"schema\":\"s\",\"table\":\"u\",\"oldkeys\":{\"keynames\":[\"id\"],\"keytypes\":[\"integer\"],\"keyvalues\":[1]}}";

    private const string Message = "{\"kind\":\"message\",\"transactional\":true,\"prefix\":\"p\",\"content\":\"c\"}";

    [Fact]
    public void Each_change_of_a_transaction_is_one_with_its_own_place()
    {
        var result = Given.Decode(Record(Wal2JsonRecord.Transaction(
            Facts, Wal2JsonRecord.Insert1, Update, Delete, Message, "{\"kind\":\"truncate\",\"schema\":\"s\",\"table\":\"t\"}")));
        result.Rejection.ShouldBeNull();
        result.Changes.Select(change => change.Facts.Operation).ShouldBe(
            [ChangeOperation.Insert, ChangeOperation.Update, ChangeOperation.Delete, ChangeOperation.Message, ChangeOperation.Truncate]);
        result.Changes.Select(change => change.Facts.TransactionOrder).ShouldBe([1, 2, 3, 4, 5]);
        result.Changes.ShouldAllBe(change => change.Facts.Identity == IdentityStrength.Strong);
        result.Changes.Select(change => Convert.ToHexString(change.Coordinate.Span)).Distinct().Count().ShouldBe(5);
        result.Changes.ShouldAllBe(change => Text(change.Facts.TransactionId) == "771" && Text(change.Facts.Position) == "0/1763E08");
        result.Changes.ShouldAllBe(change => change.Facts.OccurredAtMicroseconds == 1_749_981_600_500_000 && change.Facts.OccurredAtDigits == 3);
        var update = result.Changes[1];
        Show(update, update.Before).ShouldBe("key id=1");
        Show(update, update.After).ShouldBe("full id=2 v=\"b\"");
        Show(update, update.Key).ShouldBe("full id=\"2\"");
        Show(update, update.PreviousKey).ShouldBe("full id=\"1\"");
        Text(update.DeliveredAfter).ShouldBe("[2,\"b\"]");
        var delete = result.Changes[2];
        Show(delete, delete.Before).ShouldBe("partial id=1");
        delete.Key.IsPresent.ShouldBeFalse();
        Text(result.Changes[3].Facts.Detail).ShouldBe("{\"content\":\"c\",\"prefix\":\"p\",\"transactional\":true}");
    }

    [Theory]
    [InlineData(ReplicaIdentity.Full, "[\"id\",\"w\"]", "[1,5]", "full id=1 v=null w=5", "all v w")]
    [InlineData(ReplicaIdentity.Auto, "[\"id\",\"w\"]", "[1,5]", "partial id=1 w=5", "atleast w")]
    // The key alone: what configuration says may be wrong.
    [InlineData(ReplicaIdentity.Full, "[\"id\"]", "[1]", "partial id=1", "unknown")]
    public void An_old_row_that_is_whole_left_its_nulls_out(ReplicaIdentity identity, string names, string values, string before, string changed)
    {
        var update = "{\"kind\":\"update\",\"schema\":\"s\",\"table\":\"t\",\"columnnames\":[\"id\",\"v\",\"w\"],\"columnvalues\":[1,\"b\",6],"
            + $"\"oldkeys\":{{\"keynames\":{names},\"keyvalues\":{values}}}}}";
        var settings = new DecodeSettings
        {
            Sources = [new SourceSettings { ReplicaIdentity = identity, Tables = new Dictionary<string, TableSettings> { ["s.t"] = new() { Key = ["id"] } } }],
        };
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Transaction(Facts, update), settings);
        Show(change, change.Before).ShouldBe(before);
        DmsRecord.Changed(change).ShouldBe(changed);
    }

    [Fact]
    public void An_old_null_is_as_doubtful_as_the_new_one_beside_it()
    {
        var update = "{\"kind\":\"update\",\"schema\":\"s\",\"table\":\"t\",\"columnnames\":[\"id\",\"v\",\"n\"],"
            + "\"columntypes\":[\"integer\",\"text\",\"numeric\"],\"columnvalues\":[1,\"b\",null],"
            + "\"oldkeys\":{\"keynames\":[\"id\",\"v\"],\"keytypes\":[\"integer\",\"text\"],\"keyvalues\":[1,\"b\"]}}";
        var change = Wal2JsonRecord.Change(Wal2JsonRecord.Transaction(Facts, update), Settings(ReplicaIdentity.Full));
        Show(change, change.Before).ShouldBe("full id=1 n=null!ambiguous v=\"b\"");
        DmsRecord.Changed(change).ShouldBe("unknown");
    }

    [Fact]
    public void A_transaction_of_which_nothing_is_captured_is_left_out() =>
        Given.Decode(Record("{\"xid\":5,\"change\":[ ]}")).Skip.ShouldBe(SkipReason.Empty);

    [Fact]
    public void A_row_with_an_empty_column_of_that_name_is_no_transaction() =>
        Wal2JsonRecord.Rejection("{\"id\":5,\"change\":[]}").Code.ShouldBe(RejectionCode.UnknownShape);

    [Fact]
    public void Bookkeeping_rows_are_left_out_of_their_transaction()
    {
        var settings = Settings(bookkeeping: ["s.t"]);
        Given.Decode(Record(Wal2JsonRecord.Transaction(Facts, Wal2JsonRecord.Insert1)), settings).Skip.ShouldBe(SkipReason.SkippedTable);
        var result = Given.Decode(Record(Wal2JsonRecord.Transaction(Facts, Wal2JsonRecord.Insert1, Delete)), settings);
        result.Changes.ShouldHaveSingleItem().Facts.TransactionOrder.ShouldBe(2);
    }

    [Theory]
    [InlineData(Facts, IdentityStrength.Strong)]
    [InlineData("\"nextlsn\":\"0/1763E08\",", IdentityStrength.Medium)]
    [InlineData("\"xid\":771,\"timestamp\":\"2025-06-15 10:00:00.5+00\",", IdentityStrength.Medium)]
    [InlineData("\"xid\":771,", IdentityStrength.Weak)]
    [InlineData("\"timestamp\":\"2025-06-15 10:00:00.5+00\",", IdentityStrength.Weak)]
    [InlineData("", IdentityStrength.Weak)]
    public void An_identity_is_as_strong_as_the_record_makes_it(string facts, IdentityStrength expected)
    {
        var record = Record(Wal2JsonRecord.Transaction(facts, Wal2JsonRecord.Insert1, Wal2JsonRecord.Insert1));
        var first = Coordinates(record);
        Given.Decode(record).Changes.ShouldAllBe(change => change.Facts.Identity == expected);
        first.Distinct().Count().ShouldBe(2);
        Coordinates(record with { Offset = 99 }).SequenceEqual(first).ShouldBe(expected != IdentityStrength.Weak);
    }

    [Fact]
    public void One_refused_change_refuses_the_record()
    {
        var value = Wal2JsonRecord.Transaction(Facts, Wal2JsonRecord.Insert1, "{\"kind\":\"merge\"}", Delete);
        var result = Given.Decode(Record(value));
        result.Changes.ShouldBeEmpty();
        result.Rejection.ShouldNotBeNull().Code.ShouldBe(RejectionCode.UnknownOperation);
        result.Rejection.ByteOffset.ShouldBe(value.IndexOf("\"merge\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"kind\":\"insert\"", "\"kind\":5", RejectionCode.UnknownOperation, "{\"kind")]
    [InlineData("\"kind\":\"insert\"", "\"kind\":\"delete\"", RejectionCode.MissingMember, "{\"kind")]
    [InlineData("\"table\":\"t\",", "", RejectionCode.MissingMember, "{\"kind")]
    [InlineData("\"schema\":\"s\"", "\"schema\":7", RejectionCode.InvalidMember, "7,")]
    [InlineData("[1,\"a\"]", "[1]", RejectionCode.InvalidMember, "{\"kind")]
    [InlineData("\"columnvalues\"", "\"columnvalue\"", RejectionCode.InvalidMember, "{\"kind")]
    [InlineData("[\"id\",\"v\"]", "[\"id\",5]", RejectionCode.InvalidMember, "5]")]
    [InlineData("[\"id\",\"v\"]", "[\"id\",\"id\"]", RejectionCode.InvalidMember, "{\"kind")]
    [InlineData("10:00:00.5+00", "10:00:00.5", RejectionCode.InvalidMember, "\"2025")]
    public void What_is_malformed_is_refused_with_its_place(string from, string to, RejectionCode code, string at)
    {
        var value = Wal2JsonRecord.Transaction(Facts, Wal2JsonRecord.Insert1).Replace(from, to, StringComparison.Ordinal);
        var rejection = Wal2JsonRecord.Rejection(value);
        rejection.Code.ShouldBe(code);
        rejection.ByteOffset.ShouldBe(value.IndexOf(at, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"change\":[5]}")]
    [InlineData("{\"change\":[{\"price\":5}]}")]
    [InlineData("{\"change\":\"up\"}")]
    public void A_row_with_such_a_column_is_no_record_of_wal2json(string row) =>
        Wal2JsonRecord.Rejection(row).Code.ShouldBe(RejectionCode.UnknownShape);

    [Fact]
    public void A_flat_row_may_hold_what_looks_like_a_transaction()
    {
        var flat = new DecodeSettings { Sources = [new SourceSettings { Dialect = SourceDialect.Flat }] };
        Change(Record(Wal2JsonRecord.Transaction("", Wal2JsonRecord.Insert1)), flat).Facts.Table.Kind.ShouldBe("debezium");
    }

    [Fact]
    public void Too_many_changes_are_refused()
    {
        var truncate = "{\"kind\":\"truncate\",\"table\":\"t\"}";
        var most = Enumerable.Repeat(truncate, ChangeList.MaxChanges).ToArray();
        Given.Decode(Record(Wal2JsonRecord.Transaction("", most))).Changes.Count.ShouldBe(ChangeList.MaxChanges);
        Wal2JsonRecord.Rejection(Wal2JsonRecord.Transaction("", [.. most, truncate])).Code.ShouldBe(RejectionCode.TooLarge);
    }

    [Fact]
    public void Changes_of_a_smaller_record_after_a_larger_one_are_its_own()
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings());
        decoder.Decode(Record(Wal2JsonRecord.Transaction(Facts, Wal2JsonRecord.Insert1, Update, Delete))).Changes.Count.ShouldBe(3);
        var change = decoder.Decode(Record(Wal2JsonRecord.Transaction("", Delete))).Changes.ShouldHaveSingleItem();
        Show(change, change.Before).ShouldBe("partial id=1");
        change.After.IsPresent.ShouldBeFalse();
        change.Facts.Position.IsEmpty.ShouldBeTrue();
    }

    private static string[] Coordinates(in RawRecord record) =>
        [.. Given.Decode(record).Changes.Select(change => Convert.ToHexString(change.Coordinate.Span))];
}
