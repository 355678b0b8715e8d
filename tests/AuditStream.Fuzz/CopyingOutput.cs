using AuditStream.Core.Emit;
using AuditStream.Core.Normalize;

namespace AuditStream.Fuzz;

/// <summary>Keeps copies of events.</summary>
internal sealed class CopyingOutput : IAuditEventOutput
{
    public List<CopiedEvent> Events { get; } = [];

    public void Emit(AuditEvent auditEvent) => Events.Add(CopiedEvent.Of(auditEvent));
}
