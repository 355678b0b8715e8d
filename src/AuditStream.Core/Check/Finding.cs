namespace AuditStream.Core.Check;

/// <summary>One thing that was tried, and what came of it. Never holds a row value or a secret.</summary>
/// <param name="Severity">What it means for a run.</param>
/// <param name="Section">What it is about.</param>
/// <param name="Code">A name that does not change, for programs: <c>final-topic-compacted</c>.</param>
/// <param name="Subject">The topic, group, table or setting.</param>
/// <param name="What">What was found, as a sentence.</param>
/// <param name="Why">Why it matters for the audit trail; null where all is well.</param>
/// <param name="Mend">The setting, command or statement that mends it; null where there is nothing to mend.</param>
public sealed record Finding(Severity Severity, CheckSection Section, string Code, string Subject, string What, string? Why, string? Mend)
{
    /// <summary>As it should be.</summary>
    public static Finding Ok(CheckSection section, string code, string subject, string what) =>
        new(Severity.Ok, section, code, subject, what, Why: null, Mend: null);

    /// <summary>The trail is weaker than it could be.</summary>
    public static Finding Warning(CheckSection section, string code, string subject, string what, string why, string mend) =>
        new(Severity.Warning, section, code, subject, what, why, mend);

    /// <summary>A run fails, or loses.</summary>
    public static Finding Error(CheckSection section, string code, string subject, string what, string why, string mend) =>
        new(Severity.Error, section, code, subject, what, why, mend);
}
