namespace AuditStream.Core.Flow;

/// <summary>Why a record is refused, for the person who reads the dead letter: never with a row value in it.</summary>
/// <param name="Code">The reason's code.</param>
/// <param name="Message">One sentence: what was expected, and what stood there instead, by name and kind.</param>
/// <param name="ByteOffset">Where in the value it went wrong, in bytes from 0; -1 when no place can be named.</param>
public sealed record Rejection(RejectionCode Code, string Message, long ByteOffset);
