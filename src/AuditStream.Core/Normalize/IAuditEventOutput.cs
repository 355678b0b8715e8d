using AuditStream.Core.Emit;
using AuditStream.Core.Forward;

namespace AuditStream.Core.Normalize;

/// <summary>Where a handler puts its events. The host decides batching and transactions.</summary>
public interface IAuditEventOutput
{
    /// <summary>Takes one event. The event's memory is valid only during the call: an implementation copies or sends.</summary>
    void Emit(AuditEvent auditEvent);

    /// <summary>Takes one message for the tasks that keep row images; its memory is valid only during the call. Only a handler that forwards
    /// calls it, so an output behind which nobody keeps images need not have it.</summary>
    void Forward(in ForwardedMessage message) =>
        throw new NotSupportedException("Forwarding a change failed: nobody keeps row images behind this output.");
}
