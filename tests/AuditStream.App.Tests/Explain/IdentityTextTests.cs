using System.Text;
using AuditStream.App.Explain;

namespace AuditStream.App.Tests.Explain;

public sealed class IdentityTextTests
{
    [Theory]
    [InlineData("""{"identity":"strong","source":{"engine":"postgresql","position":"5"},"transaction":{"id":"7","order":2}}""",
        "strong: by its place in the source's log (lsn 5) and in its transaction")]
    [InlineData("""{"identity":"strong","source":{"engine":"mysql","position":"binlog.1:5"},"key":{"id":"1"}}""",
        "strong: by its place in the source's log (binlog place binlog.1:5) and its key")]
    [InlineData("""{"identity":"strong","operation":"transaction","transaction":{"id":"7"}}""", "strong: by the transaction's own id")]
    [InlineData("""{"identity":"medium","operation":"snapshot","key":{"id":"1"}}""",
        "medium: by key and time of reading. A new snapshot reads the row anew, and is a new baseline")]
    [InlineData("""{"identity":"medium","occurred_from":"capture","source":{"position":"5"}}""",
        "medium: by its place in the source's log (position 5), but its time is not the commit's, and the id begins with the time")]
    [InlineData("""{"identity":"medium","occurred_from":"commit","source":{"engine":"oracle","position":"1:2"},"key":{"id":"1"}}""",
        "medium: by its place in the source's log (commit_scn:scn 1:2) and its key, which changes of one moment may share; the key tells them apart")]
    [InlineData("""{"identity":"weak","operation":"snapshot","key":null}""",
        "weak: by topic, partition and offset only, because no key tells this row of the snapshot from others. Sent again by the source, it counts twice")]
    [InlineData("""{"identity":"weak","operation":"insert","key":{"id":"1"}}""",
        "weak: by topic, partition and offset only, because the record does not say where in the source's log it stood. Sent again by the source, it counts twice")]
    [InlineData("""{"identity":"weak","operation":"insert","source":{"position":"5"},"key":null}""",
        "weak: by topic, partition and offset only, because rows may share a place in the source's log, and no key tells them apart. Sent again by the source, it counts twice")]
    public void The_strength_is_said_with_its_reason(string body, string expected) =>
        IdentityText.Of(new EventView(Encoding.UTF8.GetBytes(body))).ShouldBe(expected);
}
