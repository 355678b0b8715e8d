namespace AuditStream.App.Explain;

/// <summary>The text of one record to explain.</summary>
/// <param name="Line">The number of its first line, from 1.</param>
/// <param name="Lines">How many lines it spans.</param>
/// <param name="Bytes">The text without the last line's end.</param>
public sealed record InputText(int Line, int Lines, byte[] Bytes);
