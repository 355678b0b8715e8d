namespace AuditStream.Core.Account;

/// <summary>A note is not known to be stored.</summary>
public sealed class AuditNoteException(string message, Exception? innerException = null) : Exception(message, innerException);
