using AuditStream.Fuzz;

namespace AuditStream.App.Tests.Fuzz;

/// <summary>What the costliest records allocate; <c>./dev fuzz</c> bounds their time too, on a machine that it has for itself.</summary>
public sealed class HostileRecordsTests
{
    public static TheoryData<string> Names => [.. HostileRecords.All.Select(record => record.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void What_a_record_allocates_is_bounded_by_its_size_and_its_events(string name)
    {
        var record = HostileRecords.All.Single(record => record.Name == name).Record;
        record.Value.GetValueOrDefault().Length.ShouldBeInRange(49_000, 1_100_000);
        var pipelines = new Pipelines(new MemorySchemas(), boundsTime: false);
        pipelines.Cost(record).ShouldBeNull();
        pipelines.AllocatedBytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void An_array_of_scalars_is_taken_as_it_stands()
    {
        var record = HostileRecords.All.Single(record => record.Name == "flat: an array of numbers").Record;
        var pipelines = new Pipelines(new MemorySchemas(), boundsTime: false);
        pipelines.Cost(record).ShouldBeNull();
        pipelines.AllocatedBytes.ShouldBeLessThan(16L * record.Value.GetValueOrDefault().Length, "it was taken apart, node by node");
    }
}
