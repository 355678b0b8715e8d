using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Dms;

public sealed class ImageReaderTests
{
    private const ReplicaIdentity Auto = ReplicaIdentity.Auto;
    private const ReplicaIdentity Full = ReplicaIdentity.Full;
    private const ReplicaIdentity Key = ReplicaIdentity.Key;

    [Theory]
    // The endpoint leaves out what is null or empty: nothing is whole, and a column that one side lacks is not decided.
    [InlineData(false, Full, "{\"id\":1,\"a\":\"x\"}", "{\"id\":1,\"a\":\"y\"}", "partial a=\"x\" id=1", "atleast a")]
    [InlineData(false, Full, "{\"id\":1,\"a\":\"x\"}", "{\"id\":1,\"a\":\"x\"}", "partial a=\"x\" id=1", "unknown")]
    [InlineData(false, Full, "{\"id\":1,\"a\":\"x\",\"b\":2}", "{\"id\":1,\"a\":\"x\"}", "partial a=\"x\" b=2 id=1", "unknown")]
    [InlineData(false, Full, "{\"id\":1,\"a\":\"x\"}", "{\"id\":1,\"a\":\"y\",\"b\":2}", "partial a=\"x\" id=1", "atleast a")]
    [InlineData(false, Full, "{\"id\":1,\"a\":null}", "{\"id\":1,\"a\":\"y\"}", "partial a=null id=1", "atleast a")]
    // It includes them: with a whole row in the source's log both images are whole.
    [InlineData(true, Full, "{\"id\":1,\"a\":\"x\",\"b\":null}", "{\"id\":1,\"a\":\"y\",\"b\":\"\"}", "full a=\"x\" b=null id=1", "all a b")]
    [InlineData(true, Full, "{\"id\":1,\"a\":\"x\",\"b\":null}", "{\"id\":1,\"a\":\"x\",\"b\":null}", "full a=\"x\" b=null id=1", "all")]
    // ColumnFilter non-lob or pk-only: the before-image lacks columns.
    [InlineData(true, Full, "{\"id\":1,\"a\":\"x\"}", "{\"id\":1,\"a\":\"y\",\"b\":\"\"}", "partial a=\"x\" id=1", "atleast a")]
    // PostgreSQL's default identity: the key, and nulls that are fillers.
    [InlineData(true, Key, "{\"id\":1,\"a\":null,\"b\":null}", "{\"id\":1,\"a\":\"y\",\"b\":null}", "key id=1", "unknown")]
    [InlineData(true, Key, "{\"id\":2,\"a\":null,\"b\":null}", "{\"id\":1,\"a\":\"y\",\"b\":null}", "key id=2", "atleast id")]
    [InlineData(false, Key, "{\"id\":2}", "{\"id\":1,\"a\":\"y\"}", "key id=2", "atleast id")]
    // Nothing is known of the source: a null may be a filler.
    [InlineData(true, Auto, "{\"id\":1,\"a\":\"x\",\"b\":null}", "{\"id\":1,\"a\":\"y\",\"b\":3}", "partial a=\"x\" id=1", "atleast a")]
    [InlineData(true, Auto, "{\"id\":2,\"a\":null,\"b\":\"\"}", "{\"id\":1,\"a\":\"y\",\"b\":3}", "key id=2", "atleast id")]
    [InlineData(false, ReplicaIdentity.Index, "{\"code\":\"x\"}", "{\"id\":1,\"code\":\"y\"}", "partial code=\"x\"", "atleast code")]
    public void An_updates_before_image_is_as_full_as_is_known(
        bool nulls, ReplicaIdentity identity, string before, string after, string expected, string changed)
    {
        var settings = DmsRecord.Settings(identity, nulls);
        var member = DmsRecord.Change(DmsRecord.Data("update", after, $",\"before-image\":{before}"), settings);
        Show(member, member.Before).ShouldBe(expected);
        DmsRecord.Changed(member).ShouldBe(changed);
        Text(member.DeliveredBefore).ShouldBe(before);
        Text(member.DeliveredAfter).ShouldBe(after);
        member.Before.Layout.ShouldBeSameAs(member.After.Layout);
    }

    [Theory]
    [InlineData(false, Auto)]
    [InlineData(false, Full)]
    [InlineData(true, Full)]
    [InlineData(true, Auto)]
    public void An_empty_before_image_provides_nothing(bool nulls, ReplicaIdentity identity)
    {
        var change = DmsRecord.Change(DmsRecord.Data("update", "{\"id\":1}", ",\"before-image\":{}"), DmsRecord.Settings(identity, nulls));
        Show(change, change.Before).ShouldBe("none");
        DmsRecord.Changed(change).ShouldBe("unknown");
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"id\":null,\"a\":null}")]
    public void Where_the_identity_is_the_key_an_empty_before_image_says_that_the_row_kept_it(string before)
    {
        var settings = DmsRecord.Settings(Key);
        var change = DmsRecord.Change(DmsRecord.Data("update", "{\"id\":1,\"a\":\"y\"}", $",\"before-image\":{before}"), settings);
        Show(change, change.Before).ShouldBe("key id=1");
        Show(change, change.PreviousKey).ShouldBe("none");
        DmsRecord.Changed(change).ShouldBe("unknown");
    }

    [Theory]
    [InlineData("id", "none")]
    [InlineData("no", "none")]
    [InlineData(null, "full a=null id=null")]
    public void Nulls_alone_are_no_row_before_where_a_row_has_a_key(string? key, string expected)
    {
        var settings = DmsRecord.Settings(Full, nulls: true, key: key is null ? [] : [key]);
        var change = DmsRecord.Change(DmsRecord.Data("update", "{\"id\":1,\"a\":2}", ",\"before-image\":{\"id\":null,\"a\":null}"), settings);
        Show(change, change.Before).ShouldBe(expected);
        change.PreviousKey.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void Without_the_member_nothing_is_known_of_the_row_before()
    {
        var change = DmsRecord.Change(DmsRecord.Data("update", "{\"id\":1,\"a\":\"y\"}"), DmsRecord.Settings(Key));
        Show(change, change.Before).ShouldBe("none");
        DmsRecord.Changed(change).ShouldBe("unknown");
    }

    [Fact]
    public void A_before_image_with_another_key_gives_the_previous_key()
    {
        var change = DmsRecord.Change(DmsRecord.Data("update", "{\"id\":45,\"a\":\"y\"}", ",\"before-image\":{\"id\":46}"));
        Show(change, change.Key).ShouldBe("full id=\"45\"");
        Show(change, change.PreviousKey).ShouldBe("full id=\"46\"");
        change.Facts.Operation.ShouldBe(ChangeOperation.Update);
    }

    [Fact]
    public void A_composite_key_has_moved_when_one_column_has()
    {
        var settings = DmsRecord.Settings(key: ["b", "a"]);
        var change = DmsRecord.Change(DmsRecord.Data("update", "{\"a\":1,\"b\":\"x\",\"c\":2}", ",\"before-image\":{\"b\":\"y\",\"a\":1}"), settings);
        Show(change, change.Key).ShouldBe("full a=\"1\" b=\"x\"");
        Show(change, change.PreviousKey).ShouldBe("full a=\"1\" b=\"y\"");
    }

    [Fact]
    public void The_member_has_any_configured_name()
    {
        var settings = DmsRecord.Settings(Full, nulls: true, member: "was \"so\"");
        var change = DmsRecord.Change(DmsRecord.Data("update", "{\"id\":1,\"a\":2}", ",\"was \\\"so\\\"\":{\"id\":1,\"a\":3}"), settings);
        Show(change, change.Before).ShouldBe("full a=3 id=1");
        var other = DmsRecord.Change(DmsRecord.Data("update", "{\"id\":1,\"a\":2}", ",\"before-image\":{\"id\":1,\"a\":3}"), settings);
        Show(other, other.Before).ShouldBe("none");
    }

    [Theory]
    [InlineData("insert")]
    [InlineData("load")]
    [InlineData("delete")]
    public void Only_an_update_has_the_member(string operation)
    {
        var change = DmsRecord.Change(DmsRecord.Data(operation, "{\"id\":1}", ",\"before-image\":{\"id\":2}"));
        Show(change, operation == "delete" ? change.Before : change.After).ShouldContain("id=1");
        change.PreviousKey.IsPresent.ShouldBeFalse();
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    public void A_before_image_that_is_no_object_is_refused(string before) =>
        DmsRecord.Decode(DmsRecord.Data("update", "{\"id\":1}", $",\"before-image\":{before}")).Rejection.ShouldNotBeNull()
            .Code.ShouldBe(RejectionCode.InvalidMember);

    [Theory]
    [InlineData(false, Auto, "{\"id\":1}", "key id=1")]
    [InlineData(true, Auto, "{\"id\":1,\"a\":null}", "key id=1")]
    [InlineData(true, Key, "{\"id\":1,\"a\":null}", "key id=1")]
    [InlineData(false, Key, "{\"id\":1,\"a\":\"x\"}", "key id=1")]
    [InlineData(false, Full, "{\"id\":1}", "partial id=1")]
    [InlineData(true, Full, "{\"id\":1,\"a\":null}", "full a=null id=1")]
    [InlineData(false, Auto, "{\"id\":1,\"a\":\"x\"}", "partial a=\"x\" id=1")]
    [InlineData(false, Auto, "{}", "none")]
    public void The_old_row_of_a_delete_is_as_full_as_is_known(bool nulls, ReplicaIdentity identity, string data, string expected)
    {
        var change = DmsRecord.Change(DmsRecord.Data("delete", data), DmsRecord.Settings(identity, nulls));
        Show(change, change.Before).ShouldBe(expected);
    }

    [Theory]
    [InlineData(false, "{\"id\":1,\"a\":\"\"}", "partial a=\"\" id=1", "atleast a id")]
    [InlineData(true, "{\"id\":1,\"a\":null}", "full a=null id=1", "all a id")]
    [InlineData(true, "{}", "partial", "unknown")]
    public void An_inserted_row_is_whole_when_nothing_is_left_out(bool nulls, string data, string expected, string changed)
    {
        var change = DmsRecord.Change(DmsRecord.Data("insert", data), DmsRecord.Settings(nulls: nulls));
        Show(change, change.After).ShouldBe(expected);
        DmsRecord.Changed(change).ShouldBe(changed);
    }

    [Theory]
    [InlineData("9007199254740993")]
    [InlineData("1.234567890123457E+18")]
    [InlineData("0.875")]
    [InlineData("-0")]
    [InlineData("\"t\"")]
    [InlineData("true")]
    [InlineData("\"0x80057D942E\"")]
    [InlineData("\"2022-03-14T14:17:40Z\"")]
    [InlineData("\"1 YEAR, 2 MONTHS\"")]
    [InlineData("\"{\\\"foo\\\": \\\"bar\\\"}\"")]
    public void A_value_keeps_its_text(string value)
    {
        var change = DmsRecord.Change(DmsRecord.Data("insert", $"{{\"v\":{value}}}"));
        Show(change, change.After).ShouldBe($"partial v={value}");
    }

    [Fact]
    public void A_key_is_plain_digits()
    {
        var change = DmsRecord.Change(DmsRecord.Data("insert", "{\"id\":1.234567890123457E+18}"));
        Show(change, change.Key).ShouldBe("full id=\"1234567890123457000\"");
    }

    [Theory]
    [InlineData("insert", "{\"id\":1,\"id\":2}", "", 8)]
    [InlineData("delete", "{\"id\":1,\"id\":2}", "", 10)]
    [InlineData("update", "{\"id\":1}", ",\"before-image\":{\"id\":1,\"id\":2}", 34)]
    public void A_row_that_names_a_column_twice_is_refused(string operation, string data, string before, long offset)
    {
        var rejection = DmsRecord.Decode(DmsRecord.Data(operation, data, before)).Rejection.ShouldNotBeNull();
        rejection.Code.ShouldBe(RejectionCode.InvalidMember);
        rejection.ByteOffset.ShouldBe(offset);
    }
}
