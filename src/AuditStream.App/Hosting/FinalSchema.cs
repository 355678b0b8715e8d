using AuditStream.App.CommandLine;
using AuditStream.App.Configuration;
using AuditStream.App.Health;
using AuditStream.App.Schemas;
using AuditStream.Core.Emit;
using Microsoft.Extensions.Logging;

namespace AuditStream.App.Hosting;

/// <summary>The id under which the registry holds the events' Avro schema, for who writes events in Avro: looked up at the start, and registered where it
/// is not there yet.</summary>
/// <remarks>A registry that is not there is waited for, as long as <see cref="MaxWait"/>; one that refuses ends the run at once. Nothing is emitted before
/// the id is known.</remarks>
public sealed class FinalSchema(AuditStreamOptions options, Readiness readiness, TimeProvider time, ILogger<FinalSchema> logger)
{
    /// <summary>How the part is called in readiness and log.</summary>
    public const string Part = "schema-registry";

    /// <summary>How long the registry is waited for at the start; then the run ends, and who runs it starts it again.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    /// <summary>The id; null when events are JSON, and before it is known.</summary>
    public int? Id { get; private set; }

    /// <summary>Waits until the id is known; returns at once when this process writes no Avro.</summary>
    /// <exception cref="FinalSchemaException">It will not be known.</exception>
    public async Task PassAsync(CancellationToken cancellationToken)
    {
        if (options.Final.Format != EventFormat.Avro || !options.Roles.Exists(role => role is ServiceRole.Normalize or ServiceRole.Images))
            return;
        var waiting = new Waiting(Part, readiness, time, logger);
        var subject = SubjectRegistry.OfValues(options.Final.Topic);
        using var registry = new SubjectRegistry(options.SchemaRegistry, subject);
        var begin = time.GetTimestamp();
        while (true)
        {
            var answer = await AskAsync(registry, cancellationToken).ConfigureAwait(false);
            if (answer.Kind == SubjectAnswerKind.Yes)
            {
                Id = answer.Id;
                waiting.IsOver();
                logger.FinalSchemaKnown(subject, answer.Id);
                return;
            }
            if (answer.Kind == SubjectAnswerKind.NotThere)
            {
                throw new FinalSchemaException(ExitCode.FoundWrong,
                    $"{answer.Reason} Register schemas/audit-event/auditstream-1.avsc, or set Final:RegisterSchema to true.");
            }
            if (answer.Kind == SubjectAnswerKind.Refused)
                throw new FinalSchemaException(ExitCode.FoundWrong, $"{answer.Reason} Mend it there, or set Final:Format to json.");
            if (time.GetElapsedTime(begin) >= MaxWait)
                throw new FinalSchemaException(ExitCode.NotReachable, $"{answer.Reason} It was waited for {MaxWait.TotalSeconds} s.");
            waiting.For("the schema registry (SchemaRegistry:Url)", answer.Reason);
            await Task.Delay(BetweenAttempts, time, cancellationToken).ConfigureAwait(false);
        }
    }

    // Who may only read can run, once the schema is there.
    private async Task<SubjectAnswer> AskAsync(SubjectRegistry registry, CancellationToken cancellationToken)
    {
        var answer = await registry.LookUpAsync(EventSchema.Text, cancellationToken).ConfigureAwait(false);
        return answer.Kind == SubjectAnswerKind.NotThere && options.Final.RegisterSchema
            ? await registry.RegisterAsync(EventSchema.Text, cancellationToken).ConfigureAwait(false)
            : answer;
    }
}
