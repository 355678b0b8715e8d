using AuditStream.App.Configuration;

namespace AuditStream.App.Tests.Configuration;

public sealed class NearestNameTests
{
    [Theory]
    [InlineData("Treads", "Threads")]
    [InlineData("THREDS", "Threads")]
    [InlineData("CommitInterval", "CommitIntervalMilliseconds")]
    [InlineData("Zebra", null)]
    public void The_nearest_name_is_the_one_with_the_fewest_edits(string name, string? expected) =>
        NearestName.Find(name, ["Threads", "CommitIntervalMilliseconds", "MaxTransactionRecords"]).ShouldBe(expected);
}
