using AuditStream.Core.Flow;

namespace AuditStream.App.Explain;

/// <summary>One record to explain.</summary>
/// <param name="Number">Its number in the input, from 1.</param>
/// <param name="Text">Where it stands.</param>
/// <param name="Form">In which form.</param>
/// <param name="Record">The record.</param>
public sealed record InputRecord(int Number, InputText Text, InputForm Form, RawRecord Record);
