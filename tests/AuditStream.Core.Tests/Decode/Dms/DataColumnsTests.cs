using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.Dms;

public sealed class DataColumnsTests
{
    private static readonly DecodeSettings whole = DmsRecord.Settings(ReplicaIdentity.Full, nulls: true);

    [Theory]
    // In the order of the documentation, mixed, and old values first.
    [InlineData("{\"id\":1,\"a\":\"y\",\"BI_id\":1,\"BI_a\":\"x\"}")]
    [InlineData("{\"id\":1,\"BI_id\":1,\"BI_a\":\"x\",\"a\":\"y\"}")]
    [InlineData("{\"BI_a\":\"x\",\"BI_id\":1,\"id\":1,\"a\":\"y\"}")]
    public void Prefixed_columns_are_the_row_before(string data)
    {
        var change = DmsRecord.Change(DmsRecord.Data("update", data), whole);
        Show(change, change.Before).ShouldBe("full a=\"x\" id=1");
        Show(change, change.After).ShouldBe("full a=\"y\" id=1");
        DmsRecord.Changed(change).ShouldBe("all a");
        Text(change.DeliveredAfter).ShouldBe(data);
        change.DeliveredBefore.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void A_column_of_the_table_that_begins_so_stays_in_the_row()
    {
        var change = DmsRecord.Change(DmsRecord.Data("update", "{\"id\":1,\"BI_id\":2,\"BI_score\":7,\"BI_\":8}"));
        Show(change, change.After).ShouldBe("partial BI_=8 BI_score=7 id=1");
        Show(change, change.Before).ShouldBe("key id=2");
        Show(change, change.PreviousKey).ShouldBe("full id=\"2\"");
    }

    [Fact]
    public void Beside_a_member_for_it_no_column_is_taken_for_the_row_before()
    {
        var change = DmsRecord.Change(DmsRecord.Data("update", "{\"id\":1,\"a\":2,\"BI_a\":3}", ",\"before-image\":{\"id\":1,\"a\":4,\"BI_a\":3}"), whole);
        Show(change, change.Before).ShouldBe("full BI_a=3 a=4 id=1");
        DmsRecord.Changed(change).ShouldBe("all a");
    }

    [Theory]
    [InlineData("old ", "", "{\"id\":1,\"a\":2,\"old a\":3,\"BI_a\":4}")]
    [InlineData("", "_was", "{\"id\":1,\"a\":2,\"a_was\":3,\"BI_a\":4}")]
    [InlineData("<", ">", "{\"id\":1,\"a\":2,\"<a>\":3,\"BI_a\":4}")]
    [InlineData("\"", "", "{\"id\":1,\"a\":2,\"\\\"a\":3,\"BI_a\":4}")]
    public void Prefix_and_suffix_are_configured(string prefix, string suffix, string data)
    {
        var change = DmsRecord.Change(DmsRecord.Data("update", data), DmsRecord.Settings(prefix: prefix, suffix: suffix));
        Show(change, change.Before).ShouldBe("partial a=3");
        Show(change, change.After).ShouldBe("partial BI_a=4 a=2 id=1");
    }

    [Fact]
    public void Without_prefix_and_suffix_no_column_is_taken_for_the_row_before()
    {
        var change = DmsRecord.Change(DmsRecord.Data("update", "{\"id\":1,\"a\":2,\"BI_a\":3}"), DmsRecord.Settings(prefix: ""));
        Show(change, change.Before).ShouldBe("none");
        Show(change, change.After).ShouldBe("partial BI_a=3 a=2 id=1");
    }

    [Theory]
    [InlineData("insert")]
    [InlineData("load")]
    public void A_new_row_has_no_row_before_and_loses_the_columns_for_it(string operation)
    {
        var change = DmsRecord.Change(DmsRecord.Data(operation, "{\"id\":1,\"a\":2,\"BI_id\":null,\"BI_a\":null}"), whole);
        Show(change, change.Before).ShouldBe("none");
        Show(change, change.After).ShouldBe("full a=2 id=1");
    }

    [Theory]
    [InlineData("insert")]
    [InlineData("load")]
    public void A_new_row_has_no_old_values_so_what_is_named_like_one_is_a_column(string operation)
    {
        var change = DmsRecord.Change(DmsRecord.Data(operation, "{\"id\":1,\"score\":2,\"BI_score\":3}"), whole);
        Show(change, change.After).ShouldBe("full BI_score=3 id=1 score=2");
    }

    [Fact]
    public void Beside_an_empty_member_for_it_no_column_is_taken_for_the_row_before()
    {
        var change = DmsRecord.Change(DmsRecord.Data("update", "{\"id\":1,\"score\":2,\"BI_score\":3}", ",\"before-image\":{}"), whole);
        Show(change, change.Before).ShouldBe("none");
        Show(change, change.After).ShouldBe("full BI_score=3 id=1 score=2");
    }

    [Fact]
    public void A_deleted_row_is_found_in_either_columns()
    {
        var change = DmsRecord.Change(DmsRecord.Data("delete", "{\"id\":1,\"a\":null,\"c\":null,\"BI_id\":1,\"BI_c\":null,\"BI_a\":\"x\"}"), whole);
        Show(change, change.Before).ShouldBe("full a=\"x\" c=null id=1");
    }

    [Fact]
    public void Old_values_that_are_all_null_provide_nothing()
    {
        var data = "{\"id\":1,\"a\":2,\"BI_id\":null,\"BI_a\":null}";
        var change = DmsRecord.Change(DmsRecord.Data("update", data), DmsRecord.Settings(nulls: true));
        Show(change, change.Before).ShouldBe("none");
        var byKey = DmsRecord.Change(DmsRecord.Data("update", data), DmsRecord.Settings(ReplicaIdentity.Key, nulls: true));
        Show(byKey, byKey.Before).ShouldBe("key id=1");
    }

    [Fact]
    public void A_document_is_the_row()
    {
        var change = DmsRecord.Change(DmsRecord.Data("insert", "{\"_doc\":{\"id\":1,\"a\":\"x\"}}"), whole);
        Show(change, change.After).ShouldBe("full a=\"x\" id=1");
        Show(change, change.Key).ShouldBe("full id=\"1\"");
    }

    [Fact]
    public void Attributes_beside_a_document_need_not_be_columns()
    {
        var data = "{\"label\":\"1 (x)\",\"_doc\":{\"id\":1,\"BI_id\":1,\"a\":\"y\",\"BI_a\":\"x\"},\"nested\":{\"z\":1,\"b\":[1, 2]}}";
        var change = DmsRecord.Change(DmsRecord.Data("update", data), whole);
        Show(change, change.After).ShouldBe("partial a=\"y\" id=1 label=\"1 (x)\" nested={\"b\":[1,2],\"z\":1}");
        Show(change, change.Before).ShouldBe("partial a=\"x\" id=1");
        DmsRecord.Changed(change).ShouldBe("atleast a");
    }

    [Fact]
    public void A_column_of_that_name_is_a_column()
    {
        var change = DmsRecord.Change(DmsRecord.Data("insert", "{\"id\":1,\"_doc\":\"{}\"}"));
        Show(change, change.After).ShouldBe("partial _doc=\"{}\" id=1");
    }

    [Fact]
    public void An_attribute_of_a_columns_name_is_refused() =>
        DmsRecord.Decode(DmsRecord.Data("insert", "{\"id\":1,\"_doc\":{\"id\":2}}")).Rejection.ShouldNotBeNull()
            .Code.ShouldBe(RejectionCode.InvalidMember);

    [Fact]
    public void Wide_rows_are_split()
    {
        var names = Enumerable.Range(0, 300).Select(number => $"c{number}").ToArray();
        var data = "{" + string.Join(',', names.Select(name => $"\"{name}\":1").Concat(names.Select(name => $"\"BI_{name}\":2"))) + "}";
        var change = DmsRecord.Change(DmsRecord.Data("update", data), whole);
        change.Before.Extent.ShouldBe(ImageExtent.Full);
        change.After.Layout.Count.ShouldBe(300);
        DmsRecord.Changed(change).Split(' ').Length.ShouldBe(301);
    }
}
