using AuditStream.Core.Decode;
using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Decode.Debezium;

public sealed class DocumentReaderTests
{
    private const string Source = "{\"connector\":\"mongodb\",\"name\":\"p\",\"ts_ms\":5,\"db\":\"d\",\"collection\":\"c\",\"ord\":2}";

    [Fact]
    public void A_documents_top_members_are_its_columns()
    {
        var before = "\"{\\\"_id\\\": {\\\"$oid\\\": \\\"67ab\\\"}, \\\"tags\\\": [\\\"pending\\\"]}\"";
        var after = before.Replace("pending", "done", StringComparison.Ordinal);
        var change = Given.Change(Given.Record(Given.Envelope("u", before, after, Source), "{\"id\":\"1004\"}"));
        Given.Show(change, change.Before).ShouldBe("full _id={\"$oid\":\"67ab\"} tags=[\"pending\"]");
        Given.Show(change, change.After).ShouldBe("full _id={\"$oid\":\"67ab\"} tags=[\"done\"]");
        Given.Text(change.DeliveredAfter).ShouldBe(after);
        (change.Facts.Table.Table, change.Facts.Identity).ShouldBe(("c", IdentityStrength.Strong));
        change = Given.Change(Given.Record(Given.Envelope("d", source: Source), "{\"id\":\"1004\"}"));
        (change.Before.IsPresent, change.After.IsPresent).ShouldBe((false, false));
    }

    [Theory]
    [InlineData("\"text\"")]
    [InlineData("\"{\"")]
    [InlineData("\"{} {}\"")]
    [InlineData("\"{\\\"a\\\":1,\\\"a\\\":2}\"")]
    [InlineData("{\"a\":1,\"b\":\"{}\"}")]
    public void A_string_that_is_no_document_is_refused(string after) =>
        Given.Rejection(Given.Record(Given.Envelope("u", "\"{}\"", after, Source))).Code.ShouldBe(RejectionCode.InvalidMember);
}
