namespace AuditStream.Core.Forward;

/// <summary>A message for the tasks that keep row images. Its memory is valid only during the call that takes it.</summary>
/// <param name="Address">The address of the row or of the table: the message's key.</param>
/// <param name="Value">The message, in the form of <see cref="ForwardWriter"/>.</param>
/// <param name="IsChange">True for a change, of which an event will be made; false for a word that only ends images.</param>
/// <param name="IsForAll">True when every task must have it; false when the address chooses the one.</param>
public readonly record struct ForwardedMessage(ReadOnlyMemory<byte> Address, ReadOnlyMemory<byte> Value, bool IsChange, bool IsForAll);
