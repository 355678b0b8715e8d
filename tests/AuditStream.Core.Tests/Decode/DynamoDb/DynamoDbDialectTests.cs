using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.DynamoDb;

public sealed class DynamoDbDialectTests
{
    private const string Kinesis =
        "{\"awsRegion\":\"us-east-1\",\"eventID\":\"ff4e\",\"eventName\":\"REMOVE\",\"userIdentity\":null,\"recordFormat\":\"application/json\","
        + "\"tableName\":\"foo\",\"dynamodb\":{\"ApproximateCreationDateTime\":1720742321848352,\"Keys\":{\"Id\":{\"S\":\"a\"}},"
        + "\"OldImage\":{\"Id\":{\"S\":\"a\"},\"n\":{\"N\":\"1\"}},\"SizeBytes\":99,\"ApproximateCreationDateTimePrecision\":\"MICROSECOND\"},"
        + "\"eventSource\":\"aws:dynamodb\"}";

    [Theory]
    [InlineData("INSERT", ChangeOperation.Insert)]
    [InlineData("MODIFY", ChangeOperation.Update)]
    [InlineData("REMOVE", ChangeOperation.Delete)]
    public void Each_operation_has_its_own(string name, ChangeOperation expected)
    {
        var image = Item.With("a", "{\"S\":\"x\"}");
        var change = Change(Broken.Record(Item.Streamed(name, image, image)));
        change.Facts.Operation.ShouldBe(expected);
        change.Facts.Table.Kind.ShouldBe("dynamodb");
        change.Facts.Table.Table.ShouldBe("Orders");
        change.Facts.Table.Schema.ShouldBeNull();
        change.Facts.Table.Database.ShouldBeNull();
        change.Facts.Table.TableFrom.ShouldBe(NameOrigin.Record);
        Text(change.Facts.Position).ShouldBe("400000000000000499660");
        change.Before.IsPresent.ShouldBe(expected != ChangeOperation.Insert);
        change.After.IsPresent.ShouldBe(expected != ChangeOperation.Delete);
    }

    [Fact]
    public void A_record_of_Kinesis_names_its_table_and_the_precision_of_its_time()
    {
        var change = Change(Broken.Record(Kinesis));
        change.Facts.Table.Table.ShouldBe("foo");
        change.Facts.OccurredAtMicroseconds.ShouldBe(1_720_742_321_848_352);
        change.Facts.OccurredAtDigits.ShouldBe(6);
        change.Facts.OccurredFrom.ShouldBe(OccurredFrom.Commit);
        change.Facts.Position.IsEmpty.ShouldBeTrue();
        change.Facts.Identity.ShouldBe(IdentityStrength.Strong);
        Show(change, change.Before).ShouldBe("full Id=\"a\" n=1");
    }

    [Theory]
    [InlineData("1749981600", 1_749_981_600_000_000, 0)]
    [InlineData("1749981600.0", 1_749_981_600_000_000, 0)]
    [InlineData("1749981600.25", 1_749_981_600_250_000, 3)]
    [InlineData("1.7499816E9", 1_749_981_600_000_000, 0)]
    [InlineData("99999999999", 99_999_999_999_000_000, 0)]
    [InlineData("100000000000", 100_000_000_000_000, 3)]
    [InlineData("1749981600123", 1_749_981_600_123_000, 3)]
    [InlineData("1749981600123456", 1_749_981_600_123_456, 6)]
    [InlineData("\"1749981600\"", 1_749_981_600_000_000, 0)]
    public void The_unit_of_the_time_is_seen_from_its_size(string time, long microseconds, int digits)
    {
        var facts = Change(Broken.Record(Item.Streamed("INSERT", time: time))).Facts;
        facts.OccurredAtMicroseconds.ShouldBe(microseconds);
        facts.OccurredAtDigits.ShouldBe(digits);
        facts.OccurredFrom.ShouldBe(OccurredFrom.Commit);
    }

    [Fact]
    public void An_explicit_precision_wins_over_the_size()
    {
        var record = Item.Streamed("INSERT", time: "5000,\"ApproximateCreationDateTimePrecision\":\"MILLISECOND\"");
        Change(Broken.Record(record)).Facts.OccurredAtMicroseconds.ShouldBe(5_000_000);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("0")]
    public void Without_a_time_it_is_the_record_s_and_the_identity_no_more_than_medium(string? time)
    {
        var facts = Change(Broken.Record(Item.Streamed("INSERT", time: time))).Facts;
        facts.OccurredFrom.ShouldBe(OccurredFrom.Record);
        facts.OccurredAtMicroseconds.ShouldBe(1_750_000_000_000_000);
        facts.Identity.ShouldBe(IdentityStrength.Medium);
    }

    [Theory]
    [InlineData("\"yesterday\"", RejectionCode.InvalidMember)]
    [InlineData("99999999999999999999", RejectionCode.InvalidMember)]
    [InlineData("-5", RejectionCode.TimeOutOfRange)]
    [InlineData("253402300800000000", RejectionCode.TimeOutOfRange)]
    public void A_time_that_is_none_is_refused_where_it_stands(string time, RejectionCode code)
    {
        var record = Item.Streamed("INSERT", time: time);
        var rejection = Rejection(Broken.Record(record));
        rejection.Code.ShouldBe(code);
        rejection.ByteOffset.ShouldBe(record.IndexOf(time, StringComparison.Ordinal));
    }

    [Fact]
    public void The_event_id_is_the_identity_and_not_the_place_in_the_topic()
    {
        var first = Change(Broken.Record(Item.Streamed("INSERT")));
        var coordinate = first.Coordinate.ToArray();
        first.Facts.Identity.ShouldBe(IdentityStrength.Strong);
        Change(Broken.Record(Item.Streamed("INSERT")) with { Offset = 77 }).Coordinate.ToArray().ShouldBe(coordinate);
        Change(Broken.Record(Item.Streamed("INSERT").Replace("\"e1\"", "\"e2\"", StringComparison.Ordinal))).Coordinate.ToArray().ShouldNotBe(coordinate);
    }

    [Fact]
    public void Without_an_event_id_the_sequence_number_and_the_key_are_the_identity()
    {
        var record = Item.Streamed("INSERT").Replace("\"eventID\":\"e1\",", "", StringComparison.Ordinal);
        var change = Change(Broken.Record(record));
        change.Facts.Identity.ShouldBe(IdentityStrength.Medium);
        var coordinate = change.Coordinate.ToArray();
        Change(Broken.Record(record) with { Offset = 77 }).Coordinate.ToArray().ShouldBe(coordinate);
        var bare = record.Replace("\"SequenceNumber\":\"400000000000000499660\",", "", StringComparison.Ordinal);
        Change(Broken.Record(bare)).Facts.Identity.ShouldBe(IdentityStrength.Weak);
    }

    [Theory]
    [InlineData("{\"type\":\"Service\",\"principalId\":\"dynamodb.amazonaws.com\"}", "dynamodb.amazonaws.com")]
    [InlineData("{\"PrincipalId\":\"dynamodb.amazonaws.com\",\"Type\":\"Service\"}", "dynamodb.amazonaws.com")]
    [InlineData("null", "")]
    [InlineData("{}", "")]
    public void A_deletion_by_time_to_live_says_who(string identity, string actor) =>
        Text(Change(Broken.Record(Item.Streamed("REMOVE", more: $",\"userIdentity\":{identity}"))).Facts.Actor).ShouldBe(actor);

    [Fact]
    public void A_table_that_no_member_names_comes_from_configuration_or_the_record_is_refused()
    {
        var record = Item.Streamed("INSERT").Replace(Item.Arn, "\"eventSourceARN\":\"stream-ARN\"", StringComparison.Ordinal);
        Rejection(Broken.Record(record)).Code.ShouldBe(RejectionCode.MissingMember);
        var settings = new DecodeSettings { Sources = [new SourceSettings { TopicPattern = "(?<table>.+)" }] };
        var table = Change(Broken.Record(record, topic: "Carts"), settings).Facts.Table;
        table.Table.ShouldBe("Carts");
        table.TableFrom.ShouldBe(NameOrigin.Configuration);
    }

    [Fact]
    public void An_ARN_with_an_escape_names_no_table()
    {
        // Cut at the slash, the name would end in the middle of an escape.
        var record = Item.Streamed("INSERT").Replace("table/Orders/", "table/Or\\/ders/", StringComparison.Ordinal);
        Rejection(Broken.Record(record)).Code.ShouldBe(RejectionCode.MissingMember);
    }

    [Fact]
    public void Keys_alone_tell_a_record_from_a_tool_that_leaves_the_source_out()
    {
        Change(Broken.Record(Item.Streamed("INSERT").Replace("\"eventSource\":\"aws:dynamodb\",", "", StringComparison.Ordinal)))
            .Facts.Operation.ShouldBe(ChangeOperation.Insert);
    }

    [Theory]
    [InlineData("{\"id\":1,\"dynamodb\":{\"a\":1}}")]
    [InlineData("{\"eventSource\":\"aws:dynamodb\",\"dynamodb\":\"x\"}")]
    [InlineData("{\"eventSource\":\"aws:s3\",\"dynamodb\":{\"Keys\":{}}}")]
    public void Other_shapes_are_not_taken(string value) => Rejection(Broken.Record(value)).Code.ShouldBe(RejectionCode.UnknownShape);

    [Fact]
    public void An_unknown_operation_is_refused_where_it_stands()
    {
        var record = Item.Streamed("UPSERT");
        var rejection = Rejection(Broken.Record(record));
        rejection.Code.ShouldBe(RejectionCode.UnknownOperation);
        rejection.ByteOffset.ShouldBe(record.IndexOf("\"UPSERT\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_member_that_is_there_twice_is_refused() =>
        Rejection(Broken.Record(Item.Streamed("INSERT", more: ",\"eventName\":\"REMOVE\""))).Code.ShouldBe(RejectionCode.InvalidMember);

    [Fact]
    public void Bookkeeping_tables_are_left_out()
    {
        var settings = new DecodeSettings { Sources = [new SourceSettings { SkippedTables = ["Orders"] }] };
        Given.Decode(Broken.Record(Item.Streamed("INSERT")), settings).Skip.ShouldBe(SkipReason.SkippedTable);
    }

    [Fact]
    public void Records_cut_short_or_mutated_always_have_an_outcome()
    {
        var image = Item.With("m", "{\"M\":{\"b\":{\"L\":[{\"SS\":[\"x\",\"y\"]},{\"NULL\":true}]},\"a\":{\"N\":\"1.5\"}}}");
        var record = Item.Streamed("MODIFY", image, Item.With("m", "{\"B\":\"yv4=\"}"));
        Broken.CutEverywhere(record);
        Broken.Mutate([record, Kinesis, Item.Streamed("INSERT", after: image)], rounds: 15_000);
    }
}
