using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Dms;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.DynamoDb;

public sealed class ItemReaderTests
{
    private static readonly string old = Item.With("a", "{\"S\":\"x\"}");
    private static readonly string now = Item.With("a", "{\"S\":\"y\"}");

    [Fact]
    public void What_a_stream_delivers_is_told_by_what_is_there()
    {
        const string Full = "full Id=101 a=";
        const string Key = "key Id=101";
        Images("INSERT", null, now).ShouldBe(("none", Full + "\"y\"", "all Id a"));
        Images("MODIFY", old, now).ShouldBe((Full + "\"x\"", Full + "\"y\"", "all a"));
        Images("REMOVE", old, null).ShouldBe((Full + "\"x\"", "none", "all Id a"));
        // NEW_IMAGE
        Images("MODIFY", null, now).ShouldBe(("none", Full + "\"y\"", "unknown"));
        Images("REMOVE", null, null).ShouldBe((Key, "none", "atleast Id"));
        // OLD_IMAGE
        Images("INSERT", null, null).ShouldBe(("none", Key, "atleast Id"));
        Images("MODIFY", old, null).ShouldBe((Full + "\"x\"", Key, "unknown"));
        // KEYS_ONLY
        Images("MODIFY", null, null).ShouldBe(("none", Key, "unknown"));
    }

    [Fact]
    public void An_item_that_is_only_its_key_proves_no_unchanged_row_without_the_other_image() =>
        Images("MODIFY", Item.Keys, null).ShouldBe(("full Id=101", "key Id=101", "unknown"));

    [Fact]
    public void An_attribute_that_comes_or_goes_changed()
    {
        Changed(Item.Keys, now).ShouldBe("all a");
        Changed(old, Item.Keys).ShouldBe("all a");
        Changed(Item.With("a", "{\"NULL\":true}"), Item.Keys).ShouldBe("all a");
    }

    [Theory]
    [InlineData("{\"SS\":[\"a\",\"b\"]}", "{\"SS\":[\"b\",\"a\"]}")]
    [InlineData("{\"NS\":[\"10\",\"9\",\"0.5\",\"-3\"]}", "{\"NS\":[\"-3\",\"0.5\",\"9\",\"10\"]}")]
    [InlineData("{\"NS\":[\"1.0\",\"2\"]}", "{\"NS\":[\"2\",\"1\"]}")]
    [InlineData("{\"M\":{\"s\":{\"SS\":[\"a\",\"b\"]},\"n\":{\"N\":\"1.0\"}}}", "{\"M\":{\"n\":{\"N\":\"1\"},\"s\":{\"SS\":[\"b\",\"a\"]}}}")]
    [InlineData("{\"BS\":[\"AA==\",\"yv4=\"]}", "{\"BS\":[\"yv4=\",\"AA==\"]}")]
    [InlineData("{\"M\":{\"s\":{\"SS\":[\"a\",\"b\"]},\"n\":{\"N\":\"1\"}}}", "{\"M\":{\"n\":{\"N\":\"1\"},\"s\":{\"SS\":[\"b\",\"a\"]}}}")]
    [InlineData("{\"N\":\"1.0\"}", "{\"N\":\"1\"}")]
    [InlineData("{\"L\":[{\"N\":\"1.0\"}]}", "{\"L\":[{\"N\":\"1\"}]}")]
    public void The_same_value_in_another_form_is_no_change(string before, string after) =>
        Changed(Item.With("v", before), Item.With("v", after)).ShouldBe("all");

    [Fact]
    public void A_set_that_is_the_same_in_another_order_or_in_other_digits_keeps_the_text_of_each_image()
    {
        var (before, after, _) = Images("MODIFY", Item.With("v", "{\"NS\":[\"1\",\"2\"]}"), Item.With("v", "{\"NS\":[\"2\",\"1.0\"]}"));
        before.ShouldEndWith("v=[1,2]!alike");
        after.ShouldEndWith("v=[2,1.0]!alike");
    }

    [Theory]
    [InlineData("{\"S\":\"yv4=\"}", "{\"B\":\"yv4=\"}")]
    [InlineData("{\"S\":\"1\"}", "{\"N\":\"1\"}")]
    [InlineData("{\"SS\":[\"a\"]}", "{\"L\":[{\"S\":\"a\"}]}")]
    [InlineData("{\"L\":[{\"N\":\"1\"},{\"N\":\"2\"}]}", "{\"L\":[{\"N\":\"2\"},{\"N\":\"1\"}]}")]
    [InlineData("{\"SS\":[\"a\"]}", "{\"SS\":[\"a\",\"b\"]}")]
    [InlineData("{\"S\":\"\"}", "{\"NULL\":true}")]
    public void Another_value_or_type_is_a_change(string before, string after) =>
        Changed(Item.With("v", before), Item.With("v", after)).ShouldBe("all v");

    [Fact]
    public void Keys_are_typed_and_their_numbers_are_texts_of_plain_digits()
    {
        var record = Item.Streamed("INSERT").Replace(
            Item.Keys, "{\"sk\":{\"N\":\"1E+2\"},\"pk\":{\"B\":\"yv4=\"}}", StringComparison.Ordinal);
        var change = Change(Broken.Record(record));
        Show(change, change.Key).ShouldBe("full pk=\"yv4=\" sk=\"100\"");
        Show(change, change.After).ShouldBe("key pk=\"yv4=\" sk=1E+2");
    }

    [Fact]
    public void A_key_attribute_that_an_image_lacks_comes_from_the_key()
    {
        var change = Change(Broken.Record(Item.Streamed("MODIFY", "{\"a\":{\"S\":\"x\"}}", now)));
        Show(change, change.Before).ShouldBe("full Id=101 a=\"x\"");
        DmsRecord.Changed(change).ShouldBe("all a");
    }

    [Fact]
    public void Images_are_kept_as_delivered_for_the_fact_hash()
    {
        var change = Change(Broken.Record(Item.Streamed("MODIFY", old, now)));
        Text(change.DeliveredBefore).ShouldBe(old);
        Text(change.DeliveredAfter).ShouldBe(now);
    }

    [Theory]
    [InlineData("null", RejectionCode.MissingMember)]
    [InlineData("{}", RejectionCode.InvalidMember)]
    [InlineData("{\"Id\":{\"BOOL\":true}}", RejectionCode.InvalidValue)]
    [InlineData("{\"Id\":{\"S\":null}}", RejectionCode.InvalidValue)]
    [InlineData("{\"Id\":{\"S\":\"a\"},\"Id\":{\"S\":\"b\"}}", RejectionCode.InvalidMember)]
    public void A_record_without_a_key_is_refused(string keys, RejectionCode code) =>
        Rejection(Broken.Record(Item.Streamed("INSERT").Replace(Item.Keys, keys, StringComparison.Ordinal))).Code.ShouldBe(code);

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"a\":{\"S\":\"x\"},\"a\":{\"S\":\"y\"}}")]
    public void An_image_that_is_no_item_is_refused(string image) =>
        Rejection(Broken.Record(Item.Streamed("INSERT", after: image))).Code.ShouldBe(RejectionCode.InvalidMember);

    private static string Changed(string before, string after) =>
        DmsRecord.Changed(Change(Broken.Record(Item.Streamed("MODIFY", before, after))));

    private static (string Before, string After, string Changed) Images(string name, string? before, string? after)
    {
        var change = Change(Broken.Record(Item.Streamed(name, before, after)));
        return (Show(change, change.Before), Show(change, change.After), DmsRecord.Changed(change));
    }
}
