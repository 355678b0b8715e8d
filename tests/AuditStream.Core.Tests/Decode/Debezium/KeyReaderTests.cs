using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode.Debezium;

public sealed class KeyReaderTests
{
    private const string Row = "{\"id\":1,\"name\":\"x\",\"n\":2.50}";

    [Theory]
    [InlineData("{\"id\":1}", "full id=\"1\"")]
    [InlineData("{\"id\":1E+3}", "full id=\"1000\"")]
    [InlineData("{\"id\":-1.50e-2}", "full id=\"-0.0150\"")]
    [InlineData("{\"id\":9223372036854775807}", "full id=\"9223372036854775807\"")]
    [InlineData("{\"b\":\"x\\u00e9\",\"a\":null,\"c\":true}", "full a=null b=\"xé\" c=true")]
    [InlineData("{\"id\":1,\"__dbz__physicalTableIdentifier\":\"p.s.t_1\"}", "full id=\"1\"")]
    [InlineData("{\"__dbz__sourceIdentifier\":\"p.s.t_1\",\"id\":1}", "full id=\"1\"")]
    [InlineData("{\"schema\":null,\"payload\":{\"id\":1}}", "full id=\"1\"")]
    [InlineData("{\"schema\":\"a\",\"payload\":\"b\"}", "full payload=\"b\" schema=\"a\"")]
    [InlineData("{\"schema\":{\"type\":\"struct\",\"fields\":[{\"type\":\"int64\",\"field\":\"id\"}]},\"payload\":{\"id\":1}}", "full id=\"1\"")]
    [InlineData(
        "{\"schema\":{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\",\"name\":\"io.debezium.time.Date\",\"field\":\"day\"},"
        + "{\"type\":\"bytes\",\"name\":\"org.apache.kafka.connect.data.Decimal\",\"parameters\":{\"scale\":\"2\"},\"field\":\"n\"}]},"
        + "\"payload\":{\"day\":0,\"n\":\"AfM=\"}}", "full day=\"1970-01-01\" n=\"4.99\"")]
    public void A_key_has_its_numbers_as_strings_in_plain_digits(string key, string expected)
    {
        var change = Given.Change(Given.Record(Given.Envelope("c", after: Row), key));
        Given.Show(change, change.Key).ShouldBe(expected);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{\"schema\":null,\"payload\":null}")]
    [InlineData("{}")]
    public void A_missing_key_is_legal(string? key) =>
        Given.Change(Given.Record(Given.Envelope("c", after: Row), key)).Key.IsPresent.ShouldBeFalse();

    [Theory]
    [InlineData("{\"id\":")]
    [InlineData("\u0001")]
    [InlineData("\"text\"")]
    [InlineData("[1]")]
    [InlineData("{\"id\":1,\"id\":2}")]
    [InlineData("{\"schema\":{\"type\":\"struct\",\"fields\":[{\"type\":\"int64\",\"field\":\"id\"}]},\"payload\":{\"id\":\"x\"}}")]
    public void A_key_that_is_none_is_refused(string key) =>
        Given.Rejection(Given.Record(Given.Envelope("c", after: Row), key)).Code.ShouldBe(RejectionCode.MalformedKey);

    [Fact]
    public void The_halves_of_a_key_change_name_each_others_key()
    {
        var deleted = Given.Change(Given.Record(Given.Envelope("d", "{\"id\":3}"), "{\"id\":3}", ("__debezium.newkey", "{\"id\":30}")));
        (Given.Show(deleted, deleted.Key), Given.Show(deleted, deleted.NextKey)).ShouldBe(("full id=\"3\"", "full id=\"30\""));
        deleted.PreviousKey.IsPresent.ShouldBeFalse();
        var wrapped = "{\"schema\":{\"type\":\"struct\",\"fields\":[{\"type\":\"int64\",\"field\":\"id\"}]},\"payload\":{\"id\":3}}";
        var inserted = Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":30}"), "{\"id\":30}", ("__debezium.oldkey", wrapped)));
        Given.Show(inserted, inserted.PreviousKey).ShouldBe("full id=\"3\"");
        inserted.NextKey.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void A_header_without_schema_takes_the_types_of_the_key_when_they_fit()
    {
        var key = "{\"schema\":{\"type\":\"struct\",\"fields\":[{\"type\":\"int32\",\"name\":\"io.debezium.time.Date\",\"field\":\"day\"}]},"
            + "\"payload\":{\"day\":0}}";
        var change = Given.Change(Given.Record(Given.Envelope("d", "{\"day\":0}"), key, ("__debezium.newkey", "{\"day\":1}")));
        Given.Show(change, change.NextKey).ShouldBe("full day=\"1970-01-02\"");
        change = Given.Change(Given.Record(Given.Envelope("d", "{\"day\":0}"), key, ("__debezium.newkey", "{\"day\":\"1970-01-02\"}")));
        Given.Show(change, change.NextKey).ShouldBe("full day=\"1970-01-02\"");
        change = Given.Change(Given.Record(Given.Envelope("d", "{\"day\":0}"), key, ("__debezium.newkey", "Struct{day=1}")));
        change.NextKey.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void An_index_as_identity_leaves_the_key_of_a_delete_unknown()
    {
        var settings = Given.Settings(ReplicaIdentity.Index);
        var deleted = Given.Change(
            Given.Record(Given.Envelope("d", "{\"id\":\"\",\"mail\":\"a\"}"), "{\"id\":\"\"}", ("__debezium.newkey", "{\"id\":\"7\"}")), settings);
        deleted.Key.IsPresent.ShouldBeFalse();
        Given.Show(deleted, deleted.NextKey).ShouldBe("full id=\"7\"");
        var inserted = Given.Change(
            Given.Record(Given.Envelope("c", after: "{\"id\":\"7\",\"mail\":\"b\"}"), "{\"id\":\"7\"}", ("__debezium.oldkey", "{\"id\":\"\"}")),
            settings);
        Given.Show(inserted, inserted.Key).ShouldBe("full id=\"7\"");
        inserted.PreviousKey.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void A_configured_key_is_taken_from_the_row_when_the_record_has_none()
    {
        var settings = Given.Settings(key: ["n", "id"]);
        var change = Given.Change(Given.Record(Given.Envelope("c", after: Row)), settings);
        Given.Show(change, change.Key).ShouldBe("full id=\"1\" n=\"2.50\"");
        change = Given.Change(Given.Record(Given.Envelope("c", after: Row), "{\"name\":\"x\"}"), settings);
        Given.Show(change, change.Key).ShouldBe("full name=\"x\"");
        change = Given.Change(Given.Record(Given.Envelope("d", before: Row)), settings);
        Given.Show(change, change.Key).ShouldBe("full id=\"1\" n=\"2.50\"");
        Given.Show(change, change.Before).ShouldBe("key id=1 n=2.50");
        Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":1}")), settings).Key.IsPresent.ShouldBeFalse();
    }

    [Theory]
    [InlineData("{\"id\":1,\"name\":\"x\"}", "{\"id\":2,\"name\":\"x\"}", "full id=\"2\"", "full id=\"1\"")]
    [InlineData("{\"id\":1,\"name\":\"x\"}", "{\"id\":1,\"name\":\"y\"}", "full id=\"1\"", "none")]
    [InlineData("null", "{\"id\":1,\"name\":\"y\"}", "full id=\"1\"", "none")]
    public void An_update_that_moves_a_row_names_the_configured_key_before_it(string before, string after, string key, string previous)
    {
        var change = Given.Change(Given.Record(Given.Envelope("u", before, after)), Given.Settings(ReplicaIdentity.Full, key: ["id"]));
        (Given.Show(change, change.Key), Given.Show(change, change.PreviousKey)).ShouldBe((key, previous));
    }
}
