using AuditStream.Core.Emit;

namespace AuditStream.Core.Normalize;

/// <summary>Where a handler puts its events. The host decides batching and transactions.</summary>
public interface IAuditEventOutput
{
    /// <summary>Takes one event. The event's memory is valid only during the call: an implementation copies or sends.</summary>
    void Emit(AuditEvent auditEvent);
}
