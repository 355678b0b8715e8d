using AuditStream.Core.Flow;

namespace AuditStream.Core.Tests.Flow;

public sealed class WireNameTests
{
    [Fact]
    public void Rejections_have_these_names_for_ever()
        => Enum.GetValues<RejectionCode>().Select(WireName.Of).ShouldBe(
        [
            "none", "not-json", "malformed-json", "truncated-json", "invalid-utf8", "unknown-shape", "unknown-operation", "malformed-key",
            "missing-member", "invalid-member", "invalid-value", "malformed-schema", "too-deep", "time-out-of-range", "too-large",
            "not-an-event", "invalid-header", "foreign-identity-key", "unknown-schema", "unsupported-schema",
            "malformed-avro", "truncated-avro", "wrong-dialect", "malformed-csv", "truncated-csv", "unknown-columns", "malformed-change",
        ]);

    [Fact]
    public void Skips_have_these_names_for_ever()
        => Enum.GetValues<SkipReason>().Select(WireName.Of).ShouldBe(
            ["none", "tombstone", "heartbeat", "transaction-begin", "notification", "bookkeeping", "activity", "empty", "skipped-table", "header", "image-marker"]);
}
