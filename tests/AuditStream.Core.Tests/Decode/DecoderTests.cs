using System.Text;
using AuditStream.Core.Decode;
using AuditStream.Core.Decode.Avro;
using AuditStream.Core.Diff;
using AuditStream.Core.Flow;
using AuditStream.Core.Json;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode;

public sealed class DecoderTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("{\"schema\":null,\"payload\":null}")]
    [InlineData(" {\"payload\" : null, \"schema\" : null } ")]
    [InlineData("null")]
    public void Null_in_every_form_is_a_tombstone(string? value) =>
        Given.Decode(Given.Record(value)).Skip.ShouldBe(SkipReason.Tombstone);

    [Theory]
    [InlineData("{\"ts_ms\":1}", RecordFraming.Json, RecordForm.DebeziumEnvelope)]
    [InlineData("{\"schema\":{\"type\":\"struct\"},\"payload\":{\"ts_ms\":1}}", RecordFraming.ConnectJson, RecordForm.DebeziumEnvelope)]
    [InlineData("{\"id\":1,\"__op\":\"c\"}", RecordFraming.Json, RecordForm.DebeziumFlatRow)]
    [InlineData("{\"metadata\":{\"record-type\":\"unheard of\"}}", RecordFraming.Json, RecordForm.Dms)]
    [InlineData("{\"eventSource\":\"aws:dynamodb\",\"dynamodb\":{}}", RecordFraming.Json, RecordForm.DynamoDb)]
    [InlineData("{\"Records\":[{\"kinesis\":{\"data\":\"\"}}]}", RecordFraming.Json, RecordForm.AwsEnvelope)]
    [InlineData("{\"type\":\"INSERT\",\"record\":{},\"old_record\":null}", RecordFraming.Json, RecordForm.Trigger)]
    [InlineData("{\"type\":\"DatabaseActivityMonitoringRecords\",\"databaseActivityEvents\":\"x\"}", RecordFraming.Json, RecordForm.ActivityStream)]
    [InlineData("{\"type\":\"insert\",\"database\":\"d\",\"ts\":1,\"data\":{}}", RecordFraming.Json, RecordForm.Maxwell)]
    [InlineData("{\"type\":\"INSERT\",\"isDdl\":false,\"data\":[]}", RecordFraming.Json, RecordForm.Canal)]
    [InlineData("{\"change\":[]}", RecordFraming.Json, RecordForm.Wal2Json)]
    [InlineData("{\"action\":\"B\"}", RecordFraming.Json, RecordForm.Wal2Json)]
    [InlineData("{\"op_type\":\"I\",\"op_ts\":\"\",\"pos\":\"\"}", RecordFraming.Json, RecordForm.GoldenGate)]
    [InlineData("{\"a\":1}", RecordFraming.Json, RecordForm.Unknown)]
    [InlineData("{\"a\":", RecordFraming.Json, RecordForm.Unknown)]
    [InlineData(null, RecordFraming.None, RecordForm.Unknown)]
    public void What_a_record_was_recognised_as_can_be_asked(string? value, RecordFraming framing, RecordForm form)
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings());
        decoder.Decode(Given.Record("{\"ts_ms\":1}"));
        decoder.Decode(Given.Record(value));
        decoder.Recognised.ShouldBe(new Recognition(framing, Schema: null, form));
    }

    [Fact]
    public void The_schema_of_an_avro_record_is_told_though_no_registry_knows_it()
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings());
        decoder.Decode(Given.Record("{}") with { Value = (byte[])[0, 0, 0, 0, 7, 1, 2] });
        decoder.Recognised.ShouldBe(new Recognition(RecordFraming.Avro, new SchemaId(SchemaIdKind.Confluent, 7), RecordForm.Unknown));
        decoder.Decode(Given.Record("{}") with { Value = (byte[])[0, 0] });
        decoder.Recognised.ShouldBe(new Recognition(RecordFraming.Avro, Schema: null, RecordForm.Unknown));
    }

    [Theory]
    [InlineData("\u0001\u0002\u0003", RejectionCode.NotJson, 0)]
    [InlineData("hello", RejectionCode.NotJson, 0)]
    [InlineData("  ", RejectionCode.NotJson, 2)]
    [InlineData("nul", RejectionCode.TruncatedJson, 3)]
    [InlineData("nulL", RejectionCode.MalformedJson, 3)]
    [InlineData("{", RejectionCode.TruncatedJson, 1)]
    [InlineData("{\"a\"", RejectionCode.TruncatedJson, 4)]
    [InlineData("{\"a\":", RejectionCode.TruncatedJson, 5)]
    [InlineData("{\"a\":\"x", RejectionCode.TruncatedJson, 7)]
    [InlineData("{\"a\":\"x\\u00", RejectionCode.TruncatedJson, 11)]
    [InlineData("{\"a\":{\"b\":[1,{\"c\":", RejectionCode.TruncatedJson, 18)]
    [InlineData("{\"a\":1.", RejectionCode.TruncatedJson, 7)]
    [InlineData("{\"a\":1,}", RejectionCode.MalformedJson, 7)]
    [InlineData("{\"a\":01}", RejectionCode.MalformedJson, 6)]
    [InlineData("{\"a\":+1}", RejectionCode.MalformedJson, 5)]
    [InlineData("{\"a\" 1}", RejectionCode.MalformedJson, 5)]
    [InlineData("{a:1}", RejectionCode.MalformedJson, 1)]
    [InlineData("{\"a\":\"\t\"}", RejectionCode.MalformedJson, 6)]
    [InlineData("{\"a\":\"\\x\"}", RejectionCode.MalformedJson, 7)]
    [InlineData("{\"a\":{\"b\":[1,]}}", RejectionCode.MalformedJson, 13)]
    [InlineData("{\"a\":[1}}", RejectionCode.MalformedJson, 7)]
    [InlineData("{\"a\":1} {", RejectionCode.MalformedJson, 8)]
    [InlineData("{\"schema\":{\"type\":\"struct\"},\"payload\":{\"a\":", RejectionCode.TruncatedJson, 43)]
    [InlineData("{\"schema\":{\"type\":\"struct\"},\"payload\":{\"a\"}}", RejectionCode.MalformedJson, 42)]
    [InlineData("{\"schema\":{\"type\":\"strict\"},\"payload\":{\"a\":1}}", RejectionCode.MalformedSchema, 10)]
    [InlineData("{\"schema\":{},\"payload\":{\"a\":1}}", RejectionCode.MalformedSchema, 10)]
    [InlineData("{\"a\":1}", RejectionCode.UnknownShape, 0)]
    [InlineData("{}", RejectionCode.UnknownShape, 0)]
    [InlineData("[1,2]", RejectionCode.UnknownShape, 0)]
    [InlineData("-12.5e3", RejectionCode.UnknownShape, 0)]
    [InlineData("\"text\"", RejectionCode.UnknownShape, 0)]
    [InlineData("{\"schema\":{\"type\":\"string\"},\"payload\":\"x\"}", RejectionCode.UnknownShape, 0)]
    [InlineData("{\"schema\":1,\"payload\":2}", RejectionCode.UnknownShape, 0)]
    [InlineData("{\"schema\":{\"type\":\"struct\"},\"payload\":{},\"other\":1}", RejectionCode.UnknownShape, 0)]
    public void What_is_no_change_record_is_refused_where_it_goes_wrong(string value, RejectionCode code, int offset)
    {
        var rejection = Given.Rejection(Given.Record(value));
        rejection.Code.ShouldBe(code);
        rejection.ByteOffset.ShouldBe(offset);
    }

    [Fact]
    public void Random_bytes_broken_characters_and_cut_characters_are_told_apart()
    {
        Refused([0x9C, 0x00, 0xFF]).ShouldBe((RejectionCode.NotJson, 0));
        Refused([0x00, 0x00, 0x00, 0x00, 0x07, 0x02]).ShouldBe((RejectionCode.UnknownSchema, 1));
        Refused([.. "{\"a\":\"x"u8, 0xC3, .. "\"}"u8]).ShouldBe((RejectionCode.InvalidUtf8, 7));
        Refused([.. "{\"a\":\"x"u8, 0xED, 0xA0, 0x80, .. "\"}"u8]).ShouldBe((RejectionCode.InvalidUtf8, 7));
        Refused([.. "{\"a\":\"x"u8, 0xE2, 0x82]).ShouldBe((RejectionCode.TruncatedJson, 7));
    }

    [Theory]
    [InlineData("c", "The operation is an insert, and the record has a row before it.")]
    [InlineData("d", "The operation is a delete, and the record has a row after it.")]
    public void An_operation_that_its_images_contradict_is_refused(string op, string message)
    {
        var rejection = Given.Rejection(Given.Record(Given.Envelope(op, "{\"id\":1}", "{\"id\":1}")));
        (rejection.Code, rejection.Message).ShouldBe((RejectionCode.InvalidMember, message));
    }

    [Fact]
    public void A_wide_row_is_a_change_and_a_wider_one_is_too_large()
    {
        var change = Given.Change(Given.Record(Given.Envelope("c", after: Wide(JsonTape.MaxMembers))));
        change.After.Layout.Count.ShouldBe(JsonTape.MaxMembers);
        Given.Rejection(Given.Record(Given.Envelope("c", after: Wide(JsonTape.MaxMembers + 1)))).Code.ShouldBe(RejectionCode.TooLarge);
        var name = new string('n', JsonTape.MaxNameBytes + 1);
        Given.Rejection(Given.Record(Given.Envelope("c", after: $"{{\"{name}\":1}}"))).Code.ShouldBe(RejectionCode.TooLarge);
    }

    [Fact]
    public void A_record_of_5_MB_is_a_change()
    {
        var text = new string('x', 5_000_000);
        var change = Given.Change(Given.Record(Given.Envelope("c", after: $"{{\"v\":\"{text}\\n\"}}")));
        change.TextOf(change.After.Values[0]).Length.ShouldBe(5_000_004);
    }

    [Fact]
    public void A_known_schema_is_passed_over_and_another_is_read()
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings());
        var days = "{\"type\":\"int32\",\"name\":\"io.debezium.time.Date\",\"field\":\"v\"}";
        var plain = "{\"type\":\"int32\",\"field\":\"v\"}";
        foreach (var (field, value, expected) in new[]
        {
            (days, "0", "full v=\"1970-01-01\""), (days, "1", "full v=\"1970-01-02\""), (plain, "1", "full v=1"),
            (plain, "2", "full v=2"), (days, "2", "full v=\"1970-01-03\""),
        })
        {
            var record = Given.Record(Given.WithSchema(field, Given.Envelope("c", after: $"{{\"v\":{value}}}")));
            var change = decoder.Decode(record).Changes.ShouldHaveSingleItem();
            Given.Show(change, change.After).ShouldBe(expected);
        }
    }

    [Fact]
    public void The_same_record_with_its_schema_last_is_read_every_time()
    {
        var decoder = new Core.Decode.Decoder(new DecodeSettings());
        var wrapped = Given.WithSchema("{\"type\":\"int32\",\"field\":\"v\"}", Given.Envelope("c", after: "{\"v\":0}"));
        var payload = wrapped.IndexOf(",\"payload\"", StringComparison.Ordinal);
        var turned = $"{{{wrapped[(payload + 1)..^1]},{wrapped[1..payload]}}}";
        var key = "{\"payload\":{\"v\":0},\"schema\":{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\",\"field\":\"v\"}]}}";
        for (var time = 0; time < 3; time++)
        {
            var change = decoder.Decode(Given.Record(turned, key)).Changes.ShouldHaveSingleItem();
            Given.Show(change, change.After).ShouldBe("full v=0");
            Given.Show(change, change.Key).ShouldBe("full v=\"0\"");
        }
    }

    [Fact]
    public void A_schema_after_its_payload_and_no_schema_beside_a_payload_are_read()
    {
        var envelope = Given.Envelope("c", after: "{\"v\":0}");
        var wrapped = Given.WithSchema("{\"type\":\"int32\",\"name\":\"io.debezium.time.Date\",\"field\":\"v\"}", envelope);
        var schema = wrapped["{\"schema\":".Length..wrapped.IndexOf(",\"payload\"", StringComparison.Ordinal)];
        After($"{{\"payload\":{envelope},\"schema\":{schema}}}").ShouldBe("full v=\"1970-01-01\"");
        After($"{{\"payload\":{envelope}}}").ShouldBe("full v=0");
        After($"{{\"schema\":null,\"payload\":{envelope}}}").ShouldBe("full v=0");
    }

    [Fact]
    public void A_record_in_steady_state_allocates_nothing()
    {
        var decoder = new Core.Decode.Decoder(Given.Settings(ReplicaIdentity.Full));
        var differ = new Differ();
        var fields = "{\"type\":\"int64\",\"field\":\"id\"},{\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\","
            + "\"parameters\":{\"scale\":\"2\"},\"field\":\"sum\"},{\"type\":\"string\",\"name\":\"io.debezium.data.Json\",\"field\":\"doc\"},"
            + "{\"type\":\"int64\",\"name\":\"io.debezium.time.MicroTimestamp\",\"field\":\"at\"},{\"type\":\"string\",\"field\":\"text\"}";
        var before = "{\"id\":1,\"sum\":\"AfM=\",\"doc\":\"{\\\"b\\\":1,\\\"a\\\":[1,2]}\",\"at\":1580464800250000,\"text\":\"a\\tb\"}";
        var after = before.Replace("AfM=", "AfQ=", StringComparison.Ordinal);
        RawRecord[] records =
        [
            Given.Record(Given.WithSchema(fields, Given.Envelope("u", before, after)), "{\"id\":1}"),
            Given.Record(Given.WithSchema(fields, Given.Envelope("d", before)), "{\"id\":1}", ("__debezium.newkey", "{\"id\":2}")),
            Given.Record(Given.WithSchema(fields, Given.Envelope("c", after: after)), "{\"id\":1}", ("__debezium.oldkey", "{\"id\":2}")),
        ];
        Run(decoder, differ, records, rounds: 200);
        var allocatedBefore = GC.GetAllocatedBytesForCurrentThread();
        Run(decoder, differ, records, rounds: 1_000);
        (GC.GetAllocatedBytesForCurrentThread() - allocatedBefore).ShouldBe(0);
    }

    private static void Run(Core.Decode.Decoder decoder, Differ differ, RawRecord[] records, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            foreach (ref readonly var record in records.AsSpan())
            {
                var result = decoder.Decode(record);
                if (result.Changes.Count != 1 || differ.Compare(result.Changes[0]).Knowledge != ChangedKnowledge.All)
                    throw new InvalidOperationException("A record was not understood.");
            }
        }
    }

    private static string After(string record)
    {
        var change = Given.Change(Given.Record(record));
        return Given.Show(change, change.After);
    }

    private static string Wide(int columns)
    {
        var row = new StringBuilder("{");
        for (var column = 0; column < columns; column++)
            row.Append(column == 0 ? "" : ",").Append($"\"c{column}\":{column}");
        return row.Append('}').ToString();
    }

    private static (RejectionCode Code, long Offset) Refused(byte[] value)
    {
        var rejection = new Core.Decode.Decoder(new DecodeSettings())
            .Decode(new RawRecord { Topic = "t", Partition = 0, Offset = 0, TimestampMilliseconds = 0, Value = value }).Rejection.ShouldNotBeNull();
        return (rejection.Code, rejection.ByteOffset);
    }
}
