using System.Text;
using AuditStream.Core.Emit;
using AuditStream.Core.Flow;
using AuditStream.Core.Identity;
using AuditStream.Core.Normalize;
using AuditStream.Postgres.Verify;

namespace AuditStream.App.Proofs;

/// <summary>Keeps of each event of a record what tells whether the stored one is the same.</summary>
/// <param name="from">The first instant that counts, milliseconds since the Unix epoch.</param>
/// <param name="to">The first that does not.</param>
internal sealed class DerivedEvents(long from, long to) : IAuditEventOutput
{
    private const string FactHashPrefix = "1:";
    private List<DerivedEvent> events = [];
    private (string Topic, int Partition, long Offset) place = ("", 0, 0);

    /// <summary>How many there are.</summary>
    public int Count => events.Count;

    /// <summary>The record whose events come now.</summary>
    public void At(in RawRecord record) => place = (record.Topic, record.Partition, record.Offset);

    /// <summary>Hands over what there is, and begins anew.</summary>
    public IReadOnlyList<DerivedEvent> Take()
    {
        var taken = events;
        events = new(taken.Count);
        return taken;
    }

    /// <inheritdoc/>
    public void Emit(AuditEvent auditEvent)
    {
        var instant = EventIdentity.TimeOf(auditEvent.Id);
        if (instant < from || instant >= to)
            return;
        events.Add(new DerivedEvent(auditEvent.Id, instant, Convert.FromHexString(Header(auditEvent, EventHeaders.EventUid)), EventIdentity.FactScheme,
            Convert.FromHexString(Header(auditEvent, EventHeaders.FactHash)[FactHashPrefix.Length..]), place.Topic, place.Partition, place.Offset));
    }

    // Every event has both.
    private static string Header(AuditEvent auditEvent, string name) =>
        Encoding.ASCII.GetString(auditEvent.Headers.First(header => header.Name == name).Value.GetValueOrDefault().Span);
}
