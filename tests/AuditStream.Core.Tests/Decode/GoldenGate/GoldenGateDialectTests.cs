using AuditStream.Core.Decode;
using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Dms;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.GoldenGate;

public sealed class GoldenGateDialectTests
{
    private const string Row = "{\"ID\":1,\"V\":\"a\",\"W\":1.50}";

    [Fact]
    public void An_insert_has_its_row_key_place_and_time()
    {
        var change = Change(Record(Operation("I", after: Row)));
        change.Facts.Operation.ShouldBe(ChangeOperation.Insert);
        (change.Facts.Table.Kind, change.Facts.Table.Database, change.Facts.Table.Schema, change.Facts.Table.Table)
            .ShouldBe(("goldengate", null, "OGG", "EVENT"));
        Show(change, change.After).ShouldBe("full ID=1 V=\"a\" W=1.50");
        Show(change, change.Key).ShouldBe("full ID=\"1\"");
        Text(change.Facts.Position).ShouldBe("00000000000000002928");
        (change.Facts.OccurredAtMicroseconds, change.Facts.OccurredAtDigits, change.Facts.OccurredFrom)
            .ShouldBe((1_589_391_130_904_000, 6, OccurredFrom.Commit));
        change.Facts.Identity.ShouldBe(IdentityStrength.Strong);
    }

    [Theory]
    [InlineData("{\"ID\":1,\"V\":\"b\",\"W\":1.50}", "full", "all V")]
    [InlineData("{\"ID\":1,\"V\":\"a\",\"W\":1.50}", "full", "all")]
    [InlineData("{\"ID\":1,\"V\":\"b\",\"W\":2}", "partial", "atleast V W")]
    [InlineData("{\"ID\":1,\"V\":null}", "partial", "atleast V")]
    [InlineData("{\"ID\":1}", "partial", "unknown")]
    [InlineData("null", "none", "unknown")]
    public void An_update_is_whole_when_a_column_beyond_the_key_did_not_change(string before, string extent, string changed)
    {
        var change = Change(Record(Operation("U", before, Row)));
        change.Before.Extent.ToString().ShouldBe(extent, StringCompareShould.IgnoreCase);
        DmsRecord.Changed(change).ShouldBe(changed);
    }

    [Fact]
    public void Configured_as_full_an_update_of_every_column_is_whole()
    {
        var change = Change(Record(Operation("U", "{\"ID\":1,\"V\":\"b\",\"W\":2}", Row)), Settings(ReplicaIdentity.Full));
        DmsRecord.Changed(change).ShouldBe("all V W");
        change.After.Extent.ShouldBe(ImageExtent.Full);
    }

    [Theory]
    [InlineData("{\"ID\":1}", ReplicaIdentity.Auto, "key ID=1")]
    [InlineData("{\"ID\":1,\"V\":\"a\"}", ReplicaIdentity.Auto, "partial ID=1 V=\"a\"")]
    [InlineData("{\"ID\":1,\"V\":\"a\"}", ReplicaIdentity.Full, "full ID=1 V=\"a\"")]
    public void A_delete_has_what_the_trail_had(string before, ReplicaIdentity identity, string expected)
    {
        var change = Change(Record(Operation("D", before)), Settings(identity));
        change.Facts.Operation.ShouldBe(ChangeOperation.Delete);
        Show(change, change.Before).ShouldBe(expected);
        Show(change, change.Key).ShouldBe("full ID=\"1\"");
    }

    [Fact]
    public void A_truncate_has_no_row()
    {
        var change = Change(Record(Operation("T")));
        change.Facts.Operation.ShouldBe(ChangeOperation.Truncate);
        change.Key.IsPresent.ShouldBeFalse();
    }

    [Fact]
    public void An_update_of_the_key_is_one_change_with_the_key_before_it()
    {
        var change = Change(Record(Operation("U", "{\"ID\":9,\"V\":\"a\"}", "{\"ID\":1,\"V\":\"a\"}")));
        Show(change, change.PreviousKey).ShouldBe("full ID=\"9\"");
    }

    [Theory]
    [InlineData("2020-05-13T17:32:10.904000", 6)]
    [InlineData("2020-05-13 17:32:10.904", 3)]
    [InlineData("2020-05-13 19:32:10.904000+02:00", 6)]
    public void A_time_without_zone_is_taken_as_UTC(string time, int digits)
    {
        var change = Change(Record(Operation("T").Replace("2020-05-13 17:32:10.904000", time, StringComparison.Ordinal)));
        (change.Facts.OccurredAtMicroseconds, change.Facts.OccurredAtDigits).ShouldBe((1_589_391_130_904_000, digits));
    }

    [Fact]
    public void Without_a_place_or_a_time_the_identity_is_weaker()
    {
        var noPlace = Change(Record(Operation("I", after: Row).Replace("00000000000000002928", "", StringComparison.Ordinal)));
        noPlace.Facts.Identity.ShouldBe(IdentityStrength.Weak);
        var noTime = Change(Record(Operation("I", after: Row).Replace("2020-05-13 17:32:10.904000", "", StringComparison.Ordinal)));
        noTime.Facts.Identity.ShouldBe(IdentityStrength.Medium);
        noTime.Facts.OccurredFrom.ShouldBe(OccurredFrom.Record);
    }

    [Fact]
    public void Names_of_columns_without_a_key_and_with_a_configured_one()
    {
        var value = Operation("I", after: Row).Replace("\"primary_keys\":[\"ID\"],", "", StringComparison.Ordinal);
        Change(Record(value)).Key.IsPresent.ShouldBeFalse();
        var settings = new DecodeSettings
        {
            Sources = [new SourceSettings { Tables = new Dictionary<string, TableSettings> { ["OGG.EVENT"] = new() { Key = ["V"] } } }],
        };
        var change = Change(Record(value), settings);
        Show(change, change.Key).ShouldBe("full V=\"a\"");
    }

    [Theory]
    [InlineData("\"I\"", "\"X\"", RejectionCode.UnknownOperation, "\"X\"")]
    [InlineData("\"I\"", "\"D\"", RejectionCode.MissingMember, "null,\"after\"")]
    [InlineData("\"after\":{", "\"other\":{", RejectionCode.MissingMember, "{\"table\"")]
    [InlineData("\"after\":{\"ID\":1", "\"after\":5,\"x\":{\"ID\":1", RejectionCode.InvalidMember, "5,\"x")]
    [InlineData("\"OGG.EVENT\"", "\"\"", RejectionCode.MissingMember, "\"\"")]
    [InlineData("\"OGG.EVENT\"", "\"OGG.\"", RejectionCode.MissingMember, "\"OGG.\"")]
    [InlineData("\"OGG.EVENT\"", "7", RejectionCode.MissingMember, "7,")]
    [InlineData("2020-05-13 17:32:10.904000", "13-MAY-20", RejectionCode.InvalidMember, "\"13-MAY")]
    [InlineData("2020-05-13", "1920-05-13", RejectionCode.TimeOutOfRange, "\"1920")]
    [InlineData("\"00000000000000002928\"", "[]", RejectionCode.InvalidMember, "[],")]
    [InlineData("\"V\":\"a\"", "\"ID\":2", RejectionCode.InvalidMember, "{\"ID\"")]
    [InlineData("\"op_type\":", "\"op_type\":\"I\",\"op_type\":", RejectionCode.InvalidMember, "{\"table\"")]
    public void What_is_malformed_is_refused_with_its_place(string from, string to, RejectionCode code, string at)
    {
        var value = Operation("I", after: Row).Replace(from, to, StringComparison.Ordinal);
        var rejection = Rejection(Record(value));
        rejection.Code.ShouldBe(code);
        rejection.ByteOffset.ShouldBe(value.IndexOf(at, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{\"op_ts\":\"2020-05-13 17:32:10\",\"op_type\":\"I\"}")]
    [InlineData("{\"op_ts\":\"2020-05-13 17:32:10\",\"pos\":\"1\"}")]
    public void A_row_with_columns_of_such_names_is_no_record_of_GoldenGate(string row) =>
        Rejection(Record(row)).Code.ShouldBe(RejectionCode.UnknownShape);

    private static string Operation(string op, string before = "null", string after = "null") =>
        $"{{\"table\":\"OGG.EVENT\",\"op_type\":\"{op}\",\"op_ts\":\"2020-05-13 17:32:10.904000\",\"current_ts\":\"2020-05-13T17:32:12.000000\","
        + $"\"pos\":\"00000000000000002928\",\"primary_keys\":[\"ID\"],\"tokens\":{{\"R\":\"AADPkvAAEAAEqL2AAA\"}},\"before\":{before},\"after\":{after}}}";
}
