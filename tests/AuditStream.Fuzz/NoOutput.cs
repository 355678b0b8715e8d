using AuditStream.Core.Emit;
using AuditStream.Core.Normalize;

namespace AuditStream.Fuzz;

/// <summary>Takes events and does nothing: for measuring.</summary>
internal sealed class NoOutput : IAuditEventOutput
{
    public void Emit(AuditEvent auditEvent)
    {
    }
}
