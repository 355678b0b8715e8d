using Microsoft.Extensions.Logging;

namespace AuditStream.Streams;

/// <summary>Every sentence that this project logs. Ids are only ever added. No row value, key or connection string is an
/// argument.</summary>
internal static partial class StreamsLog
{
    [LoggerMessage(1001, LogLevel.Warning, "Waiting for {What}: {Why}")]
    internal static partial void Waiting(ILogger logger, string what, string why);

    [LoggerMessage(1002, LogLevel.Information, "No longer waiting for {What}.")]
    internal static partial void NoLongerWaiting(ILogger logger, string what);

    [LoggerMessage(1003, LogLevel.Information, "{Thread} owns {Count} partitions: {Partitions}.")]
    internal static partial void Assigned(ILogger logger, string thread, int count, string partitions);

    [LoggerMessage(1004, LogLevel.Information, "{Thread} gave {Count} partitions back.")]
    internal static partial void Revoked(ILogger logger, string thread, int count);

    [LoggerMessage(1005, LogLevel.Warning, "{Thread} lost {Count} partitions: what was open is dropped, their new owner does it again.")]
    internal static partial void Lost(ILogger logger, string thread, int count);

    [LoggerMessage(1006, LogLevel.Warning, "{Thread} aborted a transaction ({Cause}) and goes back to the committed offsets: {Why}")]
    internal static partial void Aborted(ILogger logger, string thread, string cause, string why);

    [LoggerMessage(1007, LogLevel.Warning, "{Thread} makes new clients and joins again in {Seconds} s: {Why}")]
    internal static partial void Rejoining(ILogger logger, string thread, double seconds, string why);

    [LoggerMessage(1008, LogLevel.Error, "{Thread} cannot go on: {Why}")]
    internal static partial void Failed(ILogger logger, string thread, string why);

    [LoggerMessage(1009, LogLevel.Error, "Task {Task} is stopped at offset {Offset}; the other partitions go on: {Why} {Trace}")]
    internal static partial void TaskStopped(ILogger logger, string task, long offset, string why, string trace);

    [LoggerMessage(1010, LogLevel.Information, "{Thread} ended after {Seconds:F1} s of draining.")]
    internal static partial void Stopped(ILogger logger, string thread, double seconds);

    [LoggerMessage(1011, LogLevel.Information, "Created the topic {Topic} with {Partitions} partitions.")]
    internal static partial void TopicCreated(ILogger logger, string topic, int partitions);

    [LoggerMessage(1012, LogLevel.Warning,
        "Topics cannot be created on this cluster: {Topic} appears with its first record, with the cluster's defaults.")]
    internal static partial void TopicLeftToBroker(ILogger logger, string topic);

    [LoggerMessage(1013, LogLevel.Warning, "The topic {Topic} has {Setting}={Value}: {Advice}")]
    internal static partial void TopicSetting(ILogger logger, string topic, string setting, string value, string advice);

    [LoggerMessage(1014, LogLevel.Warning, "Writing {Rows} rows failed ({Code}), trying again in {Seconds:F1} s: {Why}")]
    internal static partial void WriteRetried(ILogger logger, int rows, string code, double seconds, string why);

    [LoggerMessage(1015, LogLevel.Error,
        "Writing {Rows} rows failed ({Code}); nothing is consumed until it is mended, next try in {Seconds:F1} s: {Why}")]
    internal static partial void WriteBlocked(ILogger logger, int rows, string code, double seconds, string why);

    [LoggerMessage(1016, LogLevel.Information, "Writing works again after {Retries} retries.")]
    internal static partial void WriteMended(ILogger logger, int retries);

    [LoggerMessage(1017, LogLevel.Warning,
        "{Thread} stopped within its drain budget with work open: it is done again after the next start. {Why}")]
    internal static partial void DrainCut(ILogger logger, string thread, string why);

    [LoggerMessage(1018, LogLevel.Warning, "A token for {Client} could not be made; the client asks again.")]
    internal static partial void TokenFailed(ILogger logger, string client, Exception exception);

    [LoggerMessage(1019, LogLevel.Debug, "Client {Client}: {Code}: {Reason}")]
    internal static partial void Client(ILogger logger, string client, string code, string reason);

    [LoggerMessage(1020, LogLevel.Debug, "Client {Client} [{Facility}] {Line}")]
    internal static partial void ClientLine(ILogger logger, string client, string facility, string line);

    [LoggerMessage(1021, LogLevel.Warning, "{Count} records of {Topic} were larger than the broker takes and are dead letters.")]
    internal static partial void TooLarge(ILogger logger, int count, string topic);

    [LoggerMessage(1022, LogLevel.Warning,
        "{Thread} wrote a batch whose offsets it may not commit any more ({Code}): the next owner writes it again, as duplicates.")]
    internal static partial void CommitLost(ILogger logger, string thread, string code);

    [LoggerMessage(1023, LogLevel.Warning, "Kafka has not answered for {Seconds:F0} s, trying again: {Why}")]
    internal static partial void StillTrying(ILogger logger, double seconds, string why);

    [LoggerMessage(1024, LogLevel.Information, "{Task} restores its row images from {Changelog}, offsets {Begin} to {End}.")]
    internal static partial void RestoreBegins(ILogger logger, string task, string changelog, long begin, long end);

    [LoggerMessage(1025, LogLevel.Information, "{Task} has restored {Records} records of row images, {Rate:F0} in a second, and is at offset {Offset} of {End}.")]
    internal static partial void Restoring(ILogger logger, string task, long records, double rate, long offset, long end);

    [LoggerMessage(1026, LogLevel.Information, "{Task} has {Rows} row images, restored from {Records} records in {Seconds:F1} s.")]
    internal static partial void RestoreEnds(ILogger logger, string task, long rows, long records, double seconds);

    [LoggerMessage(1027, LogLevel.Warning,
        "Row images of {Task} have no room in memory: the old values of their rows are not known. Raise Images:MaxBytes, or let more instances share.")]
    internal static partial void ImagesForgotten(ILogger logger, string task);

    [LoggerMessage(1028, LogLevel.Information, "{Owner} owned tasks and is not in the group any more: what it left open is ended.")]
    internal static partial void Fenced(ILogger logger, string owner);

    [LoggerMessage(1029, LogLevel.Warning,
        "What {Count} former owners left open cannot be ended, and is waited for until its time-out; said once. The rights that are missing, or what else is wrong: {Why}")]
    internal static partial void NotFenced(ILogger logger, int count, string why);

    [LoggerMessage(1080, LogLevel.Warning,
        "Row images of {Task} failed where they are kept, and are read from the changelog again; nothing is lost: {Why}")]
    internal static partial void StoreFailed(ILogger logger, string task, string why);

    [LoggerMessage(1081, LogLevel.Warning,
        "The kept row images of {Task} end at offset {Offset}, and {Changelog} has the offsets {Begin} to {End}: they are of another topic, and are removed.")]
    internal static partial void StateForeign(ILogger logger, string task, long offset, string changelog, long begin, long end);

    [LoggerMessage(1041, LogLevel.Error,
        "{Lost} offsets of {Partition} are gone unread: the group {Group} stood at {Expected}, and the first record that is left has offset {First}. "
        + "Retention, or somebody, deleted them; the trail has a gap there.")]
    internal static partial void RecordsGone(ILogger logger, string group, string partition, long expected, long first, long lost);

    [LoggerMessage(1042, LogLevel.Error,
        "{Partition} ends before offset {Expected}, where the group {Group} stood: the topic was made anew, or a broker lost its last records. "
        + "Everything that is left is read again, from offset {First}.")]
    internal static partial void LogEndsBefore(ILogger logger, string group, string partition, long expected, long first);

    [LoggerMessage(1043, LogLevel.Warning,
        "The client went on at offset {Offset} of {Partition}, before its place {Expected}, which is still in the log: it is sent back there, and nothing is read twice.")]
    internal static partial void PlaceLost(ILogger logger, string partition, long offset, long expected);

    [LoggerMessage(1044, LogLevel.Warning,
        "The topic {Topic} matches Raw:Pattern and is left out: its name is that of an internal topic of another application. "
        + "To read it all the same, name it in Raw:Topics.")]
    internal static partial void InternalTopicLeftOut(ILogger logger, string topic);

    [LoggerMessage(1045, LogLevel.Information,
        "Row images begin empty: of rows that changed before, old values are known from their next change but one, "
        + "or from the next snapshot of the source on.")]
    internal static partial void ImagesBegin(ILogger logger);
}
