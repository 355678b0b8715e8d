using AuditStream.Core.Decode;
using AuditStream.Core.Tests.Decode.Debezium;

namespace AuditStream.Core.Tests.Decode.Maxwell;

public sealed class FactsReaderTests
{
    private const string Named = ",\"primary_key_columns\":[\"id\"]";

    [Theory]
    [InlineData(MaxwellRecord.Place, Named, IdentityStrength.Strong)]
    [InlineData(MaxwellRecord.Place, "", IdentityStrength.Strong)]
    [InlineData(",\"xid\":7,\"commit\":true,\"gtid\":\"a:1\"", "", IdentityStrength.Strong)]
    [InlineData(",\"gtid\":\"a:1\"", Named, IdentityStrength.Weak)]
    [InlineData(",\"position\":\"m.1:2\"", Named, IdentityStrength.Strong)]
    [InlineData(",\"position\":\"m.1:2\"", "", IdentityStrength.Weak)]
    [InlineData(",\"xid\":7,\"xoffset\":0", "", IdentityStrength.Medium)]
    [InlineData(",\"xid\":7,\"commit\":true", "", IdentityStrength.Medium)]
    [InlineData(",\"xid\":7", Named, IdentityStrength.Weak)]
    [InlineData("", Named, IdentityStrength.Weak)]
    public void An_identity_is_as_strong_as_the_record_makes_it(string place, string key, IdentityStrength expected)
    {
        var record = Given.Record(MaxwellRecord.Row("insert", place: place, key: key));
        var change = Given.Change(record);
        change.Facts.Identity.ShouldBe(expected);
        var moved = Given.Change(record with { Offset = 99, Partition = 0 });
        moved.Coordinate.Span.SequenceEqual(change.Coordinate.Span).ShouldBe(expected != IdentityStrength.Weak);
    }

    [Fact]
    public void Rows_of_one_event_of_the_log_have_coordinates_of_their_own()
    {
        string[] places = [",\"xoffset\":0", ",\"xoffset\":1", ",\"commit\":true"];
        places.Select(place => Coordinate(MaxwellRecord.Row("insert", place: ",\"position\":\"m.1:2\",\"xid\":7" + place))).Distinct().Count().ShouldBe(3);
        string[] rows = ["{\"id\":1}", "{\"id\":2}"];
        rows.Select(row => Coordinate(MaxwellRecord.Row("insert", row, place: ",\"position\":\"m.1:2\""))).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void A_transaction_number_counts_together_with_its_time()
    {
        var row = MaxwellRecord.Row("insert", place: ",\"xid\":7,\"xoffset\":0");
        Coordinate(row).ShouldNotBe(Coordinate(row.Replace("1596684906", "1596684907", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    public void A_time_that_is_not_known_is_that_of_the_record(string ts)
    {
        var change = MaxwellRecord.Change(MaxwellRecord.Row("insert").Replace("1596684906", ts, StringComparison.Ordinal));
        change.Facts.OccurredFrom.ShouldBe(OccurredFrom.Record);
        change.Facts.OccurredAtMicroseconds.ShouldBe(Given.RecordTimestamp * 1_000);
        change.Facts.Identity.ShouldBe(IdentityStrength.Medium);
    }

    [Fact]
    public void The_last_row_of_a_transaction_has_no_place_that_is_known()
    {
        var change = MaxwellRecord.Change(MaxwellRecord.Row("insert", place: ",\"xid\":7,\"commit\":true"));
        change.Facts.TransactionOrder.ShouldBe(0);
        Given.Text(change.Facts.TransactionId).ShouldBe("7");
    }

    private static string Coordinate(string value) => Convert.ToHexString(MaxwellRecord.Change(value).Coordinate.Span);
}
