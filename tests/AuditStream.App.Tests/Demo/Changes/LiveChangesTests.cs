using AuditStream.Demo.Changes;
using AuditStream.Demo.Messages;

namespace AuditStream.App.Tests.Demo.Changes;

public sealed class LiveChangesTests
{
    [Fact]
    public void Now_and_then_a_torn_copy_comes_beside_its_whole_message()
    {
        var changes = new LiveChanges(CapturedFiles.Read(CapturedFiles.OwnFolder), seed: 1);
        for (var i = 1; i <= 2 * LiveChanges.TransactionsBetweenTornCopies; i++)
        {
            var messages = changes.Next(DateTimeOffset.UnixEpoch.AddYears(55).AddSeconds(i));
            var torn = messages.Where(one => messages.Any(other =>
                other.Value?.Length > one.Value?.Length && other.Value.AsSpan().StartsWith(one.Value) && other.Topic == one.Topic)).ToArray();
            torn.Length.ShouldBe(i % LiveChanges.TransactionsBetweenTornCopies == 0 ? 1 : 0);
        }
    }
}
