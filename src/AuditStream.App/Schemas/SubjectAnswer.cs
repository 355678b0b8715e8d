namespace AuditStream.App.Schemas;

/// <summary>What a registry answers to a question about a subject.</summary>
/// <param name="Kind">Which answer.</param>
/// <param name="Id">The schema's id; 0 when none was asked for or given.</param>
/// <param name="Reason">Why not, as a sentence; empty for <see cref="SubjectAnswerKind.Yes"/>.</param>
public readonly record struct SubjectAnswer(SubjectAnswerKind Kind, int Id, string Reason);
