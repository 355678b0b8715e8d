using AuditStream.App.Configuration;
using AuditStream.App.Schemas;
using AuditStream.Core.Check;
using AuditStream.Core.Emit;

namespace AuditStream.App.Check;

/// <summary>Whether a run that writes events in Avro would get an id for their schema. Registers nothing.</summary>
/// <param name="options">Checked options with a registry.</param>
public sealed class FinalSchemaCheck(AuditStreamOptions options)
{
    private const CheckSection Section = CheckSection.Sources;
    private const string Consequence = "A run that writes events in Avro refuses to start.";

    /// <summary>The finding.</summary>
    public async Task<Finding> RunAsync(CancellationToken cancellationToken)
    {
        var subject = SubjectRegistry.OfValues(options.Final.Topic);
        using var registry = new SubjectRegistry(options.SchemaRegistry, subject);
        var answer = await registry.LookUpAsync(EventSchema.Text, cancellationToken).ConfigureAwait(false);
        if (answer.Kind == SubjectAnswerKind.Yes)
            return Finding.Ok(Section, "final-schema", subject, FormattableString.Invariant($"holds the events' Avro schema: id {answer.Id}."));
        if (answer.Kind == SubjectAnswerKind.NotThere && !options.Final.RegisterSchema)
        {
            return Finding.Error(Section, "final-schema-missing", subject, "does not hold the events' Avro schema, and Final:RegisterSchema is false.",
                Consequence, "register schemas/audit-event/auditstream-1.avsc, or set Final:RegisterSchema to true");
        }
        if (answer.Kind == SubjectAnswerKind.NotThere)
            answer = await registry.MayFollowAsync(EventSchema.Text, cancellationToken).ConfigureAwait(false);
        return answer.Kind is SubjectAnswerKind.Yes or SubjectAnswerKind.NotThere
            ? Finding.Ok(Section, "final-schema", subject, "does not hold the events' Avro schema yet; a run registers it.")
            : Finding.Error(Section, "final-schema-refused", subject, answer.Reason, Consequence,
                "the subject's versions or its rule of compatibility, the registry's users, or Final:Format=json");
    }
}
