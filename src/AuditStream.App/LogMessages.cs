using Microsoft.Extensions.Logging;

namespace AuditStream.App;

/// <summary>Every log line of the host. Ids are never used again.</summary>
internal static partial class LogMessages
{
    [LoggerMessage(4001, LogLevel.Information, "AuditStream {Version} starts as {ApplicationId}: {Roles}, config {ConfigHash}, identity key {Fingerprint}.")]
    public static partial void Starting(
        this ILogger logger, string version, string applicationId, string roles, string configHash, string fingerprint);

    [LoggerMessage(4002, LogLevel.Warning, "Waiting for {What}: {Why}")]
    public static partial void WaitingFor(this ILogger logger, string what, string why);

    [LoggerMessage(4003, LogLevel.Information, "{What} is there.")]
    public static partial void IsThere(this ILogger logger, string what);

    [LoggerMessage(4004, LogLevel.Error, "{Part} cannot go on: {Reason}")]
    public static partial void CannotGoOn(this ILogger logger, string part, string reason);

    [LoggerMessage(4005, LogLevel.Information,
        "Stopped. {Consumed} records consumed = {Emitted} emitted + {DeadLetters} dead letters + {Skipped} skips; {Events} events produced, {Forwarded} changes forwarded.")]
    public static partial void StoppedNormalize(
        this ILogger logger, long consumed, long emitted, long deadLetters, long skipped, long events, long forwarded);

    [LoggerMessage(4006, LogLevel.Information,
        "Stopped. Rows: {Inserted} inserted, {Duplicates} duplicates, {Divergences} divergences, {Refused} refused, {DeadLetters} dead letters.")]
    public static partial void StoppedSink(
        this ILogger logger, long inserted, long duplicates, long divergences, long refused, long deadLetters);

    [LoggerMessage(4007, LogLevel.Error, "The ledger does not agree: {Consumed} consumed, but {Emitted} emitted + {DeadLetters} dead letters + {Skipped} skips.")]
    public static partial void LedgerBreach(this ILogger logger, long consumed, long emitted, long deadLetters, long skipped);

    [LoggerMessage(4008, LogLevel.Warning, "{Object}: {Problem}.")]
    public static partial void StoreProblem(this ILogger logger, string @object, string problem);

    [LoggerMessage(4030, LogLevel.Error, "The store's append-only layers have changed: {Object}: {Problem}. SELECT * FROM audit.self_check() shows what is wrong now.")]
    public static partial void StoreDrift(this ILogger logger, string @object, string problem);

    [LoggerMessage(4031, LogLevel.Information, "Mended: {Object}: {Problem}.")]
    public static partial void StoreMended(this ILogger logger, string @object, string problem);

    [LoggerMessage(4032, LogLevel.Warning, "The store's append-only layers could not be looked at: {Reason}")]
    public static partial void StoreNotLookedAt(this ILogger logger, string reason);

    [LoggerMessage(4033, LogLevel.Warning, "A note of what the look at the store found is not written yet; it is tried again: {Reason}")]
    public static partial void NoteNotSent(this ILogger logger, string reason);

    [LoggerMessage(4009, LogLevel.Critical, "{Part} ended by a fault of the program.")]
    public static partial void Fault(this ILogger logger, Exception exception, string part);

    [LoggerMessage(4010, LogLevel.Information, "Events are written in Avro; the registry holds their schema under {Subject}: id {Id}.")]
    public static partial void FinalSchemaKnown(this ILogger logger, string subject, int id);

    [LoggerMessage(4011, LogLevel.Information,
        "Stopped. {Consumed} forwarded changes consumed = {Emitted} emitted + {DeadLetters} dead letters + {Skipped} skips.")]
    public static partial void StoppedImages(this ILogger logger, long consumed, long emitted, long deadLetters, long skipped);

    [LoggerMessage(4020, LogLevel.Warning, "There is no key of checkpoints in {Path}, so none are made: 'auditstream migrate' makes one.")]
    public static partial void NoCheckpoints(this ILogger logger, string path);

    [LoggerMessage(4021, LogLevel.Warning, "A checkpoint was not made or not passed on, and is tried again: {Reason}")]
    public static partial void CheckpointFailed(this ILogger logger, string reason);

    [LoggerMessage(4022, LogLevel.Warning,
        "Checkpoint {Number} is not passed on to {Place} any more: {Waiting} wait for it already, and each covers those before it.")]
    public static partial void CheckpointNotPassedOn(this ILogger logger, long number, string place, int waiting);

    [LoggerMessage(4023, LogLevel.Error,
        "Another checkpoint {Number} than the store's is in {Folder}; both are kept. The store went back in time: see docs/PROOFS.md, and keep what is there.")]
    public static partial void OtherCheckpoint(this ILogger logger, long number, string folder);
}
