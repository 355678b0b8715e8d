using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Envelopes;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;
using AuditStream.Core.Tests.Decode.DynamoDb;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Envelopes;

public sealed class EnvelopeDialectTests
{
    private static readonly string first = Wrapped.Base64(Wrapped.Dms(id: 1));
    private static readonly string second = Wrapped.Base64(Wrapped.Dms("delete", id: 2));

    [Fact]
    public void A_Lambda_event_of_Kinesis_gives_the_changes_of_all_its_records()
    {
        var changes = Given.Decode(Broken.Record(Wrapped.Kinesis(first, second, first))).Changes;
        changes.Select(change => change.Facts.Operation).ShouldBe([ChangeOperation.Insert, ChangeOperation.Delete, ChangeOperation.Insert]);
        changes.Select(change => change.Facts.Table.Kind).Distinct().ShouldBe(["dms"]);
        // Each is whole, though the dialect reuses its change.
        Show(changes[0], changes[0].After).ShouldBe("partial id=1");
        Show(changes[1], changes[1].Before).ShouldBe("partial id=2");
    }

    [Fact]
    public void The_changes_of_one_of_its_records_share_the_bytes_of_that_record()
    {
        var transaction = Wal2Json.Wal2JsonRecord.Transaction("", Wal2Json.Wal2JsonRecord.Insert1, Wal2Json.Wal2JsonRecord.Insert1);
        var changes = Given.Decode(Broken.Record(Wrapped.Kinesis(Wrapped.Base64(transaction), first))).Changes;
        changes.Count.ShouldBe(3);
        changes[1].RecordValue.Equals(changes[0].RecordValue).ShouldBeTrue();
        changes[2].RecordValue.Equals(changes[0].RecordValue).ShouldBeFalse();
        changes.Select(change => Show(change, change.After)).ShouldBe(["full id=1 v=\"a\"", "full id=1 v=\"a\"", "partial id=1"]);
    }

    [Fact]
    public void The_origin_is_the_record_that_was_consumed()
    {
        var facts = Given.Decode(Broken.Record(Wrapped.Kinesis(first))).Changes.ShouldHaveSingleItem().Facts;
        (facts.Topic, facts.Partition, facts.Offset, facts.TimestampMilliseconds).ShouldBe(("stream", 3, 42L, 1_750_000_000_000L));
        Text(facts.Part).ShouldBe($"0:{Wrapped.Sequence}:");
    }

    [Fact]
    public void Weak_records_of_one_sequence_number_are_told_apart_by_their_index()
    {
        var changes = Given.Decode(Broken.Record(Wrapped.Kinesis(first, first))).Changes;
        changes.ShouldAllBe(change => change.Facts.Identity == IdentityStrength.Weak);
        changes[0].Coordinate.ToArray().ShouldNotBe(changes[1].Coordinate.ToArray());
        Text(changes[1].Coordinate).ShouldEndWith($"1:{Wrapped.Sequence}:");
    }

    [Fact]
    public void A_strong_record_has_the_identity_that_it_has_without_its_wrapper()
    {
        var envelope = Envelope("c", after: "{\"id\":1}");
        var bare = Change(Given.Record(envelope, "{\"id\":1}"));
        var coordinate = bare.Coordinate.ToArray();
        bare.Facts.Identity.ShouldBe(IdentityStrength.Strong);
        var wrapped = Given.Decode(Broken.Record(Wrapped.Kafka(Wrapped.KafkaRecord(envelope, "{\"id\":1}")))).Changes.ShouldHaveSingleItem();
        wrapped.Coordinate.ToArray().ShouldBe(coordinate);
        Show(wrapped, wrapped.Key).ShouldBe("full id=\"1\"");
        Show(wrapped, wrapped.After).ShouldBe("full id=1");
    }

    [Fact]
    public void A_record_of_Kafka_has_its_own_headers_topic_and_time()
    {
        var old = string.Join(',', Encoding.UTF8.GetBytes("{\"id\":9}").Select(one => unchecked((sbyte)one)));
        var moved = Wrapped.KafkaRecord(Envelope("c", after: "{\"id\":1}"), "{\"id\":1}", $"[{{\"__debezium.oldkey\":[{old}]}},{{\"x\":null}},{{\"y\":[]}}]");
        var change = Given.Decode(Broken.Record(Wrapped.Kafka(moved))).Changes.ShouldHaveSingleItem();
        Show(change, change.PreviousKey).ShouldBe("full id=\"9\"");
        // A flat row tells no time and no table: those of the record in the wrapper count.
        var header = string.Join(',', Encoding.UTF8.GetBytes("u"));
        var flat = Wrapped.KafkaRecord("{\"id\":1}", headers: $"[{{\"__op\":[{header}]}}]");
        var facts = Given.Decode(Broken.Record(Wrapped.Kafka(flat))).Changes.ShouldHaveSingleItem().Facts;
        (facts.Table.Source, facts.Table.Schema, facts.Table.Table).ShouldBe(("p", "s", "t"));
        facts.OccurredAtMicroseconds.ShouldBe(1_545_084_650_987_000);
        facts.OccurredFrom.ShouldBe(OccurredFrom.Record);
        facts.TimestampMilliseconds.ShouldBe(1_750_000_000_000);
        Text(facts.Part).ShouldBe("0:p.s.t-0-15:");
    }

    [Fact]
    public void Settings_are_those_of_the_topic_in_the_wrapper_and_else_of_the_outer_one()
    {
        var record = Broken.Record(Wrapped.Kafka(Wrapped.KafkaRecord(Envelope("c", after: "{\"id\":1}"))));
        SourceOf("stream").ShouldBe("named");
        SourceOf("p\\.s\\.t").ShouldBe("named");
        SourceOf("other").ShouldBe("p");

        string SourceOf(string pattern) => Given.Decode(
            record, new DecodeSettings { Sources = [new SourceSettings { TopicPattern = pattern, Name = "named" }] })
            .Changes.ShouldHaveSingleItem().Facts.Table.Source;
    }

    [Theory]
    [InlineData("a\\\\", "a\\")]
    [InlineData("a\\nb.t", "a\nb.t")]
    [InlineData("a\\\"b", "a\"b")]
    public void A_topic_may_be_called_anything(string topic, string source)
    {
        // No broker has such a topic, but a wrapper may name one. A break in the line was taken for the end of the source's name, and a
        // backslash at the end for an escape of which the rest is missing.
        var record = Wrapped.Kafka(Wrapped.KafkaRecord(Wrapped.Dms())).Replace("\"topic\":\"p.s.t\"", $"\"topic\":\"{topic}\"", StringComparison.Ordinal);
        var table = Given.Decode(Broken.Record(record)).Changes.ShouldHaveSingleItem().Facts.Table;
        (table.Source, table.Schema, table.Table).ShouldBe((source, "s", "t"));
        var marker = "{\"status\":\"END\",\"id\":\"571:1\",\"event_count\":1,\"data_collections\":[],\"ts_ms\":1750000000000}";
        record = record.Replace(Wrapped.Base64(Wrapped.Dms()), Wrapped.Base64(marker), StringComparison.Ordinal);
        var dot = source.IndexOf('.', StringComparison.Ordinal);
        Given.Decode(Broken.Record(record)).Changes.ShouldHaveSingleItem().Facts.Table.Source.ShouldBe(dot < 0 ? source : source[..dot]);
    }

    [Fact]
    public void A_Lambda_event_of_DynamoDB_holds_its_records_as_they_are()
    {
        var changes = Given.Decode(Broken.Record(Wrapped.DynamoDb(
            Item.Streamed("INSERT", after: Item.With("a", "{\"S\":\"x\"}")), Item.Streamed("REMOVE")))).Changes;
        changes.Select(change => change.Facts.Operation).ShouldBe([ChangeOperation.Insert, ChangeOperation.Delete]);
        Show(changes[0], changes[0].After).ShouldBe("full Id=101 a=\"x\"");
        changes[0].Facts.Identity.ShouldBe(IdentityStrength.Strong);
    }

    [Fact]
    public void A_transform_of_Firehose_is_unwrapped()
    {
        var changes = Given.Decode(Broken.Record(Wrapped.Firehose(first, second))).Changes;
        changes.Select(change => change.Facts.Operation).ShouldBe([ChangeOperation.Insert, ChangeOperation.Delete]);
        Text(changes[1].Facts.Part).ShouldBe($"1:{Wrapped.Sequence}:1");
    }

    [Fact]
    public void Times_in_the_units_of_each_wrapper_are_those_of_records_that_tell_none()
    {
        var trigger = Wrapped.Base64("{\"type\":\"INSERT\",\"table\":\"t\",\"schema\":\"s\",\"record\":{\"id\":1},\"old_record\":null}");
        Given.Decode(Broken.Record(Wrapped.Kinesis(trigger))).Changes[0].Facts.OccurredAtMicroseconds.ShouldBe(1_545_084_650_987_000);
        Given.Decode(Broken.Record(Wrapped.Firehose(trigger))).Changes[0].Facts.OccurredAtMicroseconds.ShouldBe(1_495_072_949_453_000);
        var unknown = Wrapped.Kinesis(trigger).Replace("1545084650.987", "\"soon\"", StringComparison.Ordinal);
        Given.Decode(Broken.Record(unknown)).Changes[0].Facts.OccurredAtMicroseconds.ShouldBe(1_750_000_000_000_000);
    }

    [Fact]
    public void A_partition_key_is_the_key_when_it_is_one_of_Debezium()
    {
        var data = Wrapped.Base64(Envelope("c", after: "{\"id\":1}"));
        var keyed = Wrapped.Kinesis(data).Replace("\"partitionKey\":\"1\"", "\"partitionKey\":\"{\\\"id\\\":1}\"", StringComparison.Ordinal);
        var change = Given.Decode(Broken.Record(keyed)).Changes.ShouldHaveSingleItem();
        Show(change, change.Key).ShouldBe("full id=\"1\"");
        Given.Decode(Broken.Record(Wrapped.Kinesis(data))).Changes[0].Key.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void A_tombstone_is_left_out_and_a_record_of_nothing_but_tombstones_is_one()
    {
        Given.Decode(Broken.Record(Wrapped.Kinesis(""))).Skip.ShouldBe(SkipReason.Tombstone);
        Given.Decode(Broken.Record(Wrapped.Kafka(Wrapped.KafkaRecord(null)))).Skip.ShouldBe(SkipReason.Tombstone);
        Given.Decode(Broken.Record(Wrapped.Kinesis("", first))).Changes.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("{\"Records\":[],\"isFinalInvokeForWindow\":true}")]
    [InlineData("{\"deliveryStreamArn\":\"a\",\"records\":[]}")]
    [InlineData("{\"eventSource\":\"SelfManagedKafka\",\"records\":{}}")]
    [InlineData("{\"eventSource\":\"aws:kafka\",\"records\":{\"t-0\":[ ]}}")]
    public void A_wrapper_without_a_record_is_left_out(string value) => Given.Decode(Broken.Record(value)).Skip.ShouldBe(SkipReason.Empty);

    [Fact]
    public void One_refused_record_refuses_the_whole_and_says_which_and_where()
    {
        var bad = Wrapped.Base64(Wrapped.Dms("merge"));
        var record = Wrapped.Kinesis(first, bad, first);
        var rejection = Rejection(Broken.Record(record));
        rejection.Code.ShouldBe(RejectionCode.UnknownOperation);
        rejection.Message.ShouldStartWith("Record 1 of the wrapper: ");
        rejection.ByteOffset.ShouldBe(record.IndexOf($"\"{bad}\"", StringComparison.Ordinal));
        // What stands there as it is has a place of its own.
        var plain = Wrapped.DynamoDb(Item.Streamed("INSERT"), Item.Streamed("MERGE"));
        Rejection(Broken.Record(plain)).ByteOffset.ShouldBe(plain.IndexOf("\"MERGE\"", StringComparison.Ordinal));
    }

    [Fact]
    public void A_record_after_a_refused_one_is_read_as_ever()
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings());
        decoder.Decode(Broken.Record(Wrapped.Kinesis(Wrapped.Base64("{}")))).Rejection.ShouldNotBeNull();
        decoder.Decode(Broken.Record(Wrapped.Kinesis(first, second))).Changes.Count.ShouldBe(2);
        decoder.Decode(Broken.Record(Wrapped.Dms())).Changes.Count.ShouldBe(1);
    }

    [Fact]
    public void A_wrapper_in_a_wrapper_is_refused()
    {
        var rejection = Rejection(Broken.Record(Wrapped.Kinesis(Wrapped.Base64(Wrapped.Kinesis(first)))));
        rejection.Code.ShouldBe(RejectionCode.InvalidMember);
        rejection.Message.ShouldBe("Record 0 of the wrapper: A record in a wrapper is a wrapper itself.");
    }

    [Fact]
    public void A_wrapper_of_too_many_records_or_topics_is_refused()
    {
        var records = Enumerable.Repeat("{\"kinesis\":{\"data\":\"\"}}", EnvelopeReader.MaxRecords);
        Given.Decode(Broken.Record($"{{\"Records\":[{string.Join(',', records)}]}}")).Skip.ShouldBe(SkipReason.Tombstone);
        Rejection(Broken.Record($"{{\"Records\":[{string.Join(',', records.Append("{\"kinesis\":{\"data\":\"\"}}"))}]}}")).Code.ShouldBe(RejectionCode.TooLarge);
        var topics = Enumerable.Range(0, EnvelopeReader.MaxTopics).Select(topic => $"{{\"topic\":\"t{topic}\",\"value\":null}}");
        Given.Decode(Broken.Record(Wrapped.Kafka([.. topics]))).Skip.ShouldBe(SkipReason.Tombstone);
        Rejection(Broken.Record(Wrapped.Kafka([.. topics, "{\"topic\":\"more\"}"]))).Code.ShouldBe(RejectionCode.TooLarge);
    }

    [Theory]
    [InlineData("{\"Records\":[{\"kinesis\":{\"sequenceNumber\":\"1\"}}]}", RejectionCode.MissingMember)]
    [InlineData("{\"Records\":[{\"kinesis\":{\"data\":5}}]}", RejectionCode.MissingMember)]
    [InlineData("{\"Records\":[{\"kinesis\":{\"data\":\"no base64!\"}}]}", RejectionCode.InvalidMember)]
    [InlineData("{\"Records\":[{\"kinesis\":{\"data\":\"e30=\"}},5]}", RejectionCode.InvalidMember)]
    [InlineData("{\"Records\":[{\"kinesis\":{\"data\":\"\"}},{\"dynamodb\":{}}]}", RejectionCode.MissingMember)]
    [InlineData("{\"records\":[{\"recordId\":\"r\"}]}", RejectionCode.MissingMember)]
    [InlineData("{\"eventSource\":\"aws:kafka\",\"records\":{\"t-0\":{}}}", RejectionCode.InvalidMember)]
    [InlineData("{\"eventSource\":\"aws:kafka\",\"records\":{\"t-0\":[{\"value\":{}}]}}", RejectionCode.InvalidMember)]
    [InlineData("{\"eventSource\":\"aws:kafka\",\"records\":{\"t-0\":[{\"headers\":[{\"a\":[999]}]}]}}", RejectionCode.InvalidMember)]
    [InlineData("{\"eventSource\":\"aws:kafka\",\"records\":{\"t-0\":[{\"headers\":[{\"a\":[[1],2]}]}]}}", RejectionCode.InvalidMember)]
    [InlineData("{\"eventSource\":\"aws:kafka\",\"records\":{\"t-0\":[{\"headers\":{}}]}}", RejectionCode.InvalidMember)]
    [InlineData("{\"Records\":[{\"s3\":{}}]}", RejectionCode.UnknownShape)]
    [InlineData("{\"Records\":[]}", RejectionCode.UnknownShape)]
    [InlineData("{\"Records\":[5]}", RejectionCode.UnknownShape)]
    [InlineData("{\"records\":{\"t-0\":[]}}", RejectionCode.UnknownShape)]
    [InlineData("{\"records\":[{\"id\":1}]}", RejectionCode.UnknownShape)]
    public void What_is_no_wrapper_or_a_broken_one_is_refused(string value, RejectionCode code) => Rejection(Broken.Record(value)).Code.ShouldBe(code);

    [Fact]
    public void Wrappers_cut_short_or_mutated_always_have_an_outcome()
    {
        string[] wrappers =
        [
            Wrapped.Kinesis(first, second), Wrapped.Firehose(first), Wrapped.DynamoDb(Item.Streamed("REMOVE"), Item.Streamed("INSERT")),
            Wrapped.Kafka(Wrapped.KafkaRecord(Wrapped.Dms(), "{\"id\":1}", "[{\"h\":[1,-2]}]"), Wrapped.KafkaRecord(null)),
        ];
        foreach (var wrapper in wrappers)
            Broken.CutEverywhere(wrapper);
        Broken.Mutate(wrappers, rounds: 15_000);
    }
}
