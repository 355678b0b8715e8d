namespace AuditStream.Core.Account;

/// <summary>Takes notes of what was done to the pipeline, as <c>audit</c> events on the final topic.</summary>
public interface IAuditNotes
{
    /// <summary>Writes one note; when it returns, the event is stored by the brokers. The same note sent again by this process is the
    /// same event.</summary>
    /// <exception cref="ArgumentException">The note is larger than a note may be.</exception>
    /// <exception cref="AuditNoteException">It is not known to be stored; sending it again is safe.</exception>
    Task SendAsync(AuditNote note, CancellationToken cancellationToken);
}
