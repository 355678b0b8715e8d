using AuditStream.Core.Emit;
using AuditStream.Core.Normalize;

namespace AuditStream.Core.Tests.Normalize;

/// <summary>Keeps copies of the events' values.</summary>
internal sealed class CollectingOutput : IAuditEventOutput
{
    public List<byte[]> Values { get; } = [];

    public void Emit(AuditEvent auditEvent) => Values.Add(auditEvent.Value.ToArray());
}
