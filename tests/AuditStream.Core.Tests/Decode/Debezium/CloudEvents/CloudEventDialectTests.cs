using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode.Debezium.CloudEvents;

public sealed class CloudEventDialectTests
{
    private const string Key = "{\"id\":1}";
    private const string Images = "{\"before\":null,\"after\":{\"id\":1,\"v\":\"x\"}}";

    [Fact]
    public void A_change_says_the_same_as_in_its_envelope()
    {
        var change = Given.Change(Given.Record(Event(Images), Key));
        var facts = change.Facts;
        (facts.Operation, facts.Identity, facts.OccurredFrom).ShouldBe((ChangeOperation.Insert, IdentityStrength.Strong, OccurredFrom.Commit));
        (facts.Table.Engine, facts.Table.Source, facts.Table.Database, facts.Table.Schema, facts.Table.Table)
            .ShouldBe(("postgresql", "p", "d", "s", "t"));
        (Given.Text(facts.Position), Given.Text(facts.TransactionId), facts.TransactionOrder).ShouldBe(("1234", "77", 4));
        Given.Show(change, change.After).ShouldBe("full id=1 v=\"x\"");
        var transaction = "{\"id\":\"77:1234\",\"total_order\":4,\"data_collection_order\":3}";
        var envelope = Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":1,\"v\":\"x\"}", transaction: transaction), Key));
        change.Coordinate.Span.SequenceEqual(envelope.Coordinate.Span).ShouldBeTrue();
        change.DeliveredAfter.Span.SequenceEqual(envelope.DeliveredAfter.Span).ShouldBeTrue();
    }

    [Fact]
    public void Data_may_carry_its_schema()
    {
        const string Row = "{\"type\":\"struct\",\"optional\":true,\"fields\":[{\"type\":\"int64\",\"field\":\"id\"},{\"type\":\"string\",\"field\":\"v\"}],\"field\":\"after\"}";
        var data = $"{{\"schema\":{{\"type\":\"struct\",\"fields\":[{Row}]}},\"payload\":{Images}}}";
        var change = Given.Change(Given.Record(Event(data), Key));
        Given.Show(change, change.After).ShouldBe("full id=\"1\" v=\"x\"");
    }

    [Fact]
    public void A_document_of_MongoDB_is_a_row_of_its_fields()
    {
        var record = "{\"id\":\"i\",\"source\":\"/debezium/mongodb/p\",\"specversion\":\"1.0\",\"iodebeziumop\":\"u\",\"iodebeziumconnector\":\"mongodb\","
            + "\"iodebeziumname\":\"p\",\"iodebeziumtsms\":\"1700000000000\",\"iodebeziumdb\":\"d\",\"iodebeziumcollection\":\"c\",\"iodebeziumord\":2,"
            + "\"iodebeziumtxid\":null,\"data\":{\"before\":null,\"after\":\"{\\\"_id\\\":1,\\\"a\\\":2}\"}}";
        var change = Given.Change(Given.Record(record, "{\"id\":\"1\"}"));
        Given.Show(change, change.After).ShouldBe("full _id=1 a=2");
        Given.Text(change.Facts.Position).ShouldBe("1700000000000:2");
    }

    [Fact]
    public void A_CloudEvent_of_something_else_is_no_record_of_Debezium() =>
        Given.Rejection(Given.Record("{\"id\":\"i\",\"source\":\"/x\",\"specversion\":\"1.0\",\"data\":{}}")).Code.ShouldBe(RejectionCode.UnknownShape);

    [Theory]
    [InlineData("\"T2JqAQ==\"", RejectionCode.InvalidMember)]
    [InlineData("{\"schema\":null,\"payload\":5}", RejectionCode.InvalidMember)]
    [InlineData("{\"after\":5}", RejectionCode.InvalidMember)]
    public void Data_that_holds_no_images_is_refused_where_it_stands(string data, RejectionCode code)
    {
        var record = Event(data);
        var rejection = Given.Rejection(Given.Record(record, Key));
        rejection.Code.ShouldBe(code);
        rejection.ByteOffset.ShouldBeInRange(record.IndexOf("\"data\":", StringComparison.Ordinal), record.Length);
    }

    [Theory]
    [InlineData("\"specversion\":", "\"iodebeziumop\":\"d\",\"specversion\":")]
    [InlineData("\"specversion\":", "\"iodebeziumlsn\":\"1\",\"specversion\":")]
    [InlineData("\"specversion\":", "\"data\":{\"before\":null,\"after\":{\"id\":2}},\"specversion\":")]
    [InlineData("\"before\":", "\"after\":{\"id\":2},\"before\":")]
    public void What_is_there_twice_is_refused(string from, string to)
    {
        var record = Event(Images);
        record.ShouldContain(from);
        Given.Rejection(Given.Record(record.Replace(from, to, StringComparison.Ordinal), Key)).Code.ShouldBe(RejectionCode.InvalidMember);
    }

    [Fact]
    public void An_unknown_operation_is_refused() =>
        Given.Rejection(Given.Record(Event(Images).Replace("\"iodebeziumop\":\"c\"", "\"iodebeziumop\":\"x\"", StringComparison.Ordinal), Key)).Code
            .ShouldBe(RejectionCode.UnknownOperation);

    private static string Event(string data) =>
        "{\"id\":\"name:p;lsn:1234;txId:77\",\"source\":\"/debezium/postgresql/p\",\"specversion\":\"1.0\","
        + "\"type\":\"io.debezium.connector.postgresql.DataChangeEvent\",\"time\":\"2023-11-14T22:13:20.001Z\",\"datacontenttype\":\"application/json\","
        + "\"iodebeziumop\":\"c\",\"iodebeziumversion\":\"3.5.0.Final\",\"iodebeziumconnector\":\"postgresql\",\"iodebeziumname\":\"p\","
        + "\"iodebeziumtsms\":\"1700000000001\",\"iodebeziumsnapshot\":\"false\",\"iodebeziumdb\":\"d\",\"iodebeziumschema\":\"s\",\"iodebeziumtable\":\"t\","
        + "\"iodebeziumtxId\":\"77\",\"iodebeziumlsn\":\"1234\",\"iodebeziumxmin\":null,\"iodebeziumtxid\":\"77:1234\",\"iodebeziumtxtotalorder\":\"4\","
        + $"\"iodebeziumtxdatacollectionorder\":\"3\",\"data\":{data}}}";
}
