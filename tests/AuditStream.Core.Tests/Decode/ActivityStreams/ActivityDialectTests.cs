using AuditStream.Core.Flow;
using AuditStream.Core.Tests.Decode.Debezium;
using static AuditStream.Core.Tests.Decode.Debezium.Given;

namespace AuditStream.Core.Tests.Decode.ActivityStreams;

public sealed class ActivityDialectTests
{
    private const string Entries =
        "{\"type\":\"DatabaseActivityMonitoringRecord\",\"clusterId\":\"c\",\"instanceId\":\"i\",\"databaseActivityEventList\":["
        + "{\"type\":\"record\",\"class\":\"WRITE\",\"command\":\"UPDATE\",\"commandText\":\"update t set pin = 1234\",\"dbUserName\":\"ann\"}]}";

    [Theory]
    [InlineData("{\"type\":\"DatabaseActivityMonitoringRecords\",\"version\":\"1.1\",\"databaseActivityEvents\":\"AYADeF\",\"key\":\"AQIDAH\"}")]
    [InlineData("{\"type\":\"DatabaseActivityMonitoringRecords\",\"databaseActivityEvents\":" + Entries + "}")]
    [InlineData(Entries)]
    public void Statement_activity_is_recognised_and_never_a_change(string value) =>
        Given.Decode(Broken.Record(value)).Skip.ShouldBe(SkipReason.Activity);

    [Theory]
    [InlineData("{\"type\":\"DatabaseActivityMonitoringRecords\"}")]
    [InlineData("{\"type\":\"DatabaseActivityMonitoringRecord\",\"databaseActivityEventList\":5}")]
    public void The_name_alone_is_not_enough(string value) => Rejection(Broken.Record(value)).Code.ShouldBe(RejectionCode.UnknownShape);

    [Fact]
    public void Records_cut_short_are_refused() => Broken.CutEverywhere(Entries);
}
