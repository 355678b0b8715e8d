using System.Text;
using AuditStream.Core.Decode;

namespace AuditStream.Core.Tests.Decode.Debezium;

public sealed class CoordinateReaderTests
{
    private const string Metadata = "{\"id\":\"77:1234\",\"total_order\":4,\"data_collection_order\":3}";

    [Fact]
    public void A_keyed_row_of_PostgreSQL_is_placed_by_log_position_operation_and_key()
    {
        var change = Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":1}"), "{\"id\":1}"));
        Show(change).ShouldBe("N:p I:1 D:d S:s T:t O:c P:1234 X:77 K:{\"id\":\"1\"}");
        change.Facts.Identity.ShouldBe(IdentityStrength.Strong);
    }

    [Fact]
    public void A_keyless_row_of_PostgreSQL_is_placed_by_the_topic_unless_the_transaction_says_its_order()
    {
        var change = Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":1}")));
        Show(change).ShouldBe("N:p I:1 D:d S:s T:t O:c R:p.s.t A:3 A:42");
        change.Facts.Identity.ShouldBe(IdentityStrength.Weak);
        change = Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":1}", transaction: Metadata)));
        Show(change).ShouldBe("N:p I:1 D:d S:s T:t O:c P:1234 X:77 C:3");
        change.Facts.Identity.ShouldBe(IdentityStrength.Strong);
    }

    [Fact]
    public void A_truncate_needs_no_key_and_a_bad_position_places_nothing()
    {
        Given.Change(Given.Record(Given.Envelope("t"))).Facts.Identity.ShouldBe(IdentityStrength.Strong);
        var change = Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":1}", source: Given.Source(lsn: "-5")), "{\"id\":1}"));
        change.Facts.Identity.ShouldBe(IdentityStrength.Weak);
    }

    [Fact]
    public void Without_the_commits_time_identity_is_medium_at_most()
    {
        var record = Given.Envelope("c", after: "{\"id\":1}", source: Given.Source(time: "\"ts_ms\":0"));
        Given.Change(Given.Record(record, "{\"id\":1}")).Facts.Identity.ShouldBe(IdentityStrength.Medium);
    }

    [Fact]
    public void A_snapshot_row_is_placed_by_position_key_and_time_of_reading()
    {
        var record = Given.Envelope("r", after: "{\"id\":1}", source: Given.Source(snapshot: "last"));
        var change = Given.Change(Given.Record(record, "{\"id\":1}"));
        Show(change).ShouldBe("N:p I:1 D:d S:s T:t O:r P:1234 K:{\"id\":\"1\"} Z:1700000000001000");
        change.Facts.Identity.ShouldBe(IdentityStrength.Medium);
        Given.Change(Given.Record(record)).Facts.Identity.ShouldBe(IdentityStrength.Weak);
    }

    [Theory]
    [InlineData("mysql", "\"file\":\"f.1\",\"pos\":5,\"row\":2,\"server_id\":9", "P:f.1:5:2 K:{\"id\":\"1\"} Z:9", IdentityStrength.Strong)]
    [InlineData(
        "mariadb", "\"file\":\"f.1\",\"pos\":5,\"row\":2,\"gtid\":\"0-1-2\"", "P:f.1:5:2 X:0-1-2 K:{\"id\":\"1\"}",
        IdentityStrength.Strong)]
    [InlineData("sqlserver", "\"commit_lsn\":\"a:b\",\"change_lsn\":\"c:d\",\"event_serial_no\":1", "P:a:b|c:d|1 X:a:b", IdentityStrength.Strong)]
    [InlineData("mysql", "\"gtid\":\"u:5\"", "R:p.s.t A:3 A:42", IdentityStrength.Weak)]
    [InlineData("sqlserver", "\"commit_lsn\":\"a:b\"", "R:p.s.t A:3 A:42", IdentityStrength.Weak)]
    [InlineData(
        "oracle", "\"txId\":\"5\",\"scn\":\"7\",\"commit_scn\":\"8\",\"rs_id\":\"r\",\"ssn\":0", "P:8:7 X:5 Z:r Z:0", IdentityStrength.Strong)]
    [InlineData("oracle", "\"txId\":\"5\",\"scn\":\"7\"", "P:7 X:5 K:{\"id\":\"1\"}", IdentityStrength.Medium)]
    [InlineData("unheard-of", "\"x\":1", "R:p.s.t A:3 A:42", IdentityStrength.Weak)]
    public void Other_engines_are_placed_by_their_logs(string connector, string fields, string expected, IdentityStrength strength)
    {
        var source = $"{{\"connector\":\"{connector}\",\"name\":\"p\",\"ts_ms\":5,\"db\":\"d\",\"table\":\"t\",{fields}}}";
        var change = Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":1}", source: source), "{\"id\":1}"));
        Show(change).ShouldBe($"N:p I:1 D:d T:t O:c {expected}");
        change.Facts.Identity.ShouldBe(strength);
    }

    [Fact]
    public void Rows_of_a_compressed_transaction_share_a_position_and_differ_by_key_or_order()
    {
        var source = "{\"connector\":\"mysql\",\"name\":\"p\",\"ts_ms\":5,\"db\":\"d\",\"table\":\"t\","
            + "\"file\":\"f.1\",\"pos\":5,\"row\":0,\"gtid\":\"u:5\"}";
        var one = Given.Envelope("u", "{\"id\":1}", "{\"id\":1}", source);
        Coordinate(one, "{\"id\":1}").ShouldNotBe(Coordinate(one, "{\"id\":2}"));
        var ordered = Given.Envelope("u", "{\"id\":1}", "{\"id\":1}", source, Metadata);
        var next = ordered.Replace("\"data_collection_order\":3", "\"data_collection_order\":4", StringComparison.Ordinal);
        Coordinate(ordered, "{\"id\":1}").ShouldNotBe(Coordinate(next, "{\"id\":1}"));
    }

    [Fact]
    public void The_same_change_sent_again_has_the_same_coordinate_and_another_change_has_another()
    {
        var first = Coordinate(Given.Envelope("u", after: "{\"id\":1}"), "{\"id\":1}");
        var again = Given.Envelope("u", after: "{\"id\":1}").Replace("1700000000777", "1700000099999", StringComparison.Ordinal);
        Coordinate(again, "{\"id\":1}").ShouldBe(first);
        Coordinate(Given.Envelope("u", after: "{\"id\":1}"), "{\"id\":2}").ShouldNotBe(first);
        Coordinate(Given.Envelope("d", before: "{\"id\":1}"), "{\"id\":1}").ShouldNotBe(first);
        Coordinate(Given.Envelope("u", after: "{\"id\":1}", source: Given.Source(lsn: "1235")), "{\"id\":1}").ShouldNotBe(first);
    }

    [Fact]
    public void A_coordinate_has_the_bytes_of_its_description()
    {
        var change = Given.Change(Given.Record(Given.Envelope("c", after: "{\"id\":1}"), "{\"id\":1}"));
        Convert.ToHexString(change.Coordinate.Span[..19]).ShouldBe("014E0000000170" + "490000000131" + "440000000164");
    }

    private static string Coordinate(string value, string key) => Show(Given.Change(Given.Record(value, key)));

    internal static string Show(RowChange change)
    {
        var rest = change.Coordinate.Span;
        rest[0].ShouldBe(CoordinateWriter.Version);
        rest = rest[1..];
        var fields = new List<string>();
        while (!rest.IsEmpty)
        {
            var length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(rest[1..]);
            fields.Add($"{(char)rest[0]}:{Encoding.UTF8.GetString(rest.Slice(5, length))}");
            rest = rest[(5 + length)..];
        }

        return string.Join(' ', fields);
    }
}
