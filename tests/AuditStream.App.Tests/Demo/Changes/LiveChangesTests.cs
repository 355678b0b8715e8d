using AuditStream.Demo;
using AuditStream.Demo.Changes;
using AuditStream.Demo.Messages;

namespace AuditStream.App.Tests.Demo.Changes;

public sealed class LiveChangesTests
{
    [Fact]
    public void Now_and_then_a_torn_copy_comes_beside_its_whole_message()
    {
        var changes = new LiveChanges(CapturedFiles.Read(CapturedFiles.OwnFolder), dms: null, seed: 1);
        for (var i = 1; i <= 2 * LiveChanges.TransactionsBetweenTornCopies; i++)
        {
            var messages = changes.Next(DateTimeOffset.UnixEpoch.AddYears(55).AddSeconds(i));
            var torn = messages.Where(one => messages.Any(other =>
                other.Value?.Length > one.Value?.Length && other.Value.AsSpan().StartsWith(one.Value) && other.Topic == one.Topic)).ToArray();
            torn.Length.ShouldBe(i % LiveChanges.TransactionsBetweenTornCopies == 0 ? 1 : 0);
        }
    }

    [Fact]
    public void Both_kinds_of_source_send_the_same_transactions()
    {
        var captured = CapturedFiles.Read(CapturedFiles.OwnFolder);
        var dms = new DmsMessages(DemoConfiguration.FullTables);
        dms.Write(captured);
        var changes = new LiveChanges(captured, dms, seed: 1);
        for (var i = 1; i < LiveChanges.TransactionsBetweenTornCopies; i++)
        {
            var messages = changes.Next(DateTimeOffset.UnixEpoch.AddYears(55).AddSeconds(i));
            messages.Select(message => SourceKinds.OfTopic(message.Topic)).ShouldBe(
                [.. Enumerable.Repeat(SourceKind.Debezium, 5), .. Enumerable.Repeat(SourceKind.Dms, 3)]);
        }
    }
}
