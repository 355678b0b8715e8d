namespace AuditStream.App.Schemas;

/// <summary>The answers that there are to a question about a subject.</summary>
public enum SubjectAnswerKind
{
    /// <summary>The registry cannot be asked now.</summary>
    NotNow,

    /// <summary>Yes; with an id where one was asked for.</summary>
    Yes,

    /// <summary>The subject does not have it.</summary>
    NotThere,

    /// <summary>The registry refuses, and will again.</summary>
    Refused,
}
