using AuditStream.Core.Decode;
using AuditStream.Core.Tests.Decode.Dms;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Triggers;

/// <summary>Sequin's messages, whose old rows are what the replica identity makes them.</summary>
public sealed class RowReaderTests
{
    private const string Row = "{\"id\":7,\"name\":\"b\",\"note\":null}";

    [Fact]
    public void A_change_has_time_place_and_identity()
    {
        var change = Change(Broken.Record(Sequin.Record("insert", Row)), Settings(key: ["id"]));
        change.Facts.Operation.ShouldBe(ChangeOperation.Insert);
        change.Facts.Table.Kind.ShouldBe("sequin");
        change.Facts.Table.Schema.ShouldBe("s");
        change.Facts.OccurredAtMicroseconds.ShouldBe(1_749_981_600_123_456);
        change.Facts.OccurredFrom.ShouldBe(OccurredFrom.Commit);
        Text(change.Facts.Position).ShouldBe("306481:2");
        change.Facts.Identity.ShouldBe(IdentityStrength.Strong);
        Show(change, change.Key).ShouldBe("full id=\"7\"");
        Show(change, change.After).ShouldBe("full id=7 name=\"b\" note=null");
    }

    [Fact]
    public void Without_an_idempotency_key_the_place_in_the_log_is_the_identity()
    {
        var change = Change(Broken.Record(Sequin.Record("insert", Row, more: "")));
        change.Facts.Identity.ShouldBe(IdentityStrength.Strong);
        var coordinate = change.Coordinate.ToArray();
        Change(Broken.Record(Sequin.Record("insert", Row, more: "")) with { Offset = 99 }).Coordinate.ToArray().ShouldBe(coordinate);
    }

    [Theory]
    [InlineData("306481", "null")]
    [InlineData(":2", ":null")]
    [InlineData("306481", "{}")]
    [InlineData(":2", ":\"\"")]
    public void A_place_that_is_there_without_a_value_is_none(string from, string to)
    {
        var record = Broken.Record(Sequin.Record("insert", Row, more: "").Replace(from, to, StringComparison.Ordinal));
        var change = Change(record);
        change.Facts.Identity.ShouldBe(IdentityStrength.Weak);
        var coordinate = change.Coordinate.ToArray();
        Change(record with { Offset = 99 }).Coordinate.ToArray().ShouldNotBe(coordinate);
    }

    [Fact]
    public void A_row_that_was_read_is_a_snapshot_and_its_time_no_commit()
    {
        var change = Change(Broken.Record(Sequin.Record("read", Row)));
        change.Facts.Operation.ShouldBe(ChangeOperation.Snapshot);
        change.Facts.OccurredFrom.ShouldBe(OccurredFrom.Capture);
        change.Facts.Identity.ShouldBe(IdentityStrength.Medium);
        Change(Broken.Record(Sequin.Record("read", Row, more: ""))).Facts.Identity.ShouldBe(IdentityStrength.Weak);
    }

    [Theory]
    [InlineData(ReplicaIdentity.Auto, "{\"name\":\"a\"}", "full id=7 name=\"a\" note=null", "all name")]
    [InlineData(ReplicaIdentity.Auto, "{\"name\":null}", "full id=7 name=null note=null", "all name")]
    [InlineData(ReplicaIdentity.Auto, "{\"id\":6,\"name\":null}", "partial id=6", "atleast id")]
    [InlineData(ReplicaIdentity.Auto, "{\"id\":6}", "partial id=6", "atleast id")]
    [InlineData(ReplicaIdentity.Auto, "{}", "none", "unknown")]
    [InlineData(ReplicaIdentity.Auto, "null", "none", "unknown")]
    [InlineData(ReplicaIdentity.Full, "{\"id\":6}", "full id=6 name=\"b\" note=null", "all id")]
    [InlineData(ReplicaIdentity.Full, "{}", "full id=7 name=\"b\" note=null", "all")]
    [InlineData(ReplicaIdentity.Full, "null", "none", "unknown")]
    [InlineData(ReplicaIdentity.Key, "{\"name\":\"a\"}", "partial name=\"a\"", "atleast name")]
    public void Old_values_prove_as_much_as_the_log_has(ReplicaIdentity identity, string changes, string before, string changed)
    {
        var change = Change(Broken.Record(Sequin.Record("update", Row, changes)), Settings(identity, key: ["id"]));
        Show(change, change.Before).ShouldBe(before);
        DmsRecord.Changed(change).ShouldBe(changed);
    }

    [Theory]
    [InlineData(ReplicaIdentity.Auto, Row, "full id=7 name=\"b\" note=null")]
    [InlineData(ReplicaIdentity.Auto, "{\"id\":7,\"name\":null,\"note\":null}", "key id=7")]
    [InlineData(ReplicaIdentity.Key, Row, "key id=7")]
    [InlineData(ReplicaIdentity.Full, "{\"id\":7,\"name\":null,\"note\":null}", "full id=7 name=null note=null")]
    public void A_deleted_row_is_what_the_log_has_of_it(ReplicaIdentity identity, string row, string before)
    {
        var change = Change(Broken.Record(Sequin.Record("delete", row)), Settings(identity, key: ["id"]));
        change.After.IsPresent.ShouldBeFalse();
        Show(change, change.Before).ShouldBe(before);
        Show(change, change.Key).ShouldBe("full id=\"7\"");
    }

    [Theory]
    [InlineData("{\"name\":\"a\"}", "full id=7 name=\"a\" note=null", "all name")]
    [InlineData("{\"name\":null}", "full id=7 name=null note=null", "all name")]
    [InlineData("{\"id\":6,\"name\":null}", "partial id=6", "atleast id")]
    public void Without_a_configured_key_old_values_beside_nulls_may_be_a_key(string changes, string before, string changed)
    {
        var change = Change(Broken.Record(Sequin.Record("update", Row, changes)));
        Show(change, change.Before).ShouldBe(before);
        DmsRecord.Changed(change).ShouldBe(changed);
    }

    [Theory]
    [InlineData(Row, "partial id=7 name=\"b\"")]
    [InlineData("{\"id\":7}", "full id=7")]
    public void Without_a_configured_key_a_null_may_be_a_filler(string row, string before)
    {
        var change = Change(Broken.Record(Sequin.Record("delete", row)));
        Show(change, change.Before).ShouldBe(before);
    }
}
