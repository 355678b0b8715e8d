using AuditStream.Core.Decode;
using AuditStream.Core.Tests.Decode.Dms;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Canal;

public sealed class RowsReaderTests
{
    [Fact]
    public void Each_row_is_a_change_of_its_own()
    {
        var value = CanalRecord.Message("INSERT", "[{\"id\":\"1\",\"v\":\"a\"},{\"id\":\"2\",\"v\":null}]");
        CanalRecord.Show(value, change => Show(change, change.After)).ShouldBe(["full id=\"1\" v=\"a\"", "full id=\"2\" v=null"]);
        CanalRecord.Show(value, change => Show(change, change.Key)).ShouldBe(["full id=\"1\"", "full id=\"2\""]);
        CanalRecord.Show(value, change => Text(change.Facts.Position)).ShouldBe(["94", "94"]);
        CanalRecord.Show(value, change => Text(change.DeliveredAfter)).ShouldBe(["{\"id\":\"1\",\"v\":\"a\"}", "{\"id\":\"2\",\"v\":null}"]);
        CanalRecord.Show(value, change => $"{change.Facts.OccurredAtMicroseconds} {change.Facts.OccurredAtDigits} {change.Facts.OccurredFrom}").ShouldAllBe(
            time => time == "1683006724000000 3 Commit");
        CanalRecord.Show(value, change => Convert.ToHexString(change.Coordinate.Span)).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public void An_update_has_the_old_values_of_its_own_row()
    {
        var value = CanalRecord.Message(
            "UPDATE", "[{\"id\":\"1\",\"v\":\"a\",\"w\":null},{\"id\":\"2\",\"v\":\"b\",\"w\":\"x\"}]", "[{\"v\":null},{\"w\":\"y\",\"v\":\"b2\"}]");
        CanalRecord.Show(value, change => Show(change, change.Before)).ShouldBe(["full id=\"1\" v=null w=null", "full id=\"2\" v=\"b2\" w=\"y\""]);
        CanalRecord.Show(value, DmsRecord.Changed).ShouldBe(["all v", "all v w"]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[{\"v\":\"x\"}]")]
    [InlineData("[{\"v\":\"x\"},{\"v\":\"y\"},{\"v\":\"z\"}]")]
    public void Old_values_that_are_not_one_for_each_row_belong_to_none(string old)
    {
        var value = CanalRecord.Message("UPDATE", "[{\"id\":\"1\",\"v\":\"a\"},{\"id\":\"2\",\"v\":\"b\"}]", old);
        CanalRecord.Show(value, change => Show(change, change.Before)).ShouldBe(["none", "none"]);
        CanalRecord.Show(value, DmsRecord.Changed).ShouldBe(["unknown", "unknown"]);
    }

    [Fact]
    public void A_row_whose_old_values_are_none_did_not_change()
    {
        var value = CanalRecord.Message("UPDATE", "[{\"id\":\"1\",\"v\":\"a\"}]", "[{}]");
        CanalRecord.Show(value, DmsRecord.Changed).ShouldBe(["all"]);
    }

    [Fact]
    public void A_changed_key_gives_the_key_before()
    {
        var value = CanalRecord.Message("UPDATE", "[{\"id\":\"2\",\"v\":\"a\"}]", "[{\"id\":\"1\"}]");
        CanalRecord.Show(value, change => Show(change, change.PreviousKey)).ShouldBe(["full id=\"1\""]);
        CanalRecord.Show(value, change => Show(change, change.Key)).ShouldBe(["full id=\"2\""]);
    }

    [Fact]
    public void The_data_of_a_delete_is_the_whole_old_row()
    {
        var value = CanalRecord.Message("DELETE", "[{\"id\":\"1\",\"v\":\"a\"}]");
        CanalRecord.Show(value, change => Show(change, change.Before)).ShouldBe(["full id=\"1\" v=\"a\""]);
        CanalRecord.Show(value, change => Show(change, change.After)).ShouldBe(["none"]);
        CanalRecord.Show(value, DmsRecord.Changed).ShouldBe(["all id v"]);
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("[\"gone\"]")]
    [InlineData("[5]")]
    public void A_table_without_a_key_has_none(string key) =>
        CanalRecord.Show(CanalRecord.Message("INSERT", "[{\"id\":\"1\"}]", key: key), change => Show(change, change.Key)).ShouldBe(["none"]);

    [Fact]
    public void Bytes_are_the_characters_of_the_same_numbers_and_documents_are_documents()
    {
        var value = CanalRecord.Message(
            "UPDATE", "[{\"id\":\"1\",\"b\":\"\\u0000\\u00ffÿa\",\"j\":\"{\\\"b\\\":1.0,\\\"a\\\":\\\"x\\\"}\",\"v\":\"\\u0000\"}]",
            "[{\"j\":\"{\\\"a\\\":\\\"x\\\",\\\"b\\\":1.00}\",\"b\":null}]");
        CanalRecord.Show(value, change => Show(change, change.After)).ShouldBe(
            ["full b=\"AP//YQ==\" id=\"1\" j={\"a\":\"x\",\"b\":1.0} v={\"$bytes\":\"AA==\"}!encoded"]);
        CanalRecord.Show(value, DmsRecord.Changed).ShouldBe(["all b"]);
    }

    [Fact]
    public void What_does_not_fit_its_type_stays_the_text_that_it_is()
    {
        var value = CanalRecord.Message("INSERT", "[{\"b\":\"\\u0100\",\"j\":\"{\"}]");
        CanalRecord.Show(value, change => Show(change, change.After)).ShouldBe(["full b=\"Ā\" j=\"{\""]);
    }

    [Theory]
    [InlineData("1683006724000", OccurredFrom.Commit)]
    [InlineData("0", OccurredFrom.Capture)]
    [InlineData("null", OccurredFrom.Capture)]
    public void The_time_is_that_of_the_commit_where_it_is_known(string es, OccurredFrom clock) =>
        Change(Record(CanalRecord.Message("INSERT", "[{\"id\":\"1\"}]").Replace("1683006724000", es, StringComparison.Ordinal)))
            .Facts.OccurredFrom.ShouldBe(clock);

    [Fact]
    public void Messages_of_one_batch_that_change_one_row_in_one_second_are_two_changes()
    {
        var first = Change(Record(CanalRecord.Message("UPDATE", "[{\"id\":\"1\",\"v\":\"b\"}]", "[{\"v\":\"a\"}]")));
        first.Facts.Identity.ShouldBe(IdentityStrength.Weak);
        var coordinate = first.Coordinate.ToArray();
        var second = Record(CanalRecord.Message("UPDATE", "[{\"id\":\"1\",\"v\":\"c\"}]", "[{\"v\":\"b\"}]"));
        Change(second with { Offset = second.Offset + 1 }).Coordinate.ToArray().ShouldNotBe(coordinate);
    }

    [Fact]
    public void A_GTID_is_the_transaction() =>
        CanalRecord.Show(CanalRecord.Message("INSERT", "[{}]", rest: ",\"gtid\":\"a-b:7\""), change => Text(change.Facts.TransactionId)).ShouldBe(["a-b:7"]);

    [Fact]
    public void Rows_of_a_record_without_a_place_have_coordinates_of_their_own()
    {
        var value = CanalRecord.Message("INSERT", "[{},{}]").Replace("\"id\":94", "\"di\":94", StringComparison.Ordinal);
        CanalRecord.Show(value, change => Convert.ToHexString(change.Coordinate.Span)).Distinct().Count().ShouldBe(2);
    }
}
